// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which things of the patched object go into the patch: every changed function
 * with its children, what is new and global, and by closure what of it the
 * kernel does not have. What the kernel has stays the kernel's, so that state
 * is never doubled; the static variables of macros (__warned, __func__) go along, each
 * version has its own.
 */
#include <errno.h>

#include "builder/diffwork.h"
#include "builder/flow.h"

struct work {
	struct diff *d;
	const char *file;
	struct refusals *to;
	uint32_t *queue;
	size_t n;
};

static bool is_code_change(const struct diff *d, uint32_t i)
{
	return d->marks[i].change == CHANGE_CODE || d->marks[i].change == CHANGE_CHILD;
}

static void include(struct work *w, uint32_t i)
{
	struct diff_mark *m = &w->d->marks[i];

	if (m->included)
		return;
	m->included = true;
	w->queue[w->n++] = i; /* each thing once, so it has room */
}

/* A child that has no hook is entered by its parent alone, and goes where that goes. */
static bool is_bound_child(const struct diff *d, uint32_t i)
{
	const struct thing *t = &d->b.t.v[i];

	return t->kind == THING_FUNC && t->parent != THING_NONE && !diff_has_hook(&d->b, i);
}

static void refuse_static_local(const struct work *w, uint32_t user, uint32_t local)
{
	const struct thing *t = &w->d->b.t.v[local];

	for (uint32_t i = 0; i < w->d->a.t.n; i++) {
		const struct thing *old = &w->d->a.t.v[i];
		size_t len = name_base_len(t->name);

		if (old->twin != THING_NONE || old->kind != THING_DATA || name_base_len(old->name) != len ||
		    memcmp(old->name, t->name, len) != 0)
			continue;
		(void)refuse(w->to, REFUSE_STATIC_LOCAL, w->file, w->d->b.t.v[user].name,
			     w->d->b.t.o->sections[t->section].s->name,
			     "the static variable '%.*s' is used where the original had another use of that "
			     "name; whether it is the same cannot be told",
			     (int)MIN(len, 80), t->name);
		return;
	}
}

/* A datum that the kernel does not have. */
static void include_data(struct work *w, uint32_t user, uint32_t i)
{
	const struct thing *t = &w->d->b.t.v[i];
	const char *section = w->d->b.t.o->sections[t->section].s->name;

	switch (things_class(&w->d->b.t, t->section)) {
	case SEC_INIT:
		(void)refuse(w->to, REFUSE_INIT, w->file, w->d->b.t.v[user].name, section,
			     "it uses '%.80s', which is gone after initialisation", t->name);
		return;
	case SEC_META:
		return;
	case SEC_TEXT:
	case SEC_DATA:
	case SEC_BSS:
	case SEC_PERCPU:
		if (t->kind == THING_ANON)
			(void)refuse(w->to, REFUSE_SECTION, w->file, w->d->b.t.v[user].name, section,
				     "it uses bytes of %.60s that belong to no symbol", section);
		else if (!t->own && t->name[name_base_len(t->name)] == '.')
			refuse_static_local(w, user, i);
		break;
	default:
		break;
	}
	include(w, i);
}

static void follow_thing(struct work *w, uint32_t user, uint32_t i)
{
	const struct diff *d = w->d;
	const struct thing *t = &d->b.t.v[i];
	enum section_class class = things_class(&d->b.t, t->section);

	if (is_bound_child(d, i) || (class == SEC_FRAGMENT))
		include(w, i);
	else if (t->twin != THING_NONE && class == SEC_INIT)
		(void)refuse(w->to, REFUSE_INIT, w->file, d->b.t.v[user].name,
			     d->b.t.o->sections[t->section].s->name,
			     "it uses '%.80s', which is gone after initialisation", t->name);
	else if (t->twin != THING_NONE)
		return; /* the kernel's; changed functions are on the list anyway */
	else if (t->kind == THING_FUNC)
		include(w, i);
	else
		include_data(w, user, i);
}

