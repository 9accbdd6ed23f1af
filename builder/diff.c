// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs, compares and judges. A child without a hook of its own (.cold) changes
 * its parent; a changed datum, a changed function without a hook and changed
 * initialisation are refused. What goes into the patch is builder/include.c's.
 */
#include <errno.h>

#include "builder/correlate.h"
#include "builder/diff.h"
#include "builder/diffwork.h"

static int side_make(const struct object *o, const struct diff_options *opt, struct refusals *to,
		     struct side *ret, struct err *e)
{
	int r = things_make(o, &ret->t, e);

	ret->lines = opt->lines;
	return r < 0 ? r : tables_make(&ret->t, opt->sizes, opt->file, to, &ret->tables, e);
}

bool diff_has_hook(const struct side *s, uint32_t thing)
{
	const struct thing *f = &s->t.v[thing];
	size_t n;
	const struct element *v = tables_of(&s->tables, thing, &n);
	const struct elf_rela *r;

	for (size_t i = 0; i < n; i++)
		if (table_find(s->t.o->sections[v[i].section].s->name)->flags & TABLE_HOOK)
			return true;
	/* without a table: the call itself, behind an endbr64 at most */
	r = object_relocs(&s->t.o->sections[f->section], f->at, MIN(f->at + 9, f->end), &n);
	for (size_t i = 0; i < n; i++)
		if (streq(object_symbol(s->t.o, r[i].symbol)->name, "__fentry__"))
			return true;
	return false;
}

static void mark(struct diff *d, uint32_t thing, enum change change, const char *why)
{
	struct diff_mark *m = &d->marks[thing];

	m->change = (unsigned char)change;
	if (why && why[0] && !m->why)
		m->why = strdup(why);
}

static void judge_function(struct diff *d, uint32_t i, enum sameness r, const struct why *why,
			   const char *file, struct refusals *to)
{
	const struct thing *f = &d->b.t.v[i];

	if (r == SAME_LINES)
		mark(d, i, CHANGE_LINES, "but for line numbers in warnings");
	if (r <= SAME_LINES)
		return;
	if (things_class(&d->a.t, d->a.t.v[f->twin].section) == SEC_INIT &&
	    things_class(&d->b.t, f->section) != SEC_INIT) {
		(void)refuse(to, REFUSE_INIT, file, f->name, d->b.t.o->sections[f->section].s->name,
			     "the function was for initialisation only: the kernel's is gone");
		return;
	}
	if (things_class(&d->b.t, f->section) == SEC_INIT) {
		(void)refuse(to, REFUSE_INIT, file, f->name, d->b.t.o->sections[f->section].s->name,
			     "the function runs at initialisation only and has changed: %s", why->text);
		return;
	}
	if (r == SAME_UNKNOWN)
		(void)refuse(to, REFUSE_CODE, file, f->name, d->b.t.o->sections[f->section].s->name,
			     "whether it changed cannot be told: %s", why->text);
	mark(d, i, CHANGE_CODE, why->text);
}

static void judge_data(struct diff *d, uint32_t i, const struct why *why, const char *file,
		       struct refusals *to)
{
	const struct thing *a = &d->a.t.v[d->b.t.v[i].twin], *b = &d->b.t.v[i];
	const char *section = d->b.t.o->sections[b->section].s->name;
	enum section_class class = things_class(&d->b.t, b->section);
	enum refusal_code code = REFUSE_DATA;

	if (class == SEC_INIT)
		code = REFUSE_INIT;
	else if (a->size != b->size || class != things_class(&d->a.t, a->section))
		code = REFUSE_DATA_SIZE;
	(void)refuse(to, code, file, b->name, section, "the variable '%.80s' has changed: %s", b->name,
		     why->text);
}

/* Exports, parameters and the like are the module's own and are not carried over. */
static void judge_meta(const struct diff *d, uint32_t i, const char *file, struct refusals *to)
{
	const struct thing *t = &d->b.t.v[i];

	(void)refusal_warn(
		to, REFUSE_SECTION, file, t->name, d->b.t.o->sections[t->section].s->name,
		"'%.80s' is new or changed and is left out: it is read only when the object is loaded",
		t->name);
}

/* What was cut out of a function is left as it is with it. */
static bool is_ignored(const struct diff *d, uint32_t i)
{
	uint32_t parent = d->b.t.v[i].parent;

	return author_ignores(&d->b.t, i) || (parent != THING_NONE && author_ignores(&d->b.t, parent));
}

