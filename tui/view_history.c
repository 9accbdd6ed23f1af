// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * History: what was done, tried and refused, one row a transaction (its intent
 * and its outcome in one), newest first. Read by `klpsh history` in a child;
 * this screen keeps words only. The inverse, too, is what that says.
 */
#include "core/text.h"
#include "tui/query.h"
#include "tui/view.h"

#include <strings.h>

#define ROWS_MAX 10000
#define STALE_US (10 * USEC_PER_SEC)

#define HISTORY_WORDS(X)                                                                                     \
	X(TIME, "time")                                                                                      \
	X(TXN, "txn")                                                                                        \
	X(USER, "user")                                                                                      \
	X(TTY, "tty")                                                                                        \
	X(ORIGIN, "origin")                                                                                  \
	X(VERB, "verb")                                                                                      \
	X(TARGET, "target")                                                                                  \
	X(PHASE, "phase")                                                                                    \
	X(RESULT, "result")                                                                                  \
	X(ERRNO, "errno")                                                                                    \
	X(AUDIT, "audit")                                                                                    \
	X(TEXT, "text")                                                                                      \
	X(REASON, "reason")                                                                                  \
	X(FLAGS, "flags")                                                                                    \
	X(PATH, "path")                                                                                      \
	X(SHA256, "sha256")                                                                                  \
	X(BUILD_ID, "build_id")                                                                              \
	X(RELEASE, "kernel")                                                                                 \
	X(OF, "of")                                                                                          \
	X(INVERSE, "inverse")

#define WORD_ENUM(id, key) W_##id,
#define WORD_KEY(id, key) key,
enum word { HISTORY_WORDS(WORD_ENUM) W_MAX };
static const char *const keys[W_MAX] = { HISTORY_WORDS(WORD_KEY) };

struct history_row {
	char *word[W_MAX]; /* clean, NULL: not said */
	int64_t auid; /* -1 unset */
};

struct history_data {
	struct history_row *v; /* newest first */
	size_t n;
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
	return &data_of(view)->v[i];
}

static const char *word_of(const struct history_row *r, enum word w)
{
	return r->word[w] ? r->word[w] : "";
}

static void row_done(struct history_row *r)
{
	for (size_t i = 0; i < W_MAX; i++)
		free(r->word[i]);
	*r = (struct history_row){ 0 };
}

static void rows_done(struct history_data *d)
{
	for (size_t i = 0; i < d->n; i++)
		row_done(&d->v[i]);
	free(d->v);
	free(d->error);
	free(d->hint);
	d->v = NULL;
	d->n = 0;
	d->error = d->hint = NULL;
}

static char *clean_copy(const char *s)
{
	return s ? text_clean_dup(s, strlen(s)) : NULL;
}

static void row_fill(struct history_row *r, const struct jv *entry)
{
	r->auid = -1;
	jv_int(entry, "auid", &r->auid);
	for (size_t i = 0; i < W_MAX; i++)
		r->word[i] = clean_copy(jv_str(entry, keys[i]));
}

/* The other record of the same transaction, among those just read. */
static struct history_row *find_txn(struct history_data *d, const char *txn)
{
	for (size_t i = d->n; txn && *txn && i-- > 0;)
		if (streq(word_of(&d->v[i], W_TXN), txn))
			return &d->v[i];
	return NULL;
}

/* The outcome's words over the intent's; what the intent alone knows stays. */
static void row_merge(struct history_row *old, struct history_row *new)
{
	bool intent = streq(word_of(new, W_PHASE), "intent");

	for (size_t i = 0; i < W_MAX; i++) {
		bool keep = (i == W_TIME) != intent; /* the time is the intent's */

		if (!new->word[i] || (old->word[i] && keep))
			continue;
		free(old->word[i]);
		old->word[i] = TAKE_PTR(new->word[i]);
	}
	row_done(new);
}

static void add_entry(struct history_data *d, const struct jv *entry)
{
	struct history_row new = { 0 }, *old;

	row_fill(&new, entry);
	old = find_txn(d, new.word[W_TXN]);
	if (old) {
		row_merge(old, &new);
		return;
	}
	if (d->n == ROWS_MAX || array_grow(&d->v, d->n, sizeof(*d->v)) < 0) {
		row_done(&new);
		return;
	}
	d->v[d->n++] = new;
}

/* Newest first, whatever the order of the answer. */
static int by_time(const void *a, const void *b)
{
	return strcmp(word_of(b, W_TIME), word_of(a, W_TIME));
}

static void on_history(const struct reply *a, void *arg)
{
	struct view *v = arg;
	struct history_data *d = data_of(v);
	size_t n = jv_len(a->data), from = n > 2 * ROWS_MAX ? n - 2 * ROWS_MAX : 0;

	d->query = NULL;
	rows_done(d);
	d->read_at = now_mono();
	d->error = clean_copy(reply_error(a));
	d->hint = clean_copy(a->hint);
	for (size_t i = from; i < n; i++)
		add_entry(d, jv_at(a->data, i));
	if (d->n > 1)
		qsort(d->v, d->n, sizeof(*d->v), by_time);
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
	return data_of(view)->n;
}

static uint64_t history_id(void *view, size_t i)
{
	const struct history_row *r = row_of(view, i);

	if (r->word[W_TXN])
		return table_hash_str(0, r->word[W_TXN]);
	return table_hash_str(table_hash_str(1, word_of(r, W_TIME)), word_of(r, W_VERB));
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
	static const enum word words[] = {
		[COL_USER] = W_USER,	 [COL_VERB] = W_VERB,	[COL_TARGET] = W_TARGET,
		[COL_RESULT] = W_RESULT, [COL_AUDIT] = W_AUDIT, [COL_INVERSE] = W_INVERSE
	};
	const struct history_row *r = row_of(view, i);

	if (column == COL_TIME)
		time_cell(word_of(r, W_TIME), buf, size);
	else
		snprintf(buf, size, "%s", *word_of(r, words[column]) ? word_of(r, words[column]) : "-");
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
		return result_style(word_of(r, W_RESULT));
	if (column == COL_AUDIT && streq(word_of(r, W_AUDIT), "not-written"))
		return STYLE_WARN;
	return column == COL_VERB ? STYLE_BOLD : STYLE_NORMAL;
}

/* Times by the record's own words, which say more than the cell; what is text by its text. */
static int history_compare(void *view, size_t a, size_t b, size_t column)
{
	char x[TABLE_CELL_MAX], y[TABLE_CELL_MAX];

	if (column == COL_TIME)
		return strcmp(word_of(row_of(view, a), W_TIME), word_of(row_of(view, b), W_TIME));
	history_cell(view, a, column, x, sizeof(x));
	history_cell(view, b, column, y, sizeof(y));
	return strcasecmp(x, y);
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

	snprintf(buf, size, "%s %s", word_of(r, W_VERB), word_of(r, W_TARGET));
}

static void history_detail(struct view *v, size_t i, struct lines *l)
{
	const struct history_row *r = row_of(v, i);

	for (size_t w = 0; w < W_INVERSE; w++) {
		if (w == W_TEXT && r->word[w])
			lines_fact(l, "what it said", "%s", r->word[w]);
		else if (r->word[w])
			lines_fact(l, keys[w], "%s", r->word[w]);
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
	rows_done(d);
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
