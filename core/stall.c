/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames of a blocking task matter. Mirrors klp_check_stack_func() of
 * Linux 6.1 and 6.12 from the outside: the kernel compares addresses, we have
 * names, modules and sizes, so a match is by module where a livepatch's code
 * is looked for, and by name, object and size where the original is. The
 * sentences are made in core/advice.c.
 */
#include "core/stall.h"

#include <errno.h>

#include "core/advice.h"

static const char *const class_names[] = { "idle-cpu", "sleeping-in-patched-function", "running",
					   "unreliable-stack", "unknown" };
static const char *const unblock_names[] = { "kernel-signal", "poke", "wait", "reverse-only" };

const char *stall_class_name(enum stall_class c)
{
	return class_names[c];
}

const char *stall_unblock_name(enum stall_unblock u)
{
	return unblock_names[u];
}

/* What one frame turned out to be. */
struct match {
	bool hit;
	bool inferred;
	const char *in_module; /* livepatch whose code it is, NULL: the original */
	const char *object, *function;
};

/* Is q stacked below p? Unknown order: whatever is applied counts. */
static bool is_below(const struct patch *q, const struct patch *p)
{
	if (q == p || !q->in_sysfs || q->enabled == 0)
		return false;
	return q->stack_order < 0 || p->stack_order < 0 || q->stack_order < p->stack_order;
}

/* The patch whose version of the function is in use below p, or NULL. */
static const struct patch *former_of(const struct stall_input *in, const char *object, const struct func *f)
{
	const struct patch *best = NULL;

	for (size_t i = 0; i < in->patches->n; i++) {
		const struct patch *q = &in->patches->v[i];

		if (!is_below(q, in->patch) || !patch_has_func(q, object, f->name, f->sympos))
			continue;
		if (!best || q->stack_order > best->stack_order)
			best = q;
	}
	return best;
}

/* The one function of a patch that has no other. */
static bool sole_func(const struct patch *p, const char **ret_object, const char **ret_func)
{
	if (patch_count_funcs(p) != 1)
		return false;
	for (size_t i = 0; i < p->n_objects; i++)
		if (p->objects[i].n_funcs) {
			*ret_object = p->objects[i].name;
			*ret_func = p->objects[i].funcs[0].name;
		}
	return true;
}

/*
 * A frame in livepatch p's code: which function does it stand for? Without
 * the patch's file, a patch with one function leaves little doubt, any other
 * leaves the name open.
 */
static void match_patch_code(const struct stall_input *in, const struct frame *f, const struct patch *p,
			     struct match *m)
{
	int r = -ENOENT;

	if (!f->module || !streq(f->module, p->name))
		return;
	if (in->map)
		r = in->map->old_of(in->map->ctx, p->name, f->name, &m->object, &m->function);
	if (r == -ENODATA)
		return; /* a helper of the module, the kernel does not look for it */
	m->hit = true;
	m->in_module = p->name;
	if (r < 0) {
		m->inferred = true;
		sole_func(p, &m->object, &m->function);
	}
}

/* The original by name and object; by size too when there are namesakes. */
static void match_original(const struct stall_input *in, const struct frame *f, const char *object,
			   const struct func *fn, struct match *m)
{
	const struct symsize *s;

	if (!streq(f->name, fn->name) || !streq(f->module ? f->module : "vmlinux", object))
		return;
	s = in->sizes ? symsizes_find(in->sizes, object, fn->name, fn->sympos) : NULL;
	if (s && !s->error && s->count > 1 && s->size != f->size)
		return;
	m->hit = true;
	/* Namesakes that cannot be told apart, or nobody to ask about them. */
	m->inferred = !s || s->error ? fn->sympos > 1 : s->count > 1;
	m->object = object;
	m->function = fn->name;
}

/* Patching: per function, the former version is what the kernel looks for. */
static void match_patching(const struct stall_input *in, const struct frame *f, const char *object,
			   const struct func *fn, struct match *m)
{
	const struct patch *former = former_of(in, object, fn);
	struct match got = { 0 };

	if (!former) {
		match_original(in, f, object, fn, m);
		return;
	}
	match_patch_code(in, f, former, &got);
	if (got.hit && got.function && !(streq(got.function, fn->name) && streq(got.object, object)))
		return; /* that patch's version of a function this one leaves alone */
	if (got.hit)
		*m = got;
}

/*
 * Unpatching: this patch's own functions. A replace patch also "patches" the
 * functions that it drops, with the originals: those count as well.
 */
