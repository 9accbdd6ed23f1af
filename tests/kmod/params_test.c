// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Module parameters come out as the kernel's parser wants them, and what it
 * could not take in is refused.
 */
#include <errno.h>

#include "kmod/params.h"
#include "tests/lib/tree.h"

static void expect(char *const *words, size_t n, const char *want)
{
	_cleanup_free_ char *got = NULL;
	struct err e = { 0 };

	if (params_join(words, n, &got, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(got, want);
}

static void refuse(const char *word, const char *text)
{
	char *words[] = { (char[]){ "first=1" }, (char *)(uintptr_t)word };
	char *got = NULL;
	struct err e = { 0 };

	assert_int_equal(params_join(words, 2, &got, &e), -EINVAL);
	assert_int_equal(err_exit(&e), RC_USAGE);
	assert_non_null(strstr(e.text, text));
	assert_null(got);
}

static void test_join(void **state)
{
	char *words[] = { (char[]){ "debug=1" }, (char[]){ "name=two words" }, (char[]){ "empty=" },
			  (char[]){ "list=a,b=c" }, (char[]){ "tab=a\tb" } };

	expect(words, 0, "");
	expect(words, 1, "debug=1");
	expect(words, 5, "debug=1 name=\"two words\" empty= list=a,b=c tab=\"a\tb\"");
}

static void test_refused(void **state)
{
	refuse("debug", "no \"=\"");
	refuse("=1", "no name");
	refuse("two words=1", "letters, digits");
	refuse("a=say \"hi\"", "double quote");
	refuse("a=1\nb=2", "control character");
	refuse("a=1\" b=2 \"", "double quote");
}

static void test_too_long(void **state)
{
	_cleanup_free_ char *word = malloc(PARAMS_MAX + 1), *got = NULL;
	struct err e = { 0 };

	memset(word, 'x', PARAMS_MAX);
	word[PARAMS_MAX] = '\0';
	word[1] = '=';
	assert_int_equal(params_join(&word, 1, &got, &e), -E2BIG);
	word[PARAMS_MAX - 1] = '\0';
	assert_int_equal(params_join(&word, 1, &got, &e), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
