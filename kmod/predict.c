/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All tasks, then their stacks in batches; only those with a frame that could
 * matter are judged. Running tasks are left out: their stacks say nothing, and
 * they switch when they leave the kernel. What was not looked at is counted.
 */
#include "kmod/predict.h"

#include <errno.h>

#include "kmod/checks.h"
#include "kmod/standin.h"

#define TASKS_MAX 16384
#define BATCH 1024 /* stacks a helper reads */
#define BATCH_MS 2000
#define TOTAL_US (10 * USEC_PER_SEC)

struct search {
	const struct preflight_input *in;
	struct patch standin;
	struct nameset wanted; /* the originals' names */
	struct taskset tasks; /* with a frame that could matter */
	struct stacks stacks; /* theirs */
	size_t seen, missed;
	int why; /* first error of a stack or task */
};

/* Sleeping in whatever way. */
static bool sleeps(const struct task *t)
{
	return t->state != 'R' && t->state != 'Z' && t->state != 'X';
}

static bool could_matter(const struct search *s, const struct stack *stack)
{
	for (size_t i = 0; i < stack->n; i++) {
		const struct frame *f = &stack->frames[i];
		const struct patch *q = f->module ? patches_find(&s->in->snap->patches, f->module) : NULL;

		if (q && q->in_sysfs)
			return true;
		if (nameset_find(&s->wanted, f->module, f->module ? strlen(f->module) : 0, f->name,
				 strlen(f->name)) >= 0)
			return true;
	}
	return false;
}

/* Keep a task and take its stack over, when it could matter. */
static int keep(struct search *s, const struct task *t, struct stack *stack)
{
	if (stack->error == -ENOENT || stack->error == -ESRCH)
		return 0; /* it has ended */
	if (stack->error) {
		s->missed++;
		s->why = s->why ? s->why : stack->error;
		return 0;
	}
	s->seen++;
	if (!could_matter(s, stack))
		return 0;
	if (array_grow(&s->tasks.v, s->tasks.n, sizeof(*t)) < 0 ||
	    array_grow(&s->stacks.v, s->stacks.n, sizeof(*stack)) < 0)
		return -ENOMEM;
	s->tasks.v[s->tasks.n++] = *t;
	s->stacks.v[s->stacks.n++] = *stack;
	*stack = (struct stack){ 0 };
	return 0;
}

/* Both are sorted by tid. */
static int read_batch(struct search *s, const struct task *tasks, size_t n)
{
	_cleanup_(stacks_free) struct stacks got = { 0 };
	int r = stacks_read(s->in->root, tasks, n, BATCH_MS, &got);
	size_t at = 0;

	if (r < 0) {
		s->missed += n;
		s->why = s->why ? s->why : r;
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r >= 0 && i < got.n; i++) {
		while (at < n && tasks[at].tid < got.v[i].tid)
			at++;
		if (at < n && tasks[at].tid == got.v[i].tid)
			r = keep(s, &tasks[at], &got.v[i]);
	}
	return r;
}

/* Leave only those that sleep. */
static void drop_runners(struct taskset *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (sleeps(&t->v[i]))
			t->v[n++] = t->v[i];
	t->n = n;
}

static int search_tasks(struct search *s)
{
	_cleanup_(taskset_free) struct taskset all = { 0 };
	uint64_t end = now_mono() + TOTAL_US;
	size_t at = 0;
	int r = tasks_read(s->in->root, TASK_KEEP_ALL, &all, NULL);

	if (r < 0) {
		s->why = r;
		return r == -ENOMEM ? r : 0;
	}
	s->missed = all.unreadable;
	s->why = all.first_errno;
	drop_runners(&all);
	for (; r >= 0 && at < MIN(all.n, (size_t)TASKS_MAX) && now_mono() < end; at += BATCH)
		r = read_batch(s, all.v + at, MIN((size_t)BATCH, all.n - at));
	if (at < all.n) {
		s->missed += all.n - at;
		s->why = s->why ? s->why : -ETIMEDOUT;
	}
	return r;
}