static void match_unpatching(const struct stall_input *in, const struct frame *f, const char *object,
			     const struct func *fn, struct match *m)
{
	if (in->patch->replace == 0 || !former_of(in, object, fn))
		return;
	match_original(in, f, object, fn, m);
	m->inferred = m->hit;
}

static struct match frame_match(const struct stall_input *in, const struct frame *f)
{
	const struct patch *p = in->patch;
	struct match m = { 0 };

	if (in->target == 0)
		match_patch_code(in, f, p, &m);
	for (size_t i = 0; i < p->n_objects && !m.hit; i++)
		for (size_t k = 0; k < p->objects[i].n_funcs && !m.hit; k++)
			(in->target ? match_patching : match_unpatching)(in, f, p->objects[i].name,
									 &p->objects[i].funcs[k], &m);
	return m;
}

int stall_ask_sizes(const struct stall_input *in, struct symsizes *sizes)
{
	for (size_t i = 0; in->stacks && i < in->stacks->n; i++)
		for (size_t k = 0; k < in->stacks->v[i].n; k++) {
			const struct frame *f = &in->stacks->v[i].frames[k];
			const struct object *o =
				patch_find_object(in->patch, f->module ? f->module : "vmlinux");

			for (size_t j = 0; o && j < o->n_funcs; j++)
				if (streq(o->funcs[j].name, f->name) &&
				    symsizes_ask(sizes, o->name, f->name, o->funcs[j].sympos) < 0)
					return -ENOMEM;
		}
	return 0;
}

static int stack_copy(const struct stack *src, struct stack *dst)
{
	*dst = (struct stack){ .tid = src->tid, .error = src->error };
	if (!src->n)
		return 0;
	dst->frames = calloc(src->n, sizeof(*dst->frames));
	if (!dst->frames)
		return -ENOMEM;
	for (size_t i = 0; i < src->n; i++) {
		const struct frame *f = &src->frames[i];

		dst->frames[i] = (struct frame){ .offset = f->offset, .size = f->size };
		dst->n = i + 1;
		dst->frames[i].name = strdup(f->name);
		if (f->module)
			dst->frames[i].module = strdup(f->module);
		if (!dst->frames[i].name || (f->module && !dst->frames[i].module))
			return -ENOMEM;
	}
	return 0;
}

static enum stall_class classify(const struct blocker *b, bool hit)
{
	bool running = b->task.state == 'R';

	if (hit && !running)
		return STALL_SLEEPING;
	if (running)
		return STALL_RUNNING;
	if (!b->stack.error && !b->stack.n)
		return STALL_UNRELIABLE;
	return STALL_UNKNOWN;
}

static int explain_one(const struct stall_input *in, const struct task *t, struct blocker *b)
{
	static const struct stack none = { .error = -ENODATA };
	const struct stack *s = in->stacks ? stacks_find(in->stacks, t->tid) : NULL;
	struct match first = { 0 };
	int r;

	b->task = *t;
	b->since = in->since;
	r = stack_copy(s ? s : &none, &b->stack);
	if (r < 0)
		return r;
	for (size_t i = 0; i < b->stack.n; i++) {
		struct match m = frame_match(in, &b->stack.frames[i]);

		b->hit[i] = m.hit;
		if (m.hit && (!first.hit || (!first.function && m.function)))
			first = m;
	}
	b->cls = classify(b, first.hit);
	b->inferred = first.inferred || b->cls == STALL_UNRELIABLE || b->cls == STALL_UNKNOWN;
	b->object = first.object ? strdup(first.object) : NULL;
	b->function = first.function ? strdup(first.function) : NULL;
	if ((first.object && !b->object) || (first.function && !b->function))
		return -ENOMEM;
	return advice_fill(in, first.in_module, b);
}

int stall_explain(const struct stall_input *in, struct blockers *ret)
{
	struct blockers b = { 0 };
	int r = 0;

	if (in->tasks->n) {
		b.v = calloc(in->tasks->n, sizeof(*b.v));
		if (!b.v)
			return -ENOMEM;
	}
	for (size_t i = 0; i < in->tasks->n && r >= 0; i++) {
		r = explain_one(in, &in->tasks->v[i], &b.v[i]);
		b.n = i + 1;
	}
	if (r < 0) {
		blockers_free(&b);
		return r;
	}
	*ret = b;
	return 0;
}

void blockers_free(struct blockers *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->v[i].reason);
		free(b->v[i].advice);
		free(b->v[i].object);
		free(b->v[i].function);
		stack_clear(&b->v[i].stack);
	}
	free(b->v);
	*b = (struct blockers){ 0 };
}
