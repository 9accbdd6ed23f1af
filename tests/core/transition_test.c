// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A transition over time: begun by the log or first seen, reversed, forced,
 * stalled exactly as the design defines it. All times are made up here.
 */
#include "tests/core/fake.h"

#include "core/transition.h"

#define S USEC_PER_SEC

static uint64_t seq;

static int set_up(void **state)
{
	static struct transition t;

	transition_init(&t);
	seq = 100;
	*state = &t;
	return 0;
}

/* The kernel logs a line at `usec` of its own clock. */
static void log_line(struct transition *t, uint64_t usec, const char *text)
{
	struct kmsg_record r;
	char raw[256];

	FORMAT(raw, "5,%llu,%llu,-;livepatch: %s", (unsigned long long)seq++, (unsigned long long)usec, text);
	assert_int_equal(kmsg_parse(raw, strlen(raw), &r), 0);
	transition_log(t, &r, 0);
}

static void sample(struct transition *t, size_t left, uint64_t at)
{
	transition_sample(t, "x", 1, false, 100, left, at);
}

static void test_nothing_runs(void **state)
{
	struct transition *t = *state;

	assert_int_equal(t->target, -1);
	assert_true(transition_age(t, 100 * S) < 0);
	assert_true(transition_next_signal(t, 100 * S) < 0);
	assert_true(transition_rate(t) < 0);
	assert_false(transition_stalled(t, 1, 100 * S));
}

static void test_the_log_tells_when_it_began(void **state)
{
	struct transition *t = *state;

	log_line(t, 50 * S, "'x': starting patching transition");
	sample(t, 3, 53 * S);
	assert_string_equal(t->patch, "x");
	assert_int_equal(t->target, 1);
	assert_false(t->since_inferred);
	assert_true(transition_age(t, 53 * S) == 3);
	assert_true(transition_next_signal(t, 53 * S) == 12);
	assert_true(transition_next_signal(t, 66 * S) == 14); /* the one after */
	assert_true(transition_age(t, 49 * S) < 0); /* clocks that disagree */
}

static void test_first_seen_is_inferred(void **state)
{
	struct transition *t = *state;

	sample(t, 3, 53 * S);
	assert_true(t->since_inferred);
	assert_true(transition_age(t, 54 * S) == 1);
	assert_true(transition_next_signal(t, 54 * S) < 0);
	assert_false(transition_stalled(t, 20, 53 * S));
}

static void test_suspend_is_added_to_the_logs_clock(void **state)
{
	struct transition *t = *state;
	struct kmsg_record r;
	const char *raw = "5,1,50000000,-;livepatch: 'x': starting patching transition";

	assert_int_equal(kmsg_parse(raw, strlen(raw), &r), 0);
	transition_log(t, &r, 3600 * S);
	assert_true(transition_age(t, 3660 * S) == 10);
}

static void test_the_end(void **state)
{
	struct transition *t = *state;

	log_line(t, 50 * S, "'x': starting patching transition");
	sample(t, 3, 51 * S);
	log_line(t, 52 * S, "'x': patching complete");
	assert_int_equal(t->target, -1);
	assert_int_equal(t->n_samples, 0);
	sample(t, 3, 53 * S);
	transition_sample(t, NULL, -1, false, 0, 0, 54 * S);
	assert_int_equal(t->target, -1);
}

static void test_a_reverse_starts_anew(void **state)
{
	struct transition *t = *state;

	log_line(t, 50 * S, "'x': starting patching transition");
	sample(t, 3, 60 * S);
	log_line(t, 66 * S, "signaling remaining tasks");
	assert_true(t->signalled);
	log_line(t, 70 * S, "'x': reversing transition from patching to unpatching");
	assert_int_equal(t->target, 1);
	log_line(t, 70 * S, "'x': starting unpatching transition");
	assert_int_equal(t->target, 0);
	assert_false(t->signalled);
	assert_int_equal(t->n_samples, 0);
	assert_true(transition_age(t, 71 * S) == 1);
	assert_true(transition_next_signal(t, 71 * S) == 14);
	/* Without the log: the change of target tells. */
	transition_sample(t, "x", 1, false, 100, 5, 80 * S);
	assert_int_equal(t->target, 1);
	assert_true(t->since_inferred);
	assert_true(transition_age(t, 81 * S) == 1);
}