/* Are two variables the kernel's, and one behind the other there as well? */
static bool are_neighbours(const struct diff *d, uint32_t last, uint32_t next)
{
	uint32_t x = d->b.t.v[last].twin, y = d->b.t.v[next].twin;

	return x != THING_NONE && y != THING_NONE && d->a.t.v[x].section == d->a.t.v[y].section &&
	       d->a.t.v[x].end == d->a.t.v[y].at;
}

/* The end of one variable or the beginning of the next: of no consequence only where nothing moves. */
static void refuse_end(const struct work *w, uint32_t user, const struct target *at)
{
	const struct things *t = &w->d->b.t;

	if (!at->at_end || are_neighbours(w->d, at->ends, at->index))
		return;
	(void)refuse(
		w->to, REFUSE_DATA, w->file, t->v[user].name, t->o->sections[t->v[at->index].section].s->name,
		"it uses the beginning of '%.60s' or the end of '%.60s', which cannot be told apart; they "
		"are not side by side in the kernel",
		t->v[at->index].name, t->v[at->ends].name);
}

static void follow(struct work *w, uint32_t user, uint32_t section, uint64_t from, uint64_t to)
{
	const struct things *t = &w->d->b.t;
	const char *name = t->o->sections[section].s->name;
	size_t n;
	const struct elf_rela *r = object_relocs(&t->o->sections[section], from, to, &n);

	for (size_t i = 0; i < n; i++) {
		struct target at;

		if (target_find(t, section, &r[i], &at) < 0)
			(void)refuse(w->to, REFUSE_CODE, w->file, t->v[user].name, name,
				     "its relocation at +0x%llx points outside of what it names",
				     (unsigned long long)(r[i].offset - from));
		else if (at.kind == TARGET_THING) {
			refuse_end(w, user, &at);
			follow_thing(w, user, at.index);
		} else if (at.kind == TARGET_PLACE)
			(void)refuse(w->to, REFUSE_SECTION, w->file, t->v[user].name, name,
				     "it points into %.60s where no symbol is",
				     t->o->sections[at.index].s->name);
	}
}

struct branch {
	struct work *w;
	uint32_t user;
};

static int follow_branch(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	const struct branch *b = arg;
	const struct things *t = &b->w->d->b.t;
	uint32_t to = things_at(t, t->v[b->user].section, target);

	if (to != THING_NONE && to != b->user)
		follow_thing(b->w, b->user, to);
	return 0;
}

/* Code that cannot be followed is refused where it is compared or written. */
static void follow_branches(struct work *w, uint32_t i)
{
	const struct things *t = &w->d->b.t;
	const struct thing *f = &t->v[i];
	struct branch b = { w, i };

	if (things_is_shared_code(t, f))
		(void)flow_branches(&t->o->sections[f->section], f->start, f->end, follow_branch, &b, NULL);
}

static void follow_all(struct work *w, uint32_t i)
{
	const struct thing *t = &w->d->b.t.v[i];
	size_t n;
	const struct element *v = tables_of(&w->d->b.tables, i, &n);

	if (w->d->b.t.o->sections[t->section].s->flags & SHF_GROUP)
		(void)refuse(w->to, REFUSE_GROUP, w->file, t->name, w->d->b.t.o->sections[t->section].s->name,
			     "the section is of a group, of which a linker keeps one copy of many");
	follow(w, i, t->section, t->start, t->end);
	follow_branches(w, i);
	for (size_t k = 0; k < n; k++)
		follow(w, i, v[k].section, v[k].offset, v[k].offset + v[k].size);
	if (t->parent != THING_NONE && !diff_has_hook(&w->d->b, i))
		include(w, t->parent);
}

/* What everybody meets who compiles without the kernel's flags gets a word of its own. */
static void refuse_section(const struct work *w, uint32_t function, const char *section)
{
	(void)refuse(w->to, REFUSE_SECTION, w->file, w->d->b.t.v[function].name, section,
		     "the section holds something about the function that is not understood%s",
		     streq(section, ".eh_frame")
			     ? " (the kernel is compiled with -fno-asynchronous-unwind-tables)"
			     : "");
}

