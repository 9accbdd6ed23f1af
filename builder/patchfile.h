/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source patch, read: which files it touches and what it does to each. One
 * unified diff, as diff -u, quilt, git diff and git format-patch write it;
 * prose before, between and behind the files is passed over. Works on bytes
 * alone and never touches the file system. What is not understood in full is
 * refused, so that no part of a patch is ever left out silently.
 */
#ifndef KLPSH_BUILDER_PATCHFILE_H
#define KLPSH_BUILDER_PATCHFILE_H

#include "core/err.h"

#define PATCH_BYTES_MAX (16u << 20)
#define PATCH_FILES_MAX 10000u
#define PATCH_HUNKS_MAX 100000u
#define PATCH_LINES_MAX 2000000u /* of all hunks together */
#define PATCH_LINE_MAX (64u << 10) /* bytes of one line */
#define PATCH_PATH_MAX 4095u

enum pfile_kind {
	PFILE_MODIFY,
	PFILE_CREATE,
	PFILE_DELETE,
	PFILE_RENAME, /* with hunks or without */
	PFILE_MODE, /* nothing but the mode */
	PFILE_BINARY, /* "Binary files differ": told, but without content */
};

struct pline {
	const char *text; /* in the patch's bytes; without tag and newline */
	uint32_t len;
	char tag; /* ' ', '-' or '+' */
	bool no_eol; /* the last of its file, without a newline at its end */
};

struct phunk {
	unsigned line; /* of its header, in the patch, from 1 */
	unsigned long old_start, old_count, new_start, new_count;
	const char *heading; /* what stands behind the second @@, in the patch's bytes */
	size_t heading_len;
	struct pline *lines;
	size_t n;
};

struct pfile {
	enum pfile_kind kind;
	const char *patch; /* the patch's name, for messages */
	char *path; /* in the tree; of a deleted file the old one */
	char *old_path; /* of a renamed file, else NULL */
	unsigned mode; /* 0644 or 0755 where the patch sets it, else 0 */
	unsigned line; /* of its header, in the patch, from 1 */
	struct phunk *hunks; /* ascending, not overlapping */
	size_t n_hunks;
};

struct patchfile {
	char *name;
	struct pfile *files; /* in the patch's order; a path may come again when several mails are in it */
	size_t n;
};

/*
 * Read a patch. name is for messages; bytes are the caller's and must live as
 * long as the result. strip is the number of leading folders taken off each
 * path: 1 for a/ and b/ and for two trees side by side, 0 only when the user
 * says so. -EINVAL or -EFBIG (RC_REFUSED) with the patch's line, -ENOMEM; e
 * set. Freed with patchfile_free.
 */
int patchfile_parse(const char *name, const char *bytes, size_t len, unsigned strip, struct patchfile **ret,
		    struct err *e);
struct patchfile *patchfile_free(struct patchfile *p);
DEFINE_CLEANUP(struct patchfile, patchfile_free)

#endif
