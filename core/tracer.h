/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A private instance of tracefs (Documentation/trace/ftrace.rst, "Instances"):
 * the function tracer with a filter, small buffers, read by us alone. It is
 * removed whatever happens: by a guard process when we are killed, and what
 * even that left behind, at the next begin.
 */
#ifndef KLPSH_CORE_TRACER_H
#define KLPSH_CORE_TRACER_H

#include "core/root.h"

struct tracer;

struct tracer_filter {
	size_t line; /* of available_filter_functions, from 1 */
	char name[300]; /* "name" or "name:mod:module", where the kernel takes no numbers */
};

/*
 * Begin with these functions; one that the kernel does not take is passed over.
 * Nothing is counted before tracer_go. -EPERM, -ENOTSUP, -EBUSY and others, with
 * e set. Freed by tracer_free.
 */
int tracer_begin(const struct root *root, const struct tracer_filter *filters, size_t n, struct tracer **ret,
		 struct err *e);
int tracer_go(struct tracer *t, struct err *e);
/* Take what has come: each entered address goes to hit. How many, or negative errno. */
int64_t tracer_read(struct tracer *t, void (*hit)(void *arg, uint64_t ip), void *arg);
/* Stop counting; what is in the buffers can still be read. */
void tracer_halt(struct tracer *t);
/* Hits that were overwritten before they were read, of all processors. */
uint64_t tracer_lost(const struct tracer *t);
/* Remove the instance. -EBUSY: somebody else has it open; *ret_name is its name then, borrowed. */
int tracer_end(struct tracer *t, const char **ret_name);
struct tracer *tracer_free(struct tracer *t);
DEFINE_CLEANUP(struct tracer, tracer_free)

/* Remove instances that died klpsh processes have left. Returns how many. */
size_t tracer_sweep(const struct root *root);

#endif
