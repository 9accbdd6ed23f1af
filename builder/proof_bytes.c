// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares bytes. Three things may differ outside of relocated fields, each only
 * at its own place and only in the one way that the kernel's build makes it:
 * objtool, where it runs at the link of vmlinux or of a module, turns a call of
 * __fentry__ into a nop of 5 bytes and the jump of a jump label that begins
 * disabled into one of 2 or 5 (tools/objtool/check.c; the instruction's length
 * stays), and the linker turns loads through the global offset table into ones
 * without (x86-64 psABI, "Optimize GOTPCRELX relocations").
 */
#include <errno.h>

#include "builder/jumplabel.h"
#include "builder/proofwork.h"

#define JUMP_ENTRY 16 /* struct jump_entry: code, target, key; both first relative to themselves */
#define SITE(section, offset) ((uint64_t)(section) << 40 | (offset))
#define SITE_MAX (1ULL << 40)

bool proof_is_placed(const struct osection *s)
{
	const struct elf_section *e = s->s;

	return (e->flags & SHF_ALLOC) && !(e->flags & (SHF_MERGE | SHF_GROUP)) && e->size > 0 &&
	       (e->type == SHT_PROGBITS || e->type == SHT_NOBITS);
}

/* Only a jump label whose key says "hack" (2, JUMP_LABEL_HACK) is objtool's to rewrite. */
static bool is_hack(const struct osection *table, const struct elf_rela *code)
{
	const struct elf_rela *key = object_reloc_at(table, code->offset + JUMP_ENTRY / 2);

	return code->offset % JUMP_ENTRY == 0 && key && (key->addend & 2);
}

static void add_sites(struct proof *p, const struct osection *table)
{
	for (size_t i = 0; i < table->n_relocs; i++) {
		const struct elf_rela *r = &table->relocs[i];
		const struct elf_symbol *s = object_symbol(p->object, r->symbol);
		uint64_t offset = s->value + (uint64_t)r->addend;

		if (is_hack(table, r) && object_section_of(p->object, s) && offset < SITE_MAX)
			p->sites[p->n_sites++] = SITE(s->shndx, offset);
	}
}

static bool is_jump_table(const struct osection *s)
{
	return streq(s->s->name, "__jump_table");
}

int proof_find_sites(struct proof *p)
{
	size_t n = 0;

	for (size_t i = 1; i < p->object->n_sections; i++)
		if (is_jump_table(&p->object->sections[i]))
			n += p->object->sections[i].n_relocs;
	p->sites = calloc(n + 1, sizeof(*p->sites));
	if (!p->sites)
		return -ENOMEM;
	for (size_t i = 1; i < p->object->n_sections; i++)
		if (is_jump_table(&p->object->sections[i]))
			add_sites(p, &p->object->sections[i]);
	qsort(p->sites, p->n_sites, sizeof(*p->sites), by_u64);
	return 0;
}

/* Part of a section and its twin in the kernel while they are compared. */
struct pair {
	const struct proof *p;
	const struct osection *s;
	uint64_t from, to; /* of the section; offsets below are the section's, too */
	const unsigned char *here, *there; /* at `from` */
};

static bool fits(const struct pair *c, uint64_t at, uint64_t len)
{
	return at >= c->from && at <= c->to && len <= c->to - at;
}

static const unsigned char *here(const struct pair *c, uint64_t at)
{
	return c->here + (at - c->from);
}

static const unsigned char *there(const struct pair *c, uint64_t at)
{
	return c->there + (at - c->from);
}

/* -ENOENT when the bytes are not all there. */
static int open_pair(const struct proof *p, const struct osection *s, uint64_t base, uint64_t from,
		     uint64_t to, struct pair *ret)
{
	*ret = (struct pair){ p, s, from, to, NULL, NULL };
	if (from > to)
		return -ENOENT;
	ret->here = elf_bytes(s->s, from, to - from);
	ret->there = p->ground->bytes(p->ground, base + from, to - from);
	return ret->here && ret->there ? 0 : -ENOENT;
}

