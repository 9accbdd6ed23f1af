// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports: values by key, null where nothing was said, lists that are empty
 * rather than null, and cells as people read them, sanitized.
 */
#include "tests/core/fake.h"

#include "core/report.h"

static const struct field leaf_fields[] = { { "name", NULL, F_STR } };
static const struct shape leaf = SHAPE("leaf", leaf_fields);
static const struct field fields[] = {
	{ "str", NULL, F_STR },		  { "int", NULL, F_INT },
	{ "real", NULL, F_REAL },	  { "bool", NULL, F_BOOL },
	{ "time", NULL, F_TIME },	  { "strs", NULL, F_STRS },
	{ "row", NULL, F_ROW, 0, &leaf }, { "rows", NULL, F_ROWS, 0, &leaf },
};
static const struct shape shape = SHAPE("all", fields);

static void expect_text(const struct row *r, const char *key, const char *want)
{
	for (size_t i = 0; i < shape.n_fields; i++) {
		_cleanup_free_ char *got = NULL;

		if (!streq(fields[i].key, key))
			continue;
		got = cell_text(&fields[i], row_cell(r, key));
		assert_string_equal(got, want);
		return;
	}
	fail();
}

static void test_nothing_said_is_not_available(void **state)
{
	struct row *r = row_new(&shape);

	expect_text(r, "str", "n/a");
	expect_text(r, "int", "n/a");
	expect_text(r, "real", "n/a");
	expect_text(r, "bool", "n/a");
	expect_text(r, "time", "n/a");
	expect_text(r, "row", "n/a");
	expect_text(r, "strs", "");
	expect_text(r, "rows", "0");
	assert_true(row_cell(r, "strs")->set && row_cell(r, "rows")->set);
	assert_null(row_cell(r, "absent"));
	assert_int_equal(row_tri(r, "bool", -1), 0);
	expect_text(r, "bool", "n/a");
	row_free(r);
}

static void test_values_as_people_read_them(void **state)
{
	struct row *r = row_new(&shape);

	row_str(r, "str", "a\x1b");
	row_int(r, "int", INT64_MIN);
	row_real(r, "real", 12.25);
	row_tri(r, "bool", 1);
	row_time(r, "time", 1000000);
	row_push(r, "strs", "x");
	row_push(r, "strs", "\ny");
	row_add(r, "rows");
	row_sub(r, "row");
	expect_text(r, "str", "a\\x1B");
	expect_text(r, "int", "-9223372036854775808");
	expect_text(r, "real", "12.2");
	expect_text(r, "bool", "yes");
	expect_text(r, "time", "1970-01-01T00:00:01.000000Z");
	expect_text(r, "strs", "x, \\x0Ay");
	expect_text(r, "rows", "1");
	expect_text(r, "row", "1");
	row_free(r);
}

static void test_human_text_is_shown_instead(void **state)
{
	struct row *r = row_new(&shape);

	row_int(r, "int", 5);
	row_human(r, "int", "%s", "five\a");
	row_human(r, "str", "none");
	expect_text(r, "int", "five\\x07");
	expect_text(r, "str", "none"); /* also for a null */
	assert_int_equal(row_cell(r, "int")->i, 5);
	assert_false(row_cell(r, "str")->set);
	row_free(r);
}

static void test_values_can_be_set_again(void **state)
{
	struct row *r = row_new(&shape);

	row_str(r, "str", "one");
	row_strf(r, "str", "%d", 2);
	expect_text(r, "str", "2");
	/* From its own value, too. */
	row_str(r, "str", row_cell(r, "str")->str);
	expect_text(r, "str", "2");
	row_str(r, "str", NULL);
	expect_text(r, "str", "n/a");
	assert_ptr_equal(row_sub(r, "row"), row_sub(r, "row"));
	row_human(r, "str", "a");
	row_human(r, "str", "b");
	expect_text(r, "str", "b");
	row_free(r);
}

static void test_lists_grow(void **state)
{
	struct row *r = row_new(&shape);

	for (int i = 0; i < 100; i++) {
		struct row *sub = row_add(r, "rows");

		assert_int_equal(row_strf(sub, "name", "%d", i), 0);
		assert_int_equal(row_push(r, "strs", "x"), 0);
	}
	assert_int_equal(row_cell(r, "rows")->rows.n, 100);
	assert_int_equal(row_cell(r, "strs")->strs.n, 100);
	assert_string_equal(row_cell(row_cell(r, "rows")->rows.v[99], "name")->str, "99");
	row_free(r);
}

static void test_notes_end_in_null(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape, true);

	for (size_t n = 1; n < 20; n++) {
		assert_int_equal(report_note(r, "note %zu", n), 0);
		assert_int_equal(r->n_notes, n);
		assert_null(r->notes[n]);
	}
	assert_string_equal(r->notes[18], "note 19");
	report_headline(r, "a");
	report_headline(r, "%s", "b");
	assert_string_equal(r->headline, "b");
	assert_null(report_free(NULL));
	assert_null(row_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_said_is_not_available),
		cmocka_unit_test(test_values_as_people_read_them),
		cmocka_unit_test(test_human_text_is_shown_instead),
		cmocka_unit_test(test_values_can_be_set_again),
		cmocka_unit_test(test_lists_grow),
		cmocka_unit_test(test_notes_end_in_null),
	};

	return cmocka_run_group_tests_name("report", tests, fake_deadline, NULL);
}
