/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to /proc/kallsyms, answered in one reading, here or in a helper.
 */
#include "core/symsize.h"

#include <errno.h>

#include "core/dirfile.h"

struct answer {
	uint32_t index;
	int error;
	uint64_t count, size;
};

int symsizes_ask(struct symsizes *s, const char *object, const char *name, unsigned sympos)
{
	struct symsize q = { .sympos = sympos, .error = -EAGAIN };

	if (symsizes_find(s, object, name, sympos))
		return 0;
	if (array_grow(&s->v, s->n, sizeof(q)) < 0)
		return -ENOMEM;
	q.object = strdup(object);
	q.name = strdup(name);
	if (!q.object || !q.name) {
		free(q.object);
		free(q.name);
		return -ENOMEM;
	}
	s->v[s->n++] = q;
	return 0;
}

const struct symsize *symsizes_find(const struct symsizes *s, const char *object, const char *name,
				    unsigned sympos)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].sympos == sympos && streq(s->v[i].name, name) && streq(s->v[i].object, object))
			return &s->v[i];
	return NULL;
}

bool symsizes_pending(const struct symsizes *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].error == -EAGAIN)
			return true;
	return false;
}

static void answer_one(const struct kallsyms *k, struct symsize *q)
{
	q->count = kallsyms_count(k, q->object, q->name);
	q->error = kallsyms_size(k, q->object, q->name, q->sympos, &q->size);
}

/* k: NULL when the table could not be had, for the reason r. */
static void answer_all(const struct kallsyms *k, int r, struct symsizes *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].error != -EAGAIN)
			continue;
		if (r < 0)
			s->v[i].error = r;
		else
			answer_one(k, &s->v[i]);
	}
}

void symsizes_answer(const struct kallsyms *k, struct symsizes *s)
{
	answer_all(k, !k ? -ENODATA : kallsyms_hidden(k) ? -EPERM : 0, s);
}

void symsizes_resolve(const struct root *root, struct symsizes *s)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k = NULL;
	int r = kallsyms_read(root, &k, NULL);

	answer_all(k, r, s);
}

/* Runs in the helper. */
static void resolve_and_send(int out, void *arg)
{
	struct symsizes_job *job = arg;

	symsizes_resolve(job->root, job->s);
	for (size_t i = 0; i < job->s->n; i++) {
		const struct symsize *q = &job->s->v[i];
		struct answer a = { (uint32_t)i, q->error, q->count, q->size };

		if (write_all(out, &a, sizeof(a)) < 0)
			return;
	}
}

int symsizes_start(struct symsizes_job *job, struct helper **ret)
{
	return helper_start(resolve_and_send, job, ret);
}

void symsizes_take(struct symsizes *s, struct helper *h)
{
	size_t len;
	const char *data = helper_data(h, &len);
	struct answer a;

	for (; len >= sizeof(a); data += sizeof(a), len -= sizeof(a)) {
		memcpy(&a, data, sizeof(a));
		if (a.index >= s->n)
			continue;
		s->v[a.index].error = a.error;
		s->v[a.index].count = a.count;
		s->v[a.index].size = a.size;
	}
	/* What a dying helper left open is not asked again and again. */
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].error == -EAGAIN)
			s->v[i].error = -EIO;
}

void symsizes_free(struct symsizes *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].object);
		free(s->v[i].name);
	}
	free(s->v);
	*s = (struct symsizes){ 0 };
}
