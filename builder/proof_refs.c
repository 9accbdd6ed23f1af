// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Follows one relocation of a section whose place is known: the linker stored
 * S + A (or S + A - P) in the field, so the field gives S, the address of the
 * symbol or section it was made against. What is merged (strings, constants)
 * has no one address and is compared by content.
 */
#include <errno.h>

#include "builder/proofwork.h"

/* One relocation, and where the kernel has it lead. */
struct step {
	const struct proof *p;
	const struct elf_rela *r;
	const struct elf_symbol *symbol;
	const struct osection *target; /* NULL: not in the object */
	struct ground_ref ref;
};

/* A string of characters of any width, with its end; 0 when it has none. */
static uint64_t string_size(const struct elf_section *s, uint64_t offset)
{
	static const unsigned char zeros[8];

	if (s->entsize == 0 || s->entsize > sizeof(zeros))
		return 0;
	for (uint64_t at = offset; at < s->size && s->size - at >= s->entsize; at += s->entsize)
		if (memcmp(s->data + at, zeros, s->entsize) == 0)
			return at + s->entsize - offset;
	return 0;
}

/* Bytes of the merged thing at an offset: a string, the rest of a constant; 0: not there. */
static uint64_t merged_size(const struct elf_section *s, uint64_t offset)
{
	if (!s->data || offset >= s->size)
		return 0;
	if (s->flags & SHF_STRINGS)
		return string_size(s, offset);
	return s->entsize ? MIN(s->entsize - offset % s->entsize, s->size - offset) : 0;
}

/*
 * Against a section symbol the addend says which string; the assembler leaves
 * PC-relative fields at symbols of their own, so their addend is only the
 * distance to the next instruction.
 */
static int follow_merged(const struct step *t, struct proof_ref *ret)
{
	int64_t beside = t->symbol->type != STT_SECTION	 ? t->r->addend
			 : reloc_is_relative(t->r->type) ? -4
							 : 0;
	uint64_t offset = t->symbol->value + (uint64_t)t->r->addend - (uint64_t)beside;
	uint64_t len = merged_size(t->target->s, offset);
	const unsigned char *there;

	*ret = (struct proof_ref){ .lead = LEAD_STRING };
	if (len == 0 || !t->ref.defined)
		return -ESTALE;
	there = t->p->ground->bytes(t->p->ground, t->ref.address - (uint64_t)beside, len);
	return there && memcmp(there, t->target->s->data + offset, len) == 0 ? 0 : -ESTALE;
}

/* A weak symbol leads to whoever won; that it has this name is all that can be asked. */
static int follow_name(const struct step *t, struct proof_ref *ret)
{
	const struct ground *g = t->p->ground;
	int named = g->is_named(g, t->symbol->name, &t->ref, t->r->addend);
	uint64_t address = t->ref.address - (uint64_t)t->r->addend;

	*ret = (struct proof_ref){ LEAD_NOWHERE, t->symbol->index, address };
	if (named == 0)
		return t->symbol->bind == STB_WEAK && !t->target && t->ref.defined && address == 0 ? 0
												   : -ESTALE;
	if (named < 0)
		ret->lead = t->target ? LEAD_NOWHERE : LEAD_UNKNOWN;
	else if (t->ref.defined && !t->target)
		ret->lead = LEAD_SYMBOL;
	return 0;
}

static int follow_section(const struct step *t, struct proof_ref *ret)
{
	*ret = (struct proof_ref){ LEAD_SECTION, t->target->s->index,
				   t->ref.address - (uint64_t)t->r->addend - t->symbol->value };
	return t->ref.defined ? 0 : -ESTALE;
}

int proof_follow(const struct proof *p, const struct osection *s, uint64_t base, const struct elf_rela *r,
		 struct proof_ref *ret)
{
	struct step t = { .p = p, .r = r, .symbol = object_symbol(p->object, r->symbol) };

	*ret = (struct proof_ref){ LEAD_SPENT, 0, 0 };
	t.target = object_section_of(p->object, t.symbol);
	if (reloc_width(r->type) == 0 || proof_is_spent(p, s, base, r))
		return 0;
	if (p->ground->follow(p->ground, base + r->offset, r, &t.ref) < 0)
		return -ESTALE;
	ret->lead = LEAD_NOWHERE;
	if (t.symbol->shndx == SHN_ABS)
		return t.ref.address - (uint64_t)r->addend == t.symbol->value ? 0 : -ESTALE;
	if (!t.target || t.symbol->bind == STB_WEAK)
		return follow_name(&t, ret);
	if (t.target->s->flags & SHF_MERGE)
		return follow_merged(&t, ret);
	return proof_is_placed(t.target) ? follow_section(&t, ret) : 0;
}
