/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tab at the prompt, and the list below it.
 */
#include "tests/shell/prompt.h"

#include "shell/matches.h"

/* A file below the home folder. */
static void make_file(const struct place *p, const char *name)
{
	_cleanup_(fclosep) FILE *f = NULL;
	char path[256];

	FORMAT(path, "%s/%s", p->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
}

static void make_folder(const struct place *p, const char *name)
{
	char path[256];

	FORMAT(path, "%s/%s", p->dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* Type words with the home folder in the place of %s. */
static void type(const struct place *p, const char *before, const char *after)
{
	vt_keys(p->vt, before);
	vt_keys(p->vt, p->dir);
	vt_keys(p->vt, after);
}

static void expect(const struct place *p, const char *before, const char *after)
{
	char text[300];

	FORMAT(text, "%s%s%s", before, p->dir, after);
	if (!vt_wait(p->vt, text)) {
		char *screen = vt_text(p->vt);

		print_error("the screen does not show '%s':\n%s\n", text, screen);
		free(screen);
		fail();
	}
}

static void file_names_are_quoted_as_words_are(void **state)
{
	struct place *p = *state;

	make_file(p, "fix one.ko");
	make_file(p, "a;taint 4;.ko");
	make_file(p, "it's.ko");
	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	type(p, "inspect ", "/fi\t!");
	expect(p, "inspect '", "/fix one.ko' !");
	type(p, "\x15inspect ", "/a\t!");
	expect(p, "inspect '", "/a;taint 4;.ko' !");
	type(p, "\x15inspect ", "/it\t");
	expect(p, "inspect \"", "/it's.ko\"");
	vt_keys(p->vt, "\r");
	assert_true(vt_wait(p->vt, "a kernel module\nklpsh lab")); /* and the prompt again */
	make_file(p, "z\ntaint"); /* no word of ours can say it: nothing is put in */
	type(p, "inspect ", "/z\t!");
	expect(p, "inspect ", "/z !");
}

static void a_quote_stays_open_behind_a_folder(void **state)
{
	struct place *p = *state;

	make_folder(p, "of mine");
	make_file(p, "of mine/x.ko");
	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	type(p, "inspect ", "/of\t");
	expect(p, "inspect '", "/of mine/");
	vt_keys(p->vt, "x\t");
	expect(p, "inspect '", "/of mine/x.ko'");
}

static void values_of_flags_are_completed(void **state)
{
	struct place *p = *state;

	make_folder(p, "tree one");
	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	type(p, "list --root=", "/tree\t");
	expect(p, "list --root='", "/tree one/");
	vt_keys(p->vt, "\x15load x.ko --preflight=w\t");
	assert_true(vt_wait(p->vt, "--preflight=warn"));
	vt_keys(p->vt, "\x15load x.ko --on-stall=re\t");
	assert_true(vt_wait(p->vt, "report   reverse"));
	vt_keys(p->vt, "\x15list --col\t");
	assert_true(vt_wait(p->vt, "list --color="));
	vt_keys(p->vt, "ne\t");
	assert_true(vt_wait(p->vt, "list --color=never"));
}

static void a_tilde_is_the_home_folder(void **state)
{
	struct place *p = *state;

	make_file(p, "fix.ko");
	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "inspect ~/fi\t");
	expect(p, "inspect ", "/fix.ko");
}

static void files_are_listed_by_their_last_name(void **state)
{
	struct place *p = *state;

	make_file(p, "fix-1.ko");
	make_folder(p, "fix-dir");
	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	type(p, "inspect ", "/fix-\t");
	assert_true(vt_wait(p->vt, "\n  fix-1.ko  fix-dir/"));
}

static char *printed(const struct match *v, size_t n, size_t columns, size_t lines)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	matches_print(out, v, n, columns, lines);
	fclose(out);
	return text;
}

static void descriptions_are_cut_at_the_edge(void **state)
{
	struct match v[] = {
		{ (char *)"livepatch_with_a_name_of_forty_characters", "enabled" },
		{ (char *)"short", "a sentence, that is much longer than what is left of the screen" },
	};
	_cleanup_free_ char *text = printed(v, 2, 56, 24);

	assert_string_equal(text, "  livepatch_with_a_name_of_forty_characters  enabled\n"
				  "  short                                      a sentence\n");
}

static void what_does_not_fit_the_screen_is_counted(void **state)
{
	struct match v[100];
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = (struct match){ (char *)"word", "helps" };
	text = printed(v, ARRAY_SIZE(v), 80, 10);
	assert_non_null(strstr(text, "... and 93 more\n"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(file_names_are_quoted_as_words_are),
		T(a_quote_stays_open_behind_a_folder),
		T(values_of_flags_are_completed),
		T(a_tilde_is_the_home_folder),
		T(files_are_listed_by_their_last_name),
		cmocka_unit_test(descriptions_are_cut_at_the_edge),
		cmocka_unit_test(what_does_not_fit_the_screen_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
