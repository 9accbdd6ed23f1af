// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Collects who uses which static local, by user and base name, each once, with
 * the place of its first use.
 */
#include <errno.h>

#include "builder/locals_own.h"
#include "builder/target.h"

/* A child's use is its parent's: what is cut out changes from build to build. */
static struct use use_of(const struct things *t, uint32_t user, uint32_t local, uint64_t offset)
{
	const struct thing *u = &t->v[user];
	bool child = u->parent != THING_NONE;

	return (struct use){ local, child ? u->parent : user,
			     (offset - u->start) | (child ? (uint64_t)1 << 63 : 0) };
}

static int collect_uses(struct uses *to, uint32_t user)
{
	const struct things *t = to->t;
	const struct thing *u = &t->v[user];
	size_t n;
	const struct elf_rela *r = object_relocs(&t->o->sections[u->section], u->start, u->end, &n);

	for (size_t i = 0; i < n; i++) {
		struct target at;

		if (target_find(t, u->section, &r[i], &at) < 0 || at.kind != TARGET_THING ||
		    !thing_is_local(&t->v[at.index]))
			continue;
		if (array_grow(&to->v, to->n, sizeof(*to->v)) < 0)
			return -ENOMEM;
		to->v[to->n++] = use_of(t, user, at.index, r[i].offset);
		to->used[at.index] = true;
	}
	return 0;
}

static int number_cmp(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	return la != lb ? (la < lb ? -1 : 1) : strcmp(a, b);
}

int locals_base_cmp(const char *a, const char *b)
{
	size_t la = name_base_len(a), lb = name_base_len(b);
	int r = strncmp(a, b, MIN(la, lb));

	return r ? r : la < lb ? -1 : la > lb;
}

static int cmp(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_use(const void *x, const void *y, void *things)
{
	const struct things *t = things;
	const struct use *a = x, *b = y;
	const char *na = t->v[a->local].name, *nb = t->v[b->local].name;
	int r = cmp(a->user, b->user);

	if (r == 0)
		r = locals_base_cmp(na, nb);
	if (r == 0)
		r = number_cmp(na + name_base_len(na), nb + name_base_len(nb));
	if (r == 0)
		r = cmp(a->local, b->local);
	return r ? r : cmp(a->order, b->order);
}

int locals_uses(const struct things *t, struct uses *ret)
{
	size_t kept = 0;

	ret->t = t;
	ret->used = calloc(t->n + 1, sizeof(*ret->used));
	if (!ret->used)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->n; i++)
		if (collect_uses(ret, i) < 0)
			return -ENOMEM;
	if (ret->n)
		qsort_r(ret->v, ret->n, sizeof(*ret->v), by_use, (void *)(uintptr_t)t);
	for (size_t i = 0; i < ret->n; i++)
		if (i == 0 || ret->v[i].local != ret->v[kept - 1].local ||
		    ret->v[i].user != ret->v[kept - 1].user)
			ret->v[kept++] = ret->v[i];
	ret->n = kept;
	return 0;
}

void locals_uses_done(struct uses *u)
{
	free(u->v);
	free(u->used);
}

/* Of the use i: where it stands to those of a user and base name. */
static int use_cmp(const struct uses *u, size_t i, uint32_t user, const char *name)
{
	int r = cmp(u->v[i].user, user);

	return r ? r : locals_base_cmp(u->t->v[u->v[i].local].name, name);
}

const struct use *locals_run(const struct uses *u, uint32_t user, const char *name, size_t *ret_n)
{
	size_t lo = COUNT_BEFORE(u->n, i, use_cmp(u, i, user, name) < 0), n = 0;

	while (lo + n < u->n && use_cmp(u, lo + n, user, name) == 0)
		n++;
	*ret_n = n;
	return n ? &u->v[lo] : NULL;
}
