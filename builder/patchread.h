/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the patch reader share: the lines under their numbers, and
 * how a patch is refused (patchread.c). patchfile.c finds the files of a patch,
 * patchgit.c reads git's headers, patchhunk.c the hunks. For nobody else.
 */
#ifndef KLPSH_BUILDER_PATCHREAD_H
#define KLPSH_BUILDER_PATCHREAD_H

#include <errno.h>

#include "builder/patchfile.h"
#include "builder/patchpath.h"

struct preader {
	const char *name;
	const char *at, *end; /* what is not read yet */
	unsigned line; /* number of the line read last */
	unsigned strip;
	size_t n_hunks, n_lines; /* in all files */
	struct err *e;
};

/* Refuse the patch because of one of its lines; -EINVAL. */
#define preader_refuse(rd, line_, fmt, ...)                                                                  \
	err_rc((rd)->e, RC_REFUSED, -EINVAL, "%s: line %u: " fmt, (rd)->name, line_, ##__VA_ARGS__)
int preader_too_big(const struct preader *rd, const char *what, unsigned limit);

/* The next line without its newline; false at the end. peek leaves it there. */
bool preader_next(struct preader *rd, struct pspan *ret);
bool preader_peek(const struct preader *rd, struct pspan *ret);
bool preader_peek_starts(const struct preader *rd, const char *prefix);

/* Refuse the line read last where it ends as Windows ends lines. */
int preader_no_cr(const struct preader *rd, struct pspan s);

/* A name, by the line it stands in: the path in the tree, on the heap. NULL where it is /dev/null. */
int preader_path(const struct preader *rd, unsigned line, const char *name, size_t len, unsigned strip,
		 char **ret);

/* "--- name" and "+++ name", the first read, the second next. */
struct pnames {
	char *old, *new; /* NULL: /dev/null */
	struct pspan old_time, new_time; /* behind the TAB */
};
int preader_names(struct preader *rd, struct pspan first, struct pnames *ret);

/* All hunks that come next, to f; refuses what follows if it looks like more of them. */
int preader_hunks(struct preader *rd, struct pfile *f);

/* A file that begins with "diff --git", which was read last. */
int preader_git(struct preader *rd, struct pspan first, struct pfile *f);

#endif
