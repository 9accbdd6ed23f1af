// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * History: what was done, tried and refused, one row a transaction (its intent
 * and its outcome in one), newest first. Read by `klpsh history` in a child;
 * this screen keeps words only. The inverse, too, is what that says.
 */
#include "core/text.h"
#include "tui/history_rows.h"
#include "tui/query.h"
#include "tui/view.h"

#define STALE_US (10 * USEC_PER_SEC)

struct history_data {
	struct history_rows rows;
	struct query *query;
	char *error, *hint; /* why there is nothing, or NULL */
	uint64_t read_at; /* CLOCK_MONOTONIC; 0: never */
};

static struct history_data *data_of(void *view)
{
	static struct history_data none;
	struct history_data *d = ((struct view *)view)->data;

	return d ? d : &none;
}

static const struct history_row *row_of(void *view, size_t i)
{
	return &data_of(view)->rows.v[i];
}

static void answer_done(struct history_data *d)
{
	history_rows_done(&d->rows);
	free(d->error);
	free(d->hint);
	d->error = d->hint = NULL;
}

static char *clean_copy(const char *s)
{
	return s ? text_clean_dup(s, strlen(s)) : NULL;
}

static void on_history(const struct reply *a, void *arg)
{
	struct view *v = arg;
	struct history_data *d = data_of(v);

	d->query = NULL;
	answer_done(d);
	d->read_at = now_mono();
	d->error = clean_copy(reply_error(a));
	d->hint = clean_copy(a->hint);
	history_rows_read(&d->rows, a->data);
	if (v->tui->view == v)
		tui_update(v->tui);
	tui_dirty(v->tui);
}

static void history_read_again(struct view *v)
{
	char *words[] = { (char *)"history" };
	struct history_data *d = v->data;

	if (d && !d->query && query_start(v->tui, words, 1, on_history, v, &d->query) < 0)
		d->query = NULL;
}

static void history_open(struct view *v)
{
	if (!v->data)
		v->data = calloc(1, sizeof(struct history_data));
	history_read_again(v);
}

/* With each snapshot: others change things as well. */
static void history_update(struct view *v)
{
	struct history_data *d = v->data;

	if (d && d->read_at && !v->tui->paused && now_mono() - d->read_at > STALE_US)
		history_read_again(v);
}

static size_t history_count(void *view)
{
	return data_of(view)->rows.n;
}

static uint64_t history_id(void *view, size_t i)
{
	const struct history_row *r = row_of(view, i);

	if (r->word[W_TXN])
		return table_hash_str(0, r->word[W_TXN]);
	return table_hash_str(table_hash_str(1, history_word(r, W_TIME)), history_word(r, W_VERB));
}

enum { COL_TIME, COL_USER, COL_VERB, COL_TARGET, COL_RESULT, COL_AUDIT, COL_INVERSE };

static const struct column columns[] = {
	[COL_TIME] = { "TIME UTC", 16, 16, 0, 0, "when it began" },
	[COL_USER] = { "USER", 5, 16, 3, COL_FLEX, "who was logged in (the login's user, not sudo's)" },
	[COL_VERB] = { "VERB", 7, 10, 0, 0, "what was to be done" },
	[COL_TARGET] = { "TARGET", 12, 50, 0, COL_FLEX, "to what" },
	[COL_RESULT] = { "RESULT", 8, 12, 0, COL_FLEX, "how it ended; pending: not known yet" },
	[COL_AUDIT] = { "AUDIT", 8, 12, 5, 0, "whether the audit system has it" },
	[COL_INVERSE] = { "INVERSE", 7, 10, 4, 0,
			  "the verb that takes it back in the kernel, if there is one" },
};

/* Not the seconds: the details have them. */
static void time_cell(const char *rfc, char *buf, size_t size)
{
	if (strlen(rfc) >= 16)
		snprintf(buf, size, "%.10s %.5s", rfc, rfc + 11);
	else
		snprintf(buf, size, "%s", rfc);
}