static void test_another_patch_starts_anew(void **state)
{
	struct transition *t = *state;

	sample(t, 3, 50 * S);
	transition_sample(t, "y", 1, false, 100, 3, 60 * S);
	assert_string_equal(t->patch, "y");
	assert_int_equal(t->n_samples, 1);
	assert_true(transition_age(t, 61 * S) == 1);
}

static void test_a_log_read_twice_teaches_once(void **state)
{
	struct transition *t = *state;

	log_line(t, 50 * S, "'x': starting patching transition");
	log_line(t, 60 * S, "'x': patching complete");
	seq = 100; /* the whole log again, and what is new */
	log_line(t, 50 * S, "'x': starting patching transition");
	assert_int_equal(t->target, -1);
	log_line(t, 60 * S, "'x': patching complete");
	log_line(t, 70 * S, "'y': starting patching transition");
	assert_string_equal(t->patch, "y");
	transition_reset(t);
	seq = 102;
	log_line(t, 70 * S, "'y': starting patching transition");
	assert_int_equal(t->target, -1); /* a reset does not unlearn the position */
}

static void test_force_is_remembered_for_this_boot(void **state)
{
	struct transition *t = *state;

	log_line(t, 40 * S, "forcing remaining tasks to the patched state"); /* whose, nobody knows */
	assert_int_equal(t->n_forced, 0);
	log_line(t, 50 * S, "'x': starting patching transition");
	log_line(t, 55 * S, "forcing remaining tasks to the patched state");
	assert_true(t->forced);
	log_line(t, 56 * S, "'x': patching complete");
	assert_false(t->forced);
	assert_true(transition_was_forced(t, "x"));
	assert_false(transition_was_forced(t, "y"));
	for (int i = 0; i < 3 * TRANSITION_FORCED_MAX; i++) {
		char line[64];

		FORMAT(line, "'p%d': starting patching transition", i / 2);
		log_line(t, 60 * S, line);
		log_line(t, 61 * S, "forcing remaining tasks to the patched state");
	}
	assert_int_equal(t->n_forced, TRANSITION_FORCED_MAX);
	assert_true(transition_was_forced(t, "x") && transition_was_forced(t, "p6"));
	transition_init(t);
	assert_false(transition_was_forced(t, "x"));
}

static void test_stalled_is_a_blocker_and_nothing_switched(void **state)
{
	struct transition *t = *state;

	log_line(t, 100 * S, "'x': starting patching transition");
	assert_false(transition_stalled(t, 20, 200 * S)); /* nobody looked yet */
	sample(t, 5, 101 * S);
	sample(t, 3, 110 * S); /* somebody switched */
	sample(t, 3, 129 * S);
	assert_false(transition_stalled(t, 20, 130 * S - 1));
	assert_true(transition_stalled(t, 20, 130 * S));
	assert_true(transition_stalled(t, 0, 130 * S)); /* the default is 20 */
	assert_true(transition_stalled(t, 5, 115 * S));
	assert_false(transition_stalled(t, 60, 130 * S));
	sample(t, 2, 131 * S);
	assert_false(transition_stalled(t, 20, 131 * S));
	sample(t, 0, 140 * S);
	assert_false(transition_stalled(t, 20, 300 * S)); /* an idle CPU is no blocker */
}

/* A blocker that forks leaves more of its kind: nobody has switched. */
static void test_more_blockers_are_no_switch(void **state)
{
	struct transition *t = *state;

	log_line(t, 100 * S, "'x': starting patching transition");
	sample(t, 3, 101 * S);
	sample(t, 4, 119 * S);
	sample(t, 5, 120 * S);
	assert_true(transition_stalled(t, 20, 120 * S));
}

