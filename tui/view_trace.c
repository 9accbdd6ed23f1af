// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Trace: how often the functions of one livepatch are entered, counted for ten
 * seconds, and so whether its new code runs. Ends when the screen is left.
 */
#include <errno.h>

#include "core/text.h"
#include "tui/ask.h"
#include "tui/glyph.h"
#include "tui/trace.h"

static struct trace_run *run_of(void *view)
{
	struct view *v = view;

	if (!v->data)
		v->data = calloc(1, sizeof(struct trace_run));
	if (v->data)
		((struct trace_run *)v->data)->tui = v->tui;
	return v->data;
}

static const struct trace_row *row_at(void *view, size_t i)
{
	static const struct trace_row none = { .entered = -1 };
	const struct trace_run *r = run_of(view);

	return r && i < r->n ? &r->rows[i] : &none;
}

static size_t trace_count(void *view)
{
	const struct trace_run *r = run_of(view);

	return r ? r->n : 0;
}

static uint64_t trace_id(void *view, size_t i)
{
	return i + 1;
}

enum { COL_NAME, COL_OBJECT, COL_KIND, COL_ENTERED, COL_OTHERS };

static const struct column columns[] = {
	[COL_NAME] = { "FUNCTION", 16, 60, 0, COL_FLEX, "the function" },
	[COL_OBJECT] = { "OBJECT", 8, 32, 3, 0, "vmlinux or a module; of the patch's own: the patch" },
	[COL_KIND] = { "KIND", 8, 8, 2, 0, "original: replaced by the livepatch; own: its new code" },
	[COL_ENTERED] = { "ENTERED", 7, 11, 0, COL_RIGHT, "how often so far; n/a: it cannot be traced" },
	[COL_OTHERS] = { "OTHERS", 7, 60, 4, COL_FLEX, "who else hooks it: ftrace, kprobes, BPF" },
};

static void trace_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct trace_row *row = row_at(view, i);

	*buf = '\0';
	if (column == COL_NAME)
		snprintf(buf, size, "%s", row->name ? row->name : "?");
	else if (column == COL_OBJECT)
		snprintf(buf, size, "%s", row->object ? row->object : "?");
	else if (column == COL_KIND)
		snprintf(buf, size, "%s", row->own ? "own" : "original");
	else if (column == COL_ENTERED && row->entered < 0)
		snprintf(buf, size, "n/a");
	else if (column == COL_ENTERED)
		snprintf(buf, size, "%lld", (long long)row->entered);
	else
		snprintf(buf, size, "%s", row->others ? row->others : row->why ? row->why : "nobody");
}

static unsigned trace_style(void *view, size_t i, size_t column)
{
	const struct trace_row *row = row_at(view, i);

	if (column == COL_OTHERS)
		return row->others || row->why ? STYLE_WARN : STYLE_DIM;
	if (column != COL_ENTERED)
		return STYLE_NORMAL;
	return row->entered < 0	   ? STYLE_WARN
	       : row->entered == 0 ? STYLE_DIM
	       : row->own	   ? STYLE_GOOD
				   : STYLE_NORMAL;
}

static int trace_compare(void *view, size_t a, size_t b, size_t column)
{
	char x[256], y[256];

	if (column == COL_ENTERED)
		return table_compare_numbers(row_at(view, a)->entered, row_at(view, b)->entered);
	trace_cell(view, a, column, x, sizeof(x));
	trace_cell(view, b, column, y, sizeof(y));
	return strcmp(x, y);
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = trace_count,
	.id = trace_id,
	.cell = trace_cell,
	.style = trace_style,
	.compare = trace_compare,
};

/* What it comes to, in one sentence. */
static void sentence(const struct trace_run *r, char *buf, size_t size, unsigned *style)
{
	*style = STYLE_NORMAL;
	if (r->state == TRACE_FAILED) {
		*style = STYLE_BAD;
		snprintf(buf, size, "%s: %s", r->patch, r->error);
	} else if (r->state == TRACE_RUNS) {
		*style = STYLE_WARN;
		snprintf(buf, size, "%s: %.0f of %d s, %lld calls, %lld entries of its own code", r->patch,
			 r->seconds, TRACE_SECONDS, (long long)r->calls, (long long)r->entries);
	} else if (r->ran == RAN_YES) {
		*style = STYLE_GOOD;
		snprintf(buf, size, "%s: its own code ran, %s%lld times in %.0f s", r->patch,
			 r->lost ? "at least " : "", (long long)r->entries, r->seconds);
	} else {
		*style = STYLE_WARN;
		if (r->ran == RAN_UNKNOWN)
			snprintf(buf, size, "%s: %lld calls; whether its own code ran cannot be told",
				 r->patch, (long long)r->calls);
		else
			snprintf(buf, size, "%s: %s", r->patch,
				 r->ran == RAN_NOT
					 ? "what it patches was called, but its own code did not run"
					 : "nobody called it meanwhile; do what the fix is about, x counts "
					   "again");
	}
}

