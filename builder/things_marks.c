// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where an object's own tables and relocations say that something begins: the
 * places by which functions are patched, and the cuts of fragments.
 */
#include <errno.h>

#include "builder/things_own.h"

/* Where __patchable_function_entries points, which may be one section or many. */
static int collect_entries(struct things *t, const struct osection *from)
{
	for (size_t i = 0; i < from->n_relocs; i++) {
		const struct elf_rela *r = &from->relocs[i];
		const struct elf_symbol *sym = object_symbol(t->o, r->symbol);
		uint64_t at = sym->value + (uint64_t)r->addend;

		if (!object_section_of(t->o, sym) || at > UINT32_MAX)
			continue;
		if (array_grow(&t->entries, t->n_entries, sizeof(*t->entries)) < 0)
			return -ENOMEM;
		t->entries[t->n_entries++] = things_key(sym->shndx, at);
	}
	return 0;
}

int things_find_entries(struct things *t)
{
	for (size_t i = 1; i < t->o->n_sections; i++)
		if (streq(t->o->sections[i].s->name, "__patchable_function_entries") &&
		    collect_entries(t, &t->o->sections[i]) < 0)
			return -ENOMEM;
	if (t->n_entries)
		qsort(t->entries, t->n_entries, sizeof(*t->entries), by_u64);
	return 0;
}

/* Where the relocations of one section point into fragments of others. */
static int collect_cuts(struct things *t, const struct osection *from)
{
	bool code = from->s->flags & SHF_EXECINSTR;

	for (size_t i = 0; i < from->n_relocs; i++) {
		const struct elf_rela *r = &from->relocs[i];
		const struct elf_symbol *sym = object_symbol(t->o, r->symbol);
		const struct osection *to = object_section_of(t->o, sym);
		/* branches end in their field, so four bytes are to be added */
		uint64_t at = sym->value + (uint64_t)r->addend + (code && reloc_is_relative(r->type) ? 4 : 0);

		if (!to || to == from || things_class(t, sym->shndx) != SEC_FRAGMENT || at >= to->s->size ||
		    at > UINT32_MAX)
			continue;
		if (array_grow(&t->cuts, t->n_cuts, sizeof(*t->cuts)) < 0)
			return -ENOMEM;
		t->cuts[t->n_cuts++] = things_key(sym->shndx, at);
	}
	return 0;
}

int things_find_cuts(struct things *t)
{
	for (size_t i = 1; i < t->o->n_sections; i++)
		if (t->o->sections[i].s->flags & SHF_ALLOC && collect_cuts(t, &t->o->sections[i]) < 0)
			return -ENOMEM;
	if (t->n_cuts)
		qsort(t->cuts, t->n_cuts, sizeof(*t->cuts), by_u64);
	return 0;
}
