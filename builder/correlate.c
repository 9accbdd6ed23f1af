// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs things of two versions of an object: by exact name; functions also by
 * name without the compiler's numbers (f.isra.0, f.constprop.1); static locals
 * (name.123) by being used from the same function, with the same base name,
 * kind and size, in the order of their numbers; of constants that are nothing
 * but bytes (the texts of error messages) the bytes decide.
 */
#include <errno.h>

#include "builder/correlate.h"
#include "builder/target.h"

static void pair(struct things *a, uint32_t x, struct things *b, uint32_t y)
{
	a->v[x].twin = y;
	b->v[y].twin = x;
}

/* A static local or a clone: its number means nothing. */
static bool is_numbered(const struct thing *t)
{
	return t->name[name_base_len(t->name)] == '.';
}

static bool is_clone(const char *name)
{
	return strstr(name, ".isra.") || strstr(name, ".constprop.") || strstr(name, ".part.") ||
	       strstr(name, ".cold.") || strstr(name, ".lto_priv.");
}

static bool by_exact_name(const struct thing *t)
{
	if (!t->name[0] || t->own)
		return false;
	return t->kind == THING_FUNC ? !is_clone(t->name) : !is_numbered(t);
}

static void pair_exact(struct things *a, struct things *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const uint32_t *in_a, *in_b;

		if (!by_exact_name(&a->v[i]) || things_named(a, a->v[i].name, &in_a) != 1 ||
		    things_named(b, a->v[i].name, &in_b) != 1 || a->v[i].kind != b->v[*in_b].kind)
			continue;
		pair(a, i, b, *in_b);
	}
}

/* Clones of one stem, in the order of their names. */
static size_t clones(const struct things *t, uint32_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_named; i++) {
		const struct thing *f = &t->v[t->by_name[i]];

		if (f->kind == THING_FUNC && is_clone(f->name) && f->twin == THING_NONE)
			ret[n++] = t->by_name[i];
	}
	return n;
}

static int by_stem(const void *x, const void *y, void *things)
{
	const struct things *t = things;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	int r = name_stem_cmp(t->v[a].name, t->v[b].name);

	if (r == 0) /* numbers have no leading zeros, so the shorter is the lower */
		r = (int)strlen(t->v[a].name) - (int)strlen(t->v[b].name);
	return r ? r : strcmp(t->v[a].name, t->v[b].name);
}

static size_t run_length(const struct things *t, const uint32_t *v, size_t n)
{
	size_t i = 1;

	while (i < n && name_same_stem(t->v[v[0]].name, t->v[v[i]].name))
		i++;
	return i;
}

static int pair_clones(struct things *a, struct things *b)
{
	_cleanup_free_ uint32_t *va = calloc(a->n + 1, sizeof(*va)), *vb = calloc(b->n + 1, sizeof(*vb));
	size_t na, nb, i = 0, j = 0;

	if (!va || !vb)
		return -ENOMEM;
	na = clones(a, va);
	nb = clones(b, vb);
	qsort_r(va, na, sizeof(*va), by_stem, a);
	qsort_r(vb, nb, sizeof(*vb), by_stem, b);
	while (i < na && j < nb) {
		int r = name_stem_cmp(a->v[va[i]].name, b->v[vb[j]].name);
		size_t ra = run_length(a, va + i, na - i), rb = run_length(b, vb + j, nb - j);

		if (r == 0)
			for (size_t k = 0; k < MIN(ra, rb); k++)
				pair(a, va[i + k], b, vb[j + k]);
		i += r <= 0 ? ra : 0;
		j += r >= 0 ? rb : 0;
	}
	return 0;
}

/* A static local and one thing that uses it. */
struct use {
	uint32_t local, user;
};

struct uses {
	struct use *v;
	size_t n;
};

/* A child's use is its parent's: what is cut out changes from build to build. */
static uint32_t user_of(const struct things *t, uint32_t thing)
{
	uint32_t parent = t->v[thing].parent;

	return parent == THING_NONE ? thing : parent;
}

static int collect_uses(const struct things *t, uint32_t user, struct uses *to)
{
	const struct thing *u = &t->v[user];
	size_t n;
	const struct elf_rela *r = object_relocs(&t->o->sections[u->section], u->start, u->end, &n);

	for (size_t i = 0; i < n; i++) {
		struct target at;

		if (target_find(t, u->section, &r[i], &at) < 0 || at.kind != TARGET_THING)
			continue;
		if (t->v[at.index].kind != THING_DATA || !is_numbered(&t->v[at.index]) || t->v[at.index].own)
			continue;
		if (array_grow(&to->v, to->n, sizeof(*to->v)) < 0)
			return -ENOMEM;
		to->v[to->n++] = (struct use){ at.index, user_of(t, user) };
	}
	return 0;
}

static int number_cmp(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	return la != lb ? (la < lb ? -1 : 1) : strcmp(a, b);
}

/* By user, base name and number. */
static int by_use(const void *x, const void *y, void *things)
{
	const struct things *t = things;
	const struct use *a = x, *b = y;
	const char *na = t->v[a->local].name, *nb = t->v[b->local].name;
	size_t la = name_base_len(na), lb = name_base_len(nb);
	int r;

	if (a->user != b->user)
		return a->user < b->user ? -1 : 1;
	r = strncmp(na, nb, MIN(la, lb));
	if (r == 0)
		r = la < lb ? -1 : la > lb;
	return r ? r : number_cmp(na + la, nb + lb);
}