static void judge_pair(struct diff *d, uint32_t i, const char *file, struct refusals *to)
{
	const struct thing *t = &d->b.t.v[i];
	struct why why;
	enum sameness r = compare_things(&d->a, t->twin, &d->b, i, &why);

	if (r > SAME_LINES && is_ignored(d, i)) {
		(void)refusal_warn(to, REFUSE_SECTION, file, t->name, d->b.t.o->sections[t->section].s->name,
				   "'%.80s' has changed and is left as it is, as the patch asks", t->name);
		return;
	}
	if (things_class(&d->b.t, t->section) == SEC_META) {
		if (r > SAME_LINES)
			judge_meta(d, i, file, to);
	} else if (t->kind == THING_FUNC) {
		judge_function(d, i, r, &why, file, to);
	} else if (r > SAME_LINES) {
		judge_data(d, i, &why, file, to);
	}
}

/* Does the object have a thing of another name that is called so, too (an alias)? */
static bool has_alias(const struct things *t, const char *name, bool global)
{
	const uint32_t *v;
	size_t n = object_named(t->o, name, &v);

	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(t->o, v[i]);
		uint32_t thing = object_section_of(t->o, s) ? t->of_symbol[v[i]] : THING_NONE;

		if (thing != THING_NONE && !streq(t->v[thing].name, name) &&
		    (!global || s->bind != STB_LOCAL))
			return true;
	}
	return false;
}

/*
 * Compilers fold functions of the same code into one with two names. A name
 * that leaves or enters such a pair cannot be patched by itself: one entry
 * serves both. Callers in this object are compared, those elsewhere are not.
 */
static void judge_alias(const struct things *other, const struct things *own, uint32_t i, const char *file,
			struct refusals *to)
{
	const struct thing *t = &own->v[i];
	const char *section = own->o->sections[t->section].s->name;

	if (!t->name[0] || t->own || !has_alias(other, t->name, t->kind == THING_FUNC))
		return;
	if (t->kind == THING_FUNC && t->global)
		(void)refuse(to, REFUSE_NO_HOOK, file, t->name, section,
			     "in one version '%.80s' is a second name of another function, and has no entry "
			     "of its own",
			     t->name);
	else if (t->kind == THING_DATA)
		(void)refuse(to, REFUSE_DATA, file, t->name, section,
			     "in one version '%.80s' is a second name of another variable", t->name);
}

static void judge_new(struct diff *d, uint32_t i, const char *file, struct refusals *to)
{
	const struct thing *t = &d->b.t.v[i];
	enum section_class class = things_class(&d->b.t, t->section);

	if (t->kind == THING_ANON || t->own || class == SEC_AUTHOR)
		return;
	if (class == SEC_META)
		judge_meta(d, i, file, to);
	else if (class == SEC_INIT)
		(void)refuse(to, REFUSE_INIT, file, t->name, d->b.t.o->sections[t->section].s->name,
			     "'%.80s' is new and would run or be used at initialisation only", t->name);
	else
		mark(d, i, CHANGE_NEW, NULL);
	judge_alias(&d->a.t, &d->b.t, i, file, to);
}

int diff_find_used(const struct things *t, bool **ret)
{
	bool *used = calloc(t->n + 1, sizeof(*used));

	if (!used)
		return -ENOMEM;
	for (uint32_t i = 1; i < t->o->n_sections; i++) {
		const struct osection *s = &t->o->sections[i];
		struct target to;

		for (size_t k = 0; k < s->n_relocs; k++)
			if (target_find(t, i, &s->relocs[k], &to) == 0 && to.kind == TARGET_THING)
				used[to.index] = true;
	}
	*ret = used;
	return 0;
}

/* A function's own variable that nothing of the new code knows: its last value is the kernel's to keep. */
static void judge_lost_local(const struct diff *d, uint32_t i, const char *file, struct refusals *to)
{
	const struct thing *t = &d->a.t.v[i];
	size_t base = name_base_len(t->name);

	enum section_class class = things_class(&d->a.t, t->section);

	if (t->kind != THING_DATA || t->own || t->name[base] != '.' ||
	    (class != SEC_DATA && class != SEC_BSS && class != SEC_PERCPU))
		return;
	(void)refusal_warn(to, REFUSE_STATIC_LOCAL, file, t->name, d->a.t.o->sections[t->section].s->name,
			   "the static variable '%.*s' of the original has no counterpart in the patched "
			   "object; nobody reads it any more",
			   (int)MIN(base, 80), t->name);
}

static int judge_lost(struct diff *d, const char *file, struct refusals *to)
{
	_cleanup_free_ bool *used = NULL;

	if (diff_find_used(&d->a.t, &used) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < d->a.t.n; i++) {
		if (d->a.t.v[i].twin != THING_NONE)
			continue;
		if (d->a.t.v[i].kind == THING_FUNC)
			d->lost[i].change = CHANGE_DROPPED;
		if (used[i])
			judge_lost_local(d, i, file, to);
		judge_alias(&d->b.t, &d->a.t, i, file, to);
	}
	return 0;
}

