/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Through a folder and all below it, by descriptors; links are not followed,
 * and depth and number are bounded. What an entry is to the caller, and which
 * folders he wants, he says himself.
 */
#ifndef KLPSH_BUILDER_WALK_H
#define KLPSH_BUILDER_WALK_H

#include <limits.h>
#include <sys/stat.h>

#include "core/util.h"

struct walk {
	/*
	 * By the name alone, before anything is asked of it; never "." and "..".
	 * depth 0: at the top. NULL: all are wanted.
	 */
	bool (*wants)(const char *name, unsigned depth);
	/*
	 * A folder before what is in it. 1: go into the folder that it is; 0: go on;
	 * negative: end.
	 */
	int (*take)(struct walk *w, int dir, const char *name, const struct stat *st);
	void *arg; /* the caller's */
	unsigned depth_max;
	unsigned entries_max; /* of what is wanted, in all folders */
	unsigned entries; /* seen so far */
	char path[PATH_MAX]; /* of what is looked at, relative to the folder; also behind a failure */
};

/*
 * fd is the folder, and stays the caller's. 0; -E2BIG for more entries or
 * deeper folders than wanted, -ENAMETOOLONG, what the system or take() gave.
 */
int walk_folder(struct walk *w, int fd);

#endif
