// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the history, the newest record first until there are enough, and finds
 * the intents that nobody closed.
 */
#include <errno.h>

#include "core/alive.h"
#include "core/history.h"
#include "core/historyfile.h"

static int take_line(struct history_list *l, const char *line, size_t len)
{
	struct history_entry en;
	struct history_link link;
	int r = history_line_parse(line, len, &en, &link);

	if (r == -EBADMSG)
		l->damaged++;
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = array_grow(&l->v, l->n, sizeof(*l->v));
	if (r < 0)
		history_entry_free(&en);
	else
		l->v[l->n++] = en;
	return r;
}

static int take_file(const struct history_dir *d, uint64_t first, size_t max, struct history_list *l,
		     struct err *e)
{
	_cleanup_free_ char *data = NULL;
	size_t end = 0, len = 0;
	const char *line;
	bool cut, open;
	int r;

	r = history_file_read(d, first, &data, &end, &cut, e);
	if (r < 0)
		return r;
	l->damaged += cut; /* what is before the part that was read */
	while ((!max || l->n < max) && (line = history_line_back(data, &end, &len, &open))) {
		r = take_line(l, line, len);
		if (r < 0)
			return err_set(e, r, "out of memory");
	}
	return 0;
}

static void reverse(struct history_list *l)
{
	for (size_t i = 0; i < l->n / 2; i++) {
		struct history_entry en = l->v[i];

		l->v[i] = l->v[l->n - 1 - i];
		l->v[l->n - 1 - i] = en;
	}
}

static int read_locked(const struct history_dir *d, size_t max, struct history_list *l, struct err *e)
{
	_cleanup_free_ uint64_t *files = NULL;
	size_t n = 0;
	int r = history_files(d, &files, &n, e);

	while (r >= 0 && n-- && (!max || l->n < max))
		r = take_file(d, files[n], max, l, e);
	reverse(l);
	return r;
}

int history_read(const char *dir, size_t max, struct history_list *ret, struct err *e)
{
	struct history_list l = { 0 };
	struct history_dir d;
	struct err why = { 0 };
	int r;

	r = history_dir_open(dir, false, &d, &why);
	if (r >= 0)
		r = read_locked(&d, max, &l, &why);
	history_dir_close(&d);
	if (r == -ENOENT && !l.n)
		r = 0; /* nothing was ever recorded */
	if (r < 0) {
		history_list_free(&l);
		if (e)
			*e = why;
		return r;
	}
	*ret = l;
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
