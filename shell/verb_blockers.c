/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `tasks` and `blockers`: how far the transition is, and who has not switched
 * yet, why, and what helps. One shape for both; `blockers` explains in words,
 * `tasks` counts.
 */
#include <errno.h>

#include "core/text.h"
#include "shell/shapes.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define EXPLAIN_MAX 6 /* blockers explained in words; JSON has them all */

static size_t tasks_done(const struct snapshot *s)
{
	return s->target < 0 ? 0 : s->tasks.by_state[s->target + 1];
}

static int fill_counts(struct row *row, const struct snapshot *s)
{
	double age = transition_age(&s->transition, s->boot_us);
	int r = row_str(row, "patch", s->in_transition->name);

	r = r < 0 ? r : row_int(row, "target", s->target);
	r = r < 0 ? r : row_int(row, "tasks", (int64_t)s->tasks.total);
	r = r < 0 ? r : row_int(row, "done", (int64_t)tasks_done(s));
	r = r < 0 ? r : row_int(row, "unreadable", (int64_t)s->tasks.unreadable);
	r = r < 0 ? r : row_bool(row, "stalled", s->stalled);
	if (r >= 0 && age >= 0)
		r = row_real(row, "since", age);
	return r;
}

static int fill_blockers(struct row *row, const struct snapshot *s)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->blockers.n; i++) {
		struct row *b = row_add(row, "blockers");

		r = b ? blocker_row_fill(b, &s->blockers.v[i]) : -ENOMEM;
	}
	return r;
}

static int headline(struct report *r, const struct snapshot *s)
{
	double age = transition_age(&s->transition, s->boot_us);
	char since[64] = "";
	char text[32];

	if (age >= 0) {
		text_duration(text, sizeof(text), age);
		FORMAT(since, ", for %s%s", s->transition.since_inferred ? "at least " : "", text);
	}
	return report_headline(r, "%s is being %s%s%s: %zu of %zu tasks left.", s->in_transition->name,
			       s->target ? "enabled" : "disabled", since,
			       s->stalled ? ", and has stalled" : "", snapshot_left(s), s->tasks.total);
}

static int explain(struct report *r, const struct snapshot *s)
{
	int err = 0;

	if (!s->blockers.n)
		return report_note(r, "%s", stall_idle_sentence());
	for (size_t i = 0; err >= 0 && i < MIN(s->blockers.n, EXPLAIN_MAX); i++) {
		const struct blocker *b = &s->blockers.v[i];

		err = report_note(r, "%d %s: %s%s. %s", b->task.tid, b->task.comm, b->reason,
				  b->inferred ? " (inferred)" : "", b->advice);
	}
	if (err >= 0 && s->blockers.n > EXPLAIN_MAX)
		err = report_note(r, "%zu more block; --json explains them all.",
				  s->blockers.n - EXPLAIN_MAX);
	return err < 0 ? err : report_note(r, "klpsh stack %d shows its stack.", s->blockers.v[0].task.tid);
}

static int fill(struct call *c, const struct snapshot *s, bool words, struct report *r, struct row *row)
{
	int err;

	if (!s->in_transition) {
		err = report_headline(r, "No transition is running.");
		return err < 0 ? err : call_source_errors(c, s, row);
	}
	err = headline(r, s);
	err = err < 0 ? err : fill_counts(row, s);
	err = err < 0 ? err : fill_blockers(row, s);
	if (err >= 0 && words)
		err = explain(r, s);
	return err < 0 ? err : call_source_errors(c, s, row);
}

static int run(struct call *c, bool words, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(report_freep) struct report *r = NULL;
	struct row *row;
	int err;

	err = call_livepatch(c, SNAPSHOT_BLOCKERS | SNAPSHOT_TASKS | SNAPSHOT_LOG, &s, e);
	if (err < 0)
		return err;
	r = report_single(&shape_tasks, &row);
	if (!r || fill(c, s, words, r, row) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(r);
	return 0;
}

static int tasks_run(struct call *c, struct report **ret, struct err *e)
{
	return run(c, false, ret, e);
}

static int blockers_run(struct call *c, struct report **ret, struct err *e)
{
	return run(c, true, ret, e);
}

const struct verb verb_tasks = {
	.name = "tasks",
	.help = "how many tasks of the transition have switched, and which have not",
	.details =
		"Counts every task by its patch state and lists those that have not reached the transition's "
		"target. Without a transition it says so; that is no failure.",
	.examples = "klpsh tasks  # counts, and who is left",
	.shape = &shape_tasks,
	.run = tasks_run,
};

const struct verb verb_blockers = {
	.name = "blockers",
	.help = "who holds the transition up, why, and what helps",
	.details =
		"A task blocks while its patch state is not the transition's target. The class says what was "
		"seen: sleeping-in-patched-function, running, unreliable-stack, unknown. Stacks are read "
		"once more by klpsh itself, so a running task's stack is only a hint. Root is needed to see "
		"other users' tasks and any stack.",
	.examples = "klpsh blockers  # reasons and advice in words\n"
		    "klpsh blockers --json  # the same for programs, with stacks",
	.shape = &shape_tasks,
	.run = blockers_run,
};
