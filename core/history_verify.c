// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks the history's chain: numbers without a gap, each record's hash in the
 * next one, unreadable lines only where a crash explains them, the beginning
 * where rotation left it, the end where the heads file, the audit log and the
 * journal saw it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "core/hash.h"
#include "core/heads.h"
#include "core/historyfile.h"

#define N PRIu64

struct chain {
	struct history_check *out;
	struct history_head *v; /* the records in the order of the files */
	size_t n;
	struct history_name file; /* being read */
	char first_prev[SHA256_HEX];
	uint64_t unread_line; /* an unreadable line that nothing has explained yet, 0: none */
	struct history_name unread_file;
	bool unread_open; /* it has no end */
	size_t unsaid; /* findings that found no room */
	bool failed; /* out of memory */
};

/* bad 0: worth saying, and no breach. */
static void finding(struct chain *c, uint64_t bad, const char *fmt, ...) _printf_(3, 4);
static void finding(struct chain *c, uint64_t bad, const char *fmt, ...)
{
	struct history_check *k = c->out;
	va_list ap;

	if (bad && (!k->bad || bad < k->bad))
		k->bad = bad;
	if (k->n_findings == ARRAY_SIZE(k->findings) - 1) { /* the last one tells how many more */
		c->unsaid++;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&k->findings[k->n_findings], fmt, ap) < 0)
		c->failed = true;
	else
		k->n_findings++;
	va_end(ap);
}

static uint64_t last_number(const struct chain *c)
{
	return c->n ? c->v[c->n - 1].number : 0;
}

/* What an unreadable line means shows in the record behind it. */
static void settle_unread(struct chain *c, bool torn)
{
	if (!c->unread_line)
		return;
	if (torn)
		finding(c, 0,
			"line %" N " of %s was left unfinished by a crash; the record behind it says so",
			c->unread_line, c->unread_file.s);
	else
		finding(c, last_number(c) + 1, "line %" N " of %s is no record, and no crash explains it",
			c->unread_line, c->unread_file.s);
	c->unread_line = 0;
}

static void compare_with_last(struct chain *c, uint64_t number, const struct history_link *link)
{
	uint64_t last = last_number(c), want = last + 1;

	if (!c->n) {
		FORMAT(c->first_prev, "%s", link->prev);
		c->out->first = number;
	} else if (number > want) {
		finding(c, want,
			number == want + 1 ? "record %" N " is missing"
					   : "records %" N " to %" N " are missing",
			want, number - 1);
	} else if (number < want) {
		finding(c, number, "record %" N " stands behind record %" N, number, last);
	} else if (!streq(link->prev, c->v[c->n - 1].hash)) {
		finding(c, last,
			"record %" N " was altered: its hash is not the one that record %" N " carries", last,
			number);
	}
}

static void check_line(struct chain *c, const char *line, size_t len, uint64_t at, bool open)
{
	struct history_entry en;
	struct history_link link;
	int r = open ? -EBADMSG : history_line_parse(line, len, &en, &link);

	if (r == -EBADMSG) {
		settle_unread(c, false);
		c->unread_line = at;
		c->unread_open = open;
		c->unread_file = c->file;
		return;
	}
	if (r < 0 || array_grow(&c->v, c->n, sizeof(*c->v)) < 0) {
		c->failed = true;
		return;
	}
	settle_unread(c, link.torn);
	compare_with_last(c, en.number, &link);
	c->v[c->n].number = en.number;
	c->failed |= sha256_hex(line, len, c->v[c->n].hash) < 0;
	c->n++;
	history_entry_free(&en);
}

