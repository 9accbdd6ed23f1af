/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps what one transition did so far.
 */
#include "core/transition.h"

/* Rate is taken over this much of the recent past. */
#define RATE_WINDOW (10 * USEC_PER_SEC)

void transition_init(struct transition *t)
{
	memset(t, 0, sizeof(*t));
	t->target = -1;
}

void transition_reset(struct transition *t)
{
	memset(t, 0, offsetof(struct transition, ended));
	t->target = -1;
}

bool transition_was_forced(const struct transition *t, const char *patch)
{
	for (size_t i = 0; i < t->n_forced; i++)
		if (streq(t->forced_patches[i], patch))
			return true;
	return false;
}

static void note_forced(struct transition *t)
{
	if (t->target < 0)
		return;
	t->forced = true;
	if (t->n_forced < TRANSITION_FORCED_MAX && !transition_was_forced(t, t->patch))
		memcpy(t->forced_patches[t->n_forced++], t->patch, sizeof(t->patch));
}

static void transition_begin(struct transition *t, const char *patch, int target, uint64_t since,
			     bool inferred)
{
	transition_reset(t);
	FORMAT(t->patch, "%s", patch);
	t->target = target;
	t->since_us = since;
	t->since_inferred = inferred;
	t->last_switch_us = since;
	t->ended[0] = '\0';
}

void transition_log(struct transition *t, const struct kmsg_record *r, uint64_t suspended_us)
{
	uint64_t when = r->usec + suspended_us;
	enum kmsg_event event;
	char patch[64];

	if (r->seq < t->log_next)
		return;
	if (r->seq > t->log_next)
		since_gap(&t->since);
	t->log_next = r->seq + 1;
	event = kmsg_event_of(r, patch, sizeof(patch));
	since_told(&t->since, event, patch, when);
	switch (event) {
	case KMSG_PATCHING:
		transition_begin(t, patch, 1, when, false);
		break;
	case KMSG_UNPATCHING:
		transition_begin(t, patch, 0, when, false);
		break;
	case KMSG_PATCHED:
	case KMSG_UNPATCHED:
		transition_reset(t);
		FORMAT(t->ended, "%s", patch);
		t->ends++;
		break;
	case KMSG_SIGNALING:
		t->signalled = t->target >= 0;
		break;
	case KMSG_FORCING:
		note_forced(t);
		break;
	case KMSG_REVERSING:
		/* The "starting" line of the new direction follows. */
	default:
		break;
	}
}

static void sample_add(struct transition *t, size_t tasks, size_t left, uint64_t boot_us)
{
	struct transition_sample *s;

	if (t->n_samples < TRANSITION_SAMPLES) {
		s = &t->samples[t->n_samples++];
	} else {
		s = &t->samples[t->head];
		t->head = (t->head + 1) % TRANSITION_SAMPLES;
	}
	*s = (struct transition_sample){ boot_us, (uint32_t)tasks, (uint32_t)left };
}

void transition_seen(struct transition *t, const char *patch, int target, uint64_t boot_us)
{
	if (t->target != target || strncmp(t->patch, patch, sizeof(t->patch) - 1))
		transition_begin(t, patch, target, boot_us, true);
}

void transition_sample(struct transition *t, const char *patch, int target, bool starting, size_t tasks,
		       size_t left, uint64_t boot_us)
{
	if (!patch) {
		if (t->target >= 0)
			transition_reset(t);
		return;
	}
	transition_seen(t, patch, target, boot_us);
	t->starting = starting;
	if (t->n_samples && left < transition_at(t, t->n_samples - 1)->left)
		t->last_switch_us = boot_us;
	sample_add(t, tasks, left, boot_us);
}

double transition_age(const struct transition *t, uint64_t boot_us)
{
	if (t->target < 0 || boot_us < t->since_us)
		return -1;
	return (double)(boot_us - t->since_us) / 1e6;
}

double transition_next_signal(const struct transition *t, uint64_t boot_us)
{
	uint64_t age, period = TRANSITION_SIGNAL_SEC * USEC_PER_SEC;

	if (t->target < 0 || t->since_inferred || boot_us < t->since_us)
		return -1;
	age = boot_us - t->since_us;
	return (double)(period - age % period) / 1e6;
}

const struct transition_sample *transition_at(const struct transition *t, size_t i)
{
	return &t->samples[(t->head + i) % TRANSITION_SAMPLES];
}

double transition_rate(const struct transition *t)
{
	const struct transition_sample *last, *first = NULL;

	if (t->n_samples < 2)
		return -1;
	last = transition_at(t, t->n_samples - 1);
	for (size_t i = 0; i < t->n_samples - 1; i++) {
		first = transition_at(t, i);
		if (last->boot_us - first->boot_us <= RATE_WINDOW)
			break;
	}
	if (last->boot_us <= first->boot_us || last->left > first->left)
		return last->left > first->left ? 0 : -1;
	return (double)(first->left - last->left) * 1e6 / (double)(last->boot_us - first->boot_us);
}

bool transition_stalled(const struct transition *t, unsigned stall_after_sec, uint64_t boot_us)
{
	uint64_t limit = (stall_after_sec ? stall_after_sec : STALL_AFTER_DEFAULT) * USEC_PER_SEC;

	if (t->target < 0 || t->starting || !t->n_samples)
		return false;
	if (!transition_at(t, t->n_samples - 1)->left || boot_us < t->last_switch_us)
		return false;
	return boot_us - t->last_switch_us >= limit;
}