/* Bytes of a jump label at an offset that the build made a nop; 0. */
static unsigned jump_nop(const struct pair *c, uint64_t at)
{
	uint64_t key = SITE(c->s->s->index, at);

	if (!bsearch(&key, c->p->sites, c->p->n_sites, sizeof(key), by_u64))
		return 0;
	return fits(c, at, 0) ? jump_made_nop(here(c, at), there(c, at), c->to - at) : 0;
}

/* Is it a call of ftrace's hook that the build made a nop? Then its relocation is spent. */
static unsigned hook_nop(const struct pair *c, uint64_t at)
{
	const struct elf_rela *r = object_reloc_at(c->s, at + 1);

	if (!r || !fits(c, at, 5) || !reloc_is_relative(r->type) || reloc_width(r->type) != 4)
		return 0;
	if (*here(c, at) != 0xe8 || !is_nop5(there(c, at)))
		return 0;
	return streq(object_symbol(c->p->object, r->symbol)->name, "__fentry__") ? 5 : 0;
}

bool proof_is_spent(const struct proof *p, const struct osection *s, uint64_t base, const struct elf_rela *r)
{
	struct pair c;

	if (r->offset == 0 || open_pair(p, s, base, r->offset - 1, r->offset + 4, &c) < 0)
		return false;
	return hook_nop(&c, r->offset - 1) == 5 || jump_nop(&c, r->offset - 1) == 5;
}

/* `mov x@GOTPCREL(%rip), reg` became `lea x(%rip), reg` or `mov $x, reg`; a call of it `addr32 call x`. */
static bool is_relaxed(const unsigned char *a, const unsigned char *b)
{
	if (a[0] == 0xff && a[1] == 0x15)
		return b[0] == 0x67 && b[1] == 0xe8;
	if (a[0] != 0x8b)
		return false;
	return (b[0] == 0x8d && b[1] == a[1]) || (b[0] == 0xc7 && b[1] == (0xc0 | (a[1] >> 3 & 7)));
}

static bool is_relaxable(const struct elf_rela *r)
{
	return r && (r->type == R_X86_64_GOTPCRELX || r->type == R_X86_64_REX_GOTPCRELX);
}

/* The first byte that differs may be the opcode, or REX, in which a register moves from R to B. */
static unsigned relaxed(const struct pair *c, uint64_t at)
{
	const unsigned char *a = here(c, at), *b = there(c, at);

	if (is_relaxable(object_reloc_at(c->s, at + 2)) && fits(c, at, 2))
		return is_relaxed(a, b) ? 2 : 0;
	if (!is_relaxable(object_reloc_at(c->s, at + 3)) || !fits(c, at, 3))
		return 0;
	/* 0x4c, W and R, became 0x49, W and B */
	return a[0] == 0x4c && b[0] == 0x49 && b[1] == 0xc7 && is_relaxed(a + 1, b + 1) ? 3 : 0;
}

static bool part_differs(const struct pair *c, uint64_t from, uint64_t to, size_t *patched,
			 struct proof_difference *ret)
{
	while (from < to && memcmp(here(c, from), there(c, from), to - from) != 0) {
		unsigned n;

		while (*here(c, from) == *there(c, from))
			from++;
		n = hook_nop(c, from);
		n = n ? n : jump_nop(c, from);
		n = n ? n : relaxed(c, from);
		if (!n) {
			*ret = (struct proof_difference){ from, *there(c, from), *here(c, from) };
			return true;
		}
		from += n;
		++*patched;
	}
	return false;
}

int proof_compare(const struct proof *p, const struct osection *s, uint64_t base, uint64_t from, uint64_t to,
		  size_t *ret_patched, struct proof_difference *ret)
{
	const struct elf_rela *v;
	uint64_t at = from;
	struct pair c;
	size_t n;

	if (open_pair(p, s, base, from, to, &c) < 0)
		return -ENOENT;
	v = object_relocs(s, from, to, &n);
	for (size_t i = 0; i < n; i++) {
		if (part_differs(&c, at, v[i].offset, ret_patched, ret))
			return 1;
		at = MAX(at, v[i].offset + (uint64_t)reloc_width(v[i].type));
	}
	return part_differs(&c, at, to, ret_patched, ret);
}
