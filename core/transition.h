/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running transition over time: when it began (from the log, else when it
 * was first seen: inferred), how many tasks are left, how fast that shrinks,
 * when the kernel signals next (about every 15 s after the start), and
 * whether it is stalled (a blocker is left and nothing switched for
 * stall-after seconds). Fed with snapshots, it never reads anything itself.
 */
#ifndef KLPSH_CORE_TRANSITION_H
#define KLPSH_CORE_TRANSITION_H

#include "core/since.h"

#define TRANSITION_SAMPLES 512
#define TRANSITION_SIGNAL_SEC 15
#define STALL_AFTER_DEFAULT 20
#define TRANSITION_FORCED_MAX 8

struct transition_sample {
	uint64_t boot_us;
	uint32_t tasks;
	uint32_t left;
};

struct transition {
	char patch[64];
	int target; /* 0 or 1; -1: none runs */
	bool starting; /* callbacks run, tasks not yet concerned */
	uint64_t since_us; /* CLOCK_BOOTTIME of its start */
	bool since_inferred; /* first seen, not from the log */
	bool signalled; /* the log tells that tasks were signalled */
	bool forced;
	uint64_t last_switch_us; /* when a task was last seen to switch */
	struct transition_sample samples[TRANSITION_SAMPLES];
	size_t n_samples; /* a ring once full */
	size_t head;
	/* What outlives one transition. */
	char ended[64]; /* the patch whose end the log told last, "" since another began */
	unsigned ends; /* how many ends the log told */
	uint64_t log_next; /* sequence number of the next record to learn from */
	char forced_patches[TRANSITION_FORCED_MAX][64]; /* forced in this boot, from the log */
	size_t n_forced;
	struct since since; /* of each patch, from the log */
};

/* An empty tracker: no transition, nothing learned. */
void transition_init(struct transition *t);
/* Forget the transition, keep what was learned from the log. */
void transition_reset(struct transition *t);
/* Did the log tell of a force of this patch? */
bool transition_was_forced(const struct transition *t, const char *patch);
/*
 * A log record: learns starts, reversals, signals, force. The log's clock
 * stands still in suspend: suspended_us is CLOCK_BOOTTIME minus
 * CLOCK_MONOTONIC at the time of reading, and is added.
 */
void transition_log(struct transition *t, const struct kmsg_record *r, uint64_t suspended_us);
/*
 * A sample: the patch in transition (NULL: none), its target, the counts.
 * A change of patch or target starts anew.
 */
void transition_sample(struct transition *t, const char *patch, int target, bool starting, size_t tasks,
		       size_t left, uint64_t boot_us);
/* The same without counts: for a look at the patches alone. */
void transition_seen(struct transition *t, const char *patch, int target, uint64_t boot_us);
/* Seconds since the start, negative when unknown. */
double transition_age(const struct transition *t, uint64_t boot_us);
/* Seconds to the next kernel signal, negative when unknown. */
double transition_next_signal(const struct transition *t, uint64_t boot_us);
/* Tasks that switched per second over the last samples, negative unknown. */
double transition_rate(const struct transition *t);
bool transition_stalled(const struct transition *t, unsigned stall_after_sec, uint64_t boot_us);
/* i-th sample from the oldest kept. */
const struct transition_sample *transition_at(const struct transition *t, size_t i);

#endif
