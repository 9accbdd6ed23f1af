// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What relocations point at. Strings and constants are told by what they say,
 * things by their twins; things that have none by name and content.
 */
#include "builder/compare_own.h"

#define DEPTH_MAX 8u

static const char *target_name(const struct side *s, const struct target *t)
{
	switch (t->kind) {
	case TARGET_SYMBOL:
		return object_symbol(s->t.o, t->index)->name;
	case TARGET_THING:
		return s->t.v[t->index].name;
	case TARGET_STRING:
		return (const char *)t->bytes;
	case TARGET_CONST:
		return "a constant";
	default:
		return s->t.o->sections[t->index].s->name;
	}
}

static bool same_bytes(const struct target *x, const struct target *y)
{
	return x->len == y->len && x->offset == y->offset && memcmp(x->bytes, y->bytes, x->len) == 0;
}

static bool same_place(const struct side *a, const struct target *x, const struct side *b,
		       const struct target *y)
{
	const struct elf_section *s = a->t.o->sections[x->index].s, *t = b->t.o->sections[y->index].s;

	if (a->t.o->sections[x->index].n_relocs || b->t.o->sections[y->index].n_relocs)
		return false; /* what they say together is not known */
	return streq(s->name, t->name) && s->size == t->size && x->offset == y->offset &&
	       (!s->data || !t->data || memcmp(s->data, t->data, s->size) == 0);
}

/* Things that have no twin are the same when each version has its own, of the same name and content. */
static bool same_unpaired(const struct side *a, uint32_t x, const struct side *b, uint32_t y, unsigned depth)
{
	const struct thing *s = &a->t.v[x], *t = &b->t.v[y];

	if (s->kind != t->kind || s->own != t->own || (!s->own && s->kind != THING_ANON) ||
	    depth >= DEPTH_MAX)
		return false;
	if (!name_same_stem(s->name, t->name))
		return false;
	return compare_deep(a, x, b, y, NULL, depth + 1) <= SAME_LINES;
}

static bool same_thing(const struct side *a, const struct target *x, const struct side *b,
		       const struct target *y, unsigned depth);

/* What begins where another ends may be meant as either, so both must be the same. */
static bool same_end(const struct side *a, const struct target *x, const struct side *b,
		     const struct target *y, unsigned depth)
{
	struct target s = { .kind = TARGET_THING, .index = x->ends }, t = s;

	if (x->at_end != y->at_end)
		return false;
	t.index = y->ends;
	return !x->at_end ||
	       (a->t.v[x->ends].size == b->t.v[y->ends].size && same_thing(a, &s, b, &t, depth));
}

static bool same_thing(const struct side *a, const struct target *x, const struct side *b,
		       const struct target *y, unsigned depth)
{
	if (x->offset != y->offset || !same_end(a, x, b, y, depth))
		return false;
	if (a->t.v[x->index].twin != THING_NONE || b->t.v[y->index].twin != THING_NONE)
		return a->t.v[x->index].twin == y->index;
	return same_unpaired(a, x->index, b, y->index, depth);
}

static bool same_target(const struct side *a, const struct target *x, const struct side *b,
			const struct target *y, unsigned depth)
{
	if (x->kind != y->kind)
		return false;
	switch (x->kind) {
	case TARGET_SYMBOL:
		return x->offset == y->offset && streq(target_name(a, x), target_name(b, y));
	case TARGET_THING:
		return same_thing(a, x, b, y, depth);
	case TARGET_STRING:
	case TARGET_CONST:
		return same_bytes(x, y);
	default:
		return same_place(a, x, b, y);
	}
}

/* The name of a weak symbol of its own, for which another file's may be taken; NULL. */
static const char *weak_name(const struct span *x, const struct elf_rela *r)
{
	const struct elf_symbol *s = object_symbol(x->side->t.o, r->symbol);

	return s->bind == STB_WEAK && object_section_of(x->side->t.o, s) ? s->name : NULL;
}

static void say_reloc(struct why *why, const struct span *y, const struct elf_rela *q, const char *is,
		      const char *was)
{
	compare_say(why, "relocation at +0x%llx: '%.60s' was '%.60s'",
		    (unsigned long long)(q->offset - y->from), is, was);
}

/* One place may have a weak name and others, which need not stay at one. */
static bool same_weakness(const struct span *x, const struct elf_rela *r, const struct span *y,
			  const struct elf_rela *q, struct why *why)
{
	const char *a = weak_name(x, r), *b = weak_name(y, q);

	if (a && b ? streq(a, b) : a == b)
		return true;
	say_reloc(why, y, q, object_symbol(y->side->t.o, q->symbol)->name,
		  object_symbol(x->side->t.o, r->symbol)->name);
	return false;
}

static bool same_reloc(const struct span *x, const struct elf_rela *r, const struct span *y,
		       const struct elf_rela *q, struct why *why, unsigned depth)
{
	struct target s, t;

	if (r->type != q->type || r->offset - x->from != q->offset - y->from) {
		compare_say(why, "a relocation at +0x%llx is elsewhere or of another type",
			    (unsigned long long)(r->offset - x->from));
		return false;
	}
	if (target_find(&x->side->t, x->section, r, &s) < 0 ||
	    target_find(&y->side->t, y->section, q, &t) < 0) {
		compare_say(why, "the relocation at +0x%llx points outside of what it names",
			    (unsigned long long)(r->offset - x->from));
		return false;
	}
	if (same_target(x->side, &s, y->side, &t, depth))
		return same_weakness(x, r, y, q, why);
	say_reloc(why, y, q, target_name(y->side, &t), target_name(x->side, &s));
	return false;
}

bool compare_refs(const struct span *x, const struct span *y, struct why *why, unsigned depth)
{
	if (x->n != y->n) {
		compare_say(why, "%zu relocations, were %zu", y->n, x->n);
		return false;
	}
	for (size_t i = 0; i < x->n; i++)
		if (!same_reloc(x, &x->relocs[i], y, &y->relocs[i], why, depth))
			return false;
	return true;
}
