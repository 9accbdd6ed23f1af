/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One question to klpsh itself: a verb run as a child with --json, its answer
 * handed over when it has ended. The loop never waits for it.
 */
#ifndef KLPSH_TUI_QUERY_H
#define KLPSH_TUI_QUERY_H

#include "tui/reply.h"
#include "tui/view.h"

struct query;
typedef void (*query_fn)(const struct reply *a, void *arg);

/*
 * Run these n words with --json added. `done` is called once, from the loop,
 * with an answer that is gone afterwards; the query is freed behind it. 0 or
 * negative errno.
 */
int query_start(struct tui *t, char *const *words, size_t n, query_fn done, void *arg, struct query **ret);
/* Last line it said on stderr, clean; "" none. */
const char *query_said(const struct query *q);
/* Ctrl-C for it: what waits ends its waiting, and answers. */
void query_interrupt(struct query *q);
/* The answer is not wanted any more; what it only reads is ended. Takes NULL, returns NULL. */
struct query *query_cancel(struct query *q);
/* The answer is not wanted, but what it does goes on. */
struct query *query_forget(struct query *q);

#endif
