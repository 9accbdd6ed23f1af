// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See sealed.h. The list's elements are 32-bit distances from themselves, in a
 * module file relocated ones.
 */
#include <errno.h>

#include "builder/sealed.h"

static const char section_name[] = ".ibt_endbr_seal";

int sealed_read(const struct elf *vmlinux, struct sealed *ret)
{
	const struct elf_section *s = elf_find_section(vmlinux, section_name);
	struct sealed sealed = { .n = s && s->data ? s->size / sizeof(int32_t) : 0 };

	sealed.v = calloc(sealed.n + 1, sizeof(*sealed.v));
	if (!sealed.v)
		return -ENOMEM;
	for (size_t i = 0; i < sealed.n; i++) {
		int32_t distance;

		memcpy(&distance, s->data + i * sizeof(distance), sizeof(distance));
		sealed.v[i] = s->addr + i * sizeof(distance) + (uint64_t)(int64_t)distance;
	}
	qsort(sealed.v, sealed.n, sizeof(*sealed.v), by_u64);
	*ret = sealed;
	return 0;
}

void sealed_done(struct sealed *s)
{
	free(s->v);
	*s = (struct sealed){ 0 };
}

bool sealed_has(const struct sealed *s, uint64_t address)
{
	return s->n && bsearch(&address, s->v, s->n, sizeof(*s->v), by_u64);
}

static bool lists(const struct object *ko, const struct osection *list, const struct elf_symbol *f)
{
	for (size_t i = 0; i < list->n_relocs; i++) {
		const struct elf_symbol *to = object_symbol(ko, list->relocs[i].symbol);

		if (to->shndx == f->shndx && to->value + (uint64_t)list->relocs[i].addend == f->value)
			return true;
	}
	return false;
}

bool sealed_in_module(const struct object *ko, const char *name)
{
	const struct elf_section *s = elf_find_section(ko->elf, section_name);
	const uint32_t *v;
	size_t n = s ? object_named(ko, name, &v) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *f = object_symbol(ko, v[i]);

		if (object_section_of(ko, f) && lists(ko, &ko->sections[s->index], f))
			return true;
	}
	return false;
}
