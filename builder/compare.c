// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares two things field by field. Every byte that is not a relocated field
 * must be equal; every relocation must have the same place, type and meaning.
 * A branch within one section has no relocation (the assembler resolved it):
 * where it leads out of its function, it is compared by that, too.
 */
#include <errno.h>
#include <stdarg.h>

#include "builder/compare.h"
#include "builder/flow.h"
#include "builder/lines.h"
#include "core/text.h"

#define DEPTH_MAX 8u
/* Nameless things are compared once for each reference, as far as these go; no compiler needs so many. */
#define STEPS_MAX (1u << 20) /* of one comparison */
#define STEPS_ALL (1u << 27) /* of two objects */

static void say(struct why *why, const char *fmt, ...) _printf_(2, 3);
static void say(struct why *why, const char *fmt, ...)
{
	char raw[WHY_MAX];
	va_list ap;

	if (!why || why->text[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_clean(why->text, WHY_MAX, raw, strlen(raw));
}

/* Some bytes of a section, and the relocations in them. */
struct span {
	const struct side *side;
	uint32_t section;
	uint64_t from, len;
	const struct elf_rela *relocs;
	size_t n;
};

static struct span span_of(const struct side *side, uint32_t section, uint64_t from, uint64_t to)
{
	struct span s = { .side = side, .section = section, .from = from, .len = to - from };

	s.relocs = object_relocs(&side->t.o->sections[section], from, to, &s.n);
	return s;
}

static const unsigned char *span_bytes(const struct span *s)
{
	const struct elf_section *section = s->side->t.o->sections[s->section].s;

	return section->data ? section->data + s->from : NULL;
}

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

static enum sameness compare_deep(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
				  struct why *why, unsigned depth);

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

bool compare_targets(const struct side *a, const struct target *x, const struct side *b,
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

/* One place may have a weak name and others, which need not stay at one. */
static bool same_weakness(const struct span *x, const struct elf_rela *r, const struct span *y,
			  const struct elf_rela *q, struct why *why)
{
	const char *a = weak_name(x, r), *b = weak_name(y, q);

	if (a && b ? streq(a, b) : a == b)
		return true;
	say(why, "relocation at +0x%llx: '%.60s' was '%.60s'", (unsigned long long)(q->offset - y->from),
	    object_symbol(y->side->t.o, q->symbol)->name, object_symbol(x->side->t.o, r->symbol)->name);
	return false;
}

static bool same_reloc(const struct span *x, const struct elf_rela *r, const struct span *y,
		       const struct elf_rela *q, struct why *why, unsigned depth)
{
	struct target s, t;

	if (r->type != q->type || r->offset - x->from != q->offset - y->from) {
		say(why, "a relocation at +0x%llx is elsewhere or of another type",
		    (unsigned long long)(r->offset - x->from));
		return false;
	}
	if (target_find(&x->side->t, x->section, r, &s) < 0 ||
	    target_find(&y->side->t, y->section, q, &t) < 0) {
		say(why, "the relocation at +0x%llx points outside of what it names",
		    (unsigned long long)(r->offset - x->from));
		return false;
	}
	if (compare_targets(x->side, &s, y->side, &t, depth))
		return same_weakness(x, r, y, q, why);
	say(why, "relocation at +0x%llx: '%.60s' was '%.60s'", (unsigned long long)(q->offset - y->from),
	    target_name(y->side, &t), target_name(x->side, &s));
	return false;
}

static bool same_relocs(const struct span *x, const struct span *y, struct why *why, unsigned depth)
{
	if (x->n != y->n) {
		say(why, "%zu relocations, were %zu", y->n, x->n);
		return false;
	}
	for (size_t i = 0; i < x->n; i++)
		if (!same_reloc(x, &x->relocs[i], y, &y->relocs[i], why, depth))
			return false;
	return true;
}

/* Bytes that mean nothing in themselves. */
struct mask {
	uint64_t at, len; /* from the span's start */
};

/* They are in the order of their places. */
static bool masked(const struct mask *v, size_t n, uint64_t at)
{
	size_t lo = COUNT_BEFORE(n, i, v[i].at <= at);

	return lo > 0 && at - v[lo - 1].at < v[lo - 1].len;
}

/* The first byte from `at` on that differs; len when there is none. */
static uint64_t first_difference(const struct span *x, const struct span *y, uint64_t at,
				 const struct mask *m, size_t n_masks)
{
	const unsigned char *p = span_bytes(x), *q = span_bytes(y);
	size_t next = 0;

	while (at < x->len) {
		while (next < x->n &&
		       x->relocs[next].offset - x->from + (uint64_t)reloc_width(x->relocs[next].type) <= at)
			next++;
		if (next < x->n && at >= x->relocs[next].offset - x->from)
			at = x->relocs[next].offset - x->from + (uint64_t)reloc_width(x->relocs[next].type);
		else if (p[at] != q[at] && !masked(m, n_masks, at))
			return at;
		else
			at++;
	}
	return x->len;
}

static bool same_data(const struct span *x, const struct span *y, const struct mask *m, size_t n_masks,
		      struct why *why)
{
	const unsigned char *p = span_bytes(x), *q = span_bytes(y);
	uint64_t at;

	if (!p && !q)
		return true;
	if (!p || !q) {
		say(why, "it has bytes in one version and is zero in the other");
		return false;
	}
	at = first_difference(x, y, 0, m, n_masks);
	if (at == x->len)
		return true;
	say(why, "byte +0x%llx is %02x, was %02x", (unsigned long long)at, q[at], p[at]);
	return false;
}

/* Branches that the assembler resolved. */
struct branches {
	const struct side *side;
	const struct thing *f;
	struct mask *v;
	uint64_t *to;
	size_t n;
};

static int note_branch(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	struct branches *b = arg;

	if (target >= b->f->start && target < b->f->end)
		return 0;
	if (array_grow(&b->v, b->n, sizeof(*b->v)) < 0 || array_grow(&b->to, b->n, sizeof(*b->to)) < 0)
		return -ENOMEM;
	b->v[b->n] = (struct mask){ at - b->f->start, width };
	b->to[b->n++] = target;
	return 0;
}

static void branches_done(struct branches *b)
{
	free(b->v);
	free(b->to);
}

static bool same_branch(const struct branches *x, const struct branches *y, size_t i)
{
	const struct things *s = &x->side->t, *t = &y->side->t;
	uint32_t p = things_at(s, x->f->section, x->to[i]), q = things_at(t, y->f->section, y->to[i]);

	return x->v[i].at == y->v[i].at && x->v[i].len == y->v[i].len && p != THING_NONE && q != THING_NONE &&
	       s->v[p].twin == q && x->to[i] - s->v[p].at == y->to[i] - t->v[q].at;
}

static bool same_branches(const struct branches *x, const struct branches *y, struct why *why)
{
	if (x->n != y->n) {
		say(why, "%zu branches to its neighbours, were %zu", y->n, x->n);
		return false;
	}
	for (size_t i = 0; i < x->n; i++)
		if (!same_branch(x, y, i)) {
			say(why, "the branch at +0x%llx leads elsewhere", (unsigned long long)y->v[i].at);
			return false;
		}
	return true;
}

/* Where such a use leads is not compared, so what it means cannot be told. */
static bool uses_neighbours(const struct span *x, const struct thing *f, struct why *why)
{
	uint64_t at = f->start;

	if (flow_reaches_out(&x->side->t.o->sections[f->section], f->start, f->end, &at, NULL) <= 0)
		return false;
	say(why, "the instruction at +0x%llx uses bytes of its neighbours",
	    (unsigned long long)(at - f->start));
	return true;
}

/* A function that shares its section: its bytes, with branches to neighbours by where they lead. */
static enum sameness same_shared(const struct span *x, const struct thing *f, const struct span *y,
				 const struct thing *g, struct why *why)
{
	struct branches p = { .side = x->side, .f = f }, q = { .side = y->side, .f = g };
	enum sameness r = SAME;

	if (flow_branches(&x->side->t.o->sections[f->section], f->start, f->end, note_branch, &p, NULL) < 0 ||
	    flow_branches(&y->side->t.o->sections[g->section], g->start, g->end, note_branch, &q, NULL) < 0) {
		say(why, "its machine code cannot be followed");
		r = SAME_UNKNOWN;
	} else if (uses_neighbours(x, f, why) || uses_neighbours(y, g, why)) {
		r = SAME_UNKNOWN;
	} else if (!same_branches(&p, &q, why) || !same_data(x, y, q.v, q.n, why)) {
		r = SAME_NOT;
	}
	branches_done(&p);
	branches_done(&q);
	return r;
}

/* struct _ddebug: where its line number and flags are (include/linux/dynamic_debug.h). */
static const struct mask ddebug_line = { 32, 8 };

static enum sameness compare_bytes(const struct span *x, const struct thing *f, const struct span *y,
				   const struct thing *g, struct why *why)
{
	bool ddebug = streq(x->side->t.o->sections[f->section].s->name, "__dyndbg");
	struct why ignored = { "" };

	if (things_is_shared_code(&x->side->t, f) || things_is_shared_code(&y->side->t, g))
		return same_shared(x, f, y, g, why);
	if (same_data(x, y, &ddebug_line, ddebug, &ignored))
		return SAME;
	if (x->side->lines && f->kind == THING_FUNC && lines_only(&x->side->t, f, &y->side->t, g))
		return SAME_LINES;
	say(why, "%s", ignored.text);
	return SAME_NOT;
}

static bool same_shape(const struct side *a, const struct thing *f, const struct side *b,
		       const struct thing *g, struct why *why)
{
	const struct elf_section *s = a->t.o->sections[f->section].s, *t = b->t.o->sections[g->section].s;

	if (f->end - f->start != g->end - g->start || f->size != g->size) {
		say(why, "%llu bytes, were %llu", (unsigned long long)g->size, (unsigned long long)f->size);
		return false;
	}
	if (things_class(&a->t, f->section) != things_class(&b->t, g->section) || s->type != t->type ||
	    s->flags != t->flags || s->entsize != t->entsize || f->at - f->start != g->at - g->start) {
		say(why, "it moved from section %.60s to %.60s", s->name, t->name);
		return false;
	}
	if (f->kind == THING_DATA && f->alone && s->align != t->align) {
		say(why, "its alignment is %llu, was %llu", (unsigned long long)t->align,
		    (unsigned long long)s->align);
		return false;
	}
	return true;
}

/* The elements of one table among a thing's. */
static const struct element *of_table(const struct side *s, const struct element *v, size_t n,
				      const char *name, size_t *ret_n)
{
	size_t i = 0, k = 0;

	while (i < n && !streq(s->t.o->sections[v[i].section].s->name, name))
		i++;
	while (i + k < n && v[i + k].section == v[i].section)
		k++;
	*ret_n = k;
	return v + i;
}

#define BUG_ENTRY_LINE                                                                                       \
	12u /* bytes; a shorter struct bug_entry is without file and line, and has its flags there */

static bool has_line(const struct element *el, unsigned flags)
{
	return flags & TABLE_LINE && el->size >= BUG_ENTRY_LINE;
}

static bool same_element(const struct side *a, const struct element *x, const struct side *b,
			 const struct element *y, unsigned flags, unsigned depth)
{
	struct span s = span_of(a, x->section, x->offset, x->offset + x->size);
	struct span t = span_of(b, y->section, y->offset, y->offset + y->size);
	struct mask line = { x->size - 4, 2 };

	return x->size == y->size && same_relocs(&s, &t, NULL, depth) &&
	       same_data(&s, &t, &line, has_line(x, flags), NULL);
}

static bool same_table(const struct side *a, const struct element *x, size_t n, const struct side *b,
		       const struct element *all, size_t n_all, struct why *why, unsigned depth)
{
	const char *name = a->t.o->sections[x->section].s->name;
	const struct table_kind *k = table_find(name);
	size_t n_y;
	const struct element *y = of_table(b, all, n_all, name, &n_y);

	if (!(k->flags & TABLE_COMPARE))
		return true;
	if (n != n_y) {
		say(why, "%zu entries in %s, were %zu", n_y, name, n);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!same_element(a, &x[i], b, &y[i], k->flags, depth)) {
			say(why, "its entry %zu in %s is another", i, name);
			return false;
		}
	return true;
}

static bool has_more(const struct side *a, const struct element *x, size_t n, const struct side *b,
		     const struct element *y, size_t n_y, struct why *why)
{
	for (size_t i = 0; i < n_y; i++) {
		const char *name = b->t.o->sections[y[i].section].s->name;
		size_t k;

		(void)of_table(a, x, n, name, &k);
		if (k == 0 && table_find(name)->flags & TABLE_COMPARE) {
			say(why, "it has entries in %s, had none", name);
			return true;
		}
	}
	return false;
}

static bool same_tables(const struct side *a, uint32_t x, const struct side *b, uint32_t y, struct why *why,
			unsigned depth)
{
	size_t n, m;
	const struct element *v = tables_of(&a->tables, x, &n), *w = tables_of(&b->tables, y, &m);

	for (size_t i = 0; i < n;) {
		size_t run;
		const struct element *first =
			of_table(a, v + i, n - i, a->t.o->sections[v[i].section].s->name, &run);

		if (!same_table(a, first, run, b, w, m, why, depth))
			return false;
		i += run;
	}
	return !has_more(a, v, n, b, w, m, why);
}

static bool take_steps(struct things_hint *h, const struct span *x)
{
	if (h->steps <= h->steps_end)
		h->steps += 1 + x->n + x->len / 64;
	return h->steps <= h->steps_end;
}

static enum sameness compare_deep(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
				  struct why *why, unsigned depth)
{
	const struct thing *f = &a->t.v[x], *g = &b->t.v[y];
	struct span s = span_of(a, f->section, f->start, f->end);
	struct span t = span_of(b, g->section, g->start, g->end);
	enum sameness r;

	if (depth > 0 && !take_steps(a->t.hint, &s))
		return SAME_UNKNOWN;
	if (!same_shape(a, f, b, g, why) || !same_relocs(&s, &t, why, depth))
		return SAME_NOT;
	r = compare_bytes(&s, f, &t, g, why);
	if (r > SAME_LINES)
		return r;
	return same_tables(a, x, b, y, why, depth) ? r : SAME_NOT;
}

enum sameness compare_things(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
			     struct why *why)
{
	struct things_hint *h = a->t.hint;
	enum sameness r;

	if (why)
		why->text[0] = '\0';
	h->steps_end = MIN(h->steps + STEPS_MAX, (uint64_t)STEPS_ALL);
	r = compare_deep(a, x, b, y, why, 0);
	if (r <= SAME_LINES || h->steps <= h->steps_end)
		return r;
	if (why)
		FORMAT(why->text, "what it refers to is too much to be compared");
	return SAME_UNKNOWN;
}
