// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intent and outcome of a change become one row: the outcome's words over the
 * intent's, the time when it began.
 */
#include "tui/history_rows.h"

#include "core/text.h"

#define ROWS_MAX 10000
#define WORD_KEY(id, key) key,

const char *const history_words[W_MAX] = { HISTORY_WORDS(WORD_KEY) };

const char *history_word(const struct history_row *r, enum history_word w)
{
	return r->word[w] ? r->word[w] : "";
}

static void row_done(struct history_row *r)
{
	for (size_t i = 0; i < W_MAX; i++)
		free(r->word[i]);
	*r = (struct history_row){ 0 };
}

void history_rows_done(struct history_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		row_done(&rows->v[i]);
	free(rows->v);
	*rows = (struct history_rows){ 0 };
}

static void row_fill(struct history_row *r, const struct jv *entry)
{
	r->auid = -1;
	jv_int(entry, "auid", &r->auid);
	for (size_t i = 0; i < W_MAX; i++) {
		const char *s = jv_str(entry, history_words[i]);

		r->word[i] = s ? text_clean_dup(s, strlen(s)) : NULL;
	}
}

/* The other record of the same transaction, among those just read. */
static struct history_row *find_txn(struct history_rows *rows, const char *txn)
{
	for (size_t i = rows->n; txn && *txn && i-- > 0;)
		if (streq(history_word(&rows->v[i], W_TXN), txn))
			return &rows->v[i];
	return NULL;
}

/* The outcome's words over the intent's; what the intent alone knows stays. */
static void row_merge(struct history_row *old, struct history_row *new)
{
	bool intent = streq(history_word(new, W_PHASE), "intent");

	for (size_t i = 0; i < W_MAX; i++) {
		bool keep = (i == W_TIME) != intent; /* the time is the intent's */

		if (!new->word[i] || (old->word[i] && keep))
			continue;
		free(old->word[i]);
		old->word[i] = TAKE_PTR(new->word[i]);
	}
	row_done(new);
}

static void add_entry(struct history_rows *rows, const struct jv *entry)
{
	struct history_row new = { 0 }, *old;

	row_fill(&new, entry);
	old = find_txn(rows, new.word[W_TXN]);
	if (old) {
		row_merge(old, &new);
		return;
	}
	if (rows->n == ROWS_MAX || array_grow(&rows->v, rows->n, sizeof(*rows->v)) < 0) {
		row_done(&new);
		return;
	}
	rows->v[rows->n++] = new;
}

/* Newest first, whatever the order of the answer. */
static int by_time(const void *a, const void *b)
{
	return strcmp(history_word(b, W_TIME), history_word(a, W_TIME));
}

void history_rows_read(struct history_rows *rows, const struct jv *data)
{
	size_t n = jv_len(data), from = n > 2 * ROWS_MAX ? n - 2 * ROWS_MAX : 0;

	for (size_t i = from; i < n; i++)
		add_entry(rows, jv_at(data, i));
	if (rows->n > 1)
		qsort(rows->v, rows->n, sizeof(*rows->v), by_time);
}
