/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rollback has to do: which recorded change it undoes, and the steps
 * from the patches that are enabled now to those that were enabled before.
 * Decides only; reads neither kernel nor store.
 */
#ifndef KLPSH_SHELL_GOBACK_H
#define KLPSH_SHELL_GOBACK_H

#include "core/history.h"
#include "core/patch.h"

#define GOBACK_MAX 32 /* patches on either side; as many as an act has pins and descriptors */

enum goback_kind { GOBACK_DISABLE, GOBACK_REMOVE, GOBACK_LOAD };

struct goback_step {
	enum goback_kind kind;
	const char *name; /* borrowed */
	size_t index; /* of a load: into the entry's before */
};

struct goback {
	const struct patch *now[GOBACK_MAX]; /* enabled, oldest first; borrowed */
	size_t n_now;
	size_t same; /* so many are the same now and before, counted from the oldest */
	struct goback_step v[5 * GOBACK_MAX];
	size_t n;
	bool gap; /* between taking out and loading, the kernel runs without them */
};

/*
 * The change to undo: the last one of this boot, also one that failed (then
 * there is nothing to do), but not where an earlier one is named; of an
 * unfinished rollback, what that one was to undo. name must be its target, txn its
 * transaction, unless they are NULL. -ENOENT (exit 5) when there is none,
 * -EBUSY with an unfinished transition, -EPERM when a transition was forced
 * since, -EINVAL, -ESTALE when it is not the one that was named. *ret_stuck is that
 * unfinished rollback, or NULL.
 */
int goback_find(const struct history_list *l, const char *boot_id, const struct patches *p, const char *name,
		const char *txn, const struct history_entry **ret, const struct history_entry **ret_stuck,
		struct err *e);
/* Compare now with before. 1: they are the same; 0; negative with e set. */
int goback_compare(const struct history_entry *what, const struct patches *p, struct goback *ret,
		   struct err *e);
/*
 * The steps, after goback_compare. first_replaces: the first patch to be
 * loaded is an atomic replace, so that nothing need be taken out before.
 */
int goback_steps(const struct history_entry *what, const struct patches *p, bool first_replaces,
		 struct goback *g, struct err *e);

/* Steps for what an unfinished rollback has disabled or replaced, but not removed. */
void goback_leftovers(const struct history_entry *stuck, const struct patches *p, struct goback *g);

#endif
