// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sections are placed by the votes of their symbols and proven by bytes; what
 * placed sections refer to places others. Every section that is placed,
 * whichever way, is compared whole and all its relocations are followed, until
 * nothing is left; two ways that disagree are a refusal.
 */
#include <errno.h>

#include "builder/proofwork.h"

/* Set the base of a section for the first time; -ESTALE when it has another one. */
static int place(struct proof *p, size_t section, uint64_t base)
{
	if (p->known[section])
		return p->base[section] == base ? 0 : -ESTALE;
	p->known[section] = true;
	p->base[section] = base;
	p->queue[p->n_queue++] = (uint32_t)section;
	return 0;
}

static int note_symbol(struct proof *p, size_t symbol, uint64_t address)
{
	if (p->seen[symbol])
		return p->at[symbol] == address ? 0 : -ESTALE;
	p->seen[symbol] = true;
	p->at[symbol] = address;
	return 0;
}

static int take_ref(struct proof *p, const struct proof_ref *ref)
{
	p->counts.relocs += ref->lead != LEAD_SPENT;
	switch (ref->lead) {
	case LEAD_SECTION:
		return place(p, ref->index, ref->address);
	case LEAD_UNKNOWN:
		p->counts.unknown++;
		return note_symbol(p, ref->index, ref->address);
	case LEAD_SYMBOL:
		return note_symbol(p, ref->index, ref->address);
	case LEAD_STRING:
		p->counts.strings++;
		return 0;
	case LEAD_NOWHERE:
	case LEAD_SPENT:
		break;
	}
	return 0;
}

/* The bytes of a section that the file has; .bss has none. */
static int prove_bytes(struct proof *p, const struct osection *s, struct err *e)
{
	struct proof_difference d;
	int r;

	if (!s->s->data || streq(s->s->name, ".BTF_ids")) /* the build writes the numbers at the end */
		return 0;
	r = proof_compare(p, s, p->base[s->s->index], 0, s->s->size, &p->counts.patched, &d);
	if (r > 0)
		return proof_refuse_bytes(p, s, &d, e);
	if (r < 0)
		return proof_refuse_section(p, s, "it is not all there", e);
	p->counts.bytes += s->s->size;
	return 0;
}

/* Fields that are only relocated there were plain bytes here. */
static int no_more_fields(const struct proof *p, const struct osection *s, size_t n, struct err *e)
{
	const struct ground *g = p->ground;

	if (!g->fields || g->fields(g, p->base[s->s->index], s->s->size) == n)
		return 0;
	return proof_refuse_section(p, s, "it has other relocations", e);
}

static int prove_refs(struct proof *p, const struct osection *s, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_relocs; i++) {
		struct proof_ref ref;
		int r = proof_follow(p, s, p->base[s->s->index], &s->relocs[i], &ref);

		r = r < 0 ? r : take_ref(p, &ref);
		if (r < 0)
			return proof_refuse_lead(p, s, &s->relocs[i], e);
		n += ref.lead != LEAD_SPENT;
	}
	return no_more_fields(p, s, n, e);
}

/* The same bytes under other names are another file's. */
static int prove_names(const struct proof *p, const struct osection *s, struct err *e)
{
	for (size_t i = 0; i < s->n_syms; i++) {
		const struct elf_symbol *symbol = object_symbol(p->object, s->syms[i]);
		struct ground_ref ref = { p->base[s->s->index] + symbol->value, true, symbol->name };

		if (symbol->type == STT_FUNC && symbol->bind != STB_WEAK &&
		    p->ground->is_named(p->ground, symbol->name, &ref, 0) != 1)
			return proof_refuse_name(p, symbol, e);
	}
	return 0;
}

static int prove(struct proof *p, const struct osection *s, struct err *e)
{
	int r = prove_bytes(p, s, e);

	r = r < 0 ? r : prove_names(p, s, e);
	p->counts.sections++;
	return r < 0 || !s->s->data ? r : prove_refs(p, s, e);
}

