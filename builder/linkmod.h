/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has kbuild link the module: the patch object that the differ made, and its
 * frame, against the prepared tree of the kernel. kbuild warns about what
 * livepatch will resolve; those warnings are kept back, all others are told.
 * The same inputs give the same bytes, in whichever folder. Runs as who calls
 * it: never root (builder/jail sees to that).
 */
#ifndef KLPSH_BUILDER_LINKMOD_H
#define KLPSH_BUILDER_LINKMOD_H

#include "builder/cache.h"
#include "builder/child.h"

#define LINKMOD_MAX (256u << 20) /* bytes of the module */

struct linkmod_spec {
	const char *tree; /* prepared, with Module.symvers; absolute */
	const char *folder; /* there, empty, and nobody else's; absolute. It keeps what kbuild makes */
	const char *cc; /* as CONFIG_CC_VERSION_TEXT calls it */
	const char *release; /* of the kernel */
	const char *module; /* its name: wrapper_is_module_name() */
	const char *frame; /* wrapper_source() */
	const char *const *env; /* what make needs beyond our environment, as the tree says; NULL: nothing */
	const void *patch; /* the object */
	size_t patch_len;
	/* Undefined symbols that are no surprise. */
	const char *const *expected;
	size_t n_expected;
	/* What kbuild has to say else, a line at a time; may be NULL. */
	child_line_fn line;
	void *arg;
	unsigned timeout_s; /* 0: none */
	/* Where modules are kept that kbuild linked without a word; NULL: nowhere. */
	const struct cache *cache;
	const char *key; /* what the tree is, and the compiler in it; the rest is added */
};

/*
 * Link it. *ret, the .ko's bytes, is the caller's to free. -EINVAL for names
 * and paths that make cannot take; -EIO: kbuild failed, e says with which
 * line; else as child_run, openat(2) and file_read_fd; e set.
 */
int linkmod(const struct linkmod_spec *s, char **ret, size_t *ret_len, struct err *e);

/*
 * Is it a word that make and the shell below it take for no more than a word
 * (no blanks, no signs of theirs)? -EINVAL with e set; what: "build folder".
 */
int linkmod_check_word(const char *what, const char *word, struct err *e);

#endif