static int trace_head(struct view *v, struct rect r, bool draw)
{
	const struct trace_run *run = run_of(v);
	char text[700], line[720];
	unsigned style;

	if (!run || run->state == TRACE_NONE)
		return 0;
	sentence(run, text, sizeof(text), &style);
	FORMAT(line, " %s", text);
	if (draw)
		term_put(r.y, r.x, r.w, style, line);
	return 1;
}

static void trace_head_lines(struct view *v, struct lines *l)
{
	const struct trace_run *run = run_of(v);
	char text[700];
	unsigned style;

	if (!run || run->state == TRACE_NONE)
		return;
	sentence(run, text, sizeof(text), &style);
	lines_add(l, style, "%s", text);
}

static void trace_detail(struct view *v, size_t i, struct lines *l)
{
	const struct trace_row *row = row_at(v, i);

	lines_add(l, STYLE_NORMAL, "%s",
		  row->own ? "New code of the livepatch. Entries show that it runs."
			   : "A function that the livepatch replaces: each call enters it, and goes on to "
			     "the new one.");
	if (row->entered < 0)
		lines_fact(l, "entered", "not counted: %s", row->why ? row->why : "it cannot be traced");
	else
		lines_fact(l, "entered", "%lld times", (long long)row->entered);
	lines_fact(l, "object", "%s", row->object ? row->object : "?");
	lines_fact(l, "others", "%s", row->others ? row->others : "nobody else is seen to hook it");
}

static void trace_empty(struct view *v, struct lines *l)
{
	const struct trace_run *r = run_of(v);

	if (!r || r->state == TRACE_NONE) {
		lines_add(l, STYLE_NORMAL,
			  "Nothing is traced. T on a livepatch of screen 1 counts its functions.");
		return;
	}
	if (r->state == TRACE_RUNS)
		lines_add(l, STYLE_NORMAL, "The kernel is being prepared.");
	if (*r->hint)
		lines_add(l, STYLE_NORMAL, "%s", r->hint);
}

static unsigned trace_act(struct view *v, enum action a)
{
	struct trace_run *r = run_of(v);
	char patch[sizeof(r->patch)];

	if (a != ACT_RESTART || !r || !*r->patch)
		return REACT_UNKNOWN;
	if (r->state == TRACE_RUNS) {
		tui_status(v->tui, STYLE_DIM, " it counts still");
		return REACT_REDRAW;
	}
	FORMAT(patch, "%s", r->patch);
	trace_ask(v->tui, patch);
	return REACT_REDRAW;
}

static bool trace_can(struct view *v, enum action a)
{
	const struct trace_run *r = run_of(v);

	return a != ACT_RESTART || (r && r->state > TRACE_RUNS);
}

static void trace_leave(struct view *v)
{
	if (v->data)
		trace_stop(v->data);
}

static void trace_done(struct view *v)
{
	if (v->data)
		trace_clear(v->data);
	free(v->data);
	v->data = NULL;
}

static void begin(struct tui *t)
{
	struct trace_run *r = run_of(&t->views[VIEW_TRACE]);
	int rc = r ? trace_start(r, t->trace_asked) : -ENOMEM;

	tui_show_view(t, VIEW_TRACE);
	if (rc < 0)
		tui_status(t, STYLE_BAD, " trace: cannot run it: %s", strerror(-rc));
}

void trace_ask(struct tui *t, const char *patch)
{
	const struct trace_run *r = t->views[VIEW_TRACE].data;
	struct lines text = { 0 };
	char title[128];

	if (r && r->state != TRACE_NONE && streq(r->patch, patch) && t->view != &t->views[VIEW_TRACE]) {
		tui_show_view(t, VIEW_TRACE); /* what was counted before */
		tui_status(t, STYLE_DIM, " as it was counted before; x counts again");
		return;
	}
	FORMAT(t->trace_asked, "%s", patch);
	FORMAT(title, "Trace %s?", patch);
	lines_fact(&text, "does",
		   "counts for %d s how often the functions that it patches are entered, and its own",
		   TRACE_SECONDS);
	lines_fact(&text, "costs", "their calls take a little longer meanwhile; it ends at a million");
	lines_fact(&text, "Way back", "its instance of tracefs is removed at the end, whatever happens");
	lines_fact(&text, "The same as", "klpsh trace %s", patch);
	if (ask_open(t, &(struct question){ title, "trace", &text, false }, begin, NULL) < 0)
		tui_status(t, STYLE_WARN, " trace: answer the other question first");
	lines_done(&text);
}

const struct view_ops view_trace = {
	.title = "Trace",
	.key = 'T',
	.needs = NEEDS_FRAME,
	.keys = &keymap_trace,
	.source = &source,
	.head = trace_head,
	.head_lines = trace_head_lines,
	.detail = trace_detail,
	.empty = trace_empty,
	.can = trace_can,
	.act = trace_act,
	.leave = trace_leave,
	.done = trace_done,
};
