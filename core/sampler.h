/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes snapshots on the loop without ever blocking it: files of sysfs at
 * once, the task scan in slices of idle time, stacks in a helper. Wakes on
 * livepatch lines of the kernel log (as hints; the files decide) and on a
 * timer. The owner of the newest snapshot; hands it to a callback.
 */
#ifndef KLPSH_CORE_SAMPLER_H
#define KLPSH_CORE_SAMPLER_H

#include "core/loop.h"
#include "core/snapshot.h"

struct sampler;

struct sampler_opts {
	unsigned what; /* SNAPSHOT_* */
	const struct funcmap *map; /* may be NULL; must outlive the sampler */
	unsigned stall_after; /* seconds; 0: default */
	uint64_t idle_us; /* interval without a transition (default 5 s) */
	uint64_t busy_us; /* interval in a transition (default 1 s) */
	uint64_t probe_us; /* without one: how often to look cheaply for a change (0: never) */
	unsigned idle_share; /* without one: at most one part in so many of the time (default 5) */
	/* A new snapshot; borrowed until the next call. */
	void (*on_snapshot)(const struct snapshot *s, void *arg);
	/* A log record, every one; may be NULL. */
	void (*on_log)(const struct kmsg_record *r, void *arg);
	void *arg;
};

/*
 * Nothing is read before the loop runs. A callback may refresh, set or pause
 * the sampler; it must not free it.
 */
int sampler_new(struct loop *l, const struct root *root, const struct sampler_opts *o, struct sampler **ret);
struct sampler *sampler_free(struct sampler *s);
DEFINE_CLEANUP(struct sampler, sampler_free)
/* Newest snapshot or NULL. */
const struct snapshot *sampler_snapshot(const struct sampler *s);
/* Is a sample under way? */
bool sampler_is_busy(const struct sampler *s);
/* Sample as soon as possible. */
void sampler_refresh(struct sampler *s);
/* Change what is sampled and how often (0: keep). */
void sampler_set(struct sampler *s, unsigned what, uint64_t idle_us, uint64_t busy_us);
/* Without a transition: sampling and looking take at most one part in so many of the time (0: 5). */
void sampler_set_share(struct sampler *s, unsigned idle_share);
/* Seconds until a transition counts as stalled, from the next sample on (0: default). */
void sampler_set_stall(struct sampler *s, unsigned stall_after);
/* Paused: no timer, no hints; refresh still works. */
void sampler_pause(struct sampler *s, bool paused);
/* The log reader's error, NULL when it is readable. */
const struct err *sampler_log_error(const struct sampler *s);

#endif