/* An unnamed table that knows an included function is one that this program does not know. */
static void refuse_strangers(struct work *w)
{
	const struct things *t = &w->d->b.t;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct thing *s = &t->v[i];
		size_t n;
		const struct elf_rela *r = object_relocs(&t->o->sections[s->section], s->start, s->end, &n);

		if (s->kind != THING_ANON || w->d->marks[i].included ||
		    things_class(t, s->section) == SEC_META || things_class(t, s->section) == SEC_INIT ||
		    things_class(t, s->section) == SEC_FRAGMENT)
			continue;
		for (size_t k = 0; k < n; k++) {
			struct target at;

			if (target_find(t, s->section, &r[k], &at) < 0 || at.kind != TARGET_THING ||
			    t->v[at.index].kind != THING_FUNC || !w->d->marks[at.index].included)
				continue;
			refuse_section(w, at.index, t->o->sections[s->section].s->name);
		}
	}
}

/* A table of labels (for computed gotos) that stays the kernel's leads into the old code. */
static void refuse_label_tables(struct work *w)
{
	const struct things *t = &w->d->b.t;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct thing *s = &t->v[i];
		size_t n;
		const struct elf_rela *r = object_relocs(&t->o->sections[s->section], s->start, s->end, &n);

		if (s->kind != THING_DATA || s->twin == THING_NONE || w->d->marks[i].included ||
		    things_class(t, s->section) == SEC_META)
			continue;
		for (size_t k = 0; k < n; k++) {
			struct target at;

			if (target_find(t, s->section, &r[k], &at) < 0 || at.kind != TARGET_THING ||
			    at.offset == 0 || t->v[at.index].kind != THING_FUNC ||
			    !w->d->marks[at.index].included)
				continue;
			(void)refuse(w->to, REFUSE_DATA, w->file, t->v[at.index].name,
				     t->o->sections[s->section].s->name,
				     "'%.80s' holds addresses within the function, which would lead into the "
				     "old code",
				     s->name);
			break;
		}
	}
}

static void include_callbacks(struct work *w)
{
	const struct things *t = &w->d->b.t;

	for (unsigned kind = 0; kind < AUTHOR_CALLBACKS; kind++) {
		uint32_t at = author_callback(t, kind, w->file, w->to);

		if (at == THING_NONE)
			continue;
		if (t->v[at].twin != THING_NONE)
			(void)refuse(w->to, REFUSE_CALLBACK, w->file, t->v[at].name, NULL,
				     "the callback is a function of the kernel; it must be one of the patch");
		else
			include(w, at);
	}
}

int diff_include(struct diff *d, const char *file, struct refusals *to)
{
	struct work w = { .d = d, .file = file, .to = to };
	size_t done = 0;

	w.queue = calloc(d->b.t.n + 1, sizeof(*w.queue));
	if (!w.queue)
		return -ENOMEM;
	for (uint32_t i = 0; i < d->b.t.n; i++) {
		const struct thing *t = &d->b.t.v[i];

		if (is_code_change(d, i) || (d->marks[i].change == CHANGE_NEW && t->global))
			include(&w, i);
	}
	include_callbacks(&w);
	while (done < w.n)
		follow_all(&w, w.queue[done++]);
	refuse_strangers(&w);
	refuse_label_tables(&w);
	free(w.queue);
	return 0;
}

bool diff_is_inside(const struct diff *d, const struct target *t, bool branch)
{
	const struct thing *to;

	if (t->kind == TARGET_STRING || t->kind == TARGET_CONST)
		return true;
	if (t->kind != TARGET_THING || !d->marks[t->index].included)
		return false;
	to = &d->b.t.v[t->index];
	/* a pointer to a patched function stays a pointer to the original: it is compared by identity */
	return branch || to->twin == THING_NONE || to->kind != THING_FUNC || to->parent != THING_NONE;
}
