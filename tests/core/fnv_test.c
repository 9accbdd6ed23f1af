// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers that FNV's authors give for some texts, whole and in parts. */
#include "core/fnv.h"

#include "tests/lib/tree.h"

static void known_texts_have_their_numbers(void **state)
{
	assert_true(fnv_str("") == 0xcbf29ce484222325);
	assert_true(fnv_str("a") == 0xaf63dc4c8601ec8c);
	assert_true(fnv_str("foobar") == 0x85944171f73967e8);
}

static void parts_come_to_the_whole(void **state)
{
	assert_true(fnv(FNV_START, "foobar", 6) == fnv_str("foobar"));
	assert_true(fnv(fnv(FNV_START, "foo", 3), "bar", 3) == fnv_str("foobar"));
	assert_true(fnv(FNV_START, "", 1) != fnv_str(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts_have_their_numbers),
		cmocka_unit_test(parts_come_to_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
