/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparing a hunk with a place in a file, and telling what is different
 * there. For builder/patchplace.c only.
 */
#ifndef KLPSH_BUILDER_PATCHWHY_H
#define KLPSH_BUILDER_PATCHWHY_H

#include "builder/patchplace.h"

/* Refuse hunk h_; -EINVAL. */
#define pplace_refuse(p, h_, e, fmt, ...)                                                                    \
	err_rc(e, RC_REFUSED, -EINVAL, "%s: line %u: hunk %zu of %s " fmt, (p)->file->patch, (h_)->line,     \
	       (size_t)((h_) - (p)->file->hunks) + 1, (p)->file->path, ##__VA_ARGS__)

/* Lines of the patch that have this tag are not of the side. */
#define PSIDE_OLD '+'
#define PSIDE_NEW '-'

size_t pside_count(const struct phunk *h, char side);
/* How many lines of a side differ from the text at a line; counts no further than most. */
size_t pside_differ(struct pplace *p, const struct phunk *h, char side, size_t at, size_t most);
/* True once comparing has cost more than any real patch does. */
bool pplace_tired(const struct pplace *p);
/* Does the hunk, by its missing context, demand the file's begin or end, and is that not where this side
 * lies? */
bool pplace_off_edge(const struct pplace *p, const struct phunk *h, char side, size_t at);
/* Do the lines that the hunk leaves stand anywhere outside of these, from begin to before end? *ret: where.
 */
bool pplace_applied(struct pplace *p, const struct phunk *h, size_t begin, size_t end, size_t *ret);

/* A hunk that fits nowhere: refuse it with the best reason that can be found. */
int pplace_explain(struct pplace *p, const struct phunk *h, struct err *e);

#endif
