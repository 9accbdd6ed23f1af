// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Since when a patch is in its state, by the kernel's log.
 */
#include "core/transition.h"
#include "tests/lib/tree.h"

#define S USEC_PER_SEC

struct scene {
	struct transition t;
	uint64_t seq;
};

static int set_up(void **state)
{
	static struct scene c;

	transition_init(&c.t);
	c.seq = 100;
	*state = &c;
	return 0;
}

static void log_line(struct scene *c, uint64_t usec, const char *text)
{
	struct kmsg_record r;
	char raw[256];

	FORMAT(raw, "5,%llu,%llu,-;livepatch: %s", (unsigned long long)c->seq++, (unsigned long long)usec,
	       text);
	assert_int_equal(kmsg_parse(raw, strlen(raw), &r), 0);
	transition_log(&c->t, &r, 10 * S);
}

/* Seconds at 1000 s after boot, in this state by sysfs. */
static double age(const struct scene *c, struct patch p)
{
	since_mark(&c->t.since, &p);
	return patch_age(&p, 1000 * S);
}

#define PATCH(name_, enabled_, transition_)                                                                  \
	((struct patch){ .name = (char *)(uintptr_t)(name_),                                                 \
			 .in_sysfs = true,                                                                   \
			 .loaded = true,                                                                     \
			 .enabled = (enabled_),                                                              \
			 .transition = (transition_) })

static void every_state_has_its_beginning(void **state)
{
	struct scene *c = *state;

	log_line(c, 90 * S, "enabling patch 'x'");
	log_line(c, 190 * S, "'x': starting patching transition");
	assert_true(age(c, PATCH("x", 1, 1)) == 900);
	assert_true(age(c, PATCH("x", 0, 1)) < 0); /* the log has not told of that */
	log_line(c, 290 * S, "'x': patching complete");
	assert_true(age(c, PATCH("x", 1, 0)) == 700);
	log_line(c, 390 * S, "'x': starting unpatching transition");
	assert_true(age(c, PATCH("x", 0, 1)) == 600);
	log_line(c, 490 * S, "'x': unpatching complete");
	assert_true(age(c, (struct patch){ .name = (char *)(uintptr_t) "x" }) == 500);
	log_line(c, 590 * S, "enabling patch 'x'");
	assert_true(age(c, PATCH("x", 1, 1)) == 400);
}

static void a_transition_that_was_turned_round_begins_anew(void **state)
{
	struct scene *c = *state;

	log_line(c, 90 * S, "'x': starting unpatching transition");
	log_line(c, 190 * S, "'x': reversing transition from unpatching to patching");
	log_line(c, 190 * S, "'x': starting patching transition");
	assert_true(age(c, PATCH("x", 1, 1)) == 800);
}

static void what_the_log_does_not_tell_is_unknown(void **state)
{
	struct scene *c = *state;

	assert_true(age(c, PATCH("x", 1, 0)) < 0);
	log_line(c, 90 * S, "'x': patching complete");
	assert_true(age(c, PATCH("y", 1, 0)) < 0);
	assert_true(age(c, PATCH("x", TRI_UNKNOWN, 0)) < 0);
	/* An atomic replace has taken it out: there is no line of that. */
	assert_true(age(c, (struct patch){ .name = (char *)(uintptr_t) "x" }) < 0);
	log_line(c, 190 * S, "enabling patch 'z'");
	log_line(c, 191 * S, "failed to enable patch 'z'");
	assert_true(age(c, PATCH("z", 1, 1)) < 0);
}

static void behind_a_gap_it_is_inferred(void **state)
{
	struct scene *c = *state;
	struct patch x = PATCH("x", 1, 0), y = PATCH("y", 1, 0);

	log_line(c, 90 * S, "'x': patching complete");
	c->seq += 7;
	log_line(c, 190 * S, "'y': patching complete");
	since_mark(&c->t.since, &x);
	since_mark(&c->t.since, &y);
	assert_true(x.since_known && x.since_inferred);
	assert_true(y.since_known && !y.since_inferred);
}

static void too_many_patches_push_out_the_oldest(void **state)
{
	struct scene *c = *state;
	char line[64];

	for (int i = 0; i <= SINCE_MAX; i++) {
		FORMAT(line, "'p%d': patching complete", i);
		log_line(c, 90 * S, line);
	}
	assert_true(age(c, PATCH("p0", 1, 0)) < 0);
	assert_true(age(c, PATCH("p1", 1, 0)) == 900);
	assert_true(age(c, PATCH("p64", 1, 0)) == 900);
}

static void clocks_that_disagree_give_no_time_before_now(void **state)
{
	struct scene *c = *state;

	log_line(c, 5000 * S, "'x': patching complete");
	assert_true(age(c, PATCH("x", 1, 0)) == 0);
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_state_has_its_beginning),
		TEST(a_transition_that_was_turned_round_begins_anew),
		TEST(what_the_log_does_not_tell_is_unknown),
		TEST(behind_a_gap_it_is_inferred),
		TEST(too_many_patches_push_out_the_oldest),
		TEST(clocks_that_disagree_give_no_time_before_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
