/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command of a line front end, from words to printed outcome.
 */
#include "shell/session.h"

#include "shell/out.h"

volatile int session_interrupted;

bool session_interactive(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term && !streq(term, "dumb");
}

int session_run(struct app *app, char *const *words, size_t n, const char *where, bool *ret_failed)
{
	_cleanup_(report_freep) struct report *report = NULL;
	struct settings set = app->set;
	struct out_stream stream = { 0 };
	struct err e = { 0 };
	struct outcome o = { .set = &set, .cmd = words, .n_cmd = n, .where = where };

	session_interrupted = 0;
	o.rc = verb_dispatch(app, words, n, out_emit, &stream, &session_interrupted, &set, &report, &e);
	call_progress(&(struct call){ .app = app }, NULL);
	o.report = report;
	o.err = &e;
	o.streamed = stream.started;
	out_result(app, &o);
	if (ret_failed)
		*ret_failed = e.code != 0 || o.rc >= RC_SIGNAL;
	return o.rc;
}
