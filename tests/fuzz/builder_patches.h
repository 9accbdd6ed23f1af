/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For builder_fuzz.c: patches, what they make of a file, and the line markers in
 * that. No path of a patch leads out of the tree.
 */
#ifndef KLPSH_TESTS_FUZZ_BUILDER_PATCHES_H
#define KLPSH_TESTS_FUZZ_BUILDER_PATCHES_H

#include "builder/linemark.h"
#include "builder/patchapply.h"
#include "builder/patchpath.h"
#include "builder/toplevel.h"
#include "tests/fuzz/fuzz.h"

static const char patched_file[] =
	"int f(void)\n{\n\tone();\n}\nint g(void) /* ( */\n{\n#if A\n#endif\n\tx = "
	"2;\n\treturn x;\n";

static void apply_one(const struct pfile *f, bool markers)
{
	struct err e = { 0 };
	struct pmoved moved;
	char *text = NULL;
	size_t len = 0;
	bool there = f->kind != PFILE_CREATE;
	int r = patch_apply(f, there ? patched_file : NULL, there ? strlen(patched_file) : 0, markers, &text,
			    &len, &moved, &e);

	fuzz_told(r, &e);
	fuzz_check(r == 0 || !text);
	if (text)
		fuzz_check(text[len] == '\0');
	free(text);
}

/* A patch, and what it makes of a file. */
static void fuzz_patch(const char *data, size_t size)
{
	struct patchfile *p = NULL;

	for (unsigned strip = 0; strip < 2; strip++) {
		struct err e = { 0 };
		int r = patchfile_parse("fuzz.patch", data, size, strip, &p, &e);

		fuzz_told(r, &e);
		for (size_t i = 0; r == 0 && i < p->n; i++) {
			const struct pfile *f = &p->files[i];

			fuzz_check(*f->path && !fuzz_leads_out(f->path) &&
				   ppath_kind(f->path) <= PPATH_OTHER);
			fuzz_check(!f->old_path || !fuzz_leads_out(f->old_path));
			apply_one(f, false);
			apply_one(f, true);
		}
		if (r == 0)
			p = patchfile_free(p);
	}
}

/* Lines that begin with '+' are the patch's. */
static void fuzz_linemark(const char *data, size_t size)
{
	struct ptext t = { 0 };
	bool *marks = NULL;
	char *out = NULL;
	size_t len;

	if (ptext_split(data, size, &t, NULL) < 0)
		return;
	for (size_t i = 0; i < t.n; i++)
		t.v[i].orig = t.v[i].len && t.v[i].p[0] == '+' ? 0 : (uint32_t)(2 * i + 1);
	fuzz_check(linemark_find(&t, &marks) == 0);
	fuzz_check(ptext_join(&t, NULL, &out, &len, NULL) == 0 && len == size &&
		   memcmp(out, data, size) == 0);
	free(out);
	fuzz_check(ptext_join(&t, marks, &out, &len, NULL) == 0 && len >= size && !out[len]);
	(void)toplevel_same(out, len, data, size);
	fuzz_check(toplevel_same(data, size, data, size));
	(void)toplevel_same(patched_file, strlen(patched_file), data, size);
	free(out);
	free(marks);
	ptext_done(&t);
}

#endif
