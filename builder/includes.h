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

/*
 * C files that the configured kernel has objects of and that may include one
 * of `files` (paths in the tree, NULL-terminated), in the order of their names.
 * -E2BIG (exit 11) with their number when there are more than limit, or what
 * reading gave; each with e set. ret: words_clear.
 */
int includes_find(const struct ktree *t, const char *const *files, size_t limit, struct words *ret,
		  struct err *e);

/* Does the object depend on the file, by what the compiler said? */
bool includes_names(const struct kcmd *cmd, const char *file);

#endif
