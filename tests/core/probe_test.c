// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the cheap look notices and what it does not, and that the loop hears
 * of a difference once.
 */
#include "tests/core/fake.h"

#include "core/probe.h"

#define PATIENCE_US (60 * USEC_PER_SEC)

struct scene {
	struct tree *tree;
	struct root *root;
	struct loop *loop;
	struct probe *probe;
	int n; /* differences heard of */
};

static int set_up(void **state)
{
	struct scene *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->tree = fake_machine();
	fake_patch(c->tree, "x", 1, 0);
	tree_write(c->tree, "proc/modules", "x 16384 1 - Live 0x0 (OEK)\next4 983040 1 - Live 0x0\n");
	c->root = tree_root(c->tree);
	assert_int_equal(loop_new(&c->loop), 0);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *c = *state;

	probe_free(c->probe);
	loop_free(c->loop);
	root_free(c->root);
	tree_free(c->tree);
	free(c);
	return 0;
}

static void test_a_still_machine_looks_the_same(void **state)
{
	struct scene *c = *state;

	assert_true(probe_look(c->root, true) == probe_look(c->root, true));
}

static void test_what_a_watcher_tells_makes_a_difference(void **state)
{
	static const struct {
		const char *path, *text;
	} changes[] = {
		{ "proc/sys/kernel/tainted", "4096\n" },
		{ LP "/y/enabled", "1\n" },
		{ "proc/modules", "x 16384 1 - Live 0x0 (OEK)\n" },
		{ "proc/modules", "x 16384 1 - Unloading 0x0 (OEK)\n" },
	};
	struct scene *c = *state;
	uint64_t before = probe_look(c->root, false), now;

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		tree_write(c->tree, changes[i].path, changes[i].text);
		now = probe_look(c->root, false);
		assert_true(now != before);
		before = now;
	}
	tree_remove(c->tree, LP);
	assert_true(probe_look(c->root, false) != before);
}

static void test_sizes_and_references_of_modules_do_not(void **state)
{
	struct scene *c = *state;
	uint64_t before = probe_look(c->root, false);

	tree_write(c->tree, "proc/modules", "x 16384 2 - Live 0x0 (OEK)\next4 983040 17 - Live 0x0\n");
	assert_true(probe_look(c->root, false) == before);
}

static void test_states_of_patches_count_only_without_a_log(void **state)
{
	struct scene *c = *state;
	uint64_t cheap = probe_look(c->root, false), deep = probe_look(c->root, true), now;

	fake_patch(c->tree, "x", 1, 1);
	assert_true(probe_look(c->root, false) == cheap);
	now = probe_look(c->root, true);
	assert_true(now != deep);
	fake_patch(c->tree, "x", 0, 1);
	assert_true(probe_look(c->root, true) != now);
}

static void test_files_that_cannot_be_read_are_a_state_too(void **state)
{
	struct scene *c = *state;
	uint64_t before = probe_look(c->root, true);

	tree_remove(c->tree, "proc");
	assert_true(probe_look(c->root, true) != before);
	assert_true(probe_look(c->root, true) == probe_look(c->root, true));
}

static void on_changed(void *arg)
{
	((struct scene *)arg)->n++;
}

static void begin(struct scene *c)
{
	const struct probe_opts o = { .every_us = 1000, .share = 5, .changed = on_changed, .arg = c };

	assert_int_equal(probe_new(c->loop, c->root, &o, &c->probe), 0);
	probe_mark(c->probe, true);
}

/* The n-th difference is heard of, and none behind it. */
static void until(struct scene *c, int n)
{
	uint64_t deadline = now_mono() + PATIENCE_US;

	while (c->n < n) {
		assert_true(now_mono() < deadline);
		assert_true(loop_once(c->loop, PATIENCE_US) >= 0);
	}
	assert_int_equal(loop_once(c->loop, 50000), 0);
	assert_int_equal(c->n, n);
}

static void test_a_difference_is_told_once(void **state)
{
	struct scene *c = *state;

	begin(c);
	probe_start(c->probe);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(c->loop, PATIENCE_US), 1);
	assert_int_equal(c->n, 0);
	tree_write(c->tree, "proc/sys/kernel/tainted", "1\n");
	until(c, 1);
}

static void test_what_changed_since_the_mark_is_not_missed(void **state)
{
	struct scene *c = *state;

	begin(c);
	tree_write(c->tree, "proc/sys/kernel/tainted", "1\n"); /* while the snapshot is taken */
	probe_start(c->probe);
	until(c, 1);
	probe_mark(c->probe, true);
	probe_start(c->probe);
	probe_stop(c->probe);
	tree_write(c->tree, "proc/sys/kernel/tainted", "0\n");
	until(c, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_a_still_machine_looks_the_same),
		T(test_what_a_watcher_tells_makes_a_difference),
		T(test_sizes_and_references_of_modules_do_not),
		T(test_states_of_patches_count_only_without_a_log),
		T(test_files_that_cannot_be_read_are_a_state_too),
		T(test_a_difference_is_told_once),
		T(test_what_changed_since_the_mark_is_not_missed),
	};

	return cmocka_run_group_tests(tests, fake_deadline, NULL);
}
