/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hand-made reports as text, TSV and JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include "core/record.h"
#include "shell/render.h"

static const struct field leaf_fields[] = {
	{ "name", NULL, F_STR },
	{ "pos", NULL, F_INT, FIELD_RIGHT },
};
static const struct shape shape_leaf = SHAPE("leaf", leaf_fields);
static const struct field twig_fields[] = {
	{ "name", NULL, F_STR },
	{ "green", NULL, F_BOOL },
	{ "leaves", NULL, F_ROWS, 0, &shape_leaf },
};
static const struct shape shape_twig = SHAPE("twig", twig_fields);
static const struct field soil_fields[] = {
	{ "kind", NULL, F_STR },
	{ "depth", NULL, F_REAL },
};
static const struct shape shape_soil = SHAPE("soil", soil_fields);
static const struct field tree_fields[] = {
	{ "name", NULL, F_STR, FIELD_TRUNC },	   { "state", NULL, F_STR },
	{ "how_old", "age", F_INT, FIELD_RIGHT },  { "birds", NULL, F_STRS },
	{ "hidden", NULL, F_INT, FIELD_JSON },	   { "latin", NULL, F_STR, FIELD_WIDE },
	{ "people", NULL, F_STR, FIELD_NOJSON },   { "soil", NULL, F_ROW, 0, &shape_soil },
	{ "twigs", NULL, F_ROWS, 0, &shape_twig },
};
static const struct shape shape_tree = SHAPE("tree", tree_fields);

static struct row *oak(struct report *r)
{
	struct row *row = report_add(r), *twig;

	row_str(row, "name", "oak");
	row_str(row, "state", "stalled");
	row_int(row, "how_old", 300);
	row_push(row, "birds", "jay");
	row_push(row, "birds", "owl\tnight\n");
	row_int(row, "hidden", 7);
	row_str(row, "latin", "quercus");
	row_str(row, "people", "for people");
	row_str(row_sub(row, "soil"), "kind", "clay");
	twig = row_add(row, "twigs");
	row_str(twig, "name", "low");
	row_bool(twig, "green", true);
	row_str(row_add(twig, "leaves"), "name", "first");
	return row;
}

static void expect(char *got, const char *expected)
{
	assert_non_null(got);
	assert_string_equal(got, expected);
	free(got);
}

static void a_list_is_a_table(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_leaf, true);
	struct render_opts o = { 0 };

	row_str(report_add(r), "name", "one");
	row_str(report_add(r), "name", "twenty");
	row_int(r->rows.v[1], "pos", 20);
	expect(render_text(r, &o), "NAME    POS\none     n/a\ntwenty   20\n");
}

static void one_row_is_labelled_lines(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_tree, false);
	struct render_opts o = { 0 };

	oak(r);
	report_headline(r, "An oak.");
	report_note(r, "It is old.");
	expect(render_text(r, &o), "An oak.\n\n"
				   "Name:     oak\n"
				   "State:    stalled\n"
				   "Age:      300\n"
				   "Birds:    jay, owl\\x09night\\x0A\n"
				   "Latin:    quercus\n"
				   "People:   for people\n"
				   "Soil:\n"
				   "  Kind:   clay\n"
				   "  Depth:  n/a\n\n"
				   "Twigs:\n"
				   "  NAME     GREEN  POS\n"
				   "  low      yes\n"
				   "  └─first         n/a\n\n"
				   "It is old.\n");
}

static void an_empty_list_is_its_headline(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_leaf, true);
	struct render_opts o = { 0 };

	report_headline(r, "There are no leaves.");
	expect(render_text(r, &o), "There are no leaves.\n");
}

static void escapes_never_get_through(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_leaf, true);
	struct render_opts o = { .width = 80, .color = true };

	row_str(report_add(r), "name", "\033[31mred\033]0;x\007\xff");
	report_headline(r, "evil \033[2J");
	report_note(r, "note \033[2J");
	expect(render_text(r, &o), "evil \\x1B[2J\n\n"
				   "NAME                         POS\n"
				   "\\x1B[31mred\\x1B]0;x\\x07\\xFF  n/a\n\n"
				   "note \\x1B[2J\n");
}

