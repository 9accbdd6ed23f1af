/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two object files compared, from their names to plain data: for who wants the
 * result and not the parts (builder/diff.h, builder/extract.h).
 */
#ifndef KLPSH_BUILDER_OBJDIFF_H
#define KLPSH_BUILDER_OBJDIFF_H

#include "builder/refusal.h"
#include "core/err.h"

struct objdiff_options {
	const char *orig, *patched; /* files */
	const char *object; /* "vmlinux" or a module's name; for names of symbols */
	const char *symbols, *symvers; /* files (builder/symlist.h, builder/symvers.h), NULL: none */
	const char *sizes; /* "NAME=N,..." of special sections, NULL: infer them */
};

/* Strings are borrowed from the result. */
struct objdiff_function {
	const char *name;
	const char *change; /* "changed", "new", "dropped", "same" */
	const char *why; /* the first difference, or what was overlooked; NULL */
	bool included; /* goes into the patch */
};

struct objdiff_parts;
struct objdiff {
	struct objdiff_parts *parts; /* what the strings belong to */
	struct objdiff_function *functions; /* changed, new, dropped, overlooked ones, the rest */
	size_t n_functions;
	const char **variables; /* that go into the patch */
	size_t n_variables;
	size_t n_changed, n_new, n_dropped, n_same; /* functions */
	size_t n_overlooked; /* of n_same: but for line numbers */
	bool compared; /* false: refused before anything could be compared */
	bool same; /* nothing to patch, nothing dropped */
	struct refusals refusals;
	char *bytes; /* the object that holds the result; NULL: refused, or nothing to hold */
	size_t len;
};

/* 0 also when there are refusals. Errors of reading, -ENOEXEC, -EINVAL, -ENOMEM, e set. */
int objdiff_make(const struct objdiff_options *opt, struct objdiff **ret, struct err *e);
struct objdiff *objdiff_free(struct objdiff *d);
DEFINE_CLEANUP(struct objdiff, objdiff_free)

#endif
