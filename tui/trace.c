// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts the trace as a child and keeps what its events say. The tracing, its
 * limits and its end are klpsh's own: what is shown here is what it says.
 */
#include "tui/trace.h"

#include <errno.h>
#include <signal.h>

#include "core/text.h"
#include "tui/child.h"
#include "tui/command.h"

static void rows_clear(struct trace_run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->rows[i].name);
		free(r->rows[i].object);
		free(r->rows[i].why);
		free(r->rows[i].others);
	}
	free(r->rows);
	r->rows = NULL;
	r->n = 0;
}

void trace_clear(struct trace_run *r)
{
	trace_stop(r);
	r->child = child_forget(r->child);
	rows_clear(r);
	jsonlines_done(&r->line);
	*r = (struct trace_run){ .tui = r->tui };
}

void trace_stop(struct trace_run *r)
{
	child_signal(r->child, SIGINT);
}

static void take_rows(struct trace_run *r, const struct jv *list)
{
	rows_clear(r);
	for (size_t i = 0; i < jv_len(list); i++) {
		const struct jv *o = jv_at(list, i);
		const char *kind = jv_str(o, "kind");
		struct trace_row row = { .own = kind && streq(kind, "own") };

		if (array_grow(&r->rows, r->n, sizeof(*r->rows)) < 0)
			return;
		row.name = jsonlines_dup(o, "name");
		row.object = jsonlines_dup(o, "object");
		row.why = jsonlines_dup(o, "why");
		row.others = jsonlines_dup(o, "others");
		if (!jv_int(o, "entered", &row.entered))
			row.entered = -1;
		r->rows[r->n++] = row;
	}
}

/* Whether its own code ran is for klpsh trace to say. */
static enum trace_ran ran_of(const char *word)
{
	static const char *const words[] = {
		[RAN_YES] = "ran", [RAN_NOT] = "not-run", [RAN_NO_OCCASION] = "no-occasion"
	};

	for (size_t i = RAN_YES; word && i < ARRAY_SIZE(words); i++)
		if (streq(word, words[i]))
			return (enum trace_ran)i;
	return RAN_UNKNOWN;
}

static void take_counts(struct trace_run *r, const struct jv *o)
{
	take_rows(r, jv_get(o, "functions"));
	(void)jv_real(o, "seconds", &r->seconds);
	(void)jv_int(o, "calls", &r->calls);
	(void)jv_int(o, "entries", &r->entries);
	(void)jv_int(o, "lost", &r->lost);
	r->ran = ran_of(jv_str(o, "verdict"));
}

static void take_error(struct trace_run *r, const struct jv *error)
{
	jsonlines_text(error, "text", r->error, sizeof(r->error));
	jsonlines_text(error, "hint", r->hint, sizeof(r->hint));
}

static void on_line(void *arg, const struct jv *doc, const char *text, size_t len)
{
	struct trace_run *r = arg;
	const struct jv *o = jv_str(doc, "event") ? doc : jv_get(doc, "data");

	if (jv_get(o, "functions"))
		take_counts(r, o);
	if (jv_get(doc, "error"))
		take_error(r, jv_get(doc, "error"));
}

static void tell(struct trace_run *r)
{
	struct tui *t = r->tui;

	t->stale = t->stale || t->view == &t->views[VIEW_TRACE];
	tui_dirty(t);
}

static void on_out(const char *data, size_t len, void *arg)
{
	struct trace_run *r = arg;

	jsonlines_feed(&r->line, data, len, on_line, r);
	tell(r);
}

static void on_end(int status, void *arg)
{
	struct trace_run *r = arg;

	r->child = NULL;
	jsonlines_feed(&r->line, "\n", 1, on_line, r);
	r->state = *r->error || !r->n ? TRACE_FAILED : TRACE_DONE;
	if (r->state == TRACE_FAILED && !*r->error && status >= RC_SIGNAL)
		FORMAT(r->error, "it was ended before it had counted");
	else if (r->state == TRACE_FAILED && !*r->error)
		FORMAT(r->error, "it ended with exit code %d and without a count", status);
	tell(r);
}

static const struct child_events trace_events = { .out = on_out, .end = on_end };

int trace_start(struct trace_run *r, const char *patch)
{
	char seconds[32], *words[] = { (char *)"trace", seconds, (char *)"--", r->patch };
	_cleanup_free_ char **argv = NULL;
	int rc;

	FORMAT(seconds, "--seconds=%d", TRACE_SECONDS);
	trace_clear(r);
	FORMAT(r->patch, "%s", patch);
	argv = tui_argv_json(r->tui, words, ARRAY_SIZE(words));
	if (!argv)
		return -ENOMEM;
	rc = child_start(&r->tui->children, r->tui->loop, argv, &trace_events, r, &r->child);
	if (rc >= 0)
		r->state = TRACE_RUNS;
	return rc;
}
