/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting for `trace`: the loop around a tracer of core, until the time is
 * over, a signal comes, or a million hits were seen.
 */
#ifndef KLPSH_SHELL_TRACING_H
#define KLPSH_SHELL_TRACING_H

#include "core/traced.h"
#include "core/tracer.h"
#include "shell/callloop.h"

#define TRACING_HITS_MAX 1000000

struct tracing {
	struct call *c;
	int (*tell)(struct tracing *t); /* each second, for who reads JSON; negative: nobody does */
	struct traced_list list; /* what is counted, with the counts */
	double seconds; /* to count */
	uint64_t hits, lost;
	/* its own */
	struct call_loop cl;
	struct tracer *tracer;
	struct loop_source *tick;
	uint64_t begun, next; /* CLOCK_MONOTONIC; of the next event */
	double took; /* once it is over */
	int r;
};

/* Count until the end; the instance of tracefs is gone then. 0 or negative errno, e set. */
int tracing_count(struct tracing *t, struct err *e);
/* Seconds that were counted, so far or in all. */
double tracing_seconds(const struct tracing *t);
void tracing_done(struct tracing *t);

#endif