static int find_uses(const struct things *t, struct uses *ret)
{
	size_t kept = 0;

	for (uint32_t i = 0; i < t->n; i++)
		if (collect_uses(t, i, ret) < 0)
			return -ENOMEM;
	if (ret->n)
		qsort_r(ret->v, ret->n, sizeof(*ret->v), by_use, (void *)(uintptr_t)t);
	for (size_t i = 0; i < ret->n; i++)
		if (i == 0 || memcmp(&ret->v[i], &ret->v[i - 1], sizeof(*ret->v)) != 0)
			ret->v[kept++] = ret->v[i];
	ret->n = kept;
	return 0;
}

static bool same_base(const char *a, const char *b)
{
	size_t la = name_base_len(a), lb = name_base_len(b);

	return la == lb && memcmp(a, b, la) == 0;
}

/* A constant without pointers in it: one is as good as another of the same bytes. */
static bool is_plain(const struct things *t, uint32_t i)
{
	const struct thing *v = &t->v[i];
	size_t n;

	(void)object_relocs(&t->o->sections[v->section], v->start, v->end, &n);
	return things_class(t, v->section) == SEC_RODATA && n == 0;
}

/* The run of uses by one user of one base name that have no twin yet. */
static size_t free_run(const struct things *t, const struct uses *u, uint32_t user, const char *name,
		       bool plain, uint32_t *ret, size_t max)
{
	size_t n = 0, lo = 0, hi = u->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (u->v[mid].user < user)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < u->n && u->v[lo].user == user; lo++) {
		uint32_t local = u->v[lo].local;

		if (t->v[local].twin == THING_NONE && same_base(t->v[local].name, name) &&
		    is_plain(t, local) == plain && n < max)
			ret[n++] = local;
	}
	return n;
}

static bool alike(const struct thing *a, const struct thing *b)
{
	return a->size == b->size && a->kind == b->kind;
}

#define LOCALS_MAX 64 /* of one name in one function */

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
static bool pair_constants(struct things *a, const uint32_t *la, size_t na, struct things *b,
			   const uint32_t *lb, size_t nb)
{
	bool moved = false;

	for (size_t i = 0; i < na; i++)
		for (size_t k = 0; k < nb && a->v[la[i]].twin == THING_NONE; k++)
			if (b->v[lb[k]].twin == THING_NONE && same_constant(a, la[i], b, lb[k])) {
				pair(a, la[i], b, lb[k]);
				moved = true;
			}
	return moved;
}

/*
 * Those of one name in one function: as many in both, each like its
 * counterpart in order; else only what is certain is paired, which is nothing.
 */
static bool pair_locals(struct things *a, struct things *b, const struct uses *ua, const struct uses *ub,
			const struct use *first)
{
	uint32_t la[LOCALS_MAX], lb[LOCALS_MAX];
	uint32_t twin = a->v[first->user].twin;
	const char *name = a->v[first->local].name;
	bool plain = is_plain(a, first->local);
	size_t na, nb;

	if (twin == THING_NONE || a->v[first->local].twin != THING_NONE)
		return false;
	na = free_run(a, ua, first->user, name, plain, la, LOCALS_MAX);
	nb = free_run(b, ub, twin, name, plain, lb, LOCALS_MAX);
	if (plain)
		return pair_constants(a, la, na, b, lb, nb);
	if (na != nb || na == 0 || na == LOCALS_MAX)
		return false;
	for (size_t i = 0; i < na; i++)
		if (!alike(&a->v[la[i]], &b->v[lb[i]]))
			return false;
	for (size_t i = 0; i < na; i++)
		pair(a, la[i], b, lb[i]);
	return true;
}

static bool is_used(const struct uses *u, uint32_t local)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->v[i].local == local)
			return true;
	return false;
}

/* The one local of a stem that has no twin, THING_NONE when there are several. */
static uint32_t lone_local(const struct things *t, const char *name)
{
	uint32_t found = THING_NONE;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct thing *l = &t->v[i];

		if (l->kind != THING_DATA || l->own || l->twin != THING_NONE || !is_numbered(l) ||
		    !same_base(l->name, name))
			continue;
		if (found != THING_NONE)
			return THING_NONE;
		found = i;
	}
	return found;
}

/* Nobody uses them (what they held was folded into the code): no state can be mixed up. */
static void pair_unused(struct things *a, struct things *b, const struct uses *ua, const struct uses *ub)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const struct thing *l = &a->v[i];
		uint32_t other;

		if (l->kind != THING_DATA || l->own || l->twin != THING_NONE || !is_numbered(l) ||
		    is_used(ua, i) || lone_local(a, l->name) != i)
			continue;
		other = lone_local(b, l->name);
		if (other != THING_NONE && !is_used(ub, other) && alike(l, &b->v[other]))
			pair(a, i, b, other);
	}
}

/* Locals used from locals (a table of pointers) follow when those are paired: until nothing moves. */
static int pair_static_locals(struct things *a, struct things *b)
{
	struct uses ua = { 0 }, ub = { 0 };
	bool moved = true;
	int r = find_uses(a, &ua);

	if (r == 0)
		r = find_uses(b, &ub);
	while (r == 0 && moved) {
		moved = false;
		for (size_t i = 0; i < ua.n; i++)
			moved |= pair_locals(a, b, &ua, &ub, &ua.v[i]);
	}
	if (r == 0)
		pair_unused(a, b, &ua, &ub);
	free(ua.v);
	free(ub.v);
	return r;
}

int correlate(struct things *a, struct things *b, struct err *e)
{
	int r;

	pair_exact(a, b);
	r = pair_clones(a, b);
	if (r == 0)
		r = pair_static_locals(a, b);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}
