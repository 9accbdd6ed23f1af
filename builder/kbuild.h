/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects of a prepared tree as kbuild makes them, and the commands that it
 * makes them by. One make for all objects that are asked for; what kbuild has
 * made already is not made again. The caller holds the tree's lock, as whoever
 * has a struct ktree does. Sources that are no part of the running kernel are
 * refused by name and reason.
 */
#ifndef KLPSH_BUILDER_KBUILD_H
#define KLPSH_BUILDER_KBUILD_H

#include "builder/kcmd.h"
#include "builder/ktree.h"

#define KBUILD_OBJECTS_MAX 4096u

struct kbuild_object {
	char *source; /* "fs/ext4/super.c", relative to the tree */
	char *object; /* "fs/ext4/super.o", as kbuild made it; with objtool's work where the kernel has it
			 then */
	struct kcmd *cmd;
};

struct kbuild {
	struct kbuild_object *v; /* in the order that was asked for */
	size_t n;
	size_t n_made; /* how many kbuild had to make */
};

/*
 * May a source be patched at all? NULL when it may, else why not, as a
 * sentence's end ("is the vdso, ..."). By the path alone.
 */
const char *kbuild_forbidden(const char *source);

/*
 * Have the objects of n sources made and learn their commands. Refusals
 * (exit 11): -EOPNOTSUPP with file and reason; -ENOENT no such file; -EIO
 * kbuild failed; each with e set. fn gets make's output.
 */
int kbuild_learn(const struct ktree *t, const char *const *sources, size_t n, child_line_fn fn, void *arg,
		 struct kbuild **ret, struct err *e);
struct kbuild *kbuild_free(struct kbuild *k);
DEFINE_CLEANUP(struct kbuild, kbuild_free)

#endif
