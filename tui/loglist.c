// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ring of kernel log lines. Drops the oldest and counts them; reads nothing.
 */
#include "tui/loglist.h"

struct loglist *loglist_new(void)
{
	return calloc(1, sizeof(struct loglist));
}

struct loglist *loglist_free(struct loglist *l)
{
	for (size_t i = 0; l && i < l->n; i++)
		free(l->v[(l->head + i) % LOGLIST_MAX].text);
	free(l);
	return NULL;
}

static struct logline *loglist_slot(struct loglist *l)
{
	struct logline *slot;

	if (l->n < LOGLIST_MAX)
		return &l->v[(l->head + l->n++) % LOGLIST_MAX];
	slot = &l->v[l->head];
	l->head = (l->head + 1) % LOGLIST_MAX;
	l->dropped++;
	free(slot->text);
	return slot;
}

void loglist_add(struct loglist *l, const struct kmsg_record *r)
{
	if (r->lost)
		*loglist_slot(l) = (struct logline){ .seq = r->seq, .usec = r->usec, .lost = r->lost };
	*loglist_slot(l) = (struct logline){
		.seq = r->seq,
		.usec = r->usec,
		.level = (unsigned char)r->level,
		.livepatch = r->livepatch,
		.text = strdup(r->text),
	};
}

uint64_t loglist_end(const struct loglist *l)
{
	return l->dropped + l->n;
}

const struct logline *loglist_at(const struct loglist *l, uint64_t number)
{
	if (number < l->dropped || number >= loglist_end(l))
		return NULL;
	return &l->v[(l->head + (size_t)(number - l->dropped)) % LOGLIST_MAX];
}
