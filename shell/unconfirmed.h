/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --confirm-within: arming before a change, the watcher process that undoes
 * it, and taking up again what a dead watcher left.
 */
#ifndef KLPSH_SHELL_UNCONFIRMED_H
#define KLPSH_SHELL_UNCONFIRMED_H

#include "core/confirm.h"
#include "shell/change.h"

/* Could it be undone at all? Before the question. -ENOENT (exit 5), -EPERM, e set. */
int unconfirmed_possible(const struct plan *p, struct err *e);
/* Another one that waits, and would not be undone behind this change, among the facts and notes. */
int unconfirmed_tell(struct plan *p);
/* Before the change: write, start the watcher, see that it watches. 0 or negative errno, e set. */
int unconfirmed_arm(struct plan *p, struct err *e);
/* After it: say how to confirm, or disarm when nothing was changed. */
int unconfirmed_settle(struct plan *p, const struct act_result *res);
/* That it was not confirmed and could not be undone, and what is left to do; not cleaned yet. */
void unconfirmed_failed(const struct confirm *c, char *buf, size_t size);
/* Armed by others and watched by nobody: resumed in its boot, else forgotten; each is told. */
void unconfirmed_resume(struct call *c);
/* In the watcher: wait for the deadline, then undo. Returns an exit code. */
int unconfirmed_expire(struct call *c, const char *txn, struct err *e);

#endif
