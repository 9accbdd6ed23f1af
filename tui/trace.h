/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One `klpsh trace` behind the screens, and what it has counted so far.
 */
#ifndef KLPSH_TUI_TRACE_H
#define KLPSH_TUI_TRACE_H

#include "tui/jsonlines.h"
#include "tui/view.h"

#define TRACE_SECONDS 10

enum trace_state { TRACE_NONE, TRACE_RUNS, TRACE_DONE, TRACE_FAILED };

struct trace_row { /* strings clean; NULL where there is none */
	char *name, *object, *why, *others;
	bool own; /* of the patch, not an original */
	int64_t entered; /* -1: it is not counted */
};

struct trace_run {
	struct tui *tui;
	struct child *child;
	struct jsonlines line;
	char patch[64];
	enum trace_state state;
	struct trace_row *rows;
	size_t n;
	double seconds; /* counted so far */
	int64_t calls, entries, lost;
	enum trace_ran { RAN_UNKNOWN, RAN_YES, RAN_NOT, RAN_NO_OCCASION } ran;
	char error[512], hint[512];
};

/* Begin, in place of what was counted before. 0 or negative errno. */
int trace_start(struct trace_run *r, const char *patch);
/* End the counting; what is there stays. Takes one that does not run. */
void trace_stop(struct trace_run *r);
void trace_clear(struct trace_run *r);
/* T: the question whether to count the entries of this livepatch's functions. */
void trace_ask(struct tui *t, const char *patch);

#endif
