/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has anything happened? A cheap look at the few files that tell, again and
 * again, between snapshots that are dear. Knows that something differs, never
 * what: a snapshot finds that.
 */
#ifndef KLPSH_CORE_PROBE_H
#define KLPSH_CORE_PROBE_H

#include "core/loop.h"
#include "core/root.h"

/*
 * A number for the taint, the names in /sys/kernel/livepatch, names and states
 * of the modules. deep: `enabled` and `transition` of each patch as well, of
 * which the kernel log tells where it can be followed.
 */
uint64_t probe_look(const struct root *root, bool deep);

struct probe;
struct probe_opts {
	uint64_t every_us;
	unsigned share; /* looking takes at most one part in so many of the time */
	void (*changed)(void *arg); /* once, then probe_start must be called anew */
	void *arg;
};
int probe_new(struct loop *l, const struct root *root, const struct probe_opts *o, struct probe **ret);
struct probe *probe_free(struct probe *p);
DEFINE_CLEANUP(struct probe, probe_free)
/* Before a snapshot: how things are now is what it will show. Looking stops. */
void probe_mark(struct probe *p, bool deep);
/* After it: look until something differs from that mark. */
void probe_start(struct probe *p);
/* From the next look on. */
void probe_set_share(struct probe *p, unsigned share);
void probe_stop(struct probe *p);

#endif
