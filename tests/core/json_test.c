// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON as foreign bytes: what is not there, of another type or broken is told,
 * never guessed; what is written reads back and cannot steer a terminal.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdint.h>

#include "core/json.h"

static void reads_members_by_type(void **state)
{
	const char *text = "{\"s\":\"x\",\"n\":7,\"r\":1.5,\"b\":true,\"l\":[\"a\",2]}";
	_cleanup_(jv_freep) struct jv *v = NULL;
	int64_t n = 0;
	double real = 0;
	bool b = false;

	assert_int_equal(jv_parse(text, strlen(text), &v, NULL), 0);
	assert_string_equal(jv_str(v, "s"), "x");
	assert_true(jv_int(v, "n", &n) && n == 7);
	assert_true(jv_real(v, "n", &real) && real == 7);
	assert_true(jv_bool(v, "b", &b) && b);
	assert_int_equal(jv_len(jv_get(v, "l")), 2);
	assert_string_equal(jv_str(jv_at(jv_get(v, "l"), 0), NULL), "a");
}

static void other_types_are_not_there(void **state)
{
	_cleanup_(jv_freep) struct jv *v = NULL;
	int64_t n = 42;
	bool b;

	assert_int_equal(jv_parse("{\"s\":\"7\"}", 9, &v, NULL), 0);
	assert_false(jv_int(v, "s", &n));
	assert_int_equal(n, 42);
	assert_false(jv_bool(v, "s", &b));
	assert_null(jv_str(v, "none"));
	assert_null(jv_str(NULL, "s"));
	assert_int_equal(jv_len(v), 0);
	assert_null(jv_at(v, 0));
}

static void broken_text_is_refused(void **state)
{
	static const char *const bad[] = { "", "{", "{\"a\":1,\"a\":2}", "[1]x", "{\"a\":\"\xff\"}", "nul" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = { 0 };
		struct jv *v = NULL;

		assert_int_equal(jv_parse(bad[i], strlen(bad[i]), &v, &e), -EBADMSG);
		assert_null(v);
		assert_true(e.text[0]);
	}
}

static void deep_nesting_is_refused(void **state)
{
	_cleanup_free_ char *text = malloc(100000);
	struct jv *v = NULL;

	assert_non_null(text);
	memset(text, '[', 100000);
	assert_int_equal(jv_parse(text, 100000, &v, NULL), -EBADMSG);
}

static void output_is_ascii_on_one_line(void **state)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();
	_cleanup_free_ char *s = NULL;

	assert_int_equal(jv_set(o, "k", jv_new_str("a\n\x1b[31m\xe2\x80\xae\xff")), 0);
	s = jv_dump(o);
	assert_non_null(s);
	for (const char *p = s; *p; p++)
		assert_true(*p >= 0x20 && *p < 0x7f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_members_by_type),       cmocka_unit_test(other_types_are_not_there),
		cmocka_unit_test(broken_text_is_refused),      cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(output_is_ascii_on_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
