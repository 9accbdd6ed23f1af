/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks that hold a transition up as rows: the shape of `tasks` and
 * `blockers`.
 */
#include "shell/shapes.h"

#include <errno.h>
#include <inttypes.h>

#include "core/text.h"

static const struct field blocker_fields[] = {
	{ "tid", NULL, F_INT, FIELD_RIGHT, NULL, "thread id" },
	{ "pid", NULL, F_INT, FIELD_RIGHT | FIELD_JSON, NULL, "process id" },
	{ "comm", NULL, F_STR, FIELD_TRUNC, NULL, "the task's name" },
	{ "state", NULL, F_STR, 0, NULL, "scheduler state: R, S, D, T, t, Z, I, X" },
	{ "kthread", NULL, F_BOOL, FIELD_WIDE, NULL, "a kernel thread" },
	{ "patch_state", NULL, F_INT, FIELD_JSON, NULL, "0 still unpatched, 1 patched" },
	{ "class", "why", F_STR, FIELD_TRUNC, NULL,
	  "idle-cpu, sleeping-in-patched-function, running, unreliable-stack or unknown" },
	{ "function", NULL, F_STR, FIELD_TRUNC, NULL, "patched function it is in" },
	{ "object", NULL, F_STR, FIELD_WIDE, NULL, "object of that function" },
	{ "since", NULL, F_REAL, FIELD_RIGHT, NULL, "seconds it has been blocking" },
	{ "unblock", "helps", F_STR, 0, NULL, "what helps: kernel-signal, poke, wait or reverse-only" },
	{ "reason", NULL, F_STR, FIELD_JSON, NULL, "what was seen, in words" },
	{ "inferred", NULL, F_BOOL, FIELD_JSON, NULL, "the class rests on an inference" },
	{ "advice", NULL, F_STR, FIELD_JSON, NULL, "what helps, in words" },
	{ "stack", NULL, F_STRS, FIELD_JSON, NULL, "its kernel stack, innermost frame first" },
};
const struct shape shape_blocker = SHAPE("blocker", blocker_fields);

static const struct field tasks_fields[] = {
	{ "patch", NULL, F_STR, FIELD_JSON, NULL, "patch in transition; null: none runs" },
	{ "target", NULL, F_INT, FIELD_JSON, NULL, "1 patching, 0 unpatching" },
	{ "tasks", NULL, F_INT, FIELD_JSON, NULL, "tasks that were read" },
	{ "done", NULL, F_INT, FIELD_JSON, NULL, "of those, already switched" },
	{ "unreadable", NULL, F_INT, FIELD_JSON, NULL, "tasks that may not be read: not counted above" },
	{ "since", NULL, F_REAL, FIELD_JSON, NULL, "seconds since the transition began" },
	{ "stalled", NULL, F_BOOL, FIELD_JSON, NULL, "nothing has switched for a while" },
	{ "blockers", NULL, F_ROWS, 0, &shape_blocker, "tasks that have not switched" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
const struct shape shape_tasks = SHAPE("tasks", tasks_fields);

void frame_format(const struct frame *f, char *buf, size_t size)
{
	snprintf(buf, size, "%s+0x%" PRIx64 "/0x%" PRIx64 "%s%s%s", f->name, f->offset, f->size,
		 f->module ? " [" : "", f->module ? f->module : "", f->module ? "]" : "");
}

static int fill_task(struct row *row, const struct task *t)
{
	char state[2] = { t->state, '\0' };
	int r = row_int(row, "tid", t->tid);

	r = r < 0 ? r : row_int(row, "pid", t->pid);
	r = r < 0 ? r : row_str(row, "comm", t->comm);
	r = r < 0 ? r : row_str(row, "state", state);
	r = r < 0 ? r : row_bool(row, "kthread", t->kthread);
	return r < 0 ? r : row_int(row, "patch_state", t->patch_state);
}

static int fill_since(struct row *row, double since)
{
	char text[32];

	if (since < 0)
		return 0;
	text_duration(text, sizeof(text), since);
	if (row_real(row, "since", since) < 0)
		return -ENOMEM;
	return row_human(row, "since", "%s", text);
}

static int fill_stack(struct row *row, const struct stack *s)
{
	char text[512];
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->n; i++) {
		frame_format(&s->frames[i], text, sizeof(text));
		r = row_push(row, "stack", text);
	}
	return r;
}

int blocker_row_fill(struct row *row, const struct blocker *b)
{
	int r = fill_task(row, &b->task);

	r = r < 0 ? r : row_str(row, "class", stall_class_name(b->cls));
	r = r < 0 ? r : row_str(row, "unblock", stall_unblock_name(b->unblock));
	r = r < 0 ? r : row_str(row, "reason", b->reason);
	r = r < 0 ? r : row_bool(row, "inferred", b->inferred);
	r = r < 0 ? r : row_str(row, "object", b->object);
	r = r < 0 ? r : row_str(row, "function", b->function);
	r = r < 0 ? r : fill_since(row, b->since);
	r = r < 0 ? r : row_str(row, "advice", b->advice);
	return r < 0 ? r : fill_stack(row, &b->stack);
}
