/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything in a folder and the folders in it, each with its path from the
 * top; no link is followed, and depth and number are bounded.
 */
#ifndef KLPSH_BUILDER_DIRWALK_H
#define KLPSH_BUILDER_DIRWALK_H

#include <limits.h>
#include <sys/stat.h>

#include "core/util.h"

#define DIRWALK_DEPTH_MAX 32
#define DIRWALK_ENTRIES_MAX 200000u

struct dirwalk {
	/*
	 * Told of each entry, a folder before what is in it: path from the top, the
	 * last part of it as name, in the folder dir. Negative ends the walk, 1: a
	 * folder is not entered.
	 */
	int (*entry)(void *arg, int dir, const char *path, const char *name, const struct stat *st);
	void *arg;
	char path[PATH_MAX]; /* where it is, and where it failed */
	unsigned entries;
};

/*
 * Walk the folder fd, which stays the caller's. 0, what entry gave, -E2BIG or
 * another negative errno.
 */
int dirwalk(struct dirwalk *w, int fd);

#endif
