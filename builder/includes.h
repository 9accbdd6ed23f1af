/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which C files may be touched when a header changes, read off the text of
 * all #include lines of a tree: an index, made once a tree and kept in it, and
 * its closure. More files come out than there are, never fewer, but for
 * includes that a macro computes; what a file really includes is in its .cmd
 * file once it was compiled (includes_names).
 */
#ifndef KLPSH_BUILDER_INCLUDES_H
#define KLPSH_BUILDER_INCLUDES_H

#include "builder/kcmd.h"
#include "builder/ktree.h"

#define INCLUDES_INDEX_MAX (128u << 20) /* bytes; Debian's 6.1 has some 15 MB */
#define INCLUDES_FILES_MAX 200000u

/* Each in the order of names. */
struct includes {
	struct words objects; /* C files that the configured kernel has objects of */
	struct words fixed; /* assembly of it and sources of its vdso, which no patch can change */
	struct words parts; /* of what was asked for: C files that others include and no object is made of */
};

/*
 * Who may include one of `files` (paths in the tree, NULL-terminated). A header
 * that the compiler's command line includes is of all objects. -E2BIG (exit 11)
 * with their number when there are more objects than limit, or what reading
 * gave; each with e set. ret: includes_clear.
 */
int includes_find(const struct ktree *t, const char *const *files, size_t limit, struct includes *ret,
		  struct err *e);
void includes_clear(struct includes *i);

/* Does the object depend on the file, by what the compiler said? */
bool includes_names(const struct kcmd *cmd, const char *file);

#endif
