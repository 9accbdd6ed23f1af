// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A patch applies where all its lines are equal and nowhere else, and a
 * refusal tells what stands there instead. Line markers keep the numbers of
 * untouched code, which the C compiler itself confirms where there is one.
 */
#include "tests/lib/says.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "builder/patchapply.h"
#include "builder/patchplace.h"
#include "builder/patchtext.h"

#define NAMES "--- a/fs/x.c\n+++ b/fs/x.c\n"

static const char old_text[] = "one\ntwo\nthree\nfour\nfive\nsix\nseven\noct\nnine\nten\n";

static struct patchfile *parse(const char *text)
{
	struct patchfile *p = NULL;
	struct err e = { 0 };

	if (patchfile_parse("fix.patch", text, strlen(text), 1, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

/* All entries of the patch to one text. */
static int run(const char *patch, const char *old, bool markers, char **ret, struct pmoved *moved,
	       struct err *e)
{
	_cleanup_(patchfile_freep) struct patchfile *p = parse(patch);
	const struct pfile *v[8];
	size_t len = 0;
	int r;

	assert_in_range(p->n, 1, ARRAY_SIZE(v));
	for (size_t i = 0; i < p->n; i++)
		v[i] = &p->files[i];
	r = patch_apply_all(v, p->n, old, old ? strlen(old) : 0, markers, ret, &len, moved, e);
	assert_true(r < 0 || !*ret || strlen(*ret) == len);
	return r;
}

static void expect(const char *patch, const char *old, bool markers, const char *new)
{
	struct pmoved moved;
	struct err e = { 0 };
	char *out = NULL;

	if (run(patch, old, markers, &out, &moved, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(moved.n, 0);
	if (new)
		assert_string_equal(out, new);
	else
		assert_null(out);
	free(out);
}

static void expect_moved(const char *patch, const char *old, const char *new, size_t hunk, long lines)
{
	struct pmoved moved;
	struct err e = { 0 };
	char *out = NULL;

	if (run(patch, old, false, &out, &moved, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(out, new);
	assert_int_equal(moved.n, 1);
	assert_int_equal(moved.hunk, hunk);
	assert_int_equal(moved.lines, lines);
	free(out);
}

static void refuse(const char *patch, const char *old, const char *part)
{
	struct err e = { 0 };
	char *out = NULL;

	if (run(patch, old, false, &out, NULL, &e) >= 0)
		fail_msg("accepted, though: %s", part);
	assert_null(out);
	assert_int_equal(e.code, -EINVAL);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	err_says(&e, part);
	assert_ptr_equal(strstr(e.text, "fix.patch: line "), e.text);
	assert_non_null(strstr(e.text, "fs/x.c"));
}

static void hunks_apply_at_their_lines(void **state)
{
	expect(NAMES
	       "@@ -1,3 +1,2 @@\n one\n-two\n three\n@@ -6,4 +5,5 @@\n six\n seven\n+new\n oct\n nine\n",
	       old_text, false, "one\nthree\nfour\nfive\nsix\nseven\nnew\noct\nnine\nten\n");
	expect(NAMES "@@ -9,2 +9,3 @@\n nine\n ten\n+eleven\n", old_text, false,
	       "one\ntwo\nthree\nfour\nfive\nsix\nseven\noct\nnine\nten\neleven\n");
	expect(NAMES "@@ -1,1 +1,2 @@\n+zero\n one\n", old_text, false,
	       "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\noct\nnine\nten\n");
}

static void a_file_may_end_without_a_newline(void **state)
{
	expect(NAMES "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n", "a\nb", false, "a\nc\n");
	expect(NAMES "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n", "a\nb\n", false, "a\nc");
	expect(NAMES "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n", "a\nb", false, "c\nb");
	refuse(NAMES "@@ -1,2 +1,2 @@\n-a\n+c\n b\n", "a\nb", "a newline is missing at the end");
	refuse(NAMES "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n", "a\nb\nx\n",
	       "expects the file to begin or end there");
}

static void files_come_and_go(void **state)
{
	static const char create[] = "--- /dev/null\n+++ b/fs/x.c\n@@ -0,0 +1,2 @@\n+a\n+b\n";
	static const char delete[] = "--- a/fs/x.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n";

	expect(create, NULL, true, "a\nb\n");
	refuse(create, "", "fs/x.c is created by the patch, but is there already");
	expect(delete, "a\nb\n", true, NULL);
	refuse(delete, "a\nb\nc\n", "holds more than the patch takes out: \"c\"");
	refuse(delete, "a\nx\n", "line 2 is \"x\", the patch expects \"b\"");
	refuse(delete, NULL, "is deleted by the patch, but there is no such file");
	refuse(NAMES "@@ -1 +1 @@\n-a\n+b\n", NULL, "is changed by the patch, but there is no such file");
	expect("diff --git a/y b/fs/x.c\nrename from y\nrename to fs/x.c\n", "a\n", false, "a\n");
	expect("diff --git a/fs/x.c b/fs/x.c\nold mode 100644\nnew mode 100755\n", "a\n", false, "a\n");
	refuse("Binary files a/fs/x.c and b/fs/x.c differ\n", "a\n", "is binary");
	expect("--- a/fs/x.c\t2024-01-01\n+++ b/fs/x.c\t2024-01-01\n@@ -0,0 +1 @@\n+a\n", "", false, "a\n");
}

static void a_moved_hunk_applies_at_its_only_place(void **state)
{
	expect_moved(NAMES "@@ -2,3 +2,3 @@\n five\n-six\n+SIX\n seven\n", old_text,
		     "one\ntwo\nthree\nfour\nfive\nSIX\nseven\noct\nnine\nten\n", 1, 3);
	expect_moved(NAMES "@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n@@ -8,3 +8,3 @@\n four\n-five\n+FIVE\n six\n",
		     old_text, "ONE\ntwo\nthree\nfour\nFIVE\nsix\nseven\noct\nnine\nten\n", 2, -4);
}

static void a_hunk_that_could_mean_two_places_is_refused(void **state)
{
	static const char twice[] = "a\nb\nc\nx\na\nb\nc\n";

	refuse(NAMES "@@ -3,3 +3,3 @@\n a\n-b\n+B\n c\n", twice,
	       "does not fit at line 3 and does in several other places");
	/* At its line it is certain, as long as nothing else in the file has moved. */
	expect(NAMES "@@ -5,3 +5,3 @@\n a\n-b\n+B\n c\n", twice, false, "a\nb\nc\nx\na\nB\nc\n");
	refuse(NAMES "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n@@ -20,2 +20,2 @@\n-x\n+y\n a\n", twice,
	       "hunk 1 of fs/x.c fits at line 1 and elsewhere, too");
}

static void a_fix_that_is_in_is_not_made_in_a_similar_place(void **state)
{
	/* The first function has the fix; the second has only the same text. */
	refuse(NAMES "@@ -1,3 +1,4 @@\n lock\n+check\n use\n unlock\n",
	       "lock\ncheck\nuse\nunlock\n\nlock\nuse\nunlock\n",
	       "is already applied at line 1; line 6 only looks the same");
	/* The first was rewritten: the heading tells that the second is not meant. */
	refuse(NAMES "@@ -2,3 +2,4 @@ int f(void)\n \tlock\n+\tcheck\n \tuse\n \tunlock\n",
	       "int f(void)\n\tother\n}\nint g(void)\nout:\n\tlock\n\tuse\n\tunlock\n",
	       "would apply 4 lines further down, but that is not below \"int f(void)\"");
	expect_moved(NAMES "@@ -2,3 +2,4 @@ int f(void)\n \tlock\n+\tcheck\n \tuse\n \tunlock\n",
		     "new\nint f(void)\nout:\n\tlock\n\tuse\n\tunlock\n",
		     "new\nint f(void)\nout:\n\tlock\n\tcheck\n\tuse\n\tunlock\n", 1, 2);
}

static void the_edges_of_the_file_count(void **state)
{
	refuse(NAMES "@@ -9,2 +9,3 @@\n oct\n nine\n+x\n", old_text,
	       "expects the file to begin or end there");
	refuse(NAMES "@@ -1,2 +1,3 @@\n+x\n two\n three\n", old_text,
	       "expects the file to begin or end there");
	refuse(NAMES "@@ -4,0 +5,1 @@\n+x\n", old_text, "has no line to tell its place by");
	expect_moved(NAMES "@@ -5,3 +5,2 @@\n-two\n three\n four\n", old_text,
		     "one\nthree\nfour\nfive\nsix\nseven\noct\nnine\nten\n", 1, -3);
	/* A deletion at the end leaves lines that stand there anyway. */
	expect_moved(NAMES "@@ -3,3 +3,2 @@\n oct\n nine\n-ten\n", old_text,
		     "one\ntwo\nthree\nfour\nfive\nsix\nseven\noct\nnine\n", 1, 5);
}

static void a_refusal_tells_what_is_there(void **state)
{
	refuse(NAMES "@@ -2,5 +2,5 @@\n two\n tree\n-four\n+4\n five\n six\n", old_text,
	       "line 3: hunk 1 of fs/x.c would apply with fuzz: context line 2 is \"three\" there (line 3), "
	       "the patch says "
	       "\"tree\"");
	refuse(NAMES "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -6,3 +6,3 @@\n six\n-7\n+VII\n oct\n",
	       old_text,
	       "line 8: hunk 2 of fs/x.c does not apply: line 7 is \"seven\", the patch expects \"7\"");
	refuse(NAMES "@@ -10,2 +10,2 @@\n ten\n-eleven\n+11\n", old_text,
	       "the file ends at line 10, and the patch expects \"eleven\" at line 11");
	refuse(NAMES "@@ -2,3 +2,3 @@\n two\n-3\n+three\n four\n", old_text, "is already applied (line 2)");
	refuse(NAMES "@@ -5,2 +5,2 @@\n five\n-six\n+6\n@@ -8,2 +8,2 @@\n-two\n+2\n three\n", old_text,
	       "fs/x.c");
	refuse(NAMES "@@ -5,3 +5,3 @@\n five\n-six\n+6\n seven\n@@ -8,3 +8,3 @@\n one\n-two\n+2\n three\n",
	       old_text, "hunk 2 of fs/x.c fits only at line 1, which is above or within the hunk before it");
}

static void what_a_refusal_shows_is_clean_and_short(void **state)
{
	char old[600] = "one\n\x1b[2J";
	struct err e = { 0 };
	char *out = NULL;

	memset(old + strlen(old), 'x', 500);
	assert_int_equal(run(NAMES "@@ -1,2 +1,2 @@\n one\n-two\n+2\n", old, false, &out, NULL, &e), -EINVAL);

	assert_non_null(strstr(e.text, "line 2 is \"\\x1B[2Jxxx"));
	assert_non_null(strstr(e.text, "...\", the patch expects \"two\""));
}

static void several_mails_apply_one_after_another(void **state)
{
	static const char both[] = NAMES "@@ -2,3 +2,4 @@\n two\n three\n+3a\n four\n-- \n2.39\n\n" NAMES
					 "@@ -3,3 +3,4 @@\n three\n 3a\n+3b\n four\n";

	expect(both, old_text, false, "one\ntwo\nthree\n3a\n3b\nfour\nfive\nsix\nseven\noct\nnine\nten\n");
	expect(both, old_text, true,
	       "one\ntwo\nthree\n3a\n3b\n#line 4\nfour\nfive\nsix\nseven\noct\nnine\nten\n");
}

static void hostile_repetition_ends(void **state)
{
	size_t n = 300000;
	char *old = malloc(2 * n + 1), patch[8192],
	     *p = patch + snprintf(patch, 64, NAMES "@@ -1,2001 +1,2000 @@\n"), *out = NULL;
	struct err e = { 0 };

	assert_non_null(old);
	for (size_t i = 0; i < n; i++)
		memcpy(old + 2 * i, "a\n", 3);
	for (size_t i = 0; i < 2000; i++)
		p += snprintf(p, 8, " a\n");
	snprintf(p, 8, "-b\n");
	assert_int_equal(run(patch, old, false, &out, NULL, &e), -E2BIG);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	free(old);
}

/* ---- markers ---- */

/* The text with a line after line `after` (from 1) and, if lines are to keep their numbers, markers. */
static char *inserted(const char *old, unsigned after, const char *line)
{
	struct ptext t;
	struct err e = { 0 };
	char patch[1024], *out = NULL;
	int n;

	assert_int_equal(ptext_split(old, strlen(old), &t, NULL), 0);
	assert_true(after >= 1 && after < t.n);
	n = snprintf(patch, sizeof(patch), NAMES "@@ -%u,2 +%u,3 @@\n %.*s\n+%s\n %.*s\n", after, after,
		     (int)t.v[after - 1].len, t.v[after - 1].p, line, (int)t.v[after].len, t.v[after].p);
	assert_in_range(n, 1, sizeof(patch) - 1);
	ptext_done(&t);
	if (run(patch, old, true, &out, NULL, &e) < 0)
		fail_msg("%s", e.text);
	return out;
}

static void expect_marks(const char *old, unsigned after, const char *line, const char *new)
{
	char *out = inserted(old, after, line);

	assert_string_equal(out, new);
	free(out);
}

static void markers_follow_each_change(void **state)
{
	expect(NAMES
	       "@@ -1,3 +1,2 @@\n one\n-two\n three\n@@ -6,4 +5,5 @@\n six\n seven\n+new\n oct\n nine\n",
	       old_text, true, "one\n#line 3\nthree\nfour\nfive\nsix\nseven\nnew\n#line 8\noct\nnine\nten\n");
	/* Within one hunk, too, though its counts are equal. */
	expect(NAMES "@@ -1,6 +1,6 @@\n one\n+new\n two\n three\n four\n-five\n six\n", old_text, true,
	       "one\nnew\n#line 2\ntwo\nthree\nfour\n#line 6\nsix\nseven\noct\nnine\nten\n");
	/* As many lines as before need none. */
	expect(NAMES "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n", old_text, true,
	       "one\n2\nthree\nfour\nfive\nsix\nseven\noct\nnine\nten\n");
}

static void only_c_files_get_markers(void **state)
{
	static const char *const names[] = { "Makefile", "x.S", "x.rst" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char patch[200];

		FORMAT(patch, "--- a/%s\n+++ b/%s\n@@ -1,2 +1,3 @@\n a\n+x\n b\n", names[i], names[i]);
		expect(patch, "a\nb\n", true, "a\nx\nb\n");
	}
	expect("--- a/x.h\n+++ b/x.h\n@@ -1,2 +1,3 @@\n a\n+x\n b\n", "a\nb\n", true, "a\nx\n#line 2\nb\n");
}

static void a_marker_waits_for_a_safe_line(void **state)
{
	expect_marks("#define X(a) \\\n\tf(a); \\\n\tg(a)\nint b;\n", 1, "\tn(); \\",
		     "#define X(a) \\\n\tn(); \\\n\tf(a); \\\n\tg(a)\n#line 4\nint b;\n");
	expect_marks("/* a\n * b\n */ int c;\nint d;\n", 1, " * n",
		     "/* a\n * n\n * b\n */ int c;\n#line 4\nint d;\n");
	expect_marks("int a = f(1,\n\t2,\n\t3);\nint b;\n", 1, "\t0,",
		     "int a = f(1,\n\t0,\n\t2,\n\t3);\n#line 4\nint b;\n");
	expect_marks("char *s = \"a \\\nb \\\nc\";\nint d;\n", 1, "n \\",
		     "char *s = \"a \\\nn \\\nb \\\nc\";\n#line 4\nint d;\n");
	expect_marks("M\n(1);\nint b;\n", 1, "", "M\n\n(1);\n#line 3\nint b;\n");
	expect_marks("// a \\\nb\nint c;\n", 1, "n \\", "// a \\\nn \\\nb\n#line 3\nint c;\n");
	expect_marks("#define A (\\ \nb\nint c;\n", 1, "n \\", "#define A (\\ \nn \\\nb\n#line 3\nint c;\n");
}

static void what_only_looks_open_is_not(void **state)
{
	expect_marks("char c = '(', d = '\"'; /* ( */ // (\nint e;\n", 1, "n",
		     "char c = '(', d = '\"'; /* ( */ // (\nn\n#line 2\nint e;\n");
	expect_marks("char *s = \"/* ( \\\" \";\nint e;\n", 1, "n",
		     "char *s = \"/* ( \\\" \";\nn\n#line 2\nint e;\n");
	expect_marks("#if 0\ndon't (\n#endif\n}\nint e;\nint f;\n", 5, "n",
		     "#if 0\ndon't (\n#endif\n}\nint e;\nn\n#line 6\nint f;\n");
	expect_marks("#define OPEN (\nint e;\n", 1, "n", "#define OPEN (\nn\n#line 2\nint e;\n");
	expect_marks("/**/ # /**/ define OPEN (\nint e;\n", 1, "n",
		     "/**/ # /**/ define OPEN (\nn\n#line 2\nint e;\n");
	expect_marks("#define OPEN /* a\n */ (\nint e;\n", 2, "n",
		     "#define OPEN /* a\n */ (\nn\n#line 3\nint e;\n");
}

static void branches_that_agree_are_followed(void **state)
{
	expect_marks(
		"#ifdef A\nint f(int a,\n#else\nint g(int a,\n#endif\n\tint b)\n{\n}\nint c;\n", 6, "n",
		"#ifdef A\nint f(int a,\n#else\nint g(int a,\n#endif\n\tint b)\nn\n#line 7\n{\n}\nint c;\n");
	expect_marks("int a = (1\n#ifdef A\n\t+ 2\n#endif\n\t+ 3);\nint b;\n", 1, "\t+ 0",
		     "int a = (1\n\t+ 0\n#ifdef A\n\t+ 2\n#endif\n\t+ 3);\n#line 6\nint b;\n");
}

static void what_cannot_be_followed_waits_for_the_end_of_a_function(void **state)
{
	expect_marks("#ifdef A\nif (a\n#else\nif (a &&\n(b\n#endif\n)\nx;\ny;\n}\nint c;\n", 8, "n",
		     "#ifdef A\nif (a\n#else\nif (a &&\n(b\n#endif\n)\nx;\nn\ny;\n}\n#line 11\nint c;\n");
	expect_marks("#ifdef A\nif (a\n#endif\n)\nx;\ny;\n", 5, "n",
		     "#ifdef A\nif (a\n#endif\n)\nx;\nn\ny;\n");
	expect_marks(")\nx;\ny;\n};\nint c;\n", 2, "n", ")\nx;\nn\ny;\n};\n#line 5\nint c;\n");
	expect_marks("char *s = R\"(\n\\\nx\n)\";\nint c;\n", 1, "n",
		     "char *s = R\"(\nn\n\\\nx\n)\";\nint c;\n");
}

/* The compiler skips a marker in a branch it does not take. */
static void a_marker_in_a_branch_is_repeated_behind_it(void **state)
{
	expect_marks("#if A\nint a;\nint b;\n#else\nint c;\n#endif\nint d;\n", 2, "n",
		     "#if A\nint a;\nn\n#line 3\nint b;\n#else\n#line 5\nint c;\n#endif\n#line 7\nint d;\n");
	expect_marks("#if A\n#if B\nint a;\nint b;\n#endif\nint c;\n#endif\nint d;\n", 3, "n",
		     "#if A\n#if B\nint a;\nn\n#line 4\nint b;\n#endif\n#line 6\nint c;\n#endif\n#line "
		     "8\nint d;\n");
	/* Outside of the branch once is enough. */
	expect_marks("int a;\nint b;\n#if A\nint c;\n#endif\nint d;\n", 1, "n",
		     "int a;\nn\n#line 2\nint b;\n#if A\nint c;\n#endif\nint d;\n");
}

/* Does the compiler take this as C, with a few assertions on __LINE__ in it? */
static bool compiles(const char *cc, const char *text, const char *define)
{
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (!pid) {
		dup2(fds[0], 0);
		close(fds[1]);
		execl(cc, cc, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-std=gnu11", define, "-xc",
		      "-", (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void the_compiler_counts_as_before(void **state)
{
	static const char *const ccs[] = { "/usr/bin/gcc-12", "/usr/bin/cc", "/usr/bin/gcc" };
	static const char old[] = "#define AT(n) _Static_assert(__LINE__ == (n), \"line\")\n"
				  "#define LONG(a) \\\n"
				  "\tdo { \\\n"
				  "\t\t(void)(a); \\\n"
				  "\t} while (0)\n"
				  "AT(6);\n"
				  "/* a comment\n"
				  " * of lines\n"
				  " */\n"
				  "static int add(int a,\n"
				  "\tint b)\n"
				  "{\n"
				  "\treturn a + b;\n"
				  "}\n"
				  "AT(15);\n"
				  "#ifdef YES\n"
				  "AT(17);\n"
				  "#else\n"
				  "AT(19);\n"
				  "#endif\n"
				  "AT(21);\n"
				  "int use(int a)\n"
				  "{\n"
				  "\tAT(24);\n"
				  "\tLONG(a);\n"
				  "\treturn add(a,\n"
				  "\t\ta\n"
				  "\t\t);\n"
				  "}\n"
				  "AT(30);\n";
	static const struct {
		unsigned after;
		const char *line;
	} cases[] = { { 2, "\t\\" },	       { 5, "" },  { 7, " * more" }, { 10, "" }, { 13, "\t;" },
		      { 16, "extern int n;" }, { 18, "" }, { 20, "" },	     { 26, "" }, { 27, "\t\t+ 1" } };
	size_t cc = 0;

	while (cc < ARRAY_SIZE(ccs) && access(ccs[cc], X_OK) < 0)
		cc++;
	if (cc == ARRAY_SIZE(ccs))
		skip();
	assert_true(compiles(ccs[cc], old, "-DYES"));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *new = inserted(old, cases[i].after, cases[i].line);

		if (!compiles(ccs[cc], new, "-DYES") || !compiles(ccs[cc], new, "-DNO"))
			fail_msg("after line %u:\n%s", cases[i].after, new);
		free(new);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hunks_apply_at_their_lines),
		cmocka_unit_test(a_file_may_end_without_a_newline),
		cmocka_unit_test(files_come_and_go),
		cmocka_unit_test(a_moved_hunk_applies_at_its_only_place),
		cmocka_unit_test(a_hunk_that_could_mean_two_places_is_refused),
		cmocka_unit_test(a_fix_that_is_in_is_not_made_in_a_similar_place),
		cmocka_unit_test(the_edges_of_the_file_count),
		cmocka_unit_test(a_refusal_tells_what_is_there),
		cmocka_unit_test(what_a_refusal_shows_is_clean_and_short),
		cmocka_unit_test(several_mails_apply_one_after_another),
		cmocka_unit_test(hostile_repetition_ends),
		cmocka_unit_test(markers_follow_each_change),
		cmocka_unit_test(only_c_files_get_markers),
		cmocka_unit_test(a_marker_waits_for_a_safe_line),
		cmocka_unit_test(what_only_looks_open_is_not),
		cmocka_unit_test(branches_that_agree_are_followed),
		cmocka_unit_test(what_cannot_be_followed_waits_for_the_end_of_a_function),
		cmocka_unit_test(a_marker_in_a_branch_is_repeated_behind_it),
		cmocka_unit_test(the_compiler_counts_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
