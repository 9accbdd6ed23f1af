/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a sample is due. Between samples it sleeps on a timer and on the kernel
 * log: nothing in sysfs can be polled, so a livepatch line starts a second of
 * looking every 10 ms, and without the log it looks every 250 ms while a
 * transition runs. Without a transition a probe may look for it that a sample
 * is due (core/probe.h).
 */
#include <errno.h>

#include "core/patchscan.h"
#include "core/probe.h"
#include "core/sampler_own.h"

#define HINT_PERIOD_US 10000
#define BLIND_PERIOD_US 250000
#define REST_MAX_US (60 * USEC_PER_SEC) /* whatever a sample costs */
#define SHARE 5 /* sampling takes at most a fifth of the time */

static uint64_t next_period(const struct sampler *s)
{
	bool busy = sampler_in_transition(s);

	if (now_mono() < s->hint_until)
		return HINT_PERIOD_US;
	if (!busy)
		return s->o.idle_us;
	if (!s->log)
		return MIN(s->o.busy_us, (uint64_t)BLIND_PERIOD_US);
	return s->o.busy_us;
}

/* With nothing under way a caller may want to be less of a burden. */
static unsigned share(const struct sampler *s)
{
	bool quiet = !sampler_in_transition(s) && now_mono() >= s->hint_until;

	return quiet ? s->o.idle_share : SHARE;
}

/* The next sample; never so soon that sampling takes more than its share of the time. */
static uint64_t delay(const struct sampler *s)
{
	uint64_t period = next_period(s), rest = s->cost_us * (share(s) - 1);

	return s->again ? 0 : MAX(period, MIN(rest, (uint64_t)REST_MAX_US));
}

void sampler_schedule(struct sampler *s)
{
	uint64_t us = delay(s);

	s->again = false;
	if (s->paused && us)
		return;
	loop_timer_set(s->timer, us);
	if (s->probe && us && !sampler_in_transition(s))
		probe_start(s->probe);
}

static int on_timer(struct loop_source *src, void *arg)
{
	struct sampler *s = arg;

	if (!s->opened)
		sampler_open_log(s);
	if (s->stage != STAGE_IDLE)
		return 0;
	return sampler_begin(s);
}

/* At once, unless things change so often that samples would take more than a fifth. */
static void on_probe(void *arg)
{
	struct sampler *s = arg;
	uint64_t rest = MIN(s->cost_us * (SHARE - 1), (uint64_t)REST_MAX_US);
	uint64_t passed = now_mono() - s->ended_us;

	if (s->stage != STAGE_IDLE || passed >= rest)
		sampler_refresh(s);
	else
		loop_timer_set(s->timer, rest - passed);
}

static int add_probe(struct sampler *s)
{
	struct probe_opts o = {
		.every_us = s->o.probe_us, .share = s->o.idle_share, .changed = on_probe, .arg = s
	};

	return s->o.probe_us ? probe_new(s->loop, s->root, &o, &s->probe) : 0;
}

int sampler_new(struct loop *l, const struct root *root, const struct sampler_opts *o, struct sampler **ret)
{
	_cleanup_(sampler_freep) struct sampler *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->loop = l;
	s->root = root;
	s->o = *o;
	s->o.idle_us = o->idle_us ? o->idle_us : 5 * USEC_PER_SEC;
	s->o.busy_us = o->busy_us ? o->busy_us : USEC_PER_SEC;
	s->o.idle_share = MAX(o->idle_share, (unsigned)SHARE);
	transition_init(&s->track);
	r = loop_add_timer(l, on_timer, s, &s->timer);
	if (r >= 0)
		r = loop_add_timer(l, sampler_on_patience, s, &s->patience);
	if (r >= 0)
		r = loop_add_idle(l, sampler_on_slice, s, &s->slices);
	if (r >= 0)
		r = add_probe(s);
	if (r >= 0)
		r = loop_timer_set(s->timer, 0);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

struct sampler *sampler_free(struct sampler *s)
{
	if (!s)
		return NULL;
	loop_remove(s->timer);
	probe_free(s->probe);
	loop_remove(s->slices);
	loop_remove(s->patience);
	loop_remove(s->io);
	loop_remove(s->log_io);
	patch_scan_free(s->patches);
	task_scan_free(s->scan);
	task_index_free(&s->index);
	stack_job_free(s->job);
	helper_free(s->sizes_helper);
	stacks_free(&s->stacks);
	symsizes_free(&s->sizes);
	snapshot_free(s->current);
	snapshot_free(s->building);
	kmsg_free(s->log);
	free(s);
	return NULL;
}

const struct snapshot *sampler_snapshot(const struct sampler *s)
{
	return s->current;
}

bool sampler_is_busy(const struct sampler *s)
{
	return s->stage != STAGE_IDLE;
}

void sampler_refresh(struct sampler *s)
{
	if (s->stage != STAGE_IDLE)
		s->again = true;
	else
		loop_timer_set(s->timer, 0);
}

void sampler_set(struct sampler *s, unsigned what, uint64_t idle_us, uint64_t busy_us)
{
	bool sooner = what & ~s->o.what;

	sooner = sooner || (idle_us && idle_us < s->o.idle_us) || (busy_us && busy_us < s->o.busy_us);
	s->o.what = what;
	if (idle_us)
		s->o.idle_us = idle_us;
	if (busy_us)
		s->o.busy_us = busy_us;
	if (sooner && !s->paused)
		sampler_refresh(s);
}

void sampler_set_share(struct sampler *s, unsigned idle_share)
{
	s->o.idle_share = MAX(idle_share, (unsigned)SHARE);
	if (s->probe)
		probe_set_share(s->probe, s->o.idle_share);
}

void sampler_set_stall(struct sampler *s, unsigned stall_after)
{
	s->o.stall_after = stall_after;
}

void sampler_pause(struct sampler *s, bool paused)
{
	s->paused = paused;
	if (paused && s->probe)
		probe_stop(s->probe);
	if (paused)
		loop_timer_stop(s->timer);
	else
		sampler_refresh(s);
}

const struct err *sampler_log_error(const struct sampler *s)
{
	return s->log_err.code ? &s->log_err : NULL;
}
