// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Relocation to thing. The x86-64 psABI computes S + A - P; the processor adds
 * the address of the next instruction, so that in code A is short by the bytes
 * from the field to the instruction's end: four, and an immediate behind it.
 */
#include <errno.h>

#include "builder/flow.h"
#include "builder/target.h"

static uint64_t function_start(const struct things *t, uint32_t section, uint64_t offset, uint64_t *ret_end)
{
	uint32_t i = things_at(t, section, offset);

	*ret_end = i == THING_NONE ? t->o->sections[section].s->size : t->v[i].end;
	return i == THING_NONE ? 0 : t->v[i].start;
}

static void set_hint(struct things_hint *h, uint32_t section, uint64_t start, uint64_t at)
{
	h->section = section;
	h->start = start;
	h->at = at;
}

/* The instruction with a field, sought from the last one found: so a function is walked once. */
static int find_insn(const struct things *t, uint32_t section, uint64_t field, uint64_t *ret_at,
		     struct insn *ret)
{
	struct things_hint *h = t->hint;
	uint64_t end, start = function_start(t, section, field, &end), from = start;
	int r;

	if (h->section == section && h->start == start && h->at >= start && h->at <= field)
		from = h->at;
	r = flow_insn_at(&t->o->sections[section], from, end, field, ret_at, ret, NULL);
	if (r >= 0)
		set_hint(h, section, start, *ret_at);
	return r;
}

int target_rest(const struct things *t, uint32_t section, const struct elf_rela *r, uint64_t *ret)
{
	const struct osection *s = &t->o->sections[section];
	struct insn in;
	uint64_t at;

	*ret = 0;
	if (!(s->s->flags & SHF_EXECINSTR) || !reloc_is_relative(r->type))
		return 0;
	if (find_insn(t, section, r->offset, &at, &in) < 0)
		return -ERANGE;
	*ret = at + in.len - r->offset;
	return 0;
}

/* Where does it lie in the section of its symbol? */
static int find_offset(const struct things *t, uint32_t section, const struct elf_rela *r,
		       const struct elf_symbol *sym, bool exact, int64_t *ret)
{
	uint64_t rest = 0;

	if (!reloc_is_relative(r->type) || !(t->o->sections[section].s->flags & SHF_EXECINSTR))
		rest = 0;
	else if (!exact || r->type == R_X86_64_PLT32)
		rest = 4;
	else if (target_rest(t, section, r, &rest) < 0)
		return -ERANGE;
	return __builtin_add_overflow((int64_t)sym->value, r->addend, ret) ||
			       __builtin_add_overflow(*ret, (int64_t)rest, ret)
		       ? -ERANGE
		       : 0;
}

#define STRING_UNIT_MAX 8u /* bytes of a character: L"..." has two in the kernel */

/* From `start` up to its end, which is a character of zeros. */
static int target_string(const struct elf_section *s, uint64_t start, struct target *ret)
{
	static const unsigned char zero[STRING_UNIT_MAX];
	uint64_t unit = s->entsize ? s->entsize : 1;

	if (unit > sizeof(zero) || !s->data)
		return -ERANGE;
	for (uint64_t at = start; elf_bytes(s, at, unit); at += unit)
		if (memcmp(s->data + at, zero, unit) == 0) {
			ret->kind = TARGET_STRING;
			ret->bytes = s->data + start;
			ret->len = at + unit - start;
			ret->offset -= (int64_t)start;
			return 0;
		}
	return -ERANGE;
}

static int target_const(const struct elf_section *s, uint64_t start, struct target *ret)
{
	uint64_t size = s->entsize ? s->entsize : 1;

	start -= start % size;
	ret->kind = TARGET_CONST;
	ret->bytes = elf_bytes(s, start, size);
	ret->len = size;
	ret->offset -= (int64_t)start;
	return ret->bytes ? 0 : -ERANGE;
}

/*
 * A string or a constant that was merged, and how far into it, or before or behind it,
 * as "..."[i + 3] does: which one is meant says the symbol. Assemblers name
 * the section instead only where it begins there.
 */
static int target_merged(const struct elf_section *s, const struct elf_symbol *sym, enum section_class class,
			 struct target *ret)
{
	int64_t start = sym->type == STT_SECTION ? ret->offset : (int64_t)sym->value;

	if (start < 0)
		return -ERANGE;
	return class == SEC_STRINGS ? target_string(s, (uint64_t)start, ret)
				    : target_const(s, (uint64_t)start, ret);
}

static int target_thing(const struct things *t, uint32_t index, int64_t offset, struct target *ret)
{
	ret->kind = TARGET_THING;
	ret->index = index;
	ret->offset = offset - (int64_t)t->v[index].at;
	return 0;
}

/* The one thing of a section, which is then meant wherever the offset leads. */
static uint32_t only_thing(const struct things *t, uint32_t section)
{
	uint32_t i = t->first[section];

	return t->first[section + 1] == i + 1 && t->v[i].alone ? i : THING_NONE;
}

static bool is_variable(enum section_class class)
{
	return class == SEC_DATA || class == SEC_RODATA || class == SEC_BSS || class == SEC_PERCPU;
}

/* "Section plus offset" is the beginning of one variable and the end of the one before it. */
static void find_end(const struct things *t, struct target *to)
{
	const struct thing *next = &t->v[to->index];

	if (to->offset != 0 || to->index == t->first[next->section] ||
	    !is_variable(things_class(t, next->section)) || next[-1].end != next->at || next[-1].own)
		return;
	to->at_end = true;
	to->ends = to->index - 1;
}

static int target_in_section(const struct things *t, uint32_t section, const struct elf_rela *r,
			     const struct elf_symbol *sym, struct target *ret)
{
	const struct elf_section *to = t->o->sections[sym->shndx].s;
	enum section_class class = things_class(t, sym->shndx);
	uint32_t thing = only_thing(t, sym->shndx);
	int64_t offset;

	if (find_offset(t, section, r, sym, thing == THING_NONE, &offset) < 0)
		return -ERANGE;
	ret->index = sym->shndx;
	ret->offset = offset;
	if (class == SEC_STRINGS || class == SEC_CONST)
		return target_merged(to, sym, class, ret);
	if (thing == THING_NONE && offset >= 0)
		thing = things_at(t, sym->shndx, (uint64_t)offset);
	if (thing != THING_NONE) {
		(void)target_thing(t, thing, offset, ret);
		find_end(t, ret);
		return 0;
	}
	ret->kind = TARGET_PLACE;
	return 0;
}

int target_find(const struct things *t, uint32_t section, const struct elf_rela *r, struct target *ret)
{
	const struct elf_symbol *sym = object_symbol(t->o, r->symbol);
	struct target to = { .kind = TARGET_SYMBOL, .index = sym->index, .offset = r->addend };
	int64_t offset;
	int result = 0;

	if (object_section_of(t->o, sym)) {
		if (sym->type == STT_SECTION || t->of_symbol[sym->index] == THING_NONE)
			result = target_in_section(t, section, r, sym, &to);
		else if (find_offset(t, section, r, sym, false, &offset) < 0)
			result = -ERANGE;
		else
			result = target_thing(t, t->of_symbol[sym->index], offset, &to);
	}
	if (result == 0)
		*ret = to;
	return result;
}
