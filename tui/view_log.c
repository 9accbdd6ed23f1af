// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel log: the newest lines the sampler handed over, all or those about
 * livepatching only; gaps are rows of their own. The identity of a row is the
 * record's sequence number.
 */
#include "core/text.h"
#include "tui/loglist.h"
#include "tui/view.h"

#define GAP_BIT (1ULL << 63)

struct log_data {
	uint64_t *rows; /* numbers of lines: they stay true when older ones are dropped */
	size_t n;
	bool livepatch_only;
	bool opened;
};

static struct log_data *log_data(struct view *v)
{
	if (!v->data)
		v->data = calloc(1, sizeof(struct log_data));
	return v->data;
}

static void log_update(struct view *v)
{
	const struct loglist *list = v->tui->log;
	struct log_data *d = log_data(v);
	uint64_t *rows;

	if (!d)
		return;
	rows = reallocarray(d->rows, list->n + 1, sizeof(*rows));
	if (!rows)
		return;
	d->rows = rows;
	d->n = 0;
	for (uint64_t i = list->dropped; i < v->tui->log_end; i++) {
		const struct logline *line = loglist_at(list, i);

		if (!d->livepatch_only || line->livepatch || line->lost)
			d->rows[d->n++] = i;
	}
}

static void log_open(struct view *v)
{
	struct log_data *d = log_data(v);

	if (d && !d->opened)
		d->opened = v->table.follow = true;
}

static const struct logline *row_of(void *view, size_t i)
{
	static const struct logline gone = { .text = (char *)"" };
	const struct view *v = view;
	const struct logline *l = loglist_at(v->tui->log, ((struct log_data *)v->data)->rows[i]);

	return l ? l : &gone; /* dropped since, and not drawn again */
}

static size_t log_count(void *view)
{
	const struct log_data *d = ((struct view *)view)->data;

	return d ? d->n : 0;
}

static uint64_t log_id(void *view, size_t i)
{
	const struct logline *l = row_of(view, i);

	return l->lost ? l->seq | GAP_BIT : l->seq;
}

enum { COL_TIME, COL_LEVEL, COL_TEXT };

static const struct column columns[] = {
	[COL_TIME] = { "TIME", 8, 14, 3, COL_RIGHT, "seconds since boot, the log's clock" },
	[COL_LEVEL] = { "LEVEL", 5, 8, 4, 0, "how urgent" },
	[COL_TEXT] = { "MESSAGE", 20, 255, 0, COL_FLEX, "what the kernel said" },
};

static void log_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct logline *l = row_of(view, i);

	if (column == COL_TIME)
		snprintf(buf, size, "%llu.%03llu", (unsigned long long)(l->usec / USEC_PER_SEC),
			 (unsigned long long)(l->usec % USEC_PER_SEC / 1000));
	else if (l->lost && column == COL_TEXT)
		snprintf(buf, size, "-- %llu records lost here --", (unsigned long long)l->lost);
	else if (column == COL_LEVEL)
		snprintf(buf, size, "%s", l->lost ? "gap" : kmsg_level_word(l->level));
	else
		text_clean(buf, size, l->text ? l->text : "", l->text ? strlen(l->text) : 0);
}

static unsigned log_style(void *view, size_t i, size_t column)
{
	const struct logline *l = row_of(view, i);

	if (column == COL_TIME)
		return STYLE_DIM;
	if (l->lost)
		return STYLE_WARN;
	if (column == COL_LEVEL)
		return l->level <= 3 ? STYLE_BAD : l->level == 4 ? STYLE_WARN : STYLE_DIM;
	return l->livepatch ? STYLE_HIT : l->level <= 3 ? STYLE_BAD : STYLE_NORMAL;
}

