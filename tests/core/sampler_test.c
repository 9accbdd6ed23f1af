// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Samples on the loop: one callback a sample with all that was asked for,
 * pause and refresh, the log handed on, and files that change in between.
 * Turned round by round with deadlines; nothing sleeps.
 */
#include "tests/core/fake.h"

#include "core/sampler.h"

#define HOUR_US (3600 * USEC_PER_SEC)
#define PATIENCE_US (60 * USEC_PER_SEC)

struct scene {
	struct tree *tree;
	struct root *root;
	struct loop *loop;
	struct sampler *sampler;
	int n; /* snapshots so far */
	int lines; /* log records so far */
	int lines_at_first; /* when the first snapshot came */
	size_t left;
	bool refresh_within, pause_within;
};

static void on_snapshot(const struct snapshot *s, void *arg)
{
	struct scene *c = arg;

	if (!c->n)
		c->lines_at_first = c->lines;
	c->n++;
	c->left = snapshot_left(s);
	assert_ptr_equal(sampler_snapshot(c->sampler), s);
	if (c->refresh_within) {
		c->refresh_within = false;
		sampler_refresh(c->sampler);
	}
	if (c->pause_within)
		sampler_pause(c->sampler, true);
}

static void on_log(const struct kmsg_record *r, void *arg)
{
	((struct scene *)arg)->lines++;
}

static int set_up(void **state)
{
	struct scene *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->tree = fake_machine();
	c->root = tree_root(c->tree);
	assert_int_equal(loop_new(&c->loop), 0);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *c = *state;

	sampler_free(c->sampler);
	loop_free(c->loop);
	root_free(c->root);
	tree_free(c->tree);
	free(c);
	return 0;
}

/* Intervals of an hour: whatever comes was asked for. */
static void start(struct scene *c, unsigned what)
{
	const struct sampler_opts o = { .what = what,
					.idle_us = HOUR_US,
					.busy_us = HOUR_US,
					.on_snapshot = on_snapshot,
					.on_log = on_log,
					.arg = c };

	assert_int_equal(sampler_new(c->loop, c->root, &o, &c->sampler), 0);
}

/* Turn the loop until the n-th snapshot. */
static const struct snapshot *until(struct scene *c, int n)
{
	uint64_t deadline = now_mono() + PATIENCE_US;

	while (c->n < n) {
		assert_true(now_mono() < deadline);
		assert_true(loop_once(c->loop, PATIENCE_US) >= 0);
	}
	assert_int_equal(c->n, n);
	return sampler_snapshot(c->sampler);
}

/* Everything that is due has been done, and no snapshot came. */
static void expect_silence(struct scene *c)
{
	int n = c->n;

	while (loop_once(c->loop, 0) > 0)
		;
	assert_int_equal(c->n, n);
}

/* A timer that is armed for soon would go off within this. */
static void expect_no_timer(struct scene *c)
{
	uint64_t deadline = now_mono() + 200000, now;
	int n = c->n;

	while ((now = now_mono()) < deadline)
		assert_true(loop_once(c->loop, deadline - now) >= 0);
	assert_int_equal(c->n, n);
}

static void transition(struct scene *c, const char *log)
{
	fake_patch(c->tree, "x", 1, 1);
	fake_func(c->tree, "x", "vmlinux", "f,1");
	tree_write(c->tree, "proc/modules", "x 1 1 - Live 0x0 (OEK)\n");
	fake_task(c->tree, &(struct fake_task){ 1, 1, "init", 'S', false, "1\n", "" });
	fake_task(c->tree, &(struct fake_task){ 57, 57, "kw", 'D', true, "0\n", "[<0>] f+0x1/0x2\n" });
	if (log)
		tree_write(c->tree, "dev/kmsg", log);
}

#define WHAT (SNAPSHOT_PATCHES | SNAPSHOT_BLOCKERS | SNAPSHOT_LOG | SNAPSHOT_TAINT)

static void test_nothing_is_read_before_the_loop_runs(void **state)
{
	struct scene *c = *state;

	start(c, WHAT);
	assert_int_equal(c->n, 0);
	assert_null(sampler_snapshot(c->sampler));
	until(c, 1);
	assert_true(sampler_snapshot(c->sampler)->taint_known);
	expect_silence(c);
}