static void a_narrow_terminal_cuts_what_may_be_cut(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_tree, true);
	struct render_opts o = { .width = 30 };
	char *text;

	row_str(oak(r), "name", "a tree with a very long name indeed");
	text = render_text(r, &o);
	assert_non_null(text);
	assert_non_null(strstr(text, "stalled"));
	assert_null(strstr(text, "indeed"));
	assert_null(strstr(text, "LATIN"));
	free(text);
	o.width = 200;
	text = render_text(r, &o);
	assert_non_null(strstr(text, "indeed"));
	assert_non_null(strstr(text, "LATIN"));
	free(text);
}

static void sentences_wrap_at_words(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_leaf, true);
	struct render_opts o = { .width = 20 };

	report_headline(r, "one two three four five six");
	expect(render_text(r, &o), "one two three four\n  five six\n");
}

static void colour_marks_words_that_mean_something(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_tree, false);
	struct render_opts o = { .color = true };
	char *text;

	oak(r);
	text = render_text(r, &o);
	assert_non_null(strstr(text, "\033[31mstalled\033[0m"));
	free(text);
	o.color = false;
	text = render_text(r, &o);
	assert_null(strstr(text, "\033"));
	free(text);
}

static void tsv_is_flat_and_whole(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_tree, false);
	struct row *row = oak(r);

	row_human(row, "how_old", "old");
	expect(render_tsv(r, true),
	       "name\tstate\thow_old\tbirds\thidden\tlatin\tsoil.kind\tsoil.depth\ttwigs.name\ttwigs.green\t"
	       "twigs.leaves\n"
	       "oak\tstalled\t300\tjay,owl\\x09night\\x0A\t7\tquercus\tclay\t-\tlow\ttrue\tfirst:-\n");
}

static void tsv_repeats_the_row_around_a_list(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_twig, false);
	struct row *row = report_add(r);

	row_str(row, "name", "low");
	row_str(row_add(row, "leaves"), "name", "a");
	row_str(row_add(row, "leaves"), "name", "b");
	expect(render_tsv(r, true), "name\tgreen\tleaves.name\tleaves.pos\nlow\t-\ta\t-\nlow\t-\tb\t-\n");
	expect(render_tsv(r, false), "low\t-\ta\t-\nlow\t-\tb\t-\n");
}

static void tsv_of_nothing_is_its_heading(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_leaf, true);

	expect(render_tsv(r, true), "name\tpos\n");
}

static void json_has_the_shape(void **state)
{
	_cleanup_(report_freep) struct report *r = report_new(&shape_tree, false);

	oak(r);
	expect(record_data(r), "{\"name\":\"oak\",\"state\":\"stalled\",\"how_old\":300,"
			       "\"birds\":[\"jay\",\"owl\\tnight\\n\"],\"hidden\":7,\"latin\":\"quercus\","
			       "\"soil\":{\"kind\":\"clay\",\"depth\":null},"
			       "\"twigs\":[{\"name\":\"low\",\"green\":true,"
			       "\"leaves\":[{\"name\":\"first\",\"pos\":null}]}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_a_table),
		cmocka_unit_test(one_row_is_labelled_lines),
		cmocka_unit_test(an_empty_list_is_its_headline),
		cmocka_unit_test(escapes_never_get_through),
		cmocka_unit_test(a_narrow_terminal_cuts_what_may_be_cut),
		cmocka_unit_test(sentences_wrap_at_words),
		cmocka_unit_test(colour_marks_words_that_mean_something),
		cmocka_unit_test(tsv_is_flat_and_whole),
		cmocka_unit_test(tsv_repeats_the_row_around_a_list),
		cmocka_unit_test(tsv_of_nothing_is_its_heading),
		cmocka_unit_test(json_has_the_shape),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
