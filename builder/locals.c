// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs static locals (name.123): by being used from the same function, with
 * the same base name, kind and size. Several of one name in one function are
 * paired in the order of their numbers when they are also first used in that
 * order. What another user of a pair says against it undoes it: then nothing
 * is certain. Of constants that are nothing but bytes (the texts of error
 * messages) the bytes decide.
 */
#include <errno.h>

#include "builder/locals_own.h"

#define LOCALS_MAX 64u /* of one name in one function */
#define ROUNDS_MAX 64u /* locals that are used from locals, and so on */

/* A constant without pointers in it: one is as good as another of the same bytes. */
static bool is_plain(const struct things *t, uint32_t i)
{
	const struct thing *v = &t->v[i];
	size_t n;

	(void)object_relocs(&t->o->sections[v->section], v->start, v->end, &n);
	return things_class(t, v->section) == SEC_RODATA && n == 0;
}

/* Some of a run: those that have no twin yet. */
struct free_run {
	const struct use *v[LOCALS_MAX];
	size_t n;
};

static void find_free(const struct things *t, const struct use *run, size_t n, bool plain,
		      struct free_run *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < n && ret->n < LOCALS_MAX; i++)
		if (t->v[run[i].local].twin == THING_NONE && is_plain(t, run[i].local) == plain)
			ret->v[ret->n++] = &run[i];
}

static bool alike(const struct thing *a, const struct thing *b)
{
	return a->size == b->size && a->kind == b->kind;
}

static const unsigned char *bytes_of(const struct things *t, const struct thing *v)
{
	return elf_bytes(t->o->sections[v->section].s, v->at, v->size);
}

static bool same_constant(const struct things *a, uint32_t x, const struct things *b, uint32_t y)
{
	const unsigned char *p = bytes_of(a, &a->v[x]), *q = bytes_of(b, &b->v[y]);

	return alike(&a->v[x], &b->v[y]) && p && q && memcmp(p, q, a->v[x].size) == 0;
}

/* Each with the first of the same bytes; what is left over is another constant. */
static bool pair_constants(struct things *a, const struct free_run *x, struct things *b,
			   const struct free_run *y)
{
	bool moved = false;

	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; k < y->n && a->v[x->v[i]->local].twin == THING_NONE; k++)
			if (b->v[y->v[k]->local].twin == THING_NONE &&
			    same_constant(a, x->v[i]->local, b, y->v[k]->local)) {
				things_pair(a, x->v[i]->local, b, y->v[k]->local);
				moved = true;
			}
	return moved;
}

/* As many in both, each like its counterpart, and first used in the same order. */
static bool correspond(const struct things *a, const struct free_run *x, const struct things *b,
		       const struct free_run *y)
{
	if (x->n != y->n || x->n == 0 || x->n == LOCALS_MAX)
		return false;
	for (size_t i = 0; i < x->n; i++) {
		if (!alike(&a->v[x->v[i]->local], &b->v[y->v[i]->local]))
			return false;
		for (size_t k = 0; k < i; k++)
			if ((x->v[k]->order < x->v[i]->order) != (y->v[k]->order < y->v[i]->order))
				return false;
	}
	return true;
}

/* Those of one name in one function; only what is certain is paired. */
static bool pair_run(struct things *a, const struct use *run, size_t n, struct things *b,
		     const struct uses *ub, bool plain)
{
	uint32_t twin = a->v[run->user].twin;
	struct free_run x, y;
	const struct use *other;
	size_t n_other;

	if (twin == THING_NONE)
		return false;
	other = locals_run(ub, twin, a->v[run->local].name, &n_other);
	find_free(a, run, n, plain, &x);
	find_free(b, other, n_other, plain, &y);
	if (plain)
		return pair_constants(a, &x, b, &y);
	if (!correspond(a, &x, b, &y))
		return false;
	for (size_t i = 0; i < x.n && i < y.n; i++)
		things_pair(a, x.v[i]->local, b, y.v[i]->local);
	return true;
}

static bool pair_runs(struct things *a, struct things *b, const struct uses *ua, const struct uses *ub)
{
	bool moved = false;

	for (size_t i = 0, n = 0; i < ua->n; i += n) {
		const struct use *run = locals_run(ua, ua->v[i].user, a->v[ua->v[i].local].name, &n);

		moved |= pair_run(a, run, n, b, ub, false);
		moved |= pair_run(a, run, n, b, ub, true);
	}
	return moved;
}

enum witness { SUPPORTS, KNOWS_NOTHING, CONTRADICTS };

/* What a use says of its local's pair: does the user's twin use the local's twin, or another in its place? */
static enum witness ask(const struct uses *mine, const struct uses *other, const struct use *u)
{
	const struct thing *local = &mine->t->v[u->local];
	uint32_t user = mine->t->v[u->user].twin;
	const struct use *run;
	size_t n;

