// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where may a section lie? Every symbol of it has namesakes in the kernel, and
 * each of their addresses less the symbol's offset is a vote for one base. The
 * right one gets a vote of every symbol. A vote proves nothing: bytes do.
 */
#include <errno.h>

#include "builder/proofwork.h"

#define NAMESAKES_MAX 256 /* of one symbol; __func__.0 has thousands, and they tell little */
#define VOTES_MAX (1u << 18)

struct votes {
	uint64_t *v;
	size_t n;
};

static int add_votes(const struct proof *p, const struct osection *s, const struct elf_symbol *symbol,
		     struct votes *votes)
{
	const struct ground *g = p->ground;
	const uint32_t *indices;
	size_t n = g->named(g, symbol->name, &indices);

	if (n > NAMESAKES_MAX)
		return 0;
	for (size_t i = 0; i < n && votes->n < VOTES_MAX; i++) {
		uint64_t address;

		if (!g->address(g, indices[i], s->s->name, &address))
			continue;
		if (array_grow(&votes->v, votes->n, sizeof(*votes->v)) < 0)
			return -ENOMEM;
		votes->v[votes->n++] = address - symbol->value;
	}
	return 0;
}

static int collect(const struct proof *p, const struct osection *s, bool weak, struct votes *ret)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->n_syms; i++) {
		const struct elf_symbol *symbol = object_symbol(p->object, s->syms[i]);

		if ((symbol->bind == STB_WEAK) == weak)
			r = add_votes(p, s, symbol, ret);
	}
	return r;
}

static int by_votes(const void *a, const void *b)
{
	const struct proof_candidate *x = a, *y = b;

	if (x->votes != y->votes)
		return x->votes > y->votes ? -1 : 1;
	return (x->base > y->base) - (x->base < y->base);
}

static int count(struct votes *votes, struct proof_candidate **ret, size_t *ret_n)
{
	struct proof_candidate *v = calloc(votes->n + 1, sizeof(*v));
	size_t n = 0;

	if (!v)
		return -ENOMEM;
	if (votes->n)
		qsort(votes->v, votes->n, sizeof(*votes->v), by_u64);
	for (size_t i = 0; i < votes->n; i++) {
		if (i == 0 || votes->v[i] != votes->v[i - 1])
			v[n++].base = votes->v[i];
		v[n - 1].votes++;
	}
	qsort(v, n, sizeof(*v), by_votes);
	*ret = v;
	*ret_n = n;
	return 0;
}

int proof_candidates(const struct proof *p, const struct osection *s, struct proof_candidate **ret,
		     size_t *ret_n, bool *ret_weak)
{
	struct votes votes = { 0 };
	bool weak = false;
	int r = collect(p, s, weak, &votes);

	if (r >= 0 && votes.n == 0) {
		weak = true;
		r = collect(p, s, weak, &votes);
	}
	r = r < 0 ? r : count(&votes, ret, ret_n);
	free(votes.v);
	if (r >= 0)
		*ret_weak = weak;
	return r;
}
