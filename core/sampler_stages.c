/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One sample, through these stages: patches, other files -> tasks (both in
 * slices of idle time) -> stacks (helper) -> sizes of namesakes (helper, once
 * per question) -> done.
 */
#include <errno.h>
#include <sys/epoll.h>

#include "core/build.h"
#include "core/patchscan.h"
#include "core/probe.h"
#include "core/sampler_own.h"

#define SLICE_PATCHES 32
#define SLICE_TASKS 256
#define STACK_PATIENCE_US (1 * USEC_PER_SEC)
#define DEEP_MAX 256 /* patches whose states are looked at at once */

bool sampler_in_transition(const struct sampler *s)
{
	return s->current && s->current->in_transition;
}

static void sample_done(struct sampler *s)
{
	struct snapshot *old = s->current;

	loop_enable(s->slices, false);
	loop_timer_stop(s->patience);
	s->io = loop_remove(s->io);
	s->job = stack_job_free(s->job);
	s->sizes_helper = helper_free(s->sizes_helper);
	s->stage = STAGE_SHOW; /* a refresh asked for within the callback is noted */
	s->cost_us = now_cpu() - s->begun_us;
	s->ended_us = now_mono();
	s->current = TAKE_PTR(s->building);
	s->o.on_snapshot(s->current, s->o.arg);
	s->stage = STAGE_IDLE;
	snapshot_free(old);
	stacks_free(&s->stacks);
	if (s->current && !s->current->in_transition)
		symsizes_free(&s->sizes);
	sampler_schedule(s);
}

static int explain_and_finish(struct sampler *s)
{
	int r = build_explain(s->building, &s->stacks, &s->sizes, s->o.map);

	if (r < 0)
		return r;
	sample_done(s);
	return 0;
}

static int on_sizes(struct loop_source *src, int fd, uint32_t events, void *arg)
{
	struct sampler *s = arg;

	if (helper_read(s->sizes_helper) > 0)
		return 0;
	symsizes_take(&s->sizes, s->sizes_helper);
	return explain_and_finish(s);
}

static int begin_sizes(struct sampler *s)
{
	struct stall_input in = build_stall_input(s->building, &s->stacks, &s->sizes, s->o.map);
	int r;

	loop_timer_stop(s->patience);
	s->stage = STAGE_SIZES;
	r = stall_ask_sizes(&in, &s->sizes);
	if (r < 0)
		return r;
	if (!symsizes_pending(&s->sizes))
		return explain_and_finish(s);
	s->sizes_job = (struct symsizes_job){ s->root, &s->sizes };
	r = symsizes_start(&s->sizes_job, &s->sizes_helper);
	if (r >= 0)
		r = loop_add_io(s->loop, helper_fd(s->sizes_helper), EPOLLIN, on_sizes, s, &s->io);
	if (r < 0)
		return explain_and_finish(s);
	return loop_timer_set(s->patience, 10 * STACK_PATIENCE_US);
}

static int stacks_arrived(struct sampler *s)
{
	stack_job_result(s->job, &s->stacks);
	/* The source first: epoll must not outlive its descriptor. */
	s->io = loop_remove(s->io);
	s->job = stack_job_free(s->job);
	return begin_sizes(s);
}

static int on_stacks(struct loop_source *src, int fd, uint32_t events, void *arg)
{
	struct sampler *s = arg;
	int r = stack_job_read(s->job);

	return r > 0 ? 0 : stacks_arrived(s);
}

/* The deadline of a helper. */
int sampler_on_patience(struct loop_source *src, void *arg)
{
	struct sampler *s = arg;

	if (s->stage == STAGE_STACKS)
		return stacks_arrived(s);
	if (s->stage != STAGE_SIZES)
		return 0;
	symsizes_take(&s->sizes, s->sizes_helper);
	return explain_and_finish(s);
}

