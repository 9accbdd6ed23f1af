/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of the sampler; nobody else includes this.
 */
#ifndef KLPSH_CORE_SAMPLER_OWN_H
#define KLPSH_CORE_SAMPLER_OWN_H

#include "core/sampler.h"

enum stage { STAGE_IDLE, STAGE_PATCHES, STAGE_TASKS, STAGE_STACKS, STAGE_SIZES, STAGE_SHOW };

struct sampler {
	struct loop *loop;
	const struct root *root;
	struct sampler_opts o;
	struct loop_source *timer, *slices, *patience, *io, *log_io;
	enum stage stage;
	int tries; /* of this sample */
	bool paused, again, opened;
	struct snapshot *current, *building;
	struct transition track;
	struct patch_scan *patches;
	struct task_scan *scan;
	struct task_index index;
	struct stack_job *job;
	struct stacks stacks;
	struct symsizes sizes;
	struct symsizes_job sizes_job;
	struct helper *sizes_helper;
	struct kmsg *log;
	struct probe *probe; /* NULL: the timer alone */
	struct err log_err;
	uint64_t hint_until; /* CLOCK_MONOTONIC */
	uint64_t begun_us, cost_us; /* of a processor's time: when the sample began; what the last one took */
	uint64_t ended_us; /* CLOCK_MONOTONIC: when the last one did */
};

/* Is a transition under way, by the last sample? */
bool sampler_in_transition(const struct sampler *s);
/* Begin a sample; its last stage calls sampler_schedule. */
int sampler_begin(struct sampler *s);
/* When the next one is due; with a pause, none. */
void sampler_schedule(struct sampler *s);
/* A slice of what is read; the end of a helper's time. For the loop. */
int sampler_on_slice(struct loop_source *src, void *arg);
int sampler_on_patience(struct loop_source *src, void *arg);
/* Before the first sample: what the log tells of transitions so far. */
void sampler_open_log(struct sampler *s);
/* Take what the log has now; when it fails, go on without it. */
void sampler_drain_log(struct sampler *s);

#endif
