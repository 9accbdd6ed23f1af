// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names with numbers that a compiler gave out, children, and the variables of macros.
 */
#include "tests/builder/kernel.h"

#include "builder/things.h"

static void numbers_behind_dots_do_not_count(void **state)
{
	assert_true(name_same_stem("f.isra.0", "f.isra.12"));
	assert_true(name_same_stem("f.constprop.0.cold", "f.constprop.7.cold"));
	assert_true(name_same_stem("count.123", "count.9"));
	assert_true(name_same_stem("f", "f"));
	assert_false(name_same_stem("f1", "f2"));
	assert_false(name_same_stem("f.isra.0", "f.part.0"));
	assert_false(name_same_stem("f.isra.0", "f"));
	assert_false(name_same_stem("f.1", "f."));
	assert_false(name_same_stem("f.1x", "f.1y"));
	assert_false(name_same_stem("", "f"));
}

static void unique_ids_have_numbers_anywhere(void **state)
{
	assert_true(name_same_stem("__UNIQUE_ID_ddebug123", "__UNIQUE_ID_ddebug77"));
	assert_true(name_same_stem("__UNIQUE_ID_x_12", "__UNIQUE_ID_x_345"));
	assert_false(name_same_stem("__UNIQUE_ID_author1", "__UNIQUE_ID_license1"));
}

static void the_order_is_that_of_stems(void **state)
{
	assert_int_equal(name_stem_cmp("a.1", "a.22"), 0);
	assert_true(name_stem_cmp("a.1", "b.1") < 0);
	assert_true(name_stem_cmp("b.1", "a.1") > 0);
	assert_true(name_stem_cmp("a", "a.1") < 0);
}

static void the_base_is_without_the_number(void **state)
{
	assert_int_equal(name_base_len("count.123"), 5);
	assert_int_equal(name_base_len("count"), 5);
	assert_int_equal(name_base_len("count.12a"), 9);
	assert_int_equal(name_base_len(".12"), 3);
	assert_int_equal(name_base_len("12"), 2);
	assert_int_equal(name_base_len(""), 0);
}

static void children_know_their_parents(void **state)
{
	bool may_miss = true;

	assert_int_equal(name_parent_len("f.cold", &may_miss), 1);
	assert_false(may_miss);
	assert_int_equal(name_parent_len("f.cold.12", &may_miss), 1);
	assert_int_equal(name_parent_len("f.isra.0.cold", &may_miss), 8);
	assert_int_equal(name_parent_len("f.part.0", &may_miss), 1);
	assert_true(may_miss);
	assert_int_equal(name_parent_len("f.part.0.cold", &may_miss), 8);
	assert_int_equal(name_parent_len("f.isra.0", &may_miss), 0);
	assert_int_equal(name_parent_len("f", &may_miss), 0);
	assert_int_equal(name_parent_len(".cold", &may_miss), 0);
	assert_int_equal(name_parent_len(".part.0", &may_miss), 0);
	assert_int_equal(name_parent_len("f.part.x", &may_miss), 0);
}

static void statics_of_macros_are_own(void **state)
{
	static const char *const own[] = { "__key.12",	       "__key",		"__warned.3",
					   "__already_done.4", "__func__.5",	"CSWTCH.7",
					   "_entry.9",	       "_rs.1",		"CSWTCH",
					   "__UNIQUE_ID_x1",   "__FUNCTION__.2" };
	static const char *const not [] = { "_rs",	"_entry",   "descriptor.8",   "key.12",
					    "__keys.1", "f.isra.0", "__warned_too.1", "CSWTCHES.1" };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (!name_is_own(own[i]))
			fail_msg("%s", own[i]);
	for (size_t i = 0; i < ARRAY_SIZE(not ); i++)
		if (name_is_own(not [i]))
			fail_msg("%s", not [i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_behind_dots_do_not_count),
		cmocka_unit_test(unique_ids_have_numbers_anywhere),
		cmocka_unit_test(the_order_is_that_of_stems),
		cmocka_unit_test(the_base_is_without_the_number),
		cmocka_unit_test(children_know_their_parents),
		cmocka_unit_test(statics_of_macros_are_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
