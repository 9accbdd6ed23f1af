/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One immutable picture of what the kernel says at a moment: patches, modules,
 * taint, system facts, tasks of a transition and why they block. Never
 * mutated after it was taken; replaced by pointer. Carries an error per
 * source, so that a half-readable procfs still draws.
 */
#ifndef KLPSH_CORE_SNAPSHOT_H
#define KLPSH_CORE_SNAPSHOT_H

#include "core/modlist.h"
#include "core/stall.h"
#include "core/sysfacts.h"
#include "core/transition.h"

enum snapshot_what {
	SNAPSHOT_PATCHES = 1 << 0,
	SNAPSHOT_MODULES = 1 << 1,
	SNAPSHOT_TAINT = 1 << 2,
	SNAPSHOT_SYSTEM = 1 << 3,
	SNAPSHOT_TASKS = 1 << 4, /* counts, and the tasks that block */
	SNAPSHOT_BLOCKERS = 1 << 5, /* stacks and reasons too (implies TASKS) */
	SNAPSHOT_LOG = 1 << 6, /* the log, for when transitions and states of patches began */
};

enum snapshot_source {
	SOURCE_PATCHES,
	SOURCE_MODULES,
	SOURCE_TAINT,
	SOURCE_SYSTEM,
	SOURCE_TASKS,
	SOURCE_STACKS,
	SOURCE_LOG,
	SOURCE_MAX,
};

struct snapshot {
	unsigned what;
	uint64_t boot_us, wall_us;
	char host[65];
	char release[65];
	bool root; /* we run with uid 0 */
	bool livepatch; /* /sys/kernel/livepatch exists */
	struct patches patches;
	const struct patch *in_transition; /* into patches, or NULL */
	int target; /* of the transition, -1 none */
	bool starting; /* its callbacks run, no task concerned yet */
	struct modules modules;
	uint64_t taint;
	bool taint_known;
	struct sysfacts sys;
	struct taskset tasks; /* v holds those that block */
	struct blockers blockers; /* with SNAPSHOT_BLOCKERS */
	bool stacks_pending; /* a helper is still reading */
	struct transition transition; /* copy of the tracker, target -1: none */
	bool stalled;
	struct err errs[SOURCE_MAX];
};

struct snapshot_opts {
	const struct funcmap *map; /* may be NULL */
	struct transition *track; /* updated when given; else a private one */
	unsigned stall_after; /* seconds; 0: default */
	int stack_timeout_ms; /* 0: 1000 */
};

#define SNAPSHOT_STACKS_MAX 512 /* stacks read a sample; more blockers stay unexplained */

/*
 * Take a snapshot at once (for line front ends; the TUI uses core/sampler).
 * Returns 0 even when sources failed: look at errs. Negative only when out of
 * memory. Freed with snapshot_free.
 */
int snapshot_take(const struct root *root, unsigned what, const struct snapshot_opts *opts,
		  struct snapshot **ret);
struct snapshot *snapshot_free(struct snapshot *s);
DEFINE_CLEANUP(struct snapshot, snapshot_free)

enum state_word { STATE_READY, STATE_TRANSITION, STATE_STALLED, STATE_UNSUPPORTED };
enum state_word snapshot_state(const struct snapshot *s);
const char *state_word_name(enum state_word w);
/* The on-call answer in one sentence; heap, NULL out of memory. */
char *snapshot_sentence(const struct snapshot *s);
/* Tasks that still block. */
size_t snapshot_left(const struct snapshot *s);

#endif
