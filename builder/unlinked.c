// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See unlinked.h. kbuild compiles bounds.c and the asm-offsets.c files to
 * read constants off their assembly (the kernel's Kbuild, arch/x86/kvm/Makefile);
 * they stand in the code's bytes, as the symbols' names of an inline asm.
 */
#include "builder/unlinked.h"

static bool same_target(const struct object *a, const struct elf_rela *ra, const struct object *b,
			const struct elf_rela *rb)
{
	const struct elf_symbol *sa = object_symbol(a, ra->symbol), *sb = object_symbol(b, rb->symbol);

	return ra->offset == rb->offset && ra->type == rb->type && ra->addend == rb->addend &&
	       sa->shndx == sb->shndx && sa->value == sb->value && streq(sa->name, sb->name);
}

static bool same_section(const struct object *a, const struct osection *sa, const struct object *b,
			 const struct osection *sb)
{
	if (!streq(sa->s->name, sb->s->name) || sa->s->type != sb->s->type || sa->s->flags != sb->s->flags)
		return false;
	if (!(sa->s->flags & SHF_ALLOC))
		return true;
	if (sa->s->size != sb->s->size || sa->n_relocs != sb->n_relocs)
		return false;
	if (sa->s->type != SHT_NOBITS && sa->s->size && memcmp(sa->s->data, sb->s->data, sa->s->size) != 0)
		return false;
	for (size_t i = 0; i < sa->n_relocs; i++)
		if (!same_target(a, &sa->relocs[i], b, &sb->relocs[i]))
			return false;
	return true;
}

static bool is_same(const struct object *a, const struct object *b)
{
	if (a->n_sections != b->n_sections)
		return false;
	for (size_t i = 1; i < a->n_sections; i++)
		if (!same_section(a, &a->sections[i], b, &b->sections[i]))
			return false;
	return true;
}

static bool has_function(const struct object *o)
{
	for (size_t i = 1; i < o->n_symbols; i++) {
		const struct elf_symbol *s = object_symbol(o, i);

		if (s->type == STT_FUNC && s->bind != STB_WEAK && object_section_of(o, s))
			return true;
	}
	return false;
}

static bool makes_constants(const char *source)
{
	static const char end[] = "asm-offsets.c";
	size_t n = strlen(source), m = strlen(end);

	return streq(source, "kernel/bounds.c") || (n >= m && streq(source + n - m, end));
}

enum unlinked unlinked_judge(const char *source, const struct object *orig, const struct object *patched)
{
	if (is_same(orig, patched))
		return UNLINKED_SAME;
	if (makes_constants(source))
		return UNLINKED_CONSTANTS;
	return has_function(orig) ? UNLINKED_GONE : UNLINKED_UNSURE;
}
