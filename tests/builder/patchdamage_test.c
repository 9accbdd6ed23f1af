// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Good patches, damaged in their bytes and in their lines, and applied to good
 * and damaged texts: whatever comes out, no path leads out of the tree, a
 * refusal has its reason, and markers change nothing but line numbers.
 */
#include "tests/builder/kernel.h"

#include "builder/patchapply.h"
#include "core/text.h"

#define ROOM 4096

static const char *const patches[] = {
	"From 0123\nSubject: x\n\ndiff --git a/fs/x.c b/fs/x.c\nindex 1..2 100644\n--- a/fs/x.c\n+++ "
	"b/fs/x.c\n"
	"@@ -2,3 +2,4 @@ int f(void)\n {\n-\tone();\n+\ttwo();\n+\tthree();\n }\n@@ -8,3 +9,2 @@ int "
	"g(void)\n #endif\n"
	"-\tx = 2;\n \treturn x;\n-- \n2.39\n",
	"--- a/fs/x.c\t2024\n+++ b/fs/x.c\t2024\n@@ -1,2 +1,3 @@\n int f(void)\n+\n {\n",
	"diff --git a/y.c b/fs/x.c\nrename from y.c\nrename to fs/x.c\n--- a/y.c\n+++ b/fs/x.c\n@@ -9,2 +9,2 "
	"@@\n"
	" \tx = 2;\n-\treturn x;\n\\ No newline at end of file\n+\treturn 1;\n",
	"diff --git \"a/\\303\\266\" \"b/\\303\\266\"\nold mode 100644\nnew mode 100755\n",
	"Binary files a/x and b/x differ\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+a\n+b\n",
};

static const char text[] =
	"int f(void)\n{\n\tone();\n}\nint g(void) /* ( */\n{\n#if A\n#endif\n\tx = 2;\n\treturn x;";

static const char *const words[] = { "\n",	    "@@ -1,2 +1,2 @@\n",
				     "--- ",	    "+++ ",
				     "a/",	    "../",
				     "\"",	    "\\",
				     "\t",	    "-a\n",
				     "+(\n",	    " )\n",
				     "/*",	    "*/",
				     "#if 1\n",	    "#endif\n",
				     "#else\n",	    "\\\n",
				     "99999999",    "\\ No\n",
				     "diff --git ", "/dev/null" };

static uint32_t roll(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* A word more, or a piece less, or a few bytes changed. */
static void damage_once(struct bytes *b, uint32_t *seed)
{
	const char *word = words[roll(seed) % ARRAY_SIZE(words)];
	size_t at = roll(seed) % (b->len + 1), n = roll(seed) % 12;

	n = MIN(n, b->len - at);
	switch (roll(seed) % 4) {
	case 0:
		if (b->len)
			kernel_damage(*b, 0, seed);
		return;
	case 1:
		memmove(b->data + at, b->data + at + n, b->len - at - n);
		b->len -= n;
		return;
	default:
		n = strlen(word);
		if (b->len + n > ROOM)
			return;
		memmove(b->data + at + n, b->data + at, b->len - at);
		memcpy(b->data + at, word, n);
		b->len += n;
	}
}

/* An allocation of exactly its size, so that one byte too far is seen. */
static struct bytes damaged(const char *good, unsigned times, uint32_t *seed)
{
	char room[ROOM];
	struct bytes b = { room, strlen(good) };
	char *exact;

	memcpy(room, good, b.len);
	while (times--)
		damage_once(&b, seed);
	exact = malloc(b.len ? b.len : 1);
	assert_non_null(exact);
	memcpy(exact, room, b.len);
	return (struct bytes){ exact, b.len };
}

static void expect_reason(const struct err *e)
{
	assert_true(e->code < 0 && e->text[0] && text_is_clean(e->text) && text_is_clean(e->hint));
}

static void expect_inside(const char *path)
{
	assert_true(path[0] && path[0] != '/' && strlen(path) <= PATCH_PATH_MAX);
	assert_null(strstr(path, "//"));
	assert_true(strncmp(path, "../", 3) != 0 && !strstr(path, "/../"));
	for (; *path; path++)
		assert_true((unsigned char)*path >= ' ' && *path != 0x7f);
}

/* Without its marker lines the one is the other. No text here has any of its own. */
static void expect_marks_only(const char *marked, size_t len, const char *plain, size_t plain_len)
{
	size_t at = 0, i = 0;

	while (i < len) {
		const char *eol = memchr(marked + i, '\n', len - i);
		size_t n = eol ? (size_t)(eol - marked) + 1 - i : len - i;
		unsigned number;

		if (n > 6 && memcmp(marked + i, "#line ", 6) == 0) {
			assert_int_equal(sscanf(marked + i, "#line %u\n", &number), 1);
			assert_true(number >= 1);
		} else {
			assert_true(n <= plain_len - at && memcmp(marked + i, plain + at, n) == 0);
			at += n;
		}
		i += n;
	}
	assert_int_equal(at, plain_len);
}

static bool apply_both(const struct pfile *f, struct bytes old)
{
	_cleanup_free_ char *plain = NULL, *marked = NULL;
	size_t plain_len = 0, marked_len = 0;
	struct pmoved moved;
	struct err e = { 0 };
	bool none = f->kind == PFILE_CREATE;
	int r = patch_apply(f, none ? NULL : old.data, old.len, false, &plain, &plain_len, &moved, &e);

	if (r < 0) {
		expect_reason(&e);
		return false;
	}
	assert_int_equal(
		patch_apply(f, none ? NULL : old.data, old.len, true, &marked, &marked_len, NULL, NULL), 0);
	assert_true(moved.n <= f->n_hunks && (plain != NULL) == (f->kind != PFILE_DELETE));
	if (plain)
		expect_marks_only(marked, marked_len, plain, plain_len);
	return true;
}

static unsigned run_one(struct bytes patch, struct bytes old)
{
	_cleanup_(patchfile_freep) struct patchfile *p = NULL;
	struct err e = { 0 };
	unsigned applied = 0;

	if (patchfile_parse("p", patch.data, patch.len, 1, &p, &e) < 0) {
		expect_reason(&e);
		return 0;
	}
	assert_true(p->n >= 1);
	for (size_t i = 0; i < p->n; i++) {
		expect_inside(p->files[i].path);
		applied += apply_both(&p->files[i], old);
	}
	return applied;
}

static void damage_does_no_harm(void **state)
{
	unsigned applied = 0;
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(1); i > 0; i--) {
		const char *good = patches[i % ARRAY_SIZE(patches)];
		struct bytes patch = damaged(good, roll(&seed) % 4, &seed);
		struct bytes old = damaged(text, roll(&seed) % 3, &seed);

		applied += run_one(patch, old);
		free(patch.data);
		free(old.data);
	}
	/* Else the test would have tried nothing but refusals. */
	assert_true(applied > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
