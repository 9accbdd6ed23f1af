// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the history, the newest record first until there are enough, and finds
 * the intents that nobody closed.
 */
#include <errno.h>

#include "core/alive.h"
#include "core/history.h"
#include "core/historyfile.h"

struct walk {
	int (*each)(struct history_entry *en, void *arg);
	void *arg;
	size_t damaged;
};

/* 1: enough, 0, or negative errno. */
static int walk_line(struct walk *w, const char *line, size_t len)
{
	struct history_entry en;
	struct history_link link;
	int r = history_line_parse(line, len, &en, &link);

	if (r == -EBADMSG)
		w->damaged++;
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = w->each(&en, w->arg);
	history_entry_free(&en);
	return r;
}

static int walk_file(const struct history_dir *d, uint64_t first, struct walk *w, struct err *e)
{
	struct history_back b;
	const char *line;
	size_t len;
	bool open;
	int r = history_back_open(d, first, &b, e), k = 0;

	if (r < 0)
		return r;
	w->damaged += b.floor > 0; /* what is before the part that is read */
	while (k == 0 && (r = history_back_next(&b, &line, &len, &open)) > 0)
		k = walk_line(w, line, len);
	history_back_close(&b);
	k = r < 0 ? r : k;
	return k < 0 ? err_set(e, k, "cannot read the history in %s: %s", d->shown, strerror(-k)) : k;
}

static int walk(const char *dir, struct walk *w, struct err *e)
{
	_cleanup_free_ uint64_t *files = NULL;
	struct history_dir d;
	struct err why = { 0 };
	size_t n = 0;
	int r = history_dir_open(dir, false, &d, &why);
	bool none = r == -ENOENT; /* nothing was ever recorded */

	r = r < 0 ? r : history_files(&d, &files, &n, &why);
	while (r == 0 && n--)
		r = walk_file(&d, files[n], w, &why);
	history_dir_close(&d);
	if (r < 0 && !none && e)
		*e = why;
	return none ? 0 : MIN(r, 0);
}

int history_walk(const char *dir, int (*each)(struct history_entry *en, void *arg), void *arg, struct err *e)
{
	struct walk w = { each, arg, 0 };

	return walk(dir, &w, e);
}

struct collect {
	struct history_list l;
	size_t max;
};

/* Takes the entry over. */
static int collect(struct history_entry *en, void *arg)
{
	struct collect *c = arg;
	int r = array_grow(&c->l.v, c->l.n, sizeof(*c->l.v));

	if (r < 0)
		return r;
	c->l.v[c->l.n++] = *en;
	*en = (struct history_entry){ 0 };
	return c->l.n == c->max;
}

static void reverse(struct history_list *l)
{
	for (size_t i = 0; i < l->n / 2; i++) {
		struct history_entry en = l->v[i];

		l->v[i] = l->v[l->n - 1 - i];
		l->v[l->n - 1 - i] = en;
	}
}

int history_read(const char *dir, size_t max, struct history_list *ret, struct err *e)
{
	struct collect c = { .max = max };
	struct walk w = { collect, &c, 0 };
	int r = walk(dir, &w, e);

	if (r < 0) {
		history_list_free(&c.l);
		return r;
	}
	reverse(&c.l);
	c.l.damaged = w.damaged;
	*ret = c.l;
	return 0;
}

void history_list_free(struct history_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		history_entry_free(&l->v[i]);
	free(l->v);
	*l = (struct history_list){ 0 };
}

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Transactions that came to an end, sorted. */
static const char **closed_ones(const struct history_list *l, size_t *ret_n)
{
	const char **v = calloc(l->n ? l->n : 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; v && i < l->n; i++)
		if (!streq(l->v[i].phase, change_phase_word(PHASE_INTENT)))
			v[n++] = l->v[i].txn;
	if (v && n)
		qsort(v, n, sizeof(*v), by_word);
	*ret_n = n;
	return v;
}

size_t history_open_intents(const struct root *root, const struct history_list *l, size_t *ret, size_t max)
{
	char boot[64] = "";
	size_t n_closed, n = 0;
	_cleanup_free_ const char **closed = closed_ones(l, &n_closed);

	(void)root_read_attr(root, "proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	for (size_t i = 0; closed && i < l->n && n < max; i++) {
		const struct history_entry *en = &l->v[i];
		bool same_boot = en->boot_id && streq(en->boot_id, boot);
		const char *txn = en->txn;

		if (!streq(en->phase, change_phase_word(PHASE_INTENT)))
			continue;
		if (n_closed && bsearch(&txn, closed, n_closed, sizeof(*closed), by_word))
			continue;
		if (same_boot && process_alive(root, en->pid, en->pid_start))
			continue;
		ret[n++] = i;
	}
	return n;
}
