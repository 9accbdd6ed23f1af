/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `stack TID`: a task's kernel stack. In a transition that the task holds up,
 * the frames that matter are those core/stall found; else frames in code that
 * some livepatch patches or brought.
 */
#include <errno.h>
#include <limits.h>

#include "core/modlist.h"
#include "shell/shapes.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define STACK_TIMEOUT_MS 1000

static const struct field frame_fields[] = {
	{ "matters", "mark", F_BOOL, 0, NULL, "the frame is in code that livepatching looks for" },
	{ "frame", NULL, F_STR, 0, NULL, "the frame as the kernel prints it" },
	{ "function", NULL, F_STR, FIELD_JSON, NULL, "name of the function" },
	{ "module", NULL, F_STR, FIELD_JSON, NULL, "module it is in; null: the kernel itself" },
	{ "offset", NULL, F_INT, FIELD_JSON, NULL, "bytes into the function" },
	{ "size", NULL, F_INT, FIELD_JSON, NULL, "bytes of the function" },
};
static const struct shape shape_frame = SHAPE("frame", frame_fields);

static const struct field stack_fields[] = {
	{ "tid", NULL, F_INT, 0, NULL, "thread id" },
	{ "pid", NULL, F_INT, 0, NULL, "process id" },
	{ "comm", "name", F_STR, 0, NULL, "the task's name" },
	{ "state", NULL, F_STR, 0, NULL, "scheduler state" },
	{ "kthread", "kernel thread", F_BOOL, 0, NULL, "a kernel thread" },
	{ "patch_state", NULL, F_INT, 0, NULL, "0 unpatched, 1 patched; null outside a transition" },
	{ "class", "blocks", F_STR, 0, NULL, "why it blocks the transition; null: it does not" },
	{ "reason", NULL, F_STR, FIELD_JSON, NULL, "the same in words" },
	{ "advice", NULL, F_STR, FIELD_JSON, NULL, "what helps, in words" },
	{ "frames", "stack", F_ROWS, 0, &shape_frame, "its stack, innermost first" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
static const struct shape shape_stack = SHAPE("stack", stack_fields);

struct view {
	const struct snapshot *s;
	struct task task;
	const struct stack *stack;
	const struct blocker *b; /* NULL: it does not block */
};

/* In a function that is patched, or in a livepatch module? */
static bool frame_in_patched(const struct snapshot *s, const struct frame *f)
{
	for (size_t i = 0; i < s->patches.n; i++) {
		const struct patch *p = &s->patches.v[i];
		const struct object *o = patch_find_object(p, f->module ? f->module : "vmlinux");

		if (f->module && streq(f->module, p->name))
			return true;
		for (size_t k = 0; o && k < o->n_funcs; k++)
			if (streq(o->funcs[k].name, f->name))
				return true;
	}
	return false;
}

static int fill_frames(const struct view *v, struct row *row)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && v->stack && i < v->stack->n; i++) {
		const struct frame *f = &v->stack->frames[i];
		bool hit = v->b ? i < STACK_MAX_FRAMES && v->b->hit[i] : frame_in_patched(v->s, f);
		struct row *sub = row_add(row, "frames");
		char text[512];

		frame_format(f, text, sizeof(text));
		r = sub ? row_bool(sub, "matters", hit) : -ENOMEM;
		r = r < 0 ? r : row_human(sub, "matters", "%s", hit ? "=>" : "");
		r = r < 0 ? r : row_str(sub, "frame", text);
		r = r < 0 ? r : row_str(sub, "function", f->name);
		r = r < 0 ? r : row_str(sub, "module", f->module);
		r = r < 0 ? r : row_int(sub, "offset", (int64_t)f->offset);
		r = r < 0 ? r : row_int(sub, "size", (int64_t)f->size);
	}
	return r;
}

static int fill_task(const struct view *v, struct row *row)
{
	const struct task *t = &v->task;
	char state[2] = { t->state, '\0' };
	int r = row_int(row, "tid", t->tid);

	r = r < 0 ? r : row_int(row, "pid", t->pid);
	r = r < 0 ? r : row_str(row, "comm", t->comm);
	r = r < 0 ? r : row_str(row, "state", state);
	r = r < 0 ? r : row_human(row, "state", "%c, %s", t->state, task_state_word(t->state));
	r = r < 0 ? r : row_bool(row, "kthread", t->kthread);
	if (r >= 0 && v->s->in_transition)
		r = row_int(row, "patch_state", t->patch_state);
	else if (r >= 0)
		r = row_human(row, "patch_state", "no transition runs");
	return r;
}

