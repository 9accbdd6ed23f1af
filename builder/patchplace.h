/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a hunk belongs in a file, or why nowhere. A hunk is placed only where
 * all its context and removed lines are equal: at the line it states, or, when
 * it is not there, at the one other place in the file where it is, below the
 * same heading. Anything that leaves two ways to understand it is refused, for
 * a fix in the wrong one of two similar functions is worse than none.
 */
#ifndef KLPSH_BUILDER_PATCHPLACE_H
#define KLPSH_BUILDER_PATCHPLACE_H

#include "builder/patchfile.h"
#include "builder/patchtext.h"

struct pplace {
	const struct pfile *file;
	const struct ptext *text;
	uint64_t work; /* lines compared so far, which is bounded */
};

/*
 * Line of the text, from 0, at which hunk i begins; not before floor, where
 * the hunk above it ended. -EINVAL (RC_REFUSED) with e telling what stands
 * there instead; -E2BIG when finding out would take too long.
 */
int pplace_find(struct pplace *p, size_t i, size_t floor, size_t *ret, struct err *e);
/* Hunk i stands where it says; refuse it nevertheless if it would fit elsewhere, too. */
int pplace_only(struct pplace *p, size_t i, struct err *e);
/* Line, from 0, at which a hunk says that it begins. */
size_t pplace_stated(const struct phunk *h);

#endif
