// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transition: how far it is, and every task that still blocks it, with the
 * reason. What was inferred says so. The stack is shown in the details; which
 * frames matter was decided by core/stall, here they only get their mark.
 */
#include "core/text.h"
#include "shell/shapes.h"
#include "tui/glyph.h"
#include "tui/progress.h"
#include "tui/view.h"

#include <errno.h>

static const struct blockers *blockers_of(void *view)
{
	static const struct blockers none;
	const struct snapshot *s = ((struct view *)view)->tui->snap;

	return s && s->in_transition ? &s->blockers : &none;
}

static const struct blocker *row_of(void *view, size_t i)
{
	return &blockers_of(view)->v[i];
}

static size_t transition_count(void *view)
{
	return blockers_of(view)->n;
}

static uint64_t transition_id(void *view, size_t i)
{
	const struct task *t = &row_of(view, i)->task;

	return table_hash(table_hash(0, &t->tid, sizeof(t->tid)), &t->start, sizeof(t->start));
}

enum { COL_TID, COL_COMM, COL_STATE, COL_REASON, COL_FUNCTION, COL_SINCE, COL_UNBLOCK };

static const struct column columns[] = {
	[COL_TID] = { "TID", 7, 8, 0, COL_RIGHT, "thread id" },
	[COL_COMM] = { "COMM", 12, 20, 0, COL_FLEX, "command name" },
	[COL_STATE] = { "S", 1, 3, 4, 0, "R running, S sleeping, D uninterruptible" },
	[COL_REASON] = { "REASON", 28, 30, 0, COL_FLEX, "why it cannot switch yet; ~ inferred" },
	[COL_FUNCTION] = { "FUNCTION", 12, 40, 2, COL_FLEX, "the patched function it is in" },
	[COL_SINCE] = { "SINCE", 7, 12, 3, COL_RIGHT, "how long it has blocked" },
	[COL_UNBLOCK] = { "HELPS", 7, 14, 5, 0, "what would get it on" },
};

static void transition_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct blocker *b = row_of(view, i);

	switch (column) {
	case COL_TID:
		snprintf(buf, size, "%d", b->task.tid);
		break;
	case COL_COMM:
		text_clean(buf, size, b->task.comm, strlen(b->task.comm));
		break;
	case COL_STATE:
		snprintf(buf, size, "%c", b->task.state);
		break;
	case COL_REASON:
		snprintf(buf, size, "%s%s", b->inferred ? "~" : "", stall_class_name(b->cls));
		break;
	case COL_FUNCTION:
		text_clean(buf, size, b->function ? b->function : "n/a",
			   b->function ? strlen(b->function) : 3);
		break;
	case COL_SINCE:
		text_duration(buf, size, b->since);
		break;
	default:
		snprintf(buf, size, "%s", stall_unblock_name(b->unblock));
	}
}

static unsigned transition_style(void *view, size_t i, size_t column)
{
	const struct blocker *b = row_of(view, i);

	if (column == COL_FUNCTION)
		return b->function ? STYLE_HIT : STYLE_DIM;
	if (column == COL_UNBLOCK)
		return b->unblock == UNBLOCK_REVERSE_ONLY ? STYLE_BAD : STYLE_NORMAL;
	return column == COL_COMM ? STYLE_BOLD : STYLE_NORMAL;
}

static int transition_compare(void *view, size_t a, size_t b, size_t column)
{
	const struct blocker *x = row_of(view, a), *y = row_of(view, b);

	switch (column) {
	case COL_TID:
		return table_compare_numbers(x->task.tid, y->task.tid);
	case COL_COMM:
		return strcmp(x->task.comm, y->task.comm);
	case COL_STATE:
		return x->task.state - y->task.state;
	case COL_REASON:
		return (int)x->cls - (int)y->cls;
	case COL_FUNCTION:
		return strcmp(x->function ? x->function : "", y->function ? y->function : "");
	case COL_SINCE:
		return table_compare_numbers((int64_t)(x->since * 1e6), (int64_t)(y->since * 1e6));
	default:
		return (int)x->unblock - (int)y->unblock;
	}
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = transition_count,
	.id = transition_id,
	.cell = transition_cell,
	.style = transition_style,
	.compare = transition_compare,
};

static int transition_head(struct view *v, struct rect r, bool draw)
{
	const struct snapshot *s = v->tui->snap;

	return s && s->in_transition ? progress_draw(s, r) : 0;
}

