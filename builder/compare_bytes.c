// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes. A branch within one section has no relocation (the assembler resolved
 * it): where it leads out of its function, it is compared by that, too.
 */
#include <errno.h>

#include "builder/compare_own.h"
#include "builder/flow.h"

static const unsigned char *span_bytes(const struct span *s)
{
	const struct elf_section *section = s->side->t.o->sections[s->section].s;

	return section->data ? section->data + s->from : NULL;
}

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

bool compare_data(const struct span *x, const struct span *y, const struct mask *m, size_t n_masks,
		  struct why *why)
{
	const unsigned char *p = span_bytes(x), *q = span_bytes(y);
	uint64_t at;

	if (!p && !q)
		return true;
	if (!p || !q) {
		compare_say(why, "it has bytes in one version and is zero in the other");
		return false;
	}
	at = first_difference(x, y, 0, m, n_masks);
	if (at == x->len)
		return true;
	compare_say(why, "byte +0x%llx is %02x, was %02x", (unsigned long long)at, q[at], p[at]);
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
		compare_say(why, "%zu branches to its neighbours, were %zu", y->n, x->n);
		return false;
	}
	for (size_t i = 0; i < x->n; i++)
		if (!same_branch(x, y, i)) {
			compare_say(why, "the branch at +0x%llx leads elsewhere",
				    (unsigned long long)y->v[i].at);
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
	compare_say(why, "the instruction at +0x%llx uses bytes of its neighbours",
		    (unsigned long long)(at - f->start));
	return true;
}

enum sameness compare_shared(const struct span *x, const struct thing *f, const struct span *y,
			     const struct thing *g, struct why *why)
{
	struct branches p = { .side = x->side, .f = f }, q = { .side = y->side, .f = g };
	enum sameness r = SAME;

	if (flow_branches(&x->side->t.o->sections[f->section], f->start, f->end, note_branch, &p, NULL) < 0 ||
	    flow_branches(&y->side->t.o->sections[g->section], g->start, g->end, note_branch, &q, NULL) < 0) {
		compare_say(why, "its machine code cannot be followed");
		r = SAME_UNKNOWN;
	} else if (uses_neighbours(x, f, why) || uses_neighbours(y, g, why)) {
		r = SAME_UNKNOWN;
	} else if (!same_branches(&p, &q, why) || !compare_data(x, y, q.v, q.n, why)) {
		r = SAME_NOT;
	}
	branches_done(&p);
	branches_done(&q);
	return r;
}