static void test_a_transition_goes_through_all_stages(void **state)
{
	struct scene *c = *state;
	const struct snapshot *s;

	transition(c, "5,1,990000000,-;livepatch: 'x': starting patching transition\n");
	tree_write(c->tree, "proc/kallsyms", "ffffffff81000000 t f\nffffffff81000002 t g\n");
	start(c, WHAT);
	s = until(c, 1);
	assert_int_equal(s->tasks.total, 2);
	assert_int_equal(s->blockers.n, 1);
	assert_int_equal(s->blockers.v[0].cls, STALL_SLEEPING);
	assert_string_equal(s->blockers.v[0].function, "f");
	assert_false(s->blockers.v[0].inferred); /* kallsyms was asked */
	assert_false(s->transition.since_inferred);
	expect_silence(c);
}

static void test_what_changes_is_seen_at_a_refresh(void **state)
{
	struct scene *c = *state;
	const struct snapshot *s;

	transition(c, NULL);
	start(c, WHAT);
	until(c, 1);
	assert_int_equal(c->left, 1);
	fake_task(c->tree, &(struct fake_task){ 57, 57, "kw", 'S', true, "1\n", "" });
	sampler_refresh(c->sampler);
	s = until(c, 2);
	assert_int_equal(c->left, 0);
	assert_int_equal(s->transition.n_samples, 2);
	fake_patch(c->tree, "x", 1, 0);
	sampler_refresh(c->sampler);
	s = until(c, 3);
	assert_null(s->in_transition);
	assert_int_equal(s->transition.target, -1);
	tree_remove(c->tree, LP);
	sampler_refresh(c->sampler);
	assert_false(until(c, 4)->livepatch);
	expect_silence(c);
}

static void test_a_refresh_while_sampling_gives_one_more(void **state)
{
	struct scene *c = *state;

	transition(c, NULL);
	start(c, WHAT);
	assert_true(loop_once(c->loop, PATIENCE_US) >= 0); /* under way */
	assert_int_equal(c->n, 0);
	sampler_refresh(c->sampler);
	sampler_refresh(c->sampler);
	until(c, 2);
	expect_silence(c);
}

static void test_a_refresh_within_the_callback_is_heard(void **state)
{
	struct scene *c = *state;

	start(c, WHAT);
	c->refresh_within = true;
	until(c, 2);
	expect_silence(c);
}

static void test_pause(void **state)
{
	struct scene *c = *state;

	start(c, WHAT);
	sampler_set(c->sampler, WHAT, 1, 1);
	until(c, 2); /* the next one is due at once */
	sampler_pause(c->sampler, true);
	expect_no_timer(c);
	sampler_refresh(c->sampler); /* still works, once */
	until(c, 3);
	expect_no_timer(c);
	sampler_pause(c->sampler, false);
	while (c->n < 5)
		assert_true(loop_once(c->loop, PATIENCE_US) >= 0);
}

static void test_pause_within_the_callback(void **state)
{
	struct scene *c = *state;

	start(c, WHAT);
	sampler_set(c->sampler, WHAT, 1, 1);
	c->pause_within = true;
	until(c, 1);
	expect_no_timer(c);
}

static void test_asking_for_more_samples_at_once(void **state)
{
	struct scene *c = *state;

	start(c, SNAPSHOT_PATCHES);
	assert_false(until(c, 1)->taint_known);
	sampler_set(c->sampler, SNAPSHOT_PATCHES | SNAPSHOT_TAINT, 0, 0);
	assert_true(until(c, 2)->taint_known);
	sampler_set(c->sampler, SNAPSHOT_PATCHES, 0, 0); /* less: no hurry */
	expect_silence(c);
}

static void test_the_interval_is_kept_to(void **state)
{
	struct scene *c = *state;

	start(c, WHAT);
	sampler_set(c->sampler, WHAT, 1000, 1000);
	until(c, 5);
}