	if (user == THING_NONE)
		return KNOWS_NOTHING;
	run = locals_run(other, user, local->name, &n);
	for (size_t i = 0; i < n; i++)
		if (run[i].local == local->twin)
			return SUPPORTS;
	return n ? CONTRADICTS : KNOWS_NOTHING;
}

/* Undo the pairs that a use contradicts, or that none supports any more. */
static bool unpair(struct things *mine, struct things *other, const struct uses *um, const struct uses *uo,
		   unsigned char *seen)
{
	bool moved = false;

	memset(seen, 0, mine->n);
	for (size_t i = 0; i < um->n; i++)
		if (mine->v[um->v[i].local].twin != THING_NONE)
			seen[um->v[i].local] |= (unsigned char)(1u << ask(um, uo, &um->v[i]));
	for (uint32_t i = 0; i < mine->n; i++) {
		struct thing *t = &mine->v[i];

		if (!um->used[i] || t->twin == THING_NONE || is_plain(mine, i) ||
		    (seen[i] & 1u << SUPPORTS && !(seen[i] & 1u << CONTRADICTS)))
			continue;
		other->v[t->twin].twin = THING_NONE;
		t->twin = THING_NONE;
		moved = true;
	}
	return moved;
}

static void unpair_all(struct things *a, struct things *b, const struct uses *ua)
{
	for (uint32_t i = 0; i < a->n; i++) {
		if (!ua->used[i] || a->v[i].twin == THING_NONE)
			continue;
		b->v[a->v[i].twin].twin = THING_NONE;
		a->v[i].twin = THING_NONE;
	}
}

/* A pair less can be a user less to support another, so until nothing moves. */
static int unpair_doubtful(struct things *a, struct things *b, const struct uses *ua, const struct uses *ub)
{
	_cleanup_free_ unsigned char *seen = calloc(MAX(a->n, b->n) + 1, 1);

	if (!seen)
		return -ENOMEM;
	for (unsigned i = 0; i < ROUNDS_MAX; i++)
		if (!unpair(a, b, ua, ub, seen) && !unpair(b, a, ub, ua, seen))
			return 0;
	unpair_all(a, b, ua); /* no compiler made this */
	return 0;
}

static int by_base(const void *x, const void *y, void *things)
{
	const struct things *t = things;

	return locals_base_cmp(t->v[*(const uint32_t *)x].name, t->v[*(const uint32_t *)y].name);
}

/* The locals that have no twin, by base name. NULL: out of memory. */
static uint32_t *find_left(struct things *t, size_t *ret_n)
{
	uint32_t *v = calloc(t->n + 1, sizeof(*v));
	size_t n = 0;

	for (uint32_t i = 0; v && i < t->n; i++)
		if (thing_is_local(&t->v[i]) && t->v[i].twin == THING_NONE)
			v[n++] = i;
	if (v)
		qsort_r(v, n, sizeof(*v), by_base, t);
	*ret_n = n;
	return v;
}

static size_t same_base(const struct things *t, const uint32_t *v, size_t n)
{
	size_t i = 1;

	while (i < n && locals_base_cmp(t->v[v[0]].name, t->v[v[i]].name) == 0)
		i++;
	return i;
}

/* Nobody uses them (what they held was folded into the code): no state can be mixed up. */
static int pair_unused(struct things *a, struct things *b, const struct uses *ua, const struct uses *ub)
{
	size_t na, nb, i = 0, k = 0;
	_cleanup_free_ uint32_t *x = find_left(a, &na), *y = find_left(b, &nb);

	if (!x || !y)
		return -ENOMEM;
	while (i < na && k < nb) {
		int r = locals_base_cmp(a->v[x[i]].name, b->v[y[k]].name);
		size_t ra = same_base(a, x + i, na - i), rb = same_base(b, y + k, nb - k);

		if (r == 0 && ra == 1 && rb == 1 && !ua->used[x[i]] && !ub->used[y[k]] &&
		    alike(&a->v[x[i]], &b->v[y[k]]))
			things_pair(a, x[i], b, y[k]);
		i += r <= 0 ? ra : 0;
		k += r >= 0 ? rb : 0;
	}
	return 0;
}

/* Locals used from locals (a table of pointers) follow when those are paired: until nothing moves. */
int locals_pair(struct things *a, struct things *b)
{
	struct uses ua = { 0 }, ub = { 0 };
	int r = locals_uses(a, &ua);

	if (r == 0)
		r = locals_uses(b, &ub);
	for (unsigned i = 0; r == 0 && i < ROUNDS_MAX && pair_runs(a, b, &ua, &ub); i++)
		;
	if (r == 0)
		r = unpair_doubtful(a, b, &ua, &ub);
	if (r == 0)
		r = pair_unused(a, b, &ua, &ub);
	locals_uses_done(&ua);
	locals_uses_done(&ub);
	return r;
}
