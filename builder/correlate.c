// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs things of two versions of an object: by exact name; functions also by
 * name without the compiler's numbers (f.isra.0, f.constprop.1). Of static
 * locals builder/locals.c knows more.
 */
#include <errno.h>

#include "builder/correlate.h"
#include "builder/locals.h"

static bool is_clone(const char *name)
{
	return strstr(name, ".isra.") || strstr(name, ".constprop.") || strstr(name, ".part.") ||
	       strstr(name, ".cold.") || strstr(name, ".lto_priv.");
}

static bool by_exact_name(const struct thing *t)
{
	if (!t->name[0] || t->own)
		return false;
	return t->kind == THING_FUNC ? !is_clone(t->name) : !thing_is_numbered(t);
}

static void pair_exact(struct things *a, struct things *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const uint32_t *in_a, *in_b;

		if (!by_exact_name(&a->v[i]) || things_named(a, a->v[i].name, &in_a) != 1 ||
		    things_named(b, a->v[i].name, &in_b) != 1 || a->v[i].kind != b->v[*in_b].kind)
			continue;
		things_pair(a, i, b, *in_b);
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
				things_pair(a, va[i + k], b, vb[j + k]);
		i += r <= 0 ? ra : 0;
		j += r >= 0 ? rb : 0;
	}
	return 0;
}

int correlate(struct things *a, struct things *b, struct err *e)
{
	int r;

	pair_exact(a, b);
	r = pair_clones(a, b);
	if (r == 0)
		r = locals_pair(a, b);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}
