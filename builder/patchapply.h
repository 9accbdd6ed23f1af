/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applies one file of a patch to that file's content, in memory. Every context
 * and removed line must be equal: a hunk may have moved to the only place that
 * it can mean, which is reported, and is never bent to fit (no fuzz).
 */
#ifndef KLPSH_BUILDER_PATCHAPPLY_H
#define KLPSH_BUILDER_PATCHAPPLY_H

#include "builder/patchfile.h"

/* Hunks that did not stand at the line they state. */
struct pmoved {
	size_t n;
	size_t hunk; /* the first of them, from 1 */
	long lines; /* by which it moved; negative: further up */
};

/*
 * old: the file's content, NULL where there is none; markers: put "#line N"
 * into C files, so that untouched code keeps its line numbers. *ret_new, the
 * caller's to free, has a NUL behind it that does not count, and is NULL for a
 * file that is gone. ret_moved may be NULL. -EINVAL (RC_REFUSED) when it does
 * not apply, -EFBIG, -E2BIG, -ENOMEM; e tells where and what stands there.
 */
int patch_apply(const struct pfile *f, const char *old, size_t len, bool markers, char **ret_new,
		size_t *ret_len, struct pmoved *ret_moved, struct err *e);

/*
 * The same for the n entries of one file, in the patch's order, when several
 * mails change it: each applies to what the one before it left, and markers
 * tell the lines of the first content. *ret_moved tells of them all.
 */
int patch_apply_all(const struct pfile *const *v, size_t n, const char *old, size_t len, bool markers,
		    char **ret_new, size_t *ret_len, struct pmoved *ret_moved, struct err *e);

#endif
