/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last lines of the kernel's log that the screens keep: a bounded ring of
 * clean text, fed by the sampler. A gap in the log is an entry of its own.
 */
#ifndef KLPSH_TUI_LOGLIST_H
#define KLPSH_TUI_LOGLIST_H

#include "core/kmsg.h"

#define LOGLIST_MAX 4096

struct logline {
	uint64_t seq, usec;
	uint64_t lost; /* not 0: a gap of so many records, no text */
	unsigned char level;
	bool livepatch;
	char *text;
};
struct loglist {
	struct logline v[LOGLIST_MAX];
	size_t head, n;
	uint64_t dropped; /* older lines that are no longer kept */
};

/* NULL when out of memory. */
struct loglist *loglist_new(void);
struct loglist *loglist_free(struct loglist *l);
/* Keep a record (copied), and a gap of its own before it where records are lost. */
void loglist_add(struct loglist *l, const struct kmsg_record *r);
/*
 * Lines are numbered from 0 in the order in which they came, for good: kept
 * are those from l->dropped to before loglist_end().
 */
uint64_t loglist_end(const struct loglist *l);
/* The line of a number, NULL when it is not kept. Stays until the next is added. */
const struct logline *loglist_at(const struct loglist *l, uint64_t number);

#endif
