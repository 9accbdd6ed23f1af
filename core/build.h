/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps by which a snapshot comes to be, for core/snapshot (all at once)
 * and core/sampler (one at a time, with the loop in between). Nobody else
 * includes this: a snapshot that was handed out is never changed.
 */
#ifndef KLPSH_CORE_BUILD_H
#define KLPSH_CORE_BUILD_H

#include "core/snapshot.h"

/*
 * What to add to the log's clock to get this machine's CLOCK_BOOTTIME. Live:
 * the time spent in suspend. A captured machine stands still at the uptime it
 * was captured with (proc/uptime), which is set equal to now.
 */
uint64_t build_log_offset(const struct root *root);
/* A snapshot with nothing but names; does it need the patches read, for build_patches? */
int build_new(const struct root *root, unsigned what, struct snapshot **ret);
bool build_needs_patches(const struct snapshot *s);
/* The patches are taken over; r, e: when they could not be read. */
void build_patches(struct snapshot *s, struct patches *patches, int r, const struct err *e);
/* The other files of sysfs and procfs. */
void build_rest(const struct root *root, struct snapshot *s);
/* All of these at once: everything that is files of sysfs and procfs, without tasks and log. */
int build_begin(const struct root *root, unsigned what, struct snapshot **ret);
/* Before the scan: the log may know the target better than `enabled` does. */
void build_target(struct snapshot *s, const struct transition *track);
/*
 * After the scan, with the log read once more: does the kernel still say what
 * the scan was made for? False: take the sample again.
 */
bool build_settled(const struct root *root, const struct snapshot *s, const struct transition *track);
#define BUILD_TRIES 3 /* samples until an unsettled one is taken as it is */
/* Mark functions that a replace patch only shows until they are restored. */
void build_restores(struct snapshot *s, const struct funcmap *map);
/* Does it need a task scan, and which tasks does that keep? */
bool build_needs_tasks(const struct snapshot *s, enum task_keep *ret);
/* The scan's result is taken over; r: its errno when it failed. */
void build_tasks(struct snapshot *s, struct taskset *tasks, int r);
/* The log's records go to the tracker; r: why it could not be read. */
void build_log_error(struct snapshot *s, const struct err *e);
/* Tracker and clock: since when, stalled or not, starting or not. */
void build_track(struct snapshot *s, struct transition *track, unsigned stall_after, bool log_readable);
/* Does it need stacks? They are those of s->tasks.v, n of them. */
bool build_needs_stacks(const struct snapshot *s, size_t *ret_n);
/* Input for stall_explain; stacks may be NULL. */
struct stall_input build_stall_input(const struct snapshot *s, const struct stacks *stacks,
				     const struct symsizes *sizes, const struct funcmap *map);
/* Reasons for every blocker. */
int build_explain(struct snapshot *s, const struct stacks *stacks, const struct symsizes *sizes,
		  const struct funcmap *map);

#endif