/* Without a transition and with an hour between samples: what is new is found cheaply. */
static void test_a_probe_finds_what_is_new(void **state)
{
	struct scene *c = *state;
	const struct sampler_opts o = { .what = WHAT,
					.idle_us = HOUR_US,
					.busy_us = HOUR_US,
					.probe_us = 1000,
					.on_snapshot = on_snapshot,
					.arg = c };

	assert_int_equal(sampler_new(c->loop, c->root, &o, &c->sampler), 0);
	until(c, 1);
	expect_no_timer(c);
	transition(c, NULL);
	while (!until(c, c->n + 1)->in_transition)
		;
	/* From here on the sampler's own interval counts. */
	expect_no_timer(c);
	sampler_pause(c->sampler, true);
	tree_write(c->tree, "proc/sys/kernel/tainted", "1\n");
	expect_no_timer(c);
}

static void test_the_log_is_handed_on_before_the_first_snapshot(void **state)
{
	struct scene *c = *state;

	tree_write(c->tree, "dev/kmsg",
		   "6,1,1,-;one\n6,2,2,-;livepatch: 'x': starting patching transition\n6,3,3,-;three\n");
	start(c, WHAT);
	until(c, 1);
	assert_int_equal(c->lines, 3);
	assert_int_equal(c->lines_at_first, 3);
	assert_null(sampler_log_error(c->sampler));
	sampler_refresh(c->sampler);
	until(c, 2);
	assert_int_equal(c->lines, 3);
	expect_silence(c);
}

static void test_a_log_that_cannot_be_read(void **state)
{
	struct scene *c = *state;
	const struct snapshot *s;

	start(c, WHAT);
	s = until(c, 1);
	assert_int_equal(sampler_log_error(c->sampler)->code, -ENOENT);
	assert_int_equal(s->errs[SOURCE_LOG].code, -ENOENT);
}

static void test_many_tasks_go_in_slices(void **state)
{
	struct scene *c = *state;
	int rounds = 0;

	transition(c, NULL);
	for (int tid = 1000; tid < 2000; tid++)
		fake_task(c->tree, &(struct fake_task){ tid, tid, "x", 'S', false, "1\n" });
	start(c, SNAPSHOT_PATCHES | SNAPSHOT_TASKS);
	while (!c->n) {
		assert_true(loop_once(c->loop, PATIENCE_US) >= 0);
		rounds++;
	}
	assert_true(rounds >= 4);
	assert_int_equal(sampler_snapshot(c->sampler)->tasks.total, 1002);
}

static void test_proc_that_vanishes(void **state)
{
	struct scene *c = *state;
	const struct snapshot *s;

	transition(c, NULL);
	start(c, WHAT);
	until(c, 1);
	tree_remove(c->tree, "proc");
	sampler_refresh(c->sampler);
	s = until(c, 2);
	assert_int_equal(s->errs[SOURCE_TASKS].code, -ENOENT);
	assert_int_equal(s->blockers.n, 0);
	expect_silence(c);
}

/* At whatever stage it ends: nothing leaks, no callback comes late. */
static void test_freed_at_any_stage(void **state)
{
	struct scene *c = *state;

	transition(c, NULL);
	for (int rounds = 0; rounds < 8; rounds++) {
		c->n = 0;
		start(c, WHAT);
		for (int i = 0; i < rounds; i++)
			assert_true(loop_once(c->loop, 1000) >= 0);
		c->sampler = sampler_free(c->sampler);
		expect_silence(c);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_is_read_before_the_loop_runs),
		TEST(test_a_transition_goes_through_all_stages),
		TEST(test_what_changes_is_seen_at_a_refresh),
		TEST(test_a_refresh_while_sampling_gives_one_more),
		TEST(test_a_refresh_within_the_callback_is_heard),
		TEST(test_pause),
		TEST(test_pause_within_the_callback),
		TEST(test_asking_for_more_samples_at_once),
		TEST(test_the_interval_is_kept_to),
		TEST(test_a_probe_finds_what_is_new),
		TEST(test_the_log_is_handed_on_before_the_first_snapshot),
		TEST(test_a_log_that_cannot_be_read),
		TEST(test_many_tasks_go_in_slices),
		TEST(test_proc_that_vanishes),
		TEST(test_freed_at_any_stage),
	};

	return cmocka_run_group_tests_name("sampler", tests, fake_deadline, NULL);
}
