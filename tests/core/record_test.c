// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON that scripts rely on: the envelope's keys and their order, null
 * and empty lists, strings that are no UTF-8, numbers that JSON lacks. It is
 * safe to look at on a terminal as well.
 */
#include "tests/core/fake.h"

#include <jansson.h>
#include <math.h>

#include "core/record.h"

static const struct field leaf_fields[] = { { "name", NULL, F_STR } };
static const struct shape leaf = SHAPE("leaf", leaf_fields);
static const struct field fields[] = {
	{ "str", NULL, F_STR },
	{ "int", NULL, F_INT },
	{ "real", NULL, F_REAL },
	{ "bool", NULL, F_BOOL },
	{ "time", NULL, F_TIME },
	{ "strs", NULL, F_STRS },
	{ "row", NULL, F_ROW, 0, &leaf },
	{ "rows", NULL, F_ROWS, FIELD_JSON, &leaf },
	{ "people", NULL, F_STR, FIELD_NOJSON },
};
static const struct shape shape = SHAPE("all", fields);

static void expect_data(const struct report *r, const char *want)
{
	_cleanup_free_ char *got = record_data(r);

	assert_non_null(got);
	assert_string_equal(got, want);
}

static void test_what_was_not_said_is_null(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape, false);

	expect_data(r, "null");
	assert_non_null(report_add(r));
	expect_data(r, "{\"str\":null,\"int\":null,\"real\":null,\"bool\":null,\"time\":null,\"strs\":[],"
		       "\"row\":null,\"rows\":[]}");
}

static void test_values(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape, false);
	struct row *row = report_add(r);

	row_str(row, "str", "a\"\n");
	row_int(row, "int", INT64_MAX);
	row_real(row, "real", 1.5);
	row_bool(row, "bool", false);
	row_time(row, "time", 1000001);
	row_push(row, "strs", "x");
	row_str(row_sub(row, "row"), "name", "n");
	row_add(row, "rows");
	row_human(row, "int", "many");
	row_str(row, "people", "not here");
	expect_data(r, "{\"str\":\"a\\\"\\n\",\"int\":9223372036854775807,\"real\":1.5,\"bool\":false,"
		       "\"time\":\"1970-01-01T00:00:01.000001Z\",\"strs\":[\"x\"],\"row\":{\"name\":\"n\"},"
		       "\"rows\":[{\"name\":null}]}");
}

static void test_an_empty_list_is_a_list(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&leaf, true);

	expect_data(r, "[]");
	row_str(report_add(r), "name", "a");
	report_add(r);
	expect_data(r, "[{\"name\":\"a\"},{\"name\":null}]");
}

static void test_invalid_utf8_still_parses(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&leaf, true);

	row_str(report_add(r), "name", "a\xff\x1b");
	expect_data(r, "[{\"name\":\"a\\\\xFF\\\\x1B\"}]");
}

/* A stranger's text must not steer the terminal that shows the JSON. */
static void test_no_control_or_bidi_byte_reaches_a_terminal(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&leaf, true);
	const char *hostile = "\x1b[2J\xc2\x9b"
			      "2J\u202e\u200bü";
	_cleanup_free_ char *s = NULL;
	json_t *back;

	row_str(report_add(r), "name", hostile);
	s = record_data(r);
	for (const char *p = s; *p; p++)
		assert_true(*p >= ' ' && *p <= '~');
	/* And nothing is lost on the way. */
	back = json_loads(s, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json_array_get(back, 0), "name")), hostile);
	json_decref(back);
}

static void test_a_number_that_json_lacks_is_null(void **state)
{
	static const struct field real_field[] = { { "real", NULL, F_REAL } };
	static const struct shape real = SHAPE("real", real_field);
	_cleanup_(report_freep) struct report *r = report_new(&real, true);

	row_real(report_add(r), "real", NAN);
	row_real(report_add(r), "real", -INFINITY);
	expect_data(r, "[{\"real\":null},{\"real\":null}]");
}

static void expect_envelope(char *const *cmd, size_t n, int rc, const struct report *r, const struct err *e,
			    const char *want)
{
	_cleanup_free_ char *got = record_envelope(cmd, n, rc, r, e);

	assert_non_null(got);
	assert_string_equal(got, want);
}

static void test_the_envelope_has_its_keys_in_order(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&leaf, true);
	char *cmd[] = { (char *)"list", (char *)"a\xff" };
	struct err e = { 0 };

	expect_envelope(
		cmd, 2, 0, r, &e,
		"{\"v\":1,\"cmd\":[\"list\",\"a\\\\xFF\"],\"rc\":0,\"status\":\"ok\",\"changed\":false,"
		"\"data\":[],\"error\":null,\"audit\":null}");
	r->changed = true;
	err_set(&e, -EBUSY, "busy");
	err_hint(&e, "wait");
	expect_envelope(
		NULL, 0, 6, r, &e,
		"{\"v\":1,\"cmd\":[],\"rc\":6,\"status\":\"busy\",\"changed\":true,\"data\":[],"
		"\"error\":{\"code\":\"busy\",\"errno\":\"EBUSY\",\"text\":\"busy\",\"hint\":\"wait\"},"
		"\"audit\":null}");
	expect_envelope(
		NULL, 0, 130, NULL, NULL,
		"{\"v\":1,\"cmd\":[],\"rc\":130,\"status\":\"signal\",\"changed\":false,\"data\":null,"
		"\"error\":null,\"audit\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_not_said_is_null),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_an_empty_list_is_a_list),
		cmocka_unit_test(test_invalid_utf8_still_parses),
		cmocka_unit_test(test_no_control_or_bidi_byte_reaches_a_terminal),
		cmocka_unit_test(test_a_number_that_json_lacks_is_null),
		cmocka_unit_test(test_the_envelope_has_its_keys_in_order),
	};

	return cmocka_run_group_tests_name("record", tests, fake_deadline, NULL);
}
