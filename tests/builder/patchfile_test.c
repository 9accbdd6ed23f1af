// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patches as the usual programs write them are read; whatever could make a
 * part of a patch be lost or land outside the tree is refused, with the
 * patch's name, its line and the reason.
 */
#include "tests/lib/says.h"

#include <errno.h>

#include "builder/patchfile.h"
#include "builder/patchpath.h"

#define HUNK "@@ -1,3 +1,4 @@ int f(void)\n a\n-b\n+c\n+d\n e\n"

static struct patchfile *read_strip(const char *text, size_t len, unsigned strip)
{
	struct patchfile *p = NULL;
	struct err e = { 0 };

	if (patchfile_parse("fix.patch", text, len, strip, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

static struct patchfile *read_ok(const char *text)
{
	return read_strip(text, strlen(text), 1);
}

static void refuse_bytes(const char *text, size_t len, int code, const char *part)
{
	struct patchfile *p = NULL;
	struct err e = { 0 };

	if (patchfile_parse("fix.patch", text, len, 1, &p, &e) >= 0)
		fail_msg("accepted, though: %s", part);
	assert_null(p);
	assert_int_equal(e.code, code);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_ptr_equal(strstr(e.text, "fix.patch: "), e.text);
	err_says(&e, part);
}

static void refuse(const char *text, const char *part)
{
	refuse_bytes(text, strlen(text), -EINVAL, part);
}

static void expect_one(const char *text, enum pfile_kind kind, const char *path, size_t n_hunks)
{
	struct patchfile *p = read_ok(text);

	assert_int_equal(p->n, 1);
	assert_int_equal(p->files[0].kind, kind);
	assert_string_equal(p->files[0].path, path);
	assert_int_equal(p->files[0].n_hunks, n_hunks);
	assert_string_equal(p->files[0].patch, "fix.patch");
	patchfile_free(p);
}

static void a_hunk_is_read_line_by_line(void **state)
{
	struct patchfile *p = read_ok("--- a/fs/x.c\n+++ b/fs/x.c\n" HUNK "@@ -9 +10 @@\n-y\n+z\n"
				      "\\ No newline at end of file\n");
	const struct phunk *h = p->files[0].hunks;

	assert_int_equal(p->files[0].line, 1);
	assert_int_equal(h->line, 3);
	assert_int_equal(h->old_start, 1);
	assert_int_equal(h->old_count, 3);
	assert_int_equal(h->new_start, 1);
	assert_int_equal(h->new_count, 4);
	assert_int_equal(h->n, 5);
	assert_memory_equal(h->heading, "int f(void)", h->heading_len);
	assert_int_equal(h->lines[1].tag, '-');
	assert_int_equal(h->lines[3].tag, '+');
	assert_memory_equal(h->lines[3].text, "d", h->lines[3].len);
	assert_int_equal(h[1].old_count, 1);
	assert_int_equal(h[1].new_count, 1);
	assert_false(h[1].lines[0].no_eol);
	assert_true(h[1].lines[1].no_eol);
	patchfile_free(p);
}

static void every_program_that_makes_patches_is_understood(void **state)
{
	expect_one("--- linux-6.1/fs/x.c\t2024-01-01 10:00:00.000000000 +0100\n"
		   "+++ linux-6.1-new/fs/x.c\t2024-01-02 10:00:00.000000000 +0100\n" HUNK,
		   PFILE_MODIFY, "fs/x.c", 1);
	expect_one("diff -Nru a/fs/x.c b/fs/x.c\n--- a/fs/x.c\t2024-01-01\n+++ b/fs/x.c\t2024-01-02\n" HUNK,
		   PFILE_MODIFY, "fs/x.c", 1);
	expect_one("Description: fix\n\nIndex: linux/fs/x.c\n====\n--- linux.orig/fs/x.c\n"
		   "+++ linux/fs/x.c\n" HUNK,
		   PFILE_MODIFY, "fs/x.c", 1);
	expect_one("diff --git a/fs/x.c b/fs/x.c\nindex 1234567..89abcde 100644\n--- a/fs/x.c\n+++ "
		   "b/fs/x.c\n" HUNK,
		   PFILE_MODIFY, "fs/x.c", 1);
	expect_one("diff --git \"a/f\\303\\266.c\" \"b/f\\303\\266.c\"\nindex 1..2 100644\n"
		   "--- \"a/f\\303\\266.c\"\n+++ \"b/f\\303\\266.c\"\n" HUNK,
		   PFILE_MODIFY, "f\303\266.c", 1);
	expect_one("diff --git a/a b.c b/a b.c\n--- a/a b.c\t\n+++ b/a b.c\t\n" HUNK, PFILE_MODIFY, "a b.c",
		   1);
}

static void mails_are_read_with_their_prose(void **state)
{
	struct patchfile *p =
		read_ok("From 0123 Mon Sep 17 00:00:00 2001\nSubject: [PATCH 1/2] x\n continued\n\n"
			"- a list\n+ with signs\n---\n fs/x.c | 3 +-\n\n"
			"diff --git a/fs/x.c b/fs/x.c\n--- a/fs/x.c\n+++ b/fs/x.c\n" HUNK
			"-- \n2.39.2\n\nFrom 4567 Mon Sep 17 00:00:00 2001\n\n--- not a name\n\n"
			"diff --git a/y.h b/y.h\n--- a/y.h\n+++ b/y.h\n" HUNK "--\n2.39.2\n");

	assert_int_equal(p->n, 2);
	assert_string_equal(p->files[0].path, "fs/x.c");
	assert_string_equal(p->files[1].path, "y.h");
	assert_int_equal(p->files[1].line, 26);
	patchfile_free(p);
}

static void files_are_made_and_removed(void **state)
{
	expect_one("diff --git a/n.c b/n.c\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/n.c\n"
		   "@@ -0,0 +1 @@\n+a\n",
		   PFILE_CREATE, "n.c", 1);
	expect_one("diff --git a/n.c b/n.c\ndeleted file mode 100644\n--- a/n.c\n+++ /dev/null\n@@ -1 +0,0 "
		   "@@\n-a\n",
		   PFILE_DELETE, "n.c", 1);
	expect_one("diff --git a/n.c b/n.c\nnew file mode 100644\nindex 0..e69de29\n", PFILE_CREATE, "n.c",
		   0);
	expect_one("diff --git a/n.c b/n.c\ndeleted file mode 100644\nindex e69de29..0\n", PFILE_DELETE,
		   "n.c", 0);
	expect_one(
		"--- a/n.c\t1970-01-01 01:00:00.000000000 +0100\n+++ b/n.c\t2024-01-01\n@@ -0,0 +1 @@\n+a\n",
		PFILE_CREATE, "n.c", 1);
	expect_one(
		"--- a/n.c\t2024-01-01\n+++ b/n.c\t1969-12-31 19:00:00.000000000 -0500\n@@ -1 +0,0 @@\n-a\n",
		PFILE_DELETE, "n.c", 1);
	expect_one("--- a/n.c\t2024-01-01\n+++ b/n.c\t2024-01-02\n@@ -0,0 +1 @@\n+a\n", PFILE_MODIFY, "n.c",
		   1);
	refuse("--- /dev/null\n+++ b/n.c\n@@ -1 +1,2 @@\n a\n+b\n", "line 1: damaged: a file is created");
}

static void renames_and_modes_are_told(void **state)
{
	struct patchfile *p =
		read_ok("diff --git a/x.c b/y.c\nsimilarity index 90%\nrename from x.c\nrename to y.c\n"
			"index 1..2 100644\n--- a/x.c\n+++ b/y.c\n" HUNK);

	assert_int_equal(p->files[0].kind, PFILE_RENAME);
	assert_string_equal(p->files[0].old_path, "x.c");
	assert_string_equal(p->files[0].path, "y.c");
	assert_int_equal(p->files[0].n_hunks, 1);
	patchfile_free(p);
	expect_one("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", PFILE_RENAME,
		   "y", 0);
	p = read_ok("diff --git a/s p.sh b/s p.sh\nold mode 100644\nnew mode 100755\n");
	assert_int_equal(p->files[0].kind, PFILE_MODE);
	assert_int_equal(p->files[0].mode, 0755);
	assert_string_equal(p->files[0].path, "s p.sh");
	patchfile_free(p);
}

static void binary_files_are_told(void **state)
{
	expect_one("diff --git a/x.png b/x.png\nindex 1..2 100644\nBinary files a/x.png and b/x.png differ\n",
		   PFILE_BINARY, "x.png", 0);
	expect_one("Binary files a/x and y and b/x and y differ\n", PFILE_BINARY, "x and y", 0);
	expect_one("Binary files /dev/null and b/x differ\n", PFILE_BINARY, "x", 0);
	refuse("Binary files a/x and b/y differ\n", "not two names of one file");
	refuse("diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 3\n",
	       "line 3: the patch holds binary");
}

static void no_folder_is_taken_off_when_told(void **state)
{
	static const char text[] = "--- fs/x.c\n+++ fs/x.c\n" HUNK;
	struct patchfile *p = read_strip(text, strlen(text), 0);

	assert_string_equal(p->files[0].path, "fs/x.c");
	patchfile_free(p);
	refuse("--- x.c\n+++ x.c\n" HUNK, "line 1: the path \"x.c\" has no leading folder");
}

static void paths_stay_in_the_tree(void **state)
{
	static const char *const cases[][2] = {
		{ "a/../../etc/x", "leads out of the tree" },
		{ "a/..", "leads out of the tree" },
		{ "a/fs/./x", "leads out of the tree" },
		{ "/etc/x", "is absolute" },
		{ "a/", "has an empty part" },
		{ "a//x", "has an empty part" },
		{ "a/fs/", "has an empty part" },
		{ "", "is empty" },
		{ "a/.GIT/hooks/x", "git's own folder" },
		{ "\"a/x\\033[2J\"", "control character" },
		{ "\"a/x\\177\"", "control character" },
		{ "\"a/x\\ny\"", "control character" },
		{ "\"a/x\\000y\"", "control character" },
		{ "\"a/x", "quoted wrongly" },
		{ "\"a/\\q\"", "quoted wrongly" },
		{ "\"a/\\400\"", "quoted wrongly" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[256];

		FORMAT(text, "--- %s\n+++ %s\n" HUNK, cases[i][0], cases[i][0]);
		refuse(text, cases[i][1]);
		FORMAT(text, "--- a/x\n+++ %s\n" HUNK, cases[i][0]);
		refuse(text, cases[i][1]);
	}
	refuse("diff --git a/x b/../y\nrename from x\nrename to ../y\n",
	       "line 3: the path \"../y\" leads out");
	refuse("diff --git a/x b/x\x01\nold mode 100644\nnew mode 100755\n", "not two of the same file");
}

static void a_path_has_a_length(void **state)
{
	char text[4500], *p = text;

	p += snprintf(p, 20, "--- a/");
	memset(p, 'x', 4094);
	snprintf(p + 4094, 200, "\n+++ b/x\n" HUNK);
	refuse(text, "is too long");
}

static void names_must_agree(void **state)
{
	refuse("--- a/x.c.orig\n+++ b/x.c\n" HUNK, "line 1: two names of one file, \"x.c.orig\" and \"x.c\"");
	refuse("diff --git a/x b/y\n--- a/x\n+++ b/y\n" HUNK, "without a rename");
	refuse("diff --git a/x b/y\nold mode 100644\nnew mode 100755\n", "not two of the same file");
	refuse("diff --git a/x b/y\nrename from x\nrename to y\n--- a/x\n+++ b/z\n" HUNK, "does not agree");
	refuse("diff --git a/x b/y\nrename from x\n", "does not agree");
	refuse("diff --git a/x b/x\nnew file mode 100644\n--- a/x\n+++ b/x\n" HUNK, "does not agree");
	refuse("diff --git a/x b/x\nnew file mode 100644\ndeleted file mode 100644\n", "does not agree");
	refuse("--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+a\n", "neither before nor after");
	refuse("diff --git a/x b/x\nindex 1..2 100644\n", "not what to change");
}

static void windows_line_ends_are_told(void **state)
{
	struct patchfile *p = NULL;
	struct err e = { 0 };
	static const char text[] = "--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n";

	refuse(text, "line 1: the patch has Windows line ends");
	refuse("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n", "line 4: the patch has Windows line ends");
	refuse("diff --git a/x b/x\r\n", "line 1: the patch has Windows line ends");
	patchfile_parse("fix.patch", text, strlen(text), 1, &p, &e);
	assert_non_null(strstr(e.hint, "dos2unix"));
}

static void damaged_hunks_are_told(void **state)
{
#define NAMES "--- a/x\n+++ b/x\n"
	refuse(NAMES, "no hunk follows");
	refuse("--- a/x\n", "no changes found");
	refuse(NAMES "@@ -1,3 +1,4 @@\n a\n-b\n",
	       "line 5: damaged: the hunk of line 3 should have 3 old and 4 new "
	       "lines, but the patch ends before");
	refuse(NAMES "@@ -1,2 +1,2 @@\n a\nprose\n", "another kind of line stands here");
	refuse(NAMES "@@ -1,1 +1,2 @@\n-a\n-b\n+c\n+d\n", "more of one kind");
	refuse(NAMES "@@ -1 +1 @@\n-a\n+b\n+c\n", "line 6: damaged: the hunk before it is complete");
	refuse(NAMES "@@ -1 +1 @@\n-a\n+b\n\n\n+c\n", "line 8: damaged: the hunk before it is complete");
	refuse(NAMES "@@ -1 +1 @@\n-a\n+b\n c\n", "the hunk before it is complete");
	refuse(NAMES "@@ -1 +1\n-a\n+b\n", "no header of a hunk");
	refuse(NAMES "@@ -x +1 @@\n-a\n+b\n", "no header of a hunk");
	refuse(NAMES "@@ -0,1 +1 @@\n-a\n+b\n", "no header of a hunk");
	refuse(NAMES "@@ -99999999999999999999 +1 @@\n-a\n+b\n", "no header of a hunk");
	refuse(NAMES "@@ -1,0 +1,0 @@\n", "a hunk without lines");
	refuse(NAMES "@@ -5 +5 @@\n-a\n+b\n@@ -5 +5 @@\n-a\n+b\n", "line 6: damaged: this hunk overlaps");
	refuse(NAMES "@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n", "has none before it");
	refuse(NAMES "@@ -1,2 +1,2 @@\n-a\n\\ No newline at end of file\n-b\n+c\n+d\n",
	       "lines follow the one that ends");
	refuse("@@ -1 +1 @@\n-a\n+b\n", "line 1: a hunk without the names of its file");
}

static void a_blank_line_is_empty_context(void **state)
{
	struct patchfile *p = read_ok(NAMES "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n");

	assert_int_equal(p->files[0].hunks[0].lines[1].tag, ' ');
	assert_int_equal(p->files[0].hunks[0].lines[1].len, 0);
	patchfile_free(p);
}

static void other_kinds_of_diff_are_told(void **state)
{
	struct patchfile *p = NULL;
	struct err e = { 0 };

	refuse("*** a/x\t2024\n--- b/x\t2024\n***************\n*** 1,3 ****\n", "line 3: a context diff");
	refuse("12c12\n< a\n---\n> b\n", "line 1: a diff without context; make a unified one: diff -u");
	refuse("5a6,7\n> b\n", "a diff without context");
	refuse("12c\nb\n.\n", "a script for ed");
	refuse("diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n", "line 1: a combined diff");
	refuse("--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n", "no hunk follows");
	refuse("hello, this is a mail\nwithout a patch\n", "no changes found in it");
	refuse("", "no changes found in it");
	refuse_bytes("a\0b\n", 4, -EINVAL, "line 1: a NUL byte");
	patchfile_parse("fix.patch", "", 0, 1, &p, &e);
	assert_non_null(strstr(e.hint, "git diff"));
}

static void what_is_no_file_is_refused(void **state)
{
	refuse("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n",
	       "line 2: the patch makes or changes a symbolic link");
	refuse("diff --git a/l b/l\nindex 1..2 120000\n--- a/l\n+++ b/l\n" HUNK, "symbolic link");
	refuse("diff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n" HUNK, "submodule");
	refuse("diff --git a/s b/s\nold mode 100644\nnew mode 77\n", "no mode of a file");
	refuse("diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n", "copies a file");
}

/* text, n times, behind a head. */
static char *repeat(const char *head, const char *text, size_t n, size_t *ret_len)
{
	size_t k = strlen(text), at = strlen(head);
	char *out = malloc(at + n * k + 1);

	assert_non_null(out);
	memcpy(out, head, at);
	for (; n; n--, at += k)
		memcpy(out + at, text, k);
	*ret_len = at;
	return out;
}

static void too_big_is_told(void **state)
{
	static const struct {
		const char *head, *text;
		size_t n;
		const char *part;
	} cases[] = {
		{ "", "prose\n", (16u << 20) / 6 + 1, "more than 16777216 bytes" },
		{ "", "x", (64u << 10) + 1, "more than 65536 bytes in one line" },
		{ "", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", 10001, "more than 10000 files" },
		{ NAMES "@@ -1,9000000 +1,9000000 @@\n", " \n", 2000001, "more than 2000000 lines" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len;
		char *text = repeat(cases[i].head, cases[i].text, cases[i].n, &len);

		refuse_bytes(text, len, -EFBIG, cases[i].part);
		free(text);
	}
}

static void too_many_hunks_are_told(void **state)
{
	char *text = malloc(100002 * 40), *p = text + snprintf(text, 40, NAMES);

	assert_non_null(text);
	for (unsigned i = 1; i <= 100001; i++)
		p += snprintf(p, 40, "@@ -%u +%u @@\n-a\n+b\n", i, i);
	refuse_bytes(text, (size_t)(p - text), -EFBIG, "more than 100000 hunks");
	free(text);
}

static void a_name_tells_what_a_file_is(void **state)
{
	static const struct {
		const char *path;
		enum ppath_kind kind;
	} cases[] = {
		{ "fs/ext4/super.c", PPATH_C },
		{ "include/linux/fs.h", PPATH_HEADER },
		{ "arch/x86/entry/entry_64.S", PPATH_ASM },
		{ "fs/Makefile", PPATH_KBUILD },
		{ "scripts/Makefile.lib", PPATH_KBUILD },
		{ "fs/ext4/Kconfig", PPATH_KBUILD },
		{ "kernel/Kconfig.preempt", PPATH_KBUILD },
		{ "Documentation/x.c", PPATH_DOC },
		{ "MAINTAINERS", PPATH_DOC },
		{ "drivers/x/notes.txt", PPATH_DOC },
		{ "README.md", PPATH_DOC },
		{ "fs/x.rst", PPATH_DOC },
		{ "arch/x86/lib/x86-opcode-map.txt", PPATH_OTHER },
		{ "scripts/head-object-list.txt", PPATH_OTHER },
		{ "arch/x86/kernel/vmlinux.lds.S", PPATH_ASM },
		{ "scripts/x.pl", PPATH_OTHER },
		{ "fs/Makefiles", PPATH_OTHER },
		{ ".c", PPATH_OTHER },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (ppath_kind(cases[i].path) != cases[i].kind)
			fail_msg("%s: %d", cases[i].path, ppath_kind(cases[i].path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hunk_is_read_line_by_line),
		cmocka_unit_test(every_program_that_makes_patches_is_understood),
		cmocka_unit_test(mails_are_read_with_their_prose),
		cmocka_unit_test(files_are_made_and_removed),
		cmocka_unit_test(renames_and_modes_are_told),
		cmocka_unit_test(binary_files_are_told),
		cmocka_unit_test(no_folder_is_taken_off_when_told),
		cmocka_unit_test(paths_stay_in_the_tree),
		cmocka_unit_test(a_path_has_a_length),
		cmocka_unit_test(names_must_agree),
		cmocka_unit_test(windows_line_ends_are_told),
		cmocka_unit_test(damaged_hunks_are_told),
		cmocka_unit_test(a_blank_line_is_empty_context),
		cmocka_unit_test(other_kinds_of_diff_are_told),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(too_big_is_told),
		cmocka_unit_test(too_many_hunks_are_told),
		cmocka_unit_test(a_name_tells_what_a_file_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