static int log_compare(void *view, size_t a, size_t b, size_t column)
{
	const struct logline *x = row_of(view, a), *y = row_of(view, b);

	switch (column) {
	case COL_TIME:
		return x->seq < y->seq ? -1 : x->seq > y->seq;
	case COL_LEVEL:
		return (int)x->level - (int)y->level;
	default:
		return strcmp(x->text ? x->text : "", y->text ? y->text : "");
	}
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = log_count,
	.id = log_id,
	.cell = log_cell,
	.style = log_style,
	.compare = log_compare,
};

/*
 * The log's clock stands still while the machine sleeps: of a line from before
 * that the time of day is too late. A captured machine's clock is not ours.
 */
static void log_time(const struct view *v, const struct logline *r, struct lines *l)
{
	uint64_t now = now_mono(), wall = now_wall(), age, seconds;
	char ago[32], when[40];

	lines_fact(l, "after boot", "%llu.%06llu s", (unsigned long long)(r->usec / USEC_PER_SEC),
		   (unsigned long long)(r->usec % USEC_PER_SEC));
	if (v->tui->app->root_prefix || r->usec > now)
		return;
	age = now - r->usec;
	seconds = age / USEC_PER_SEC; /* so that it ticks no faster than it is drawn */
	text_duration(ago, sizeof(ago), (double)seconds);
	text_time(when, sizeof(when), wall > age ? wall - age : 0);
	when[10] = ' '; /* of RFC 3339 */
	lines_fact(l, "time", "%.19s UTC, %s ago", when, ago);
}

static void log_detail(struct view *v, size_t i, struct lines *l)
{
	const struct logline *r = row_of(v, i);

	if (r->lost) {
		lines_add(l, STYLE_WARN,
			  "%llu records were lost here: the kernel's buffer was overwritten before they "
			  "were read.",
			  (unsigned long long)r->lost);
		return;
	}
	log_time(v, r, l);
	lines_fact(l, "sequence", "%llu", (unsigned long long)r->seq);
	lines_fact(l, "level", "%u (%s)", r->level, kmsg_level_word(r->level));
	lines_fact(l, "livepatch", "%s", r->livepatch ? "yes" : "no");
	lines_add(l, STYLE_NORMAL, "%s", "");
	lines_add(l, STYLE_NORMAL, "%s", r->text ? r->text : "");
}

static void log_empty(struct view *v, struct lines *l)
{
	const struct log_data *d = v->data;
	const struct err *e = sampler_log_error(v->tui->sampler);

	if (e) {
		lines_add(l, STYLE_WARN, "The kernel log cannot be read: %s", e->text);
		lines_add(l, STYLE_NORMAL, "%s", e->hint);
	} else if (d && d->livepatch_only && v->tui->log->n > 0) {
		lines_add(l, STYLE_NORMAL, "No line about livepatching among the %zu kept. l shows all.",
			  v->tui->log->n);
	} else {
		lines_add(l, STYLE_NORMAL, "The kernel log is empty so far.");
	}
}

static unsigned log_act(struct view *v, enum action a)
{
	struct log_data *d = log_data(v);

	if (a == ACT_FOLLOW) {
		v->table.follow = !v->table.follow;
		if (v->table.follow) {
			v->table.sort = -1; /* else the newest is not the last */
			v->table.reverse = false;
		}
	} else if (a == ACT_LIVEPATCH_ONLY && d) {
		d->livepatch_only = !d->livepatch_only;
		tui_status(v->tui, STYLE_DIM, " %s",
			   d->livepatch_only ? "livepatch lines only" : "all lines");
	} else {
		return REACT_UNKNOWN;
	}
	tui_update(v->tui);
	return REACT_REDRAW;
}

static void log_done(struct view *v)
{
	struct log_data *d = v->data;

	if (d)
		free(d->rows);
	free(d);
	v->data = NULL;
}

const struct view_ops view_log = {
	.title = "Log",
	.key = '5',
	.needs = NEEDS_FRAME,
	.keys = &keymap_log,
	.source = &source,
	.open = log_open,
	.update = log_update,
	.detail = log_detail,
	.empty = log_empty,
	.act = log_act,
	.done = log_done,
};
