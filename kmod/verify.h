/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After a load: is what was to be seen there? The kernel's word counts, not
 * the fact that no call failed: the patch enabled and out of its transition,
 * its objects patched, its functions redirected by ftrace. Never prints.
 */
#ifndef KLPSH_KMOD_VERIFY_H
#define KLPSH_KMOD_VERIFY_H

#include "core/root.h"
#include "kmod/inspect.h"

struct verified {
	int yes; /* tri-state: -1, something could not be seen */
	char *text; /* what is amiss, or could not be seen; NULL: nothing */
};

/* Look at the patch that this file became. 0 or -ENOMEM. Freed with verified_done. */
int verify_load(const struct root *root, const struct inspect *file, struct verified *ret);
void verified_done(struct verified *v);

#endif
