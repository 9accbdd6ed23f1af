// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What who called kpatch-build reads of the events of a build.
 */
#include "tests/lib/tree.h"

#include "shell/building.h"
#include "shell/kpatchbuild_own.h"
#include "shell/view.h"

/* Everything that is told of one event: its keys and values in turn, NULL at the end. */
static char *told(const char *const *words)
{
	static const struct kpb k = { .name = (char *)(uintptr_t) "livepatch-fix" };
	FILE *const out = stdout, *const err = stderr;
	char *text = NULL;
	size_t len = 0;
	struct row *row;
	struct report *rep = report_single(&shape_build, &row);

	assert_non_null(rep);
	for (; *words; words += 2)
		assert_int_equal(row_str(row, words[0], words[1]), 0);
	stdout = stderr = open_memstream(&text, &len);
	kpb_tell(&k, row);
	fclose(stdout);
	stdout = out;
	stderr = err;
	report_free(rep);
	return text;
}

static void expect_told(const char *const *words, const char *wanted)
{
	char *text = told(words);

	assert_string_equal(text, wanted);
	free(text);
}

static void functions_are_told_by_their_object(void **state)
{
	expect_told((const char *[]){ "event", "function", "change", "changed", "file", "net/core/dev.c",
				      "function", "dev_open", NULL },
		    "dev.o: changed function: dev_open\n");
	expect_told((const char *[]){ "event", "function", "change", "lines", "file", "net/core/dev.c",
				      "function", "dev_open", NULL },
		    "");
}

static void refusals_are_errors_with_their_place(void **state)
{
	expect_told((const char *[]){ "event", "refusal", "file", "fs/a.c", "function", "f", "section",
				      ".text.f", "why", "it is so", "technique", "do that", NULL },
		    "ERROR: fs/a.c: f: it is so\n  What helps: do that.\n");
	expect_told((const char *[]){ "event", "refusal", "file", "fs/a.c", "section", ".x", "why",
				      "it is so", NULL },
		    "ERROR: fs/a.c: .x: it is so\n");
	expect_told((const char *[]){ "event", "warning", "file", "fs/a.c", "why", "it is so", NULL },
		    "WARNING: fs/a.c: it is so\n");
	/* of no file */
	expect_told((const char *[]){ "event", "refusal", "why", "it is so", NULL }, "ERROR: it is so\n");
}

static void other_events_have_their_lines(void **state)
{
	expect_told((const char *[]){ "event", "phase", "phase", "resolve", NULL },
		    "Building patch module: livepatch-fix.ko\n");
	expect_told((const char *[]){ "event", "phase", "phase", "compile", NULL }, "");
	expect_told((const char *[]){ "event", "kept", "folder", "/c", NULL },
		    "The build's folder is kept: /c\n");
	expect_told((const char *[]){ "event", "note", "text", "so", NULL }, "note: so\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_told_by_their_object),
		cmocka_unit_test(refusals_are_errors_with_their_place),
		cmocka_unit_test(other_events_have_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
