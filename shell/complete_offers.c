/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this machine has to offer for a word: livepatches, tasks, changes.
 */
#include "core/confirm.h"
#include "kmod/bootstore.h"
#include "shell/app.h"
#include "shell/complete_own.h"

void offer_patches(struct completion *cp)
{
	struct patches p = { 0 };

	if (patches_read(cp->app->root, &p, NULL) < 0)
		return;
	for (size_t i = 0; i < p.n; i++)
		offer(cp, p.v[i].name, patch_state_word(&p.v[i]));
	patches_free(&p);
}

void offer_installed(struct completion *cp)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	const char *base = cp->app->boot_dir ? cp->app->boot_dir : BOOT_DIR;
	struct boot_list l;

	if (cp->app->root_prefix || snapshot_take(cp->app->root, 0, NULL, &s) < 0 ||
	    bootstore_list(base, s->release, &l, NULL) < 0)
		return;
	for (size_t i = 0; i < l.n; i++)
		offer(cp, l.v[i].name, l.v[i].file);
	boot_list_free(&l);
}

/* The tasks somebody wants a stack of are those that block. */
void offer_tids(struct completion *cp)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	if (snapshot_take(cp->app->root, SNAPSHOT_PATCHES | SNAPSHOT_TASKS, NULL, &s) < 0)
		return;
	for (size_t i = 0; i < s->tasks.n; i++) {
		char tid[16];

		FORMAT(tid, "%d", s->tasks.v[i].tid);
		offer(cp, tid, s->tasks.v[i].comm);
	}
}

/* Changes that wait to be confirmed, by as many digits as we tell of them. */
void offer_armed(struct completion *cp)
{
	_cleanup_free_ struct confirm *v = NULL;
	size_t n = 0;

	if (cp->app->root_prefix || confirm_list(app_state_dir(cp->app), &v, &n, NULL) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		char id[9], what[128];

		FORMAT(id, "%.8s", v[i].txn);
		FORMAT(what, "%s %s", v[i].verb, v[i].target);
		offer(cp, id, what);
	}
}
