// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Comparing machine code without a disassembler. Relocatable x86-64 objects
 * keep the fields that relocations fill at zero (the kernel's loader demands
 * it), so bytes compare directly. A relocation against a section instead of a
 * symbol needs the distance from the field to the instruction's end to tell
 * its target: known for branches and for the plain forms of memory operands,
 * unknown for the rest.
 */
#include "kmod/codediff.h"

#include <errno.h>

/*
 * Bytes from a PC-relative field to the end of its instruction; 0 unknown.
 * code: the bytes before the field, n of them. A memory operand relative to
 * the instruction has the ModRM byte 00xxx101 right before the field, which no
 * branch has there.
 */
static unsigned field_to_end(const unsigned char *code, uint64_t n)
{
	if (n < 1)
		return 0;
	if ((code[n - 1] & 0xc7) != 0x05)
		return 4;
	if (n < 2 || (n >= 3 && code[n - 3] == 0x0f))
		return 0;
	switch (code[n - 2]) {
	case 0x01: /* add */
	case 0x03:
	case 0x09: /* or */
	case 0x0b:
	case 0x21: /* and */
	case 0x23:
	case 0x29: /* sub */
	case 0x2b:
	case 0x31: /* xor */
	case 0x33:
	case 0x38: /* cmp */
	case 0x39:
	case 0x3a:
	case 0x3b:
	case 0x63: /* movsxd */
	case 0x84: /* test */
	case 0x85:
	case 0x87: /* xchg */
	case 0x88: /* mov */
	case 0x89:
	case 0x8a:
	case 0x8b:
	case 0x8d: /* lea */
	case 0xff: /* inc, dec, call, jmp, push */
		return 4;
	case 0x80: /* arithmetic with one byte behind */
	case 0x83:
	case 0xc6:
		return 5;
	default:
		return 0;
	}
}

/* "name.123" and "name.7" are one local name, numbered by the compiler. */
static size_t bare_length(const char *name)
{
	size_t len = strlen(name), digits = 0;

	while (digits < len && name[len - digits - 1] >= '0' && name[len - digits - 1] <= '9')
		digits++;
	return digits && len > digits + 1 && name[len - digits - 1] == '.' ? len - digits - 1 : len;
}

static bool same_name(const struct elf_symbol *a, const struct elf_symbol *b)
{
	size_t n = bare_length(a->name);

	if (a->bind != STB_LOCAL || b->bind != STB_LOCAL)
		return streq(a->name, b->name);
	return n == bare_length(b->name) && memcmp(a->name, b->name, n) == 0;
}

static bool is_text(const struct elf_section *s)
{
	return (s->flags & SHF_STRINGS) && s->entsize == 1;
}

/* Where two relocations against sections, `more` bytes off, lead to. */
static enum sameness compare_targets(const struct codeview *a, const struct elf_symbol *sa, uint64_t at_a,
				     const struct codeview *b, const struct elf_symbol *sb, uint64_t at_b)
{
	const struct elf_section *x = elf_section(a->elf, sa->shndx), *y = elf_section(b->elf, sb->shndx);
	const struct elf_symbol *ca, *cb;

	if (!x || !y)
		return CODE_UNKNOWN;
	if (is_text(x) && is_text(y)) {
		const char *s = elf_string(x, at_a), *t = elf_string(y, at_b);

		return !s || !t ? CODE_UNKNOWN : streq(s, t) ? CODE_SAME : CODE_DIFFERS;
	}
	ca = codeview_cover(a, sa->shndx, at_a);
	cb = codeview_cover(b, sb->shndx, at_b);
	if (!ca || !cb)
		return CODE_UNKNOWN;
	return same_name(ca, cb) && at_a - ca->value == at_b - cb->value ? CODE_SAME : CODE_DIFFERS;
}

/*
 * Two relocations at the same place of code that is otherwise the same. to_end:
 * bytes from the field to the end of its instruction, 0 unknown.
 */
static enum sameness compare_rela(const struct codeview *a, const struct elf_rela *ra,
				  const struct codeview *b, const struct elf_rela *rb, unsigned to_end)
{
	const struct elf_symbol *sa = elf_symbol(a->elf, ra->symbol), *sb = elf_symbol(b->elf, rb->symbol);
	bool relative = ra->type == R_X86_64_PC32 || ra->type == R_X86_64_PLT32;
	uint64_t more = relative ? to_end : 0;

	if (sa->type != STT_SECTION && sb->type != STT_SECTION)
		return same_name(sa, sb) && ra->addend == rb->addend ? CODE_SAME : CODE_DIFFERS;
	/* one of them is in the module, the other may not be */
	if (sa->shndx == SHN_UNDEF || sb->shndx == SHN_UNDEF || sa->shndx >= SHN_LORESERVE ||
	    sb->shndx >= SHN_LORESERVE)
		return CODE_DIFFERS;
	if (relative ? !more : ra->type != R_X86_64_64 && ra->type != R_X86_64_32S && ra->type != R_X86_64_32)
		return CODE_UNKNOWN;
	return compare_targets(a, sa, sa->value + (uint64_t)ra->addend + more, b, sb,
			       sb->value + (uint64_t)rb->addend + more);
}

