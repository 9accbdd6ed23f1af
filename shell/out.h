/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place where line front ends print: a command's outcome in the form
 * that its settings ask for. stdout is data, stderr everything else.
 */
#ifndef KLPSH_SHELL_OUT_H
#define KLPSH_SHELL_OUT_H

#include "shell/render.h"
#include "shell/verb.h"

struct outcome {
	const struct settings *set;
	char *const *cmd; /* the words */
	size_t n_cmd;
	int rc;
	const struct report *report; /* may be NULL */
	const struct err *err; /* may be NULL or unset */
	const char *where; /* "FILE:LINE", or NULL */
	bool streamed; /* events came before: TSV has its heading already */
};

/* Print warnings of app (may be NULL), the report, the error. */
void out_result(struct app *app, const struct outcome *o);

/* State of one streaming call: emit_arg of out_emit. */
struct out_stream {
	bool started;
};
/* A verb_dispatch emit callback that prints an event at once. -EPIPE: reader gone. */
int out_emit(struct call *c, struct report *r);

/* "klpsh: text", and "  hint" under it. */
void out_error(const char *where, const char *what, const struct err *e);

/* A call_progress callback for a terminal's stderr. */
void out_progress(const char *line, void *arg);

/* Columns of the terminal that stdout is, 0: it is none. */
size_t out_width(void);
/* Terminal width and colour for these settings. */
struct render_opts out_opts(const struct settings *set);

/* At exit: report stdout's write errors. Returns rc, or 1 when data was lost. */
int out_close(int rc);

#endif
