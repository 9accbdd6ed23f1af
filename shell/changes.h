/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changed between two snapshots, as events for `watch` and for the
 * REPL's notices. Keeps the little it needs of the last snapshot itself.
 */
#ifndef KLPSH_SHELL_CHANGES_H
#define KLPSH_SHELL_CHANGES_H

#include "core/snapshot.h"

enum change_kind {
	CHANGE_STATE, /* the first look */
	CHANGE_BEGAN,
	CHANGE_ENDED,
	CHANGE_REVERSED,
	CHANGE_STALLED,
	CHANGE_MOVING, /* no longer stalled */
	CHANGE_BLOCKERS, /* their number changed */
	CHANGE_PATCH_ADDED,
	CHANGE_PATCH_REMOVED,
	CHANGE_PATCH_STATE,
	CHANGE_TAINT,
};

struct notice {
	enum change_kind kind;
	const char *patch; /* or NULL; borrowed for the call */
	const char *text; /* a sentence, clean */
	const struct snapshot *s; /* the newer one */
};

struct changes; /* what was seen last */
int changes_new(struct changes **ret);
struct changes *changes_free(struct changes *c);
DEFINE_CLEANUP(struct changes, changes_free)
/* Compare with the last snapshot fed; call fn for each change. 0 or what fn returned first below 0. */
int changes_feed(struct changes *c, const struct snapshot *s, int (*fn)(const struct notice *, void *),
		 void *arg);
/* "transition-began" and so on, for JSON. */
const char *change_name(enum change_kind k);

#endif
