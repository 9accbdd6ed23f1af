// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What takes a recorded change back.
 */
#include "core/change.h"
#include "tests/lib/tree.h"

static const char *inverse(const char *verb, const char *result)
{
	return change_inverse(verb, "outcome", result);
}

static void what_is_in_effect_is_taken_back(void **state)
{
	static const char *const results[] = { "done", "confirmed", "accepted", "stalled" };

	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		assert_string_equal(inverse("load", results[i]), "disable");
		assert_string_equal(inverse("boot", results[i]), "disable");
		assert_string_equal(inverse("enable", results[i]), "disable");
	}
}

static void what_is_not_in_effect_has_no_inverse(void **state)
{
	static const char *const results[] = { "already", "failed",  "reversed",    "undone", "timeout",
					       "unknown", "refused", "interrupted", "pending" };

	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		assert_null(inverse("load", results[i]));
	assert_null(change_inverse("load", "declined", "declined"));
	assert_null(change_inverse("load", "refused", "refused"));
	assert_null(change_inverse("load", "intent", "pending"));
	assert_null(change_inverse("load", "outcome", NULL));
}

/* The kernel enables nothing again, and a transition is turned round only while it runs. */
static void what_the_kernel_cannot_take_back(void **state)
{
	assert_null(inverse("disable", "done"));
	assert_null(inverse("unload", "done"));
	assert_null(inverse("reverse", "done"));
	assert_string_equal(inverse("reverse", "stalled"), "reverse");
	assert_string_equal(inverse("reverse", "accepted"), "reverse");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_in_effect_is_taken_back),
		cmocka_unit_test(what_is_not_in_effect_has_no_inverse),
		cmocka_unit_test(what_the_kernel_cannot_take_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
