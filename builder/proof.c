// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See proof.h. What is asked of a proof once all sections have their places
 * (proof_place.c), and the refusals where some of them have none.
 */
#include <errno.h>

#include "builder/proofwork.h"

static void count_functions(struct proof *p)
{
	for (size_t i = 1; i < p->object->n_symbols; i++) {
		const struct elf_symbol *s = object_symbol(p->object, i);
		uint64_t address;

		if (s->type != STT_FUNC || !object_section_of(p->object, s) || !p->known[s->shndx])
			continue;
		p->counts.functions++;
		p->counts.dropped += proof_address(p, s, &address) < 0;
	}
}

static bool has_function(const struct proof *p, const struct osection *s)
{
	for (size_t i = 0; i < s->n_syms; i++) {
		const struct elf_symbol *symbol = object_symbol(p->object, s->syms[i]);

		if (symbol->type == STT_FUNC && symbol->bind != STB_WEAK)
			return true;
	}
	return false;
}

/* Does the kernel know at least half of its functions by name? Else it has another file's. */
static bool is_known_by_name(const struct proof *p)
{
	size_t known = 0, n = 0;

	for (size_t i = 1; i < p->object->n_symbols; i++) {
		const struct elf_symbol *s = object_symbol(p->object, i);
		const struct osection *in = object_section_of(p->object, s);
		const uint32_t *v;

		if (s->type != STT_FUNC || s->bind == STB_WEAK || !in || !proof_is_placed(in))
			continue;
		n++;
		known += p->ground->named(p->ground, s->name, &v) > 0;
	}
	return n > 0 && known >= n - known;
}

static int nothing_there(const struct proof *p, struct err *e)
{
	err_rc(e, RC_REFUSED, -ENOENT, "nothing of %s is in %s", p->file, p->ground->what);
	err_hint(e, "the configuration may leave it out, or it belongs to a module or a library");
	return -ENOENT;
}

static int nothing_placed(const struct proof *p, struct err *e)
{
	for (size_t i = 1; i < p->object->n_sections; i++)
		if (p->ambiguous[i])
			return err_rc(e, RC_REFUSED, -ENOTUNIQ,
				      "%s is in %s several times, and nothing tells which is which", p->file,
				      p->ground->what);
	for (size_t i = 1; is_known_by_name(p) && i < p->object->n_sections; i++)
		if (proof_is_code(&p->object->sections[i]) && has_function(p, &p->object->sections[i]))
			return proof_refuse_code(p, &p->object->sections[i], e);
	return nothing_there(p, e);
}

/* Where part of an object is in the kernel, all its functions are. */
static int check_whole(const struct proof *p, struct err *e)
{
	for (size_t i = 1; i < p->object->n_sections; i++) {
		const struct osection *s = &p->object->sections[i];

		if (!p->known[i] && !p->ambiguous[i] && proof_is_code(s) && proof_is_placed(s) &&
		    has_function(p, s))
			return proof_refuse_code(p, s, e);
	}
	return 0;
}

static int make(struct proof *p, struct err *e)
{
	int r = proof_place_all(p, e);

	if (r < 0)
		return r == -ESTALE && !is_known_by_name(p) ? nothing_there(p, e) : r;
	if (!p->n_queue)
		return nothing_placed(p, e);
	count_functions(p);
	return check_whole(p, e);
}

static int allocate(struct proof *p)
{
	size_t sections = p->object->n_sections + 1, symbols = p->object->n_symbols + 1;

	p->base = calloc(sections, sizeof(*p->base));
	p->known = calloc(sections, sizeof(*p->known));
	p->ambiguous = calloc(sections, sizeof(*p->ambiguous));
	p->queue = calloc(sections, sizeof(*p->queue));
	p->at = calloc(symbols, sizeof(*p->at));
	p->seen = calloc(symbols, sizeof(*p->seen));
	if (!p->base || !p->known || !p->ambiguous || !p->queue || !p->at || !p->seen)
		return -ENOMEM;
	return proof_find_sites(p);
}

int proof_make(const struct object *plain, const char *file, struct ground *ground, struct proof **ret,
	       struct err *e)
{
	_cleanup_(proof_freep) struct proof *p = calloc(1, sizeof(*p));
	int r;

	if (!p) {
		ground->free(ground);
		return err_set(e, -ENOMEM, "out of memory");
	}
	*p = (struct proof){ .object = plain, .file = file, .ground = ground };
	if (allocate(p) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	r = make(p, e);
	if (r >= 0)
		*ret = TAKE_PTR(p);
	return r;
}

struct proof *proof_free(struct proof *p)
{
	if (p) {
		p->ground->free(p->ground);
		free(p->base);
		free(p->known);
		free(p->ambiguous);
		free(p->queue);
		free(p->at);
		free(p->seen);
		free(p->sites);
		free(p);
	}
	return NULL;
}

int proof_address(const struct proof *p, const struct elf_symbol *s, uint64_t *ret)
{
	const struct osection *section = object_section_of(p->object, s);
	struct ground_ref ref = { .defined = true, .name = s->name };
	uint64_t address;

	if (section ? !p->known[s->shndx] : !p->seen[s->index])
		return -ENOENT;
	address = section ? p->base[s->shndx] + s->value : p->at[s->index];
	ref.address = address;
	/* its bytes are there, but its name may be another one's */
	if (s->bind == STB_WEAK && section && p->ground->is_named(p->ground, s->name, &ref, 0) == 0)
		return -ENOENT;
	*ret = address;
	return 0;
}

int proof_position(const struct proof *p, const struct elf_symbol *s, uint32_t *ret_pos, uint32_t *ret_of,
		   struct err *e)
{
	const struct osection *section = object_section_of(p->object, s);
	uint64_t address;

	if (section && p->ambiguous[s->shndx] && !p->known[s->shndx])
		return err_rc(e, RC_REFUSED, -ENOTUNIQ,
			      "%s of %s is in %s several times, and nothing tells which is which", s->name,
			      p->file, p->ground->what);
	if (proof_address(p, s, &address) < 0)
		return err_set(e, -ENOENT, "%s of %s is not in %s", s->name, p->file, p->ground->what);
	return p->ground->position(p->ground, s->name, address, ret_pos, ret_of, e);
}