static void transition_head_lines(struct view *v, struct lines *l)
{
	const struct snapshot *s = v->tui->snap;

	if (s && s->in_transition)
		progress_lines(s, l);
}

static void transition_name(struct view *v, size_t i, char *buf, size_t size)
{
	const struct task *t = &row_of(v, i)->task;
	char comm[128];

	text_clean(comm, sizeof(comm), t->comm, strlen(t->comm));
	snprintf(buf, size, "%s (%d)", comm, t->tid);
}

static void stack_lines(const struct blocker *b, struct lines *l)
{
	lines_add(l, STYLE_HEADING, "Kernel stack");
	if (b->stack.error) {
		lines_add(l, STYLE_WARN, "not read: %s", strerror(-b->stack.error));
		return;
	}
	if (b->stack.n == 0)
		lines_add(l, STYLE_DIM, "empty");
	for (size_t i = 0; i < b->stack.n; i++) {
		bool hit = i < STACK_MAX_FRAMES && b->hit[i];
		char text[512];

		frame_format(&b->stack.frames[i], text, sizeof(text));
		lines_add(l, hit ? STYLE_HIT : STYLE_NORMAL, "%s %s%s", hit ? glyph(GLYPH_HIT) : " ", text,
			  hit ? "  <- blocks" : "");
	}
}

static void transition_detail(struct view *v, size_t i, struct lines *l)
{
	const struct blocker *b = row_of(v, i);
	const struct task *t = &b->task;
	char since[32];

	text_duration(since, sizeof(since), b->since);
	lines_fact(l, "task", "%s, tid %d%s", t->comm, t->tid, t->kthread ? ", kernel thread" : "");
	if (!t->kthread)
		lines_fact(l, "process", "%d", t->pid);
	lines_fact(l, "state", "%c (%s)", t->state, task_state_word(t->state));
	lines_fact(l, "class", "%s%s", stall_class_name(b->cls), b->inferred ? " (inferred)" : "");
	if (b->function)
		lines_fact(l, "function", "%s in %s", b->function, b->object ? b->object : "n/a");
	lines_fact(l, "blocked for", "%s", since);
	lines_fact(l, "patch_state", "%d, must become %d", t->patch_state, v->tui->snap->target);
	lines_fact(l, "why", "%s", b->reason ? b->reason : "n/a");
	lines_fact(l, "what helps", "%s", b->advice ? b->advice : "n/a");
	lines_add(l, STYLE_NORMAL, "%s", "");
	stack_lines(b, l);
}

/* Kernel threads take no signals; a task in D hears none. */
static bool transition_can(struct view *v, enum action a)
{
	size_t i;

	if (a != ACT_POKE)
		return true;
	return table_selected(&v->table, &i) && !row_of(v, i)->task.kthread &&
	       row_of(v, i)->task.state != 'D';
}

static bool transition_target(struct view *v, enum action a, size_t i, char *buf, size_t size)
{
	snprintf(buf, size, "%d", row_of(v, i)->task.tid);
	return true;
}

static void transition_empty(struct view *v, struct lines *l)
{
	const struct snapshot *s = v->tui->snap;

	if (!s->livepatch)
		lines_add(l, STYLE_NORMAL,
			  "This kernel has no livepatch support, so no transition ever runs here.");
	else if (!s->in_transition)
		lines_add(l, STYLE_GOOD, "No transition runs: every task is where it should be.");
	else if (s->errs[SOURCE_TASKS].code)
		lines_add(l, STYLE_WARN, "The tasks cannot be seen: %s", s->errs[SOURCE_TASKS].text);
	else if (!(s->what & SNAPSHOT_BLOCKERS) || (s->tasks.n > 0 && s->stacks_pending))
		lines_add(l, STYLE_DIM, "reading the stacks of %zu tasks", s->tasks.n);
	else if (s->starting)
		lines_add(l, STYLE_NORMAL,
			  "It is starting: the patch's callbacks run, no task is concerned yet.");
	else
		lines_add(l, STYLE_NORMAL, "%s", stall_idle_sentence());
}

const struct view_ops view_transition = {
	.title = "Transition",
	.key = '2',
	.needs = NEEDS_FRAME,
	.keys = &keymap_transition,
	.source = &source,
	.head = transition_head,
	.head_lines = transition_head_lines,
	.name = transition_name,
	.detail = transition_detail,
	.empty = transition_empty,
	.can = transition_can,
	.target = transition_target,
};