static int begin_stacks(struct sampler *s)
{
	size_t n;
	int r;

	build_track(s->building, &s->track, s->o.stall_after, s->log != NULL);
	if (!build_needs_stacks(s->building, &n)) {
		sample_done(s);
		return 0;
	}
	s->stage = STAGE_STACKS;
	r = stack_job_start(s->root, s->building->tasks.v, n, &s->job);
	if (r >= 0)
		r = loop_add_io(s->loop, stack_job_fd(s->job), EPOLLIN, on_stacks, s, &s->io);
	if (r < 0) {
		err_set(&s->building->errs[SOURCE_STACKS], r, "cannot read kernel stacks: %s", strerror(-r));
		return explain_and_finish(s);
	}
	return loop_timer_set(s->patience, STACK_PATIENCE_US);
}

static int sample_start(struct sampler *s);

/* The kernel may have moved on under the scan: then look again. */
static int scan_done(struct sampler *s)
{
	sampler_drain_log(s);
	if (!build_settled(s->root, s->building, &s->track) && ++s->tries < BUILD_TRIES) {
		s->building = snapshot_free(s->building);
		return sample_start(s);
	}
	return begin_stacks(s);
}

static int slice_tasks(struct sampler *s)
{
	struct taskset tasks = { 0 };
	int r = task_scan_step(s->scan, SLICE_TASKS);

	if (r > 0)
		return 0;
	loop_enable(s->slices, false);
	if (r == 0)
		task_scan_result(s->scan, &tasks);
	s->scan = task_scan_free(s->scan);
	build_tasks(s->building, &tasks, r);
	taskset_free(&tasks);
	s->building->boot_us = now_boot();
	return scan_done(s);
}

/* The patches have been read, where they are wanted. */
static int begin_tasks(struct sampler *s)
{
	enum task_keep keep;
	int r;

	build_rest(s->root, s->building);
	if (s->log_err.code)
		build_log_error(s->building, &s->log_err);
	sampler_drain_log(s);
	build_restores(s->building, s->o.map);
	build_target(s->building, &s->track);
	if (!build_needs_tasks(s->building, &keep))
		return begin_stacks(s);
	r = task_scan_new(s->root, keep, &s->scan);
	if (r < 0) {
		struct taskset none = { 0 };

		build_tasks(s->building, &none, r);
		return begin_stacks(s);
	}
	task_scan_use(s->scan, &s->index);
	s->stage = STAGE_TASKS;
	return loop_enable(s->slices, true);
}

static int patches_done(struct sampler *s, int r, const struct err *e)
{
	struct patches patches = { 0 };

	if (r >= 0)
		patch_scan_result(s->patches, &patches);
	s->patches = patch_scan_free(s->patches);
	build_patches(s->building, &patches, r, e);
	return begin_tasks(s);
}

static int slice_patches(struct sampler *s)
{
	struct err e = { 0 };
	int r = patch_scan_step(s->patches, SLICE_PATCHES, &e);

	if (r > 0)
		return 0;
	loop_enable(s->slices, false);
	return patches_done(s, r, &e);
}

int sampler_on_slice(struct loop_source *src, void *arg)
{
	struct sampler *s = arg;

	return s->stage == STAGE_PATCHES ? slice_patches(s) : slice_tasks(s);
}

/* Few patches are read at once: a slice more would only be later. */
static int sample_start(struct sampler *s)
{
	struct err e = { 0 };
	int r;

	if (s->probe && !sampler_in_transition(s))
		probe_mark(s->probe, !s->log_io && (!s->current || s->current->patches.n <= DEEP_MAX));
	r = build_new(s->root, s->o.what, &s->building);
	if (r < 0)
		return r;
	if (!build_needs_patches(s->building))
		return begin_tasks(s);
	r = patch_scan_new(s->root, &s->patches, &e);
	r = r < 0 ? r : patch_scan_step(s->patches, SLICE_PATCHES, &e);
	if (r <= 0)
		return patches_done(s, r, &e);
	s->stage = STAGE_PATCHES;
	return loop_enable(s->slices, true);
}

int sampler_begin(struct sampler *s)
{
	s->begun_us = now_cpu();
	s->tries = 0;
	return sample_start(s);
}