/* len bytes at two places, with their relocations. */
static enum sameness compare_bytes(const struct codeview *a, const struct elf_symbol *fa,
				   const struct codeview *b, const struct elf_symbol *fb, uint64_t len)
{
	const unsigned char *x = elf_bytes(elf_section(a->elf, fa->shndx), fa->value, len);
	const unsigned char *y = elf_bytes(elf_section(b->elf, fb->shndx), fb->value, len);
	enum sameness worst = CODE_SAME;
	size_t n, m;
	const struct rela *ra = codeview_relas(a, fa->shndx, fa->value, len, &n);
	const struct rela *rb = codeview_relas(b, fb->shndx, fb->value, len, &m);

	if (!x || !y)
		return CODE_UNKNOWN;
	if (n != m || memcmp(x, y, len) != 0)
		return CODE_DIFFERS;
	for (size_t i = 0; i < n && worst != CODE_DIFFERS; i++) {
		uint64_t at = ra[i].r.offset - fa->value;
		enum sameness s = CODE_DIFFERS;

		if (at == rb[i].r.offset - fb->value && ra[i].r.type == rb[i].r.type)
			s = compare_rela(a, &ra[i].r, b, &rb[i].r, field_to_end(x, at));
		worst = MAX(worst, s);
	}
	return worst;
}

enum sameness codediff_function(const struct codeview *a, const char *func_a, const struct codeview *b,
				const char *func_b)
{
	const struct elf_symbol *fa = codeview_function(a, func_a), *fb = codeview_function(b, func_b);

	if (!fa || !fb || !fa->size || !fb->size)
		return CODE_UNKNOWN;
	return fa->size == fb->size ? compare_bytes(a, fa, b, fb, fa->size) : CODE_DIFFERS;
}

static const char *symbol_name(const struct codeview *v, const struct elf_rela *r)
{
	const struct elf_symbol *s = elf_symbol(v->elf, r->symbol);
	const struct elf_section *in = s->type == STT_SECTION ? elf_section(v->elf, s->shndx) : NULL;

	return in ? in->name : s->name;
}

static bool same_section(const struct codeview *a, const struct elf_section *x, const struct codeview *b,
			 const struct elf_section *y)
{
	size_t n, m;
	const struct rela *ra = codeview_relas(a, x->index, 0, UINT64_MAX, &n);
	const struct rela *rb = codeview_relas(b, y->index, 0, UINT64_MAX, &m);

	if (x->size != y->size || x->type != y->type || n != m)
		return false;
	if (x->data && y->data && memcmp(x->data, y->data, x->size) != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (ra[i].r.offset != rb[i].r.offset || ra[i].r.type != rb[i].r.type ||
		    ra[i].r.addend != rb[i].r.addend ||
		    !streq(symbol_name(a, &ra[i].r), symbol_name(b, &rb[i].r)))
			return false;
	return true;
}

static int add_name(const char ***v, size_t *n, const char *name)
{
	if (*n && streq((*v)[*n - 1], name))
		return 0;
	if (array_grow(v, *n, sizeof(char *)) < 0)
		return -ENOMEM;
	(*v)[(*n)++] = name;
	return 0;
}

int codediff_sections(const struct codeview *a, const struct codeview *b, const char ***ret, size_t *ret_n)
{
	const struct elf_section *x, *y;
	const char **v = NULL;
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < a->n_sections; i++) {
		const char *name = a->sections[i]->name;

		/* several of one name: which belong together is not known */
		if (codeview_section(a, name, &x) != 1 || codeview_section(b, name, &y) != 1 ||
		    !same_section(a, x, b, y))
			r = add_name(&v, &n, name);
	}
	for (size_t i = 0; r >= 0 && i < b->n_sections; i++)
		if (!codeview_section(a, b->sections[i]->name, &x))
			r = add_name(&v, &n, b->sections[i]->name);
	if (r < 0) {
		free(v);
		return r;
	}
	*ret = v;
	*ret_n = n;
	return 0;
}
