/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one livepatch has that another has not: functions by object and
 * position, callbacks, livepatch relocations, the replace flag, and, where
 * both files are at hand, the code. A side may be a file or what the kernel
 * says of a loaded patch. Never prints.
 */
#ifndef KLPSH_KMOD_DIFF_H
#define KLPSH_KMOD_DIFF_H

#include "core/patch.h"
#include "kmod/codediff.h"
#include "kmod/inspect.h"

enum diff_how { DIFF_ADDED, DIFF_DROPPED, DIFF_CHANGED, DIFF_UNKNOWN };
const char *diff_how_word(enum diff_how h); /* "added", "dropped", "changed", "unknown" */

struct diff_change {
	enum diff_how how;
	/* "patch", "object", "function", "code", "callback", "relocation", "state", "helper", "section" */
	const char *kind;
	char *object; /* or NULL */
	char *name;
	char *detail; /* or NULL */
};

struct diff_side {
	const struct inspect *patch;
	const struct codeview *code; /* NULL: not at hand */
	bool from_file; /* false: only functions are known, and replace perhaps */
};

struct diff {
	struct diff_change *v;
	size_t n, n_unknown;
	bool same_build; /* one build-id: all is the same, nothing was compared */
	bool code_compared;
};

/* From a to b. Both must tell all their functions. 0 or -ENOMEM. Freed with diff_done. */
int diff_patches(const struct diff_side *a, const struct diff_side *b, struct diff *ret);
void diff_done(struct diff *d);

/* What the kernel says of a loaded patch, without functions that a replace only gives back. */
int diff_from_patch(const struct patch *p, struct inspect **ret);

#endif
