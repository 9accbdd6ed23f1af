// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a build is told to take: guessed at first, then by what the builds
 * before took, and never by nonsense that lies in the cache.
 */
#include "builder/pace.h"
#include "tests/builder/machine.h"

/* Milliseconds for one link. */
static uint64_t link_ms(const struct pace *p)
{
	const size_t n[PACE_PARTS] = { [PACE_LINK] = 1 };

	return pace_ahead(p, n);
}

static void what_was_measured_is_what_the_next_build_expects(void **state)
{
	struct cache *c;
	struct tree *t = machine(&c);
	struct pace p, next;
	uint64_t guess;

	pace_load(c, &p);
	guess = link_ms(&p);
	assert_true(guess > 0);
	for (int i = 0; i < 20; i++)
		pace_learn(&p, PACE_LINK, 1, 9000000);
	pace_save(c, &p);
	pace_load(c, &next);
	assert_in_range(link_ms(&next), 8900, 9000);
	assert_int_equal(next.ms[PACE_MAKE], p.ms[PACE_MAKE]);
	cache_free(c);
	tree_free(t);
}

static void parts_add_up_by_their_number(void **state)
{
	const struct pace p = { .ms = { 100, 200, 30, 4, 1000 } };
	const size_t none[PACE_PARTS] = { 0 }, some[PACE_PARTS] = { 1, 1, 2, 5, 0 };

	assert_int_equal(pace_ahead(&p, none), 0);
	assert_int_equal(pace_ahead(&p, some), 100 + 200 + 60 + 20);
}

static void objects_that_were_made_together_count_each(void **state)
{
	struct pace p = { .ms = { [PACE_TWIN] = 500 } };

	for (int i = 0; i < 20; i++)
		pace_learn(&p, PACE_TWIN, 10, 3000000);
	assert_in_range(p.ms[PACE_TWIN], 300, 301);
}

static void what_was_found_in_the_cache_says_nothing(void **state)
{
	struct pace p = { .ms = { [PACE_LINK] = 1600 } };

	pace_learn(&p, PACE_LINK, 1, 20000);
	pace_learn(&p, PACE_LINK, 0, 5000000);
	assert_int_equal(p.ms[PACE_LINK], 1600);
	assert_false(p.changed);
}

static void nonsense_in_the_cache_is_no_pace(void **state)
{
	static const char *const bad[] = { "",		 "1 2 3 4",	     "1 2 3 4 5 6",
					   "1 2 3 4 -5", "1 2 3 4 99999999", "1 2 3 4 5\n",
					   "a b c d e",	 "1  2 3 4 5" };
	struct cache *c;
	struct tree *t = machine(&c);
	struct pace guess, p;

	pace_load(c, &guess);
	assert_int_equal(cache_put(c, "pace 1", "1 2 3 4 5", 9, NULL), 0);
	pace_load(c, &p);
	assert_int_equal(p.ms[0], 1);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(cache_put(c, "pace 1", bad[i], strlen(bad[i]), NULL), 0);
		pace_load(c, &p);
		assert_memory_equal(p.ms, guess.ms, sizeof(p.ms));
	}
	cache_free(c);
	tree_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_measured_is_what_the_next_build_expects),
		cmocka_unit_test(parts_add_up_by_their_number),
		cmocka_unit_test(objects_that_were_made_together_count_each),
		cmocka_unit_test(what_was_found_in_the_cache_says_nothing),
		cmocka_unit_test(nonsense_in_the_cache_is_no_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
