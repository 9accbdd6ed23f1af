/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: a machine whose caches are where the environment says, and an empty one of ours in it. */
#ifndef KLPSH_TESTS_BUILDER_MACHINE_H
#define KLPSH_TESTS_BUILDER_MACHINE_H

#include "builder/cache.h"
#include "tests/builder/kernel.h"
#include "tests/lib/tree.h"

/* ret: NULL, none is opened. Both are the caller's: cache_free(), tree_free(). */
static inline struct tree *machine(struct cache **ret)
{
	struct tree *t = tree_new();
	struct jail_user u = { .uid = geteuid(), .gid = getegid() };
	struct err e = { 0 };

	tree_mkdir(t, "var/cache");
	tree_mkdir(t, "xdg");
	setenv("XDG_CACHE_HOME", "/xdg", 1);
	if (ret && cache_open(tree_path(t), &u, ret, &e) < 0)
		fail_msg("%s", e.text);
	return t;
}

#endif