static int check_file(struct chain *c, const struct history_dir *d, uint64_t first, struct err *e)
{
	_cleanup_free_ char *data = NULL;
	size_t len = 0;
	uint64_t at = 1;
	bool cut;
	int r = history_file_read(d, first, &data, &len, &cut, e);

	if (r < 0)
		return r;
	c->file = history_file_name(first);
	if (cut)
		finding(c, last_number(c) + 1, "%s is larger than klpsh makes a file; only its end was read",
			c->file.s);
	for (const char *p = data, *stop = data + len; p < stop && !c->failed; at++) {
		const char *nl = memchr(p, '\n', (size_t)(stop - p)), *end = nl ? nl : stop;

		check_line(c, p, (size_t)(end - p), at, !nl);
		p = end + 1;
	}
	return c->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

/* Did rotation take what is missing at the beginning? */
static void check_begin(struct chain *c, const struct history_heads *h, bool known)
{
	uint64_t first = c->out->first;

	if (!c->n || first == 1)
		return;
	if (known && h->floor.number >= first - 1 &&
	    (h->floor.number >= first || streq(h->floor.hash, c->first_prev)))
		finding(c, 0, "records before %" N " were dropped by rotation", first);
	else
		finding(c, 1, "records 1 to %" N " are missing, and rotation did not drop them", first - 1);
}

static const struct history_head *record_of(const struct chain *c, uint64_t number)
{
	for (size_t low = 0, high = c->n; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (c->v[mid].number == number)
			return &c->v[mid];
		if (c->v[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* One head against the chain: does it concern a record that should be here? */
static bool check_head(struct chain *c, const struct history_head *h, const char *whose)
{
	const struct history_head *have = record_of(c, h->number);

	if (h->number < c->out->first)
		return false;
	if (!have && h->number > c->out->last)
		finding(c, c->out->last + 1,
			"the end is missing: %s knows record %" N ", the last one here is %" N, whose,
			h->number, c->out->last);
	else if (have && !streq(have->hash, h->hash))
		finding(c, h->number, "record %" N " was altered: %s has another hash for it", h->number,
			whose);
	return true;
}

static void check_end(struct chain *c, const struct history_heads *h, int known)
{
	if (known >= 0 && h->last.number)
		(void)check_head(c, &h->last, "the file \"heads\"");
	else if (known < 0 && c->n > 1)
		finding(c, c->out->last + 1,
			"the file \"heads\" is %s, so it cannot tell whether records are missing at the end",
			known == -ENOENT ? "missing" : "unreadable");
	if (c->unread_line && c->unread_open)
		finding(c, 0, "line %" N " of %s was left unfinished by a crash", c->unread_line,
			c->unread_file.s);
	else
		settle_unread(c, false);
}

/* Every head of a log; of heads beyond the end only the farthest is told. */
static size_t check_log(struct chain *c, const struct heads *log, const char *whose)
{
	const struct history_head *beyond = NULL;
	size_t n = 0;

	for (size_t i = 0; log && i < log->n; i++) {
		const struct history_head *h = &log->v[i];

		if (h->number <= c->out->last)
			n += check_head(c, h, whose);
		else if (!beyond || h->number > beyond->number)
			beyond = h;
	}
	return n + (beyond && check_head(c, beyond, whose));
}

static int check_all(struct chain *c, const struct history_dir *d, const struct heads *audit,
		     const struct heads *journal, struct err *e)
{
	struct history_heads heads = { 0 };
	_cleanup_free_ uint64_t *files = NULL;
	size_t n = 0;
	int known = -ENOENT, r = 0;

	if (d->fd >= 0) {
		known = history_heads_read(d, &heads);
		r = history_files(d, &files, &n, e);
	}
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = check_file(c, d, files[i], e);
	if (r < 0)
		return r;
	c->out->records = c->n;
	c->out->last = last_number(c);
	check_begin(c, &heads, known >= 0);
	check_end(c, &heads, known);
	c->out->audit_heads = check_log(c, audit, "the audit log");
	c->out->journal_heads = check_log(c, journal, "the journal");
	c->out->audit_checked = c->out->audit_heads > 0;
	c->out->journal_checked = c->out->journal_heads > 0;
	return 0;
}

int history_verify_with(const char *dir, const struct heads *audit, const struct heads *journal,
			struct history_check *ret, struct err *e)
{
	struct history_check k = { 0 };
	struct chain c = { .out = &k };
	struct err why = { 0 };
	struct history_dir d;
	int r;

	r = history_dir_open(dir, false, &d, &why);
	if (r >= 0 || r == -ENOENT)
		r = check_all(&c, &d, audit, journal, &why);
	history_dir_close(&d);
	free(c.v);
	if (c.unsaid && asprintf(&k.findings[k.n_findings], "and %zu more findings", c.unsaid) >= 0)
		k.n_findings++;
	if (r < 0) {
		history_check_free(&k);
		if (e)
			*e = why;
		return r;
	}
	*ret = k;
	return 0;
}

int history_verify(const char *dir, struct history_check *ret, struct err *e)
{
	_cleanup_(heads_done) struct heads audit = { 0 }, journal = { 0 };

	/* A log that cannot be read is one that was not checked, and the check says so. */
	(void)audit_log_heads(AUDIT_LOG_DIR, &audit, NULL);
	(void)journal_heads(&journal, NULL);
	return history_verify_with(dir, &audit, &journal, ret, e);
}

void history_check_free(struct history_check *c)
{
	for (size_t i = 0; i < c->n_findings; i++)
		free(c->findings[i]);
	*c = (struct history_check){ 0 };
}
