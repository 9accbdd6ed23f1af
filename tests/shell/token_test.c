/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The quoting rules of scripts and of the prompt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "core/root.h"
#include "shell/quote.h"

/* Commands as one string: words in brackets, commands separated by '|'. */
static char *parsed(const char *text)
{
	struct commands c = { 0 };
	struct err e = { 0 };
	size_t size = 0;
	char *out = NULL;
	FILE *f;
	int r = tokens_parse(text, &c, &e);

	if (r != 0)
		return strdup(r == 1 ? "more" : e.text);
	f = open_memstream(&out, &size);
	assert_non_null(f);
	for (size_t i = 0; i < c.n; i++) {
		fputs(i ? "|" : "", f);
		for (size_t k = 0; k < c.v[i].n; k++)
			fprintf(f, "[%s]", c.v[i].words[k]);
		assert_null(c.v[i].words[c.v[i].n]);
	}
	fclose(f);
	commands_free(&c);
	return out;
}

static void check(const char *text, const char *expected)
{
	char *got = parsed(text);

	assert_string_equal(got, expected);
	free(got);
}

static void words_are_split_at_blanks(void **state)
{
	check("list", "[list]");
	check("  show\tone  ", "[show][one]");
	check("show one\r\n", "[show][one]");
	check("", "");
	check(" \t\n\n", "");
}

static void semicolons_and_lines_separate(void **state)
{
	check("list; status;; taint 1;", "[list]|[status]|[taint][1]");
	check("list\nstatus\n", "[list]|[status]");
}

static void comments_start_words_only(void **state)
{
	check("# all of it; list", "");
	check("list # rest ; status\ntaint", "[list]|[taint]");
	check("show a#b", "[show][a#b]");
	check("show 'a' #b", "[show][a]");
	check("show '#'", "[show][#]");
}

static void single_quotes_are_literal(void **state)
{
	check("show 'a b;#\\\"'", "[show][a b;#\\\"]");
	check("show a' 'b", "[show][a b]");
	check("show ''", "[show][]");
}

static void double_quotes_know_two_escapes(void **state)
{
	check("show \"a b\"", "[show][a b]");
	check("show \"a\\\"b\\\\c\\n\"", "[show][a\"b\\c\\n]");
	check("show \"$HOME `x` *\"", "[show][$HOME `x` *]");
}

static void a_backslash_at_the_end_continues(void **state)
{
	check("show \\\n one", "[show][one]");
	check("sh\\\now one", "[show][one]");
	check("show \\", "more");
	check("show \\\n", "more");
	check("show a\\b", "[show][a\\b]");
}

static void an_open_quote_is_told_with_its_column(void **state)
{
	check("show 'x", "the quote ' in column 6 is not closed on its line");
	check("list\nshow \"x\n", "the quote \" in column 6 is not closed on its line");
}

static void lines_are_counted(void **state)
{
	struct commands c = { 0 };

	assert_int_equal(tokens_parse("list\n\nshow \\\n x\nstatus", &c, NULL), 0);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.v[0].line, 0);
	assert_int_equal(c.v[1].line, 2);
	commands_free(&c);
}

static void too_much_is_refused(void **state)
{
	char *text = malloc(TOKEN_TEXT_MAX + 2);
	struct commands c = { 0 };
	struct err e = { 0 };

	memset(text, 'a', TOKEN_TEXT_MAX + 1);
	text[TOKEN_TEXT_MAX + 1] = '\0';
	assert_int_equal(tokens_parse(text, &c, &e), -E2BIG);
	for (size_t i = 0; i < TOKEN_TEXT_MAX; i += 2)
		text[i + 1] = ' ';
	text[TOKEN_TEXT_MAX] = '\0';
	assert_int_equal(tokens_parse(text, &c, &e), -E2BIG);
	assert_int_equal(err_exit(&e), RC_USAGE);
	free(text);
}

static void check_partial(const char *text, size_t n, const char *last, size_t start)
{
	char **words = NULL;
	size_t got, at;

	assert_int_equal(tokens_partial(text, &words, &got, &at), 0);
	assert_int_equal(got, n);
	assert_string_equal(words[got - 1], last);
	assert_int_equal(at, start);
	strv_free(words);
}

static void an_unfinished_line_has_a_last_word(void **state)
{
	check_partial("", 1, "", 0);
	check_partial("li", 1, "li", 0);
	check_partial("list ", 2, "", 5);
	check_partial("list; show kl", 2, "kl", 11);
	check_partial("show 'a b", 2, "a b", 5);
	check_partial("show \\", 2, "", 6);
}

static void check_joined(const char *text, const char *expected)
{
	struct commands c = { 0 };
	char *line, *before, *after;

	assert_int_equal(tokens_parse(text, &c, NULL), 0);
	line = commands_join(&c);
	assert_non_null(line);
	assert_string_equal(line, expected);
	before = parsed(text);
	after = parsed(line);
	assert_string_equal(after, before);
	free(before);
	free(after);
	free(line);
	commands_free(&c);
}

static void joined_commands_parse_to_the_same_words(void **state)
{
	check_joined("taint \\\n4096", "taint 4096");
	check_joined("list # all\nshow x\n", "list; show x");
	check_joined("load 'a b.ko' \"it's\"", "load 'a b.ko' \"it's\"");
	check_joined("log '#1' a#b '' x\\y 'q\"\\'", "log '#1' a#b '' 'x\\y' 'q\"\\'");
	check_joined("log \"'\\\"\\\\\"; list", "log \"'\\\"\\\\\"; list");
	check_joined("", "");
}

static void a_line_end_cannot_be_quoted(void **state)
{
	assert_null(word_quote("a\nb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_at_blanks),
		cmocka_unit_test(semicolons_and_lines_separate),
		cmocka_unit_test(comments_start_words_only),
		cmocka_unit_test(single_quotes_are_literal),
		cmocka_unit_test(double_quotes_know_two_escapes),
		cmocka_unit_test(a_backslash_at_the_end_continues),
		cmocka_unit_test(an_open_quote_is_told_with_its_column),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(joined_commands_parse_to_the_same_words),
		cmocka_unit_test(a_line_end_cannot_be_quoted),
		cmocka_unit_test(an_unfinished_line_has_a_last_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