static int fill_reason(const struct view *v, struct report *rep, struct row *row)
{
	bool hit = false;
	int r = 0;

	for (size_t i = 0; i < row_cell(row, "frames")->rows.n; i++)
		hit |= row_cell(row_cell(row, "frames")->rows.v[i], "matters")->b;
	if (v->b) {
		r = row_str(row, "class", stall_class_name(v->b->cls));
		r = r < 0 ? r : row_str(row, "reason", v->b->reason);
		r = r < 0 ? r : row_str(row, "advice", v->b->advice);
		r = r < 0 ? r
			  : report_note(rep, "It blocks the transition: %s. %s", v->b->reason, v->b->advice);
	} else {
		r = row_human(row, "class", "no");
	}
	if (r >= 0 && hit)
		r = report_note(rep,
				v->b ? "=> marks the frames that hold the transition up."
				     : "=> marks frames in functions that a livepatch patches or brought.");
	return r;
}

/* The errors of one stack, as somebody who asked for it must hear them. */
static int stack_error(const struct task *t, int error, struct err *e)
{
	if (error == -EPERM || error == -EACCES) {
		err_set(e, error, "the stack of %d (%s) may not be read", t->tid, t->comm);
		err_hint(e, "stacks need root (CAP_SYS_ADMIN and CAP_SYS_PTRACE)");
		return error;
	}
	if (error == -ETIMEDOUT)
		return err_rc(e, RC_FAILED, error, "the kernel did not hand out the stack of %d in time",
			      t->tid);
	return err_set(e, error, "cannot read the stack of %d: %s", t->tid, strerror(-error));
}

static int read_own(struct call *c, struct view *v, struct stacks *stacks, struct err *e)
{
	int r;

	r = task_read(c->app->root, v->task.tid, &v->task);
	if (r < 0) {
		err_set(e, r, r == -ESRCH || r == -ENOENT ? "there is no task %s" : "cannot read task %s",
			c->args[0]);
		return r;
	}
	r = stacks_read(c->app->root, &v->task, 1, STACK_TIMEOUT_MS, stacks);
	if (r < 0)
		return stack_error(&v->task, r, e);
	v->stack = stacks_find(stacks, v->task.tid);
	if (!v->stack)
		return stack_error(&v->task, -ETIMEDOUT, e);
	return v->stack->error ? stack_error(&v->task, v->stack->error, e) : 0;
}

static int find_task(struct call *c, struct view *v, struct stacks *stacks, struct err *e)
{
	uint64_t tid;

	if (parse_u64(c->args[0], &tid) < 0 || tid < 1 || tid > INT_MAX)
		return err_rc(e, RC_USAGE, -EINVAL, "a thread id is a number, not \"%s\"", c->args[0]);
	v->task.tid = (int)tid;
	for (size_t i = 0; i < v->s->blockers.n; i++)
		if (v->s->blockers.v[i].task.tid == (int)tid && !v->s->blockers.v[i].stack.error) {
			v->b = &v->s->blockers.v[i];
			v->task = v->b->task;
			v->stack = &v->b->stack;
			return 0;
		}
	return read_own(c, v, stacks, e);
}

static int run(struct call *c, struct view *v, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	struct stacks stacks = { 0 };
	struct row *row;
	int r;

	r = find_task(c, v, &stacks, e);
	if (r < 0)
		goto out;
	rep = report_single(&shape_stack, &row);
	if (!rep || fill_task(v, row) < 0 || fill_frames(v, row) < 0 || fill_reason(v, rep, row) < 0) {
		r = out_of_memory(e);
		goto out;
	}
	if (!v->stack || !v->stack->n)
		report_note(rep,
			    "The kernel shows no frames: the task runs in user space, or its stack cannot be "
			    "unwound now.");
	*ret = TAKE_PTR(rep);
out:
	stacks_free(&stacks);
	return r;
}

static int stack_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct view v = { 0 };
	int r;

	r = call_snapshot(c, SNAPSHOT_PATCHES | SNAPSHOT_BLOCKERS | SNAPSHOT_TASKS | SNAPSHOT_LOG, &s, e);
	if (r < 0)
		return r;
	r = snapshot_require(s, e);
	if (r < 0)
		return r;
	v.s = s;
	return run(c, &v, ret, e);
}

static const struct arg stack_args[] = { { "TID", ARG_TID } };

const struct verb verb_stack = {
	.name = "stack",
	.args = stack_args,
	.n_args = ARRAY_SIZE(stack_args),
	.help = "a task's kernel stack, with the frames that matter marked",
	.details = "The stack is unwound when it is asked for: that of a running task is only a hint. Needs "
		   "root.",
	.examples = "klpsh stack 4711  # => marks the frames that matter",
	.shape = &shape_stack,
	.run = stack_run,
};