static void history_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	static const enum history_word words[] = {
		[COL_USER] = W_USER,	 [COL_VERB] = W_VERB,	[COL_TARGET] = W_TARGET,
		[COL_RESULT] = W_RESULT, [COL_AUDIT] = W_AUDIT, [COL_INVERSE] = W_INVERSE
	};
	const struct history_row *r = row_of(view, i);

	if (column == COL_TIME)
		time_cell(history_word(r, W_TIME), buf, size);
	else
		snprintf(buf, size, "%s",
			 *history_word(r, words[column]) ? history_word(r, words[column]) : "-");
}

static unsigned result_style(const char *result)
{
	static const char *const good[] = { "done", "already", "confirmed" }, *const bad[] = { "failed",
											       "refused",
											       "unknown" };

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (streq(result, good[i]))
			return STYLE_GOOD;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (streq(result, bad[i]))
			return STYLE_BAD;
	return streq(result, "declined") ? STYLE_DIM : STYLE_WARN;
}

static unsigned history_style(void *view, size_t i, size_t column)
{
	const struct history_row *r = row_of(view, i);

	if (column == COL_RESULT)
		return result_style(history_word(r, W_RESULT));
	if (column == COL_AUDIT && streq(history_word(r, W_AUDIT), "not-written"))
		return STYLE_WARN;
	return column == COL_VERB ? STYLE_BOLD : STYLE_NORMAL;
}

/* Times by the record's own words, which say more than the cell; what is text by its text. */
static int history_compare(void *view, size_t a, size_t b, size_t column)
{
	if (column == COL_TIME)
		return strcmp(history_word(row_of(view, a), W_TIME), history_word(row_of(view, b), W_TIME));
	return table_compare_text(history_cell, view, a, b, column);
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = history_count,
	.id = history_id,
	.cell = history_cell,
	.style = history_style,
	.compare = history_compare,
};

static void history_name(struct view *v, size_t i, char *buf, size_t size)
{
	const struct history_row *r = row_of(v, i);

	snprintf(buf, size, "%s %s", history_word(r, W_VERB), history_word(r, W_TARGET));
}

static void history_detail(struct view *v, size_t i, struct lines *l)
{
	const struct history_row *r = row_of(v, i);

	for (size_t w = 0; w < W_INVERSE; w++) {
		if (w == W_TEXT && r->word[w])
			lines_fact(l, "what it said", "%s", r->word[w]);
		else if (r->word[w])
			lines_fact(l, history_words[w], "%s", r->word[w]);
		if (w == W_USER && r->auid >= 0)
			lines_fact(l, "login uid", "%lld", (long long)r->auid);
	}
	lines_fact(l, "inverse", "%s",
		   r->word[W_INVERSE] ? r->word[W_INVERSE]
				      : "none that the kernel has; Z is the guided rollback");
}

static void history_empty(struct view *v, struct lines *l)
{
	const struct history_data *d = data_of(v);

	if (d->error) {
		lines_add(l, STYLE_WARN, "The history cannot be read: %s", d->error);
		if (d->hint && *d->hint)
			lines_add(l, STYLE_NORMAL, "%s", d->hint);
	} else if (!d->read_at) {
		lines_add(l, STYLE_DIM, "reading the history");
	} else {
		lines_add(l, STYLE_NORMAL, "Nothing has been changed by klpsh on this machine yet.");
		lines_add(l, STYLE_DIM, "What is done, refused and declined will stand here.");
	}
}

static void history_close(struct view *v)
{
	struct history_data *d = v->data;

	if (!d)
		return;
	query_cancel(d->query);
	answer_done(d);
	free(d);
	v->data = NULL;
}

const struct view_ops view_history = {
	.title = "History",
	.key = '8',
	.needs = NEEDS_FRAME,
	.keys = &keymap_history,
	.source = &source,
	.open = history_open,
	.update = history_update,
	.changed = history_read_again,
	.name = history_name,
	.detail = history_detail,
	.empty = history_empty,
	.done = history_close,
};