static void test_callbacks_are_no_stall(void **state)
{
	struct transition *t = *state;

	transition_sample(t, "x", 1, true, 100, 0, 100 * S);
	transition_sample(t, "x", 1, true, 100, 0, 200 * S);
	assert_true(t->starting);
	assert_false(transition_stalled(t, 20, 200 * S));
	transition_sample(t, "x", 1, false, 100, 7, 201 * S);
	assert_false(t->starting);
}

static void test_a_look_without_counts(void **state)
{
	struct transition *t = *state;

	transition_seen(t, "x", 1, 100 * S);
	assert_int_equal(t->target, 1);
	assert_true(t->since_inferred);
	assert_int_equal(t->n_samples, 0);
	assert_false(transition_stalled(t, 20, 200 * S)); /* no blocker was seen */
	sample(t, 3, 200 * S);
	transition_seen(t, "x", 1, 210 * S);
	assert_int_equal(t->n_samples, 1);
	assert_true(transition_age(t, 210 * S) == 110);
	transition_seen(t, "y", 1, 220 * S);
	assert_int_equal(t->n_samples, 0);
}

static void test_rate_over_the_last_ten_seconds(void **state)
{
	struct transition *t = *state;

	sample(t, 1000, 100 * S);
	assert_true(transition_rate(t) < 0);
	sample(t, 500, 101 * S);
	assert_true(transition_rate(t) == 500);
	sample(t, 400, 111 * S); /* the first is too old by now */
	assert_true(transition_rate(t) == 10);
	sample(t, 400, 121 * S);
	sample(t, 400, 130 * S);
	assert_true(transition_rate(t) == 0);
	sample(t, 500, 131 * S); /* more than before: nothing switches */
	assert_true(transition_rate(t) == 0);
}

static void test_rate_of_two_looks_at_once(void **state)
{
	struct transition *t = *state;

	sample(t, 10, 100 * S);
	sample(t, 5, 100 * S);
	assert_true(transition_rate(t) < 0);
}

static void test_the_ring_keeps_the_last_512(void **state)
{
	struct transition *t = *state;

	for (size_t i = 0; i < 2000; i++) {
		size_t first = i < TRANSITION_SAMPLES ? 0 : i + 1 - TRANSITION_SAMPLES;

		sample(t, 5000 - i, (100 + i) * S);
		assert_int_equal(t->n_samples, MIN(i + 1, (size_t)TRANSITION_SAMPLES));
		assert_int_equal(transition_at(t, 0)->left, 5000 - first);
		assert_int_equal(transition_at(t, t->n_samples - 1)->left, 5000 - i);
	}
	assert_true(transition_rate(t) == 1);
	assert_true(transition_age(t, 2100 * S) == 2000);
}

static void test_names_that_are_too_long_are_still_one_patch(void **state)
{
	struct transition *t = *state;
	char name[200];

	memset(name, 'n', sizeof(name));
	name[199] = '\0';
	transition_sample(t, name, 1, false, 10, 5, 100 * S);
	transition_sample(t, name, 1, false, 10, 5, 130 * S);
	assert_int_equal(t->n_samples, 2);
	assert_int_equal(strlen(t->patch), sizeof(t->patch) - 1);
	assert_true(transition_stalled(t, 20, 130 * S));
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_runs),
		TEST(test_the_log_tells_when_it_began),
		TEST(test_first_seen_is_inferred),
		TEST(test_suspend_is_added_to_the_logs_clock),
		TEST(test_the_end),
		TEST(test_a_reverse_starts_anew),
		TEST(test_another_patch_starts_anew),
		TEST(test_a_log_read_twice_teaches_once),
		TEST(test_force_is_remembered_for_this_boot),
		TEST(test_stalled_is_a_blocker_and_nothing_switched),
		TEST(test_more_blockers_are_no_switch),
		TEST(test_callbacks_are_no_stall),
		TEST(test_a_look_without_counts),
		TEST(test_rate_over_the_last_ten_seconds),
		TEST(test_rate_of_two_looks_at_once),
		TEST(test_the_ring_keeps_the_last_512),
		TEST(test_names_that_are_too_long_are_still_one_patch),
	};

	return cmocka_run_group_tests_name("transition", tests, fake_deadline, NULL);
}
