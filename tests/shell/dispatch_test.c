/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From words to an exit code: flags anywhere, danger, and the table of verbs
 * itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>

#include "shell/app.h"
#include "shell/args.h"
#include "shell/dispatch.h"

static const struct arg file_args[] = { { "FILE", ARG_FILE },
					{ "PARAM", ARG_WORD, .optional = true, .many = true } };
static const struct flag some_flags[] = {
	{ "follow", NULL, false, "" },
	{ "count", "N", false, "" },
	{ "mode", "M", true, "" },
};
static const struct verb moderate = {
	.name = "load",
	.args = file_args,
	.n_args = 2,
	.flags = some_flags,
	.n_flags = 3,
	.danger = DANGER_MODERATE,
};

static struct settings settings(void)
{
	struct settings s;

	settings_init(&s);
	return s;
}

/* Parse words after "load"; ends with NULL. */
static int parse(struct parsed *p, struct err *e, ...)
{
	char *argv[16] = { (char *)"load" };
	struct settings base = settings();
	size_t n = 1;
	va_list ap;

	va_start(ap, e);
	while (n < 16 && (argv[n] = va_arg(ap, char *)))
		n++;
	va_end(ap);
	return args_parse(&moderate, &base, argv, n, p, e);
}

static void flags_stand_anywhere(void **state)
{
	struct parsed p;

	assert_int_equal(parse(&p, NULL, "--json", "x.ko", "--count", "3", "--follow", "a=1", "--yes", NULL),
			 0);
	assert_int_equal(p.n_args, 2);
	assert_string_equal(p.args[0], "x.ko");
	assert_string_equal(p.args[1], "a=1");
	assert_null(p.args[2]);
	assert_string_equal(p.flag_values[0], "");
	assert_string_equal(p.flag_values[1], "3");
	assert_null(p.flag_values[2]);
	assert_true(p.g.set.json && p.g.set.yes);
	parsed_done(&p);
}

static void two_dashes_end_flags(void **state)
{
	struct parsed p;

	assert_int_equal(parse(&p, NULL, "--", "--json", "-", NULL), 0);
	assert_int_equal(p.n_args, 2);
	assert_string_equal(p.args[0], "--json");
	assert_false(p.g.set.json);
	parsed_done(&p);
}

static void values_may_be_optional(void **state)
{
	struct parsed p;

	assert_int_equal(parse(&p, NULL, "x", "--mode", "y", "--wait", NULL), 0);
	assert_string_equal(p.flag_values[2], "");
	assert_string_equal(p.args[1], "y");
	assert_true(isinf(p.g.set.wait));
	parsed_done(&p);
	assert_int_equal(parse(&p, NULL, "x", "--mode=m", "--wait=2.5", NULL), 0);
	assert_string_equal(p.flag_values[2], "m");
	assert_true(p.g.set.wait == 2.5);
	parsed_done(&p);
}

static void wrong_words_are_usage_errors(void **state)
{
	static const char *const bad[][2] = {
		{ "--folow", "did you mean --follow?" },
		{ "--count", "" },
		{ "--follow=1", "" },
		{ "--wait=x", "" },
		{ "--wait=-1", "" },
		{ "--color=blue", "" },
		{ "-q", "flags are whole words, such as --json; -- ends them" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = { 0 };
		struct parsed p;

		assert_int_equal(parse(&p, &e, "x", bad[i][0], NULL), -EINVAL);
		assert_int_equal(err_exit(&e), RC_USAGE);
		assert_string_equal(e.hint, bad[i][1]);
		parsed_done(&p);
	}
}

static void a_missing_word_is_named(void **state)
{
	struct err e = { 0 };
	struct parsed p;

	assert_int_equal(parse(&p, &e, "--yes", NULL), -EINVAL);
	assert_string_equal(e.text, "FILE is missing");
	assert_string_equal(e.hint, "usage: klpsh load FILE [PARAM...] [--follow] [--count=N] [--mode[=M]]");
	parsed_done(&p);
}

static void json_is_heard_behind_an_error(void **state)
{
	struct parsed p;

	assert_int_equal(parse(&p, NULL, "--nope", "x", "--json", NULL), -EINVAL);
	assert_true(p.g.set.json);
	parsed_done(&p);
}

static enum rc danger(const struct settings *s, const char *root)
{
	struct err e = { 0 };

	struct app app = { .root_prefix = root };

	return danger_check(&moderate, s, &app, &e) < 0 ? err_exit(&e) : RC_OK;
}

static void nothing_changes_where_it_may_not(void **state)
{
	struct settings s = settings();

	s.yes = true;
	assert_int_equal(danger(&s, NULL), RC_OK);
	s.read_only = true;
	assert_int_equal(danger(&s, NULL), RC_PERMISSION);
	s.read_only = false;
	assert_int_equal(danger(&s, "/captured"), RC_PERMISSION);
	s = settings();
	s.dry_run = true;
	assert_int_equal(danger(&s, NULL), RC_OK);
}

static void harmless_verbs_need_nothing(void **state)
{
	struct verb v = moderate;
	struct settings s = settings();

	struct app app = { .root_prefix = "/captured" };

	s.read_only = true;
	v.danger = DANGER_NONE;
	assert_int_equal(danger_check(&v, &s, &app, NULL), 0);
}

static void the_table_is_sound(void **state)
{
	for (size_t i = 0; i < verbs_len; i++) {
		const struct verb *v = verbs[i];

		assert_non_null(v->run);
		assert_non_null(v->help);
		for (size_t k = i + 1; k < verbs_len; k++)
			assert_string_not_equal(v->name, verbs[k]->name);
		for (size_t k = 0; k < v->n_flags; k++) {
			assert_non_null(v->flags[k].help);
			assert_null(gflag_find(v->flags[k].name));
		}
		for (size_t k = 0; k + 1 < v->n_args; k++)
			assert_true(!v->args[k].many && v->args[k].optional <= v->args[k + 1].optional);
	}
}

static void every_field_is_explained(void **state)
{
	for (size_t i = 0; i < verbs_len; i++)
		for (size_t k = 0; verbs[i]->shape && k < verbs[i]->shape->n_fields; k++)
			assert_non_null(verbs[i]->shape->fields[k].help);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_stand_anywhere),
		cmocka_unit_test(two_dashes_end_flags),
		cmocka_unit_test(values_may_be_optional),
		cmocka_unit_test(wrong_words_are_usage_errors),
		cmocka_unit_test(a_missing_word_is_named),
		cmocka_unit_test(json_is_heard_behind_an_error),
		cmocka_unit_test(nothing_changes_where_it_may_not),
		cmocka_unit_test(harmless_verbs_need_nothing),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(every_field_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
