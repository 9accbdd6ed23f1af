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
	struct kcmd *patched; /* the same for the patched view, where paths are told in it; NULL: cmd */
};

/* What kbuild made beside a module outside of the tree, or of it and of another. */
struct kbuild_stranger {
	char *object; /* relative to the module's folder */
	struct kcmd *cmd; /* deps name the source, too */
};

struct kbuild {
	struct kbuild_object *v; /* in the order that was asked for */
	size_t n;
	struct kbuild_stranger *strangers;
	size_t n_strangers;
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

/* A module whose sources are outside of the tree. */
struct kbuild_module {
	const char *path; /* of its sources' folder: absolute, ours alone, a word for make */
	int dir; /* the same, as a descriptor */
	const char *view; /* where its patched sources will be; absolute */
	const char *name; /* as the kernel has it */
	const char
		*was; /* where its sources were when it was built, as far as known: what __FILE__ says; "" */
	const char *targets; /* of kbuild, and its options (kbuild_is_option), separated by blanks */
};

/* Is a word of so many bytes "CONFIG_NAME=VALUE", the value y, m, n or digits? */
bool kbuild_is_option(const char *word, size_t len);

/*
 * Have kbuild make the module (make M=path TARGETS) and learn the commands of
 * all its objects that are made of C; all others in the folder are strangers.
 * Paths of sources, objects and dependencies are relative to its folder, what
 * belongs to the tree or lies elsewhere is absolute; what is reached by links
 * is also there by the name that it has. -EIO kbuild failed; -ENOENT no object
 * of a module of that name was made; e set.
 */
int kbuild_learn_module(const struct ktree *t, const struct kbuild_module *m, child_line_fn fn, void *arg,
			struct kbuild **ret, struct err *e);

/*
 * Run make in the tree; reason: the line that tells why it failed, or "".
 * *ret_status and the result as ktree_make's.
 */
int kbuild_make(const struct ktree *t, const char *const *args, child_line_fn fn, void *arg, char reason[200],
		int *ret_status, struct err *e);
DEFINE_CLEANUP(struct kbuild, kbuild_free)

#endif