static int want_names(struct search *s)
{
	const struct patch *p = &s->standin;
	int r = nameset_init(&s->wanted, patch_count_funcs(p));

	for (size_t i = 0; r >= 0 && i < p->n_objects; i++)
		for (size_t k = 0; r >= 0 && k < p->objects[i].n_funcs; k++)
			r = nameset_add(&s->wanted, p->objects[i].name, p->objects[i].funcs[k].name);
	return r < 0 ? -ENOMEM : 0;
}

static bool has_hit(const struct blocker *b)
{
	for (size_t i = 0; i < b->stack.n; i++)
		if (b->hit[i])
			return true;
	return false;
}

/* Take the hits; the others go. */
static int take_hits(struct blockers *all, struct blockers *ret)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!has_hit(&all->v[i]))
			continue;
		if (array_grow(&ret->v, ret->n, sizeof(*ret->v)) < 0)
			return -ENOMEM;
		ret->v[ret->n++] = all->v[i];
		all->v[i] = (struct blocker){ 0 };
	}
	return 0;
}

static int explain(struct search *s, const struct kallsyms *kallsyms, struct blockers *ret)
{
	_cleanup_(symsizes_free) struct symsizes sizes = { 0 };
	struct blockers all = { 0 };
	struct stall_input in = {
		.patches = &s->in->snap->patches,
		.patch = &s->standin,
		.target = 1,
		.tasks = &s->tasks,
		.stacks = &s->stacks,
		.map = s->in->map,
		.sizes = &sizes,
		.since = -1,
		.predicted = true,
		.ptrace_scope = s->in->snap->sys.ptrace_scope,
	};
	int r = stall_ask_sizes(&in, &sizes);

	if (r < 0)
		return r;
	symsizes_answer(kallsyms, &sizes);
	r = stall_explain(&in, &all);
	r = r < 0 ? r : take_hits(&all, ret);
	blockers_free(&all);
	return r;
}

/* Does the file tell every function that would get another version? */
static bool all_is_known(const struct preflight_input *in)
{
	return in->file->objects_complete && (in->file->replace >= 0 || !in->snap->patches.n);
}

static int add_check(const struct search *s, struct preflight *p)
{
	bool closed = s->in->snap->sys.ptrace_scope == 3;
	char missed[160] = "";

	if (s->missed || s->why)
		FORMAT(missed, "; %zu could not be looked at: %s%s", s->missed, strerror(-s->why),
		       closed ? " (kernel.yama.ptrace_scope is 3)" : "");
	if (p->blockers.n)
		return check_add(p, "blockers", CHECK_WARN,
				 "the transition would wait for them: let them end, or see what helps each",
				 "in code that would be replaced: %zu of %zu sleeping tasks%s", p->blockers.n,
				 s->seen, missed);
	if (!all_is_known(s->in))
		return check_add(p, "blockers", CHECK_NOT_CHECKED, NULL,
				 "the file does not tell all that it patches or replaces");
	return check_add(p, "blockers", missed[0] || !s->seen ? CHECK_NOT_CHECKED : CHECK_PASS, NULL,
			 "in code that would be replaced: none of %zu sleeping tasks%s", s->seen, missed);
}

static int search_and_tell(struct search *s, const struct kallsyms *kallsyms, struct preflight *p)
{
	int r = standin_make(s->in->file, &s->in->snap->patches, &s->standin);

	r = r < 0 ? r : want_names(s);
	r = r < 0 ? r : search_tasks(s);
	r = r < 0 ? r : explain(s, kallsyms, &p->blockers);
	return r < 0 ? r : add_check(s, p);
}

int check_blockers(const struct preflight_input *in, const struct kallsyms *kallsyms, struct preflight *p)
{
	struct search s = { .in = in };
	int r = search_and_tell(&s, kallsyms, p);

	standin_done(&s.standin);
	nameset_done(&s.wanted);
	taskset_free(&s.tasks);
	stacks_free(&s.stacks);
	return r;
}
