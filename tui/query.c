// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Collects a child's stdout up to a bound and the last line of its stderr.
 * An answer always comes: where the child said nothing that can be read, it
 * says how the child ended.
 */
#include "tui/query.h"

#include "core/text.h"
#include "tui/command.h"

#include <errno.h>
#include <signal.h>

#define ANSWER_MAX_BYTES (8u << 20)

struct query {
	struct tui *tui;
	struct child *child;
	query_fn done;
	void *arg;
	char *out;
	size_t n_out, size;
	char line[512]; /* of stderr, not yet complete */
	size_t n_line;
	char said[512];
};

static struct query *query_free(struct query *q)
{
	if (!q)
		return NULL;
	child_forget(q->child);
	free(q->out);
	free(q);
	return NULL;
}

static bool make_room(struct query *q, size_t len)
{
	size_t size = MAX(q->size * 2, q->n_out + len + 4096);
	char *p;

	if (q->n_out + len <= q->size)
		return true;
	p = q->n_out + len > ANSWER_MAX_BYTES ? NULL : realloc(q->out, size);
	if (!p)
		return false;
	q->out = p;
	q->size = size;
	return true;
}

static void query_out(const char *data, size_t len, void *arg)
{
	struct query *q = arg;

	if (!make_room(q, len)) { /* what is cut cannot be parsed: the answer says so */
		child_signal(q->child, SIGKILL);
		return;
	}
	memcpy(q->out + q->n_out, data, len);
	q->n_out += len;
}

/* A wait's line ends with a carriage return, all others with a newline. */
static void query_err(const char *data, size_t len, void *arg)
{
	struct query *q = arg;

	for (size_t i = 0; i < len; i++) {
		bool end = data[i] == '\n' || data[i] == '\r';

		if (!end && q->n_line < sizeof(q->line))
			q->line[q->n_line++] = data[i];
		if (!end || q->n_line == 0)
			continue;
		text_clean(q->said, sizeof(q->said), q->line, q->n_line);
		q->n_line = 0;
		tui_dirty(q->tui);
	}
}

static void query_end(int status, void *arg)
{
	struct query *q = arg;
	struct reply a;

	q->child = NULL;
	query_err("\n", 1, q);
	reply_read(q->out, q->n_out, q->said, status, &a);
	q->done(&a, q->arg);
	reply_done(&a);
	query_free(q);
}

static const struct child_events query_events = { query_out, query_err, query_end };

int query_start(struct tui *t, char *const *words, size_t n, query_fn done, void *arg, struct query **ret)
{
	_cleanup_free_ char **argv = tui_argv_json(t, words, n);
	struct query *q = calloc(1, sizeof(*q));
	int r = -ENOMEM;

	if (q && argv) {
		*q = (struct query){ .tui = t, .done = done, .arg = arg };
		r = child_start(&t->children, t->loop, argv, &query_events, q, &q->child);
	}
	if (r < 0)
		query_free(q);
	else
		*ret = q;
	return r;
}

const char *query_said(const struct query *q)
{
	return q ? q->said : "";
}

void query_interrupt(struct query *q)
{
	if (q)
		child_signal(q->child, SIGINT);
}

struct query *query_cancel(struct query *q)
{
	if (q)
		child_signal(q->child, SIGKILL);
	return query_free(q);
}

struct query *query_forget(struct query *q)
{
	return query_free(q);
}