static int judge_all(struct diff *d, const char *file, struct refusals *to)
{
	for (uint32_t i = 0; i < d->b.t.n; i++) {
		if (d->b.t.v[i].twin != THING_NONE)
			judge_pair(d, i, file, to);
		else
			judge_new(d, i, file, to);
	}
	if (diff_nameless(d, file, to) < 0)
		return -ENOMEM;
	return judge_lost(d, file, to);
}

static bool is_changed(const struct diff *d, uint32_t i)
{
	return d->marks[i].change == CHANGE_CODE || d->marks[i].change == CHANGE_CHILD;
}

/* What was cut out of a function is entered by jumps, not through a hook of its own. */
static void judge_children(struct diff *d)
{
	for (uint32_t i = 0; i < d->b.t.n; i++) {
		const struct thing *c = &d->b.t.v[i];
		bool changed = is_changed(d, i) || (c->kind == THING_FUNC && c->twin == THING_NONE);
		char why[120];

		if (c->parent == THING_NONE || !changed || is_changed(d, c->parent) || is_ignored(d, i) ||
		    diff_has_hook(&d->b, i))
			continue;
		FORMAT(why, "its part %.80s changed", c->name);
		mark(d, c->parent, d->b.t.v[c->parent].twin == THING_NONE ? CHANGE_NEW : CHANGE_CHILD, why);
	}
}

static void judge_hooks(struct diff *d, const char *file, struct refusals *to)
{
	for (uint32_t i = 0; i < d->b.t.n; i++) {
		const struct thing *f = &d->b.t.v[i];

		if (!is_changed(d, i) || diff_has_hook(&d->a, f->twin) ||
		    (f->parent != THING_NONE && is_changed(d, f->parent)))
			continue;
		(void)refuse(to, REFUSE_NO_HOOK, file, f->name, d->b.t.o->sections[f->section].s->name,
			     "the function changed (%s) and has no call of __fentry__ at its entry (notrace, "
			     "noinstr, or compiled without it)",
			     d->marks[i].why ? d->marks[i].why : "it is another");
	}
}

static void count(struct diff *d)
{
	for (uint32_t i = 0; i < d->b.t.n; i++) {
		if (d->b.t.v[i].kind == THING_FUNC) {
			d->n_changed += is_changed(d, i);
			d->n_new += d->marks[i].change == CHANGE_NEW;
			d->n_same += d->marks[i].change <= CHANGE_LINES;
		}
		d->n_included += d->marks[i].included;
	}
	for (uint32_t i = 0; i < d->a.t.n; i++)
		d->n_dropped += d->lost[i].change == CHANGE_DROPPED;
}

static int diff_work(struct diff *d, const struct diff_options *opt, struct refusals *to, struct err *e)
{
	int r = side_make(d->oa, opt, to, &d->a, e);

	if (r == 0)
		r = side_make(d->ob, opt, to, &d->b, e);
	if (r == 0)
		r = correlate(&d->a.t, &d->b.t, e);
	if (r < 0)
		return r;
	d->marks = calloc(d->b.t.n + 1, sizeof(*d->marks));
	d->lost = calloc(d->a.t.n + 1, sizeof(*d->lost));
	if (!d->marks || !d->lost)
		return err_set(e, -ENOMEM, "out of memory");
	if (judge_all(d, opt->file, to) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	judge_children(d);
	judge_hooks(d, opt->file, to);
	r = diff_include(d, opt->file, to);
	if (r < 0)
		return err_set(e, r, "out of memory");
	count(d);
	return 0;
}

int diff_make(struct object *a, struct object *b, const struct diff_options *opt, struct refusals *to,
	      struct diff **ret, struct err *e)
{
	_cleanup_(diff_freep) struct diff *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(e, -ENOMEM, "out of memory");
	d->oa = a;
	d->ob = b;
	r = diff_work(d, opt, to, e);
	if (r == -EPERM) { /* a table that cannot be read: refused, and nothing more can be said */
		r = 0;
		if (!d->marks)
			return -EPERM;
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(d);
	return 0;
}

static void side_done(struct side *s)
{
	things_done(&s->t);
	tables_done(&s->tables);
}

struct diff *diff_free(struct diff *d)
{
	if (!d)
		return NULL;
	for (size_t i = 0; d->marks && i < d->b.t.n; i++)
		free(d->marks[i].why);
	free(d->marks);
	free(d->lost);
	side_done(&d->a);
	side_done(&d->b);
	free(d);
	return NULL;
}
