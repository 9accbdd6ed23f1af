/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suggestions for typing errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shell/nearest.h"
#include "shell/verb.h"

static void distances_count_edits(void **state)
{
	assert_int_equal(nearest_distance("list", "list"), 0);
	assert_int_equal(nearest_distance("lst", "list"), 1);
	assert_int_equal(nearest_distance("lisst", "list"), 1);
	assert_int_equal(nearest_distance("lizt", "list"), 1);
	assert_int_equal(nearest_distance("", "list"), 4);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
}

static void swapped_neighbours_count_once(void **state)
{
	assert_int_equal(nearest_distance("ilst", "list"), 1);
	assert_int_equal(nearest_distance("tiant", "taint"), 1);
}

static void long_words_have_no_neighbours(void **state)
{
	char word[NEAREST_MAX + 8];

	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(nearest_distance(word, "list"), NEAREST_MAX);
	assert_int_equal(nearest_distance("list", word), NEAREST_MAX);
}

static void check(const char *typed, const char *meant)
{
	const struct verb *v = verb_nearest(typed);

	assert_non_null(v);
	assert_string_equal(v->name, meant);
}

static void verbs_are_suggested_for_typing_errors_only(void **state)
{
	check("ilst", "list");
	check("blokers", "blockers");
	check("ststus", "status");
	check("inpsect", "inspect");
	check("LIST", "list");
	check("Sttaus", "status");
	assert_null(verb_nearest("frobnicate"));
	assert_null(verb_nearest("x"));
	assert_null(verb_nearest(""));
}

static void there_are_no_abbreviations(void **state)
{
	assert_null(verb_find("stat"));
	assert_null(verb_find("LIST"));
	assert_non_null(verb_find("list"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_count_edits),
		cmocka_unit_test(swapped_neighbours_count_once),
		cmocka_unit_test(long_words_have_no_neighbours),
		cmocka_unit_test(verbs_are_suggested_for_typing_errors_only),
		cmocka_unit_test(there_are_no_abbreviations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
