/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `poke`: stop and continue the process of a task that holds a transition up,
 * so that it leaves the kernel for a moment and switches.
 */
#include <errno.h>

#include "core/poke.h"
#include "core/text.h"
#include "shell/change.h"
#include "shell/verbs.h"
#include "shell/view.h"

struct poke {
	struct plan p;
	int tid, pid;
	int target; /* patch_state that it should get */
};

static int poke_work(struct act *a, struct err *e)
{
	const struct poke *p = a->arg;
	struct task t;
	int r = poke_process(a, p->pid, p->tid, e);

	if (r < 0)
		return r;
	if (task_read(a->root, p->tid, &t) < 0 || t.patch_state == p->target ||
	    t.patch_state == PATCH_STATE_NONE) {
		a->result.verified = 1;
		return 0;
	}
	a->result.verified = 0;
	FORMAT(a->result.says,
	       "It has not switched yet: it still sleeps in that function, or went back there.");
	return 0;
}

static const struct blocker *find(const struct snapshot *s, int tid)
{
	for (size_t i = 0; i < s->blockers.n; i++)
		if (s->blockers.v[i].task.tid == tid)
			return &s->blockers.v[i];
	return NULL;
}

static int refuse(const struct snapshot *s, int tid, struct err *e)
{
	if (!s->in_transition)
		return err_set(e, -ENOENT, "no transition is running, so no task needs a poke");
	err_set(e, -ENOENT, "task %d does not hold up the transition of %s", tid, s->in_transition->name);
	err_hint(e, "klpsh blockers lists those that do");
	return -ENOENT;
}

static int add_facts(struct poke *p, const struct blocker *b)
{
	char comm[64];
	int r;

	text_clean(comm, sizeof(comm), b->task.comm, strlen(b->task.comm));
	r = plan_fact(&p->p, "%d %s: %s%s", p->tid, comm, b->reason, b->inferred ? " (inferred)" : "");
	r = r < 0 ? r
		  : plan_fact(&p->p,
			      "all threads of process %d stop for a moment; its parent sees it, and some "
			      "system calls return EINTR",
			      p->pid);
	return r < 0 ? r : plan_undo(&p->p, "nothing is left to undo: it is continued at once");
}

static int pin_both(struct poke *p, struct err *e)
{
	const struct root *root = p->p.c->app->root;
	struct pin pin;
	int r = pin_task(root, p->tid, &pin, e);

	r = r < 0 ? r : plan_pin(&p->p, &pin, e);
	r = r < 0 ? r : pin_task(root, p->pid, &pin, e);
	return r < 0 ? r : plan_pin(&p->p, &pin, e);
}

static int poke_plan(struct poke *p, const struct snapshot *s, struct report **ret, struct err *e)
{
	const struct blocker *b = find(s, p->tid);
	int r = b ? poke_allowed(p->p.c->app->root, p->tid, &p->pid, e) : refuse(s, p->tid, e);

	r = r < 0 ? r : pin_both(p, e);
	if (r < 0 || !b)
		return plan_refuse(&p->p, ret, e);
	p->target = s->target;
	if (plan_title(&p->p, "Stop and continue process %d (task %d)", p->pid, p->tid) < 0 ||
	    add_facts(p, b) < 0)
		return out_of_memory(e);
	plan_says(&p->p, "Process %d was stopped and continued", p->pid);
	p->p.act.run = poke_work;
	p->p.act.arg = p;
	p->p.act.caps = CHANGE_CAP_KILL;
	p->p.act.interrupts = true;
	return plan_run(&p->p, ret, e);
}

static int poke_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct poke p = { 0 };
	uint64_t tid;
	int r;

	if (parse_u64(c->args[0], &tid) < 0 || tid < 1 || tid > INT32_MAX)
		return err_rc(e, RC_USAGE, -EINVAL, "\"%s\" is no task id", c->args[0]);
	p.tid = (int)tid;
	r = call_livepatch(c, SNAPSHOT_PATCHES | SNAPSHOT_BLOCKERS | SNAPSHOT_TASKS | SNAPSHOT_LOG, &s, e);
	r = r < 0 ? r : plan_begin(&p.p, c, c->args[0], e);
	r = r < 0 ? r : poke_plan(&p, s, ret, e);
	plan_done(&p.p);
	return r;
}

static const struct arg args[] = { { "TID", ARG_TID } };
static const struct flag flags[] = { CHANGE_FLAGS };

const struct verb verb_poke = {
	.name = "poke",
	.args = args,
	.n_args = ARRAY_SIZE(args),
	.flags = flags,
	.n_flags = ARRAY_SIZE(flags),
	.danger = DANGER_MODERATE,
	.helps = true,
	.help = "stop and continue the process of a task that blocks a transition",
	.details =
		"SIGSTOP and SIGCONT to the whole process of TID, which must be one of the blockers: on its "
		"way out of the kernel the task switches. Its parent sees the stop, and some system calls "
		"return EINTR. Refused for process 1, kernel threads, and what is stopped or traced already. "
		"The SIGCONT comes even if klpsh is killed in between.\n\n"
		"The kernel itself signals such tasks every 15 seconds; a poke helps where that was not "
		"enough.",
	.examples = "klpsh poke 4711 --yes  # after klpsh blockers has advised it",
	.shape = &shape_change,
	.run = poke_run,
};
