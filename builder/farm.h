/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second view of a source tree in which some files are others: folders that
 * lead to a patched file, or that a compiler goes up from ("fs/proc/../x.h"),
 * are made anew; beside them a folder is a link into the tree, a file the same
 * file by a second name (a link where that cannot be). The tree itself is
 * never written, so a build that is killed leaves it as it was, and two builds
 * do not meet.
 */
#ifndef KLPSH_BUILDER_FARM_H
#define KLPSH_BUILDER_FARM_H

#include "core/err.h"

struct farm_file {
	const char *path; /* relative, without "..": "fs/ext4/super.c" */
	const char *data; /* NULL: the file is gone */
	size_t len;
};

#define FARM_ENTRIES_MAX 100000u /* of one folder */

/*
 * Make the view of `tree` (absolute) in the empty folder `at` (absolute). ways
 * are paths of the tree, NULL-terminated, whose folders are to be real ones:
 * "fs/proc/x.c" or "fs/proc/" says fs and fs/proc; NULL for none.
 * copy: files of the tree are copied, so that who edits the view changes
 * nothing of the tree but through links to whole folders.
 * -ENOTDIR and the like with e set; what was made stays for the caller to
 * remove.
 */
int farm_make(const char *tree, const char *at, const struct farm_file *files, size_t n,
	      const char *const *ways, bool copy, struct err *e);

/* One compilation in a view. */
struct farm_check {
	const char *tree, *at; /* as they were given to farm_make() */
	const char *cwd; /* where the compiler ran: its names may be relative to that */
	const struct farm_file *files;
	size_t n;
	const char *source; /* what was compiled, as messages name it */
};

/*
 * Read a dependency file that the compiler wrote (make's form). -EXDEV with e
 * set when one of the files was read as it is in the tree, past the view.
 */
int farm_check_deps(const struct farm_check *c, const char *depfile, struct err *e);

#endif
