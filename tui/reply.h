/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb said with --json: the envelope of the design shelf's verbs.md,
 * read bounded, and its data as lines for dialogs and texts. Everything in it
 * counts as foreign until it is lines.
 */
#ifndef KLPSH_TUI_REPLY_H
#define KLPSH_TUI_REPLY_H

#include "core/json.h"
#include "tui/lines.h"

struct reply {
	struct jv *doc;
	int rc; /* exit code */
	bool changed;
	/* Borrowed from doc; NULL: not there. */
	const struct jv *data;
	const char *audit, *error, *hint, *errno_name;
	const char *said; /* last line on stderr, "" none; borrowed from who asked */
	struct err broken; /* code set: there is no envelope, and why */
};

/* Read what came on stdout. said: the last line on stderr; status: the exit code. */
void reply_read(const char *out, size_t len, const char *said, int status, struct reply *ret);
void reply_done(struct reply *a);
/* Its error's sentence: of the envelope, or why there is none. NULL: no error. */
const char *reply_error(const struct reply *a);
/* data's result word (shape_change), "" none. */
const char *reply_result(const struct reply *a);

/* What a change found beforehand: facts, preflight, what can be undone, the command line. */
void reply_question(const struct reply *a, struct lines *l);
/* How it ended: error, hint, what blocks, what helps, notes, records. */
void reply_outcome(const struct reply *a, struct lines *l);
/* The checks of a preflight (the data of `check`), and who would block. */
void reply_preflight(const struct jv *preflight, bool all, struct lines *l);

#endif
