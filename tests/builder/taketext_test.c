// SPDX-License-Identifier: GPL-2.0-or-later
/* A file's bytes become a text that is ended, or are freed and refused as too many. */
#include "tests/lib/tree.h"

#include <errno.h>

#include "builder/taketext.h"

static char *bytes(const char *s)
{
	char *p = malloc(strlen(s));

	assert_non_null(p);
	return memcpy(p, s, strlen(s));
}

static void it_is_ended(void **state)
{
	_cleanup_free_ char *text = NULL;

	assert_int_equal(take_text("f", bytes("abc"), 3, 3, &text, NULL), 0);
	assert_string_equal(text, "abc");
}

static void too_much_is_refused_by_name(void **state)
{
	struct err e = { 0 };
	char *text = NULL;

	assert_int_equal(take_text("Module.symvers", bytes("abcd"), 4, 3, &text, &e), -EFBIG);
	assert_string_equal(e.text, "Module.symvers is too large (4 bytes)");
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_ended),
		cmocka_unit_test(too_much_is_refused_by_name),
	};

	return cmocka_run_group_tests_name("taketext", tests, NULL, NULL);
}