static int drain(struct proof *p, struct err *e)
{
	while (p->n_done < p->n_queue) {
		int r = prove(p, &p->object->sections[p->queue[p->n_done++]], e);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Are the names of a section, those that the kernel knows, where they would be? */
static bool names_stand(const struct proof *p, const struct osection *s, uint64_t base)
{
	for (size_t i = 0; i < s->n_syms; i++) {
		const struct elf_symbol *symbol = object_symbol(p->object, s->syms[i]);
		struct ground_ref ref = { base + symbol->value, true, symbol->name };

		const uint32_t *v;

		if (symbol->bind != STB_WEAK && p->ground->named(p->ground, symbol->name, &v) &&
		    p->ground->is_named(p->ground, symbol->name, &ref, 0) == 0)
			return false;
	}
	return true;
}

/* Would all be well if it were there? Nothing is noted. */
static bool could_lie(const struct proof *p, const struct osection *s, uint64_t base)
{
	struct proof_difference d;
	size_t patched = 0;

	if (!names_stand(p, s, base) ||
	    (s->s->data && proof_compare(p, s, base, 0, s->s->size, &patched, &d) != 0))
		return false;
	for (size_t i = 0; s->s->data && i < s->n_relocs; i++) {
		struct proof_ref ref;

		if (proof_follow(p, s, base, &s->relocs[i], &ref) < 0)
			return false;
		if (ref.lead == LEAD_SECTION && p->known[ref.index] && p->base[ref.index] != ref.address)
			return false;
		if (ref.lead == LEAD_SYMBOL && p->seen[ref.index] && p->at[ref.index] != ref.address)
			return false;
	}
	return true;
}

#define TRIES_MAX 1024 /* of one section; more tell nothing, and a hostile object could have any number */

/* Of candidates with as many votes exactly one must do; which, or -ENOENT, -ENOTUNIQ. */
static ssize_t choose(const struct proof *p, const struct osection *s, const struct proof_candidate *v,
		      size_t n)
{
	ssize_t found = -ENOENT;

	for (size_t i = 0; i < n && v[i].votes == v[0].votes; i++) {
		if (i == TRIES_MAX)
			return -ENOTUNIQ;
		if (!could_lie(p, s, v[i].base))
			continue;
		if (found >= 0)
			return -ENOTUNIQ;
		found = (ssize_t)i;
	}
	return found;
}

/*
 * A clear winner of functions that cannot lose is where the section is, and if
 * its bytes say otherwise, then it is not the same code. Anything less must
 * prove itself first, and may stay without a place.
 */
static int vote(struct proof *p, const struct osection *s, struct err *e)
{
	_cleanup_free_ struct proof_candidate *v = NULL;
	size_t n = 0;
	bool weak = false, clear;
	ssize_t chosen = 0;
	int r = proof_candidates(p, s, &v, &n, &weak);

	if (r < 0)
		return err_set(e, r, "out of memory");
	clear = n == 1 || (n > 1 && v[0].votes > v[1].votes);
	if (!clear || weak || !proof_is_code(s))
		chosen = choose(p, s, v, n);
	p->ambiguous[s->s->index] = chosen == -ENOTUNIQ;
	if (n == 0 || chosen < 0)
		return 0;
	place(p, s->s->index, v[chosen].base);
	return drain(p, e);
}

static int vote_all(struct proof *p, bool code, struct err *e)
{
	int r = 0;

	for (size_t i = 1; r >= 0 && i < p->object->n_sections; i++) {
		const struct osection *s = &p->object->sections[i];

		if (!p->known[i] && proof_is_placed(s) && s->n_syms > 0 && proof_is_code(s) == code)
			r = vote(p, s, e);
	}
	return r;
}

static bool has_code(const struct proof *p)
{
	for (size_t i = 1; i < p->object->n_sections; i++)
		if (proof_is_code(&p->object->sections[i]) && proof_is_placed(&p->object->sections[i]))
			return true;
	return false;
}

/*
 * Twice: what was ambiguous at first may be told by what was placed since. Data
 * alone is no evidence where there is code: namesakes of it are everywhere.
 */
int proof_place_all(struct proof *p, struct err *e)
{
	int r = 0;

	for (int pass = 0; r >= 0 && pass < 2; pass++) {
		r = vote_all(p, true, e);
		if (r >= 0 && (p->n_queue || !has_code(p)))
			r = vote_all(p, false, e);
	}
	return r;
}
