/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kpatch's two waits for a transition and its list of who holds it up. A wait
 * ends when the transition ends.
 */
#include "shell/kpatch_own.h"

#include <errno.h>

static bool in_transition(const struct kpatch *k, const char *name)
{
	int enabled, transition, r = patch_read_state(k->app->root, name, &enabled, &transition);

	/* What cannot be read is no end; the wait says so. */
	return transition == 1 || r < 0;
}

/* One wait: the exit code of `wait`. */
static int wait_once(struct kpatch *k, const char *name, double limit)
{
	uint64_t begun = now_mono();
	char flag[64];
	int rc;

	FORMAT(flag, "--wait=%.3f", limit);
	kp_say("waiting (up to %.0f seconds) for patch transition to complete...", limit);
	rc = kp_verb(k, "wait", name, flag, NULL);
	/* A patch that is disabled leaves sysfs at the end, perhaps before the first look. */
	if (rc == RC_NOT_FOUND)
		rc = RC_OK;
	if (rc == RC_OK)
		kp_say("transition complete (%.0f seconds)",
		       (double)(now_mono() - begun) / (double)USEC_PER_SEC);
	return rc;
}

int kp_await(struct kpatch *k, const char *name)
{
	int rc = RC_OK;

	if (!in_transition(k, name))
		return 0;
	rc = wait_once(k, name, k->limits->first);
	if (rc == RC_STALLED) {
		kp_say("patch transition has stalled!");
		kp_say("the kernel signals the stalled processes by itself, every 15 seconds");
		rc = wait_once(k, name, k->limits->second);
	}
	if (rc == RC_OK)
		return 0;
	if (rc == RC_STALLED)
		return -ETIMEDOUT;
	if (rc > RC_SIGNAL)
		return -EINTR;
	kp_fail(&k->e, "cannot wait for %s", name);
	return -EIO;
}

static void show_task(const struct row *task)
{
	const struct cell *tid = row_cell(task, "tid"), *comm = row_cell(task, "comm"),
			  *stack = row_cell(task, "stack");

	kp_say("%d %s", tid->set ? (int)tid->i : 0, comm->set ? comm->str : "?");
	for (size_t i = 0; stack->set && i < stack->strs.n; i++)
		kp_say("  %s", stack->strs.v[i]);
}

void kp_show_stalled(struct kpatch *k)
{
	const struct cell *tasks;

	if (kp_verb(k, "blockers", NULL, NULL, NULL) != RC_OK || !k->report || k->report->is_list ||
	    !k->report->rows.n)
		return;
	tasks = row_cell(k->report->rows.v[0], "blockers");
	if (!tasks || !tasks->set || !tasks->rows.n)
		return;
	kp_say("%s", "");
	kp_say("Stalled processes:");
	for (size_t i = 0; i < tasks->rows.n; i++)
		show_task(tasks->rows.v[i]);
}
