/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reading verbs share: taking a snapshot for a call, refusing where
 * the kernel knows no livepatching, and telling what could not be seen.
 */
#ifndef KLPSH_SHELL_VIEW_H
#define KLPSH_SHELL_VIEW_H

#include "core/snapshot.h"
#include "shell/verb.h"

/* A snapshot with the app's map, tracker and policy. */
int call_snapshot(struct call *c, unsigned what, struct snapshot **ret, struct err *e);

/* -EOPNOTSUPP (exit 3) with a hint to the lab where there is no livepatching. */
int snapshot_require(const struct snapshot *s, struct err *e);

/* The same, taken and required in one go; the list of patches must be readable. */
int call_livepatch(struct call *c, unsigned what, struct snapshot **ret, struct err *e);

/*
 * Warn of every source that failed or is incomplete. row may be NULL, else it
 * gets the same lines in its F_STRS field "errors".
 */
int call_source_errors(struct call *c, const struct snapshot *s, struct row *row);

/* -ENOENT (exit 5) with the nearest name as a hint. */
int patch_not_found(const struct snapshot *s, const char *name, struct err *e);

/* Shorthands for a report of one row; NULL when out of memory. */
struct report *report_single(const struct shape *shape, struct row **ret_row);
int out_of_memory(struct err *e);
/* For people without the blanks at its end; text may be NULL. */
int row_human_trimmed(struct row *row, const char *key, const char *text);

#endif
