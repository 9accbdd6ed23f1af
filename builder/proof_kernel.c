// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's image as the ground of a proof: addresses are the linked ones,
 * fields hold numbers, names are those of kallsyms. On x86_64 the image's file
 * holds the values of all relocations, KASLR comes on top when it boots.
 * Per-CPU sections have addresses of their own, from 0 on before 6.15.
 */
#include <errno.h>

#include "builder/le.h"
#include "builder/proofwork.h"

struct kernel_ground {
	struct ground ground;
	const struct ksyms *ksyms;
	const struct elf_section **v; /* loaded, by address */
	size_t n;
};

static const struct kernel_ground *kernel(const struct ground *g)
{
	return (const struct kernel_ground *)g;
}

static struct ground *kernel_free(struct ground *g)
{
	free(((struct kernel_ground *)g)->v);
	free(g);
	return NULL;
}

static const unsigned char *kernel_bytes(const struct ground *g, uint64_t address, uint64_t len)
{
	const struct kernel_ground *k = kernel(g);
	size_t lo = COUNT_BEFORE(k->n, i, k->v[i]->addr <= address);

	return lo ? elf_bytes(k->v[lo - 1], address - k->v[lo - 1]->addr, len) : NULL;
}

static size_t kernel_named(const struct ground *g, const char *name, const uint32_t **ret)
{
	return ksyms_named(kernel(g)->ksyms, name, ret);
}

static bool kernel_address(const struct ground *g, uint32_t symbol, const char *section, uint64_t *ret)
{
	*ret = kernel(g)->ksyms->v[symbol].address;
	return true;
}

/* The field's number, with the sign that its type gives it. */
static int read_field(const unsigned char *p, uint32_t type, uint64_t *ret)
{
	bool is_signed = reloc_is_relative(type) || type == R_X86_64_32S;

	switch (reloc_width(type)) {
	case 8:
		*ret = get_u64(p);
		return 0;
	case 4:
		*ret = is_signed ? (uint64_t)(int32_t)get_u32(p) : get_u32(p);
		return 0;
	case 2:
		*ret = is_signed ? (uint64_t)(int16_t)get_u16(p) : get_u16(p);
		return 0;
	case 1:
		*ret = is_signed ? (uint64_t)(int8_t)*p : *p;
		return 0;
	default:
		return -ENOENT;
	}
}

static bool is_got(uint32_t type)
{
	return type == R_X86_64_GOTPCREL || type == R_X86_64_GOTPCRELX || type == R_X86_64_REX_GOTPCRELX;
}

/*
 * The linker does without the table of addresses where it can; the opcode tells
 * how (proof_bytes.c allows no other). In: what the field gives as PC-relative.
 */
static int follow_got(const struct ground *g, uint64_t place, int64_t addend, uint64_t *value)
{
	const unsigned char *op = kernel_bytes(g, place - 2, 6), *slot;

	if (!op)
		return -ENOENT;
	if (op[0] == 0x8d || (op[0] == 0x67 && op[1] == 0xe8))
		return 0;
	if (op[0] == 0xc7) { /* the address itself */
		*value = (uint64_t)(int32_t)get_u32(op + 2) + (uint64_t)addend;
		return 0;
	}
	slot = kernel_bytes(g, *value - (uint64_t)addend, 8);
	if (!slot)
		return -ENOENT;
	*value = get_u64(slot) + (uint64_t)addend;
	return 0;
}

static int kernel_follow(const struct ground *g, uint64_t place, const struct elf_rela *r,
			 struct ground_ref *ret)
{
	int width = reloc_width(r->type);
	const unsigned char *p = width > 0 ? kernel_bytes(g, place, (uint64_t)width) : NULL;
	uint64_t value;

	if (!p || read_field(p, r->type, &value) < 0)
		return -ENOENT;
	if (reloc_is_relative(r->type))
		value += place;
	if (is_got(r->type) && follow_got(g, place, r->addend, &value) < 0)
		return -ENOENT;
	*ret = (struct ground_ref){ .address = value, .defined = true };
	return 0;
}

static int kernel_is_named(const struct ground *g, const char *name, const struct ground_ref *ref,
			   int64_t addend)
{
	const struct ksyms *k = kernel(g)->ksyms;
	const uint32_t *v;
	size_t n = ksyms_named(k, name, &v);

	for (size_t i = 0; i < n; i++)
		if (k->v[v[i]].address == ref->address - (uint64_t)addend)
			return 1;
	return n ? 0 : -ENOENT;
}

/* Two of a name at one address do the same: the first. */
static int kernel_position(const struct ground *g, const char *name, uint64_t address, uint32_t *ret_pos,
			   uint32_t *ret_of, struct err *e)
{
	const struct ksyms *k = kernel(g)->ksyms;
	const uint32_t *v;
	size_t n = ksyms_named(k, name, &v);

	for (size_t i = 0; i < n; i++) {
		if (k->v[v[i]].address != address)
			continue;
		*ret_pos = k->v[v[i]].position;
		*ret_of = k->v[v[i]].of;
		return 0;
	}
	return err_set(e, -ENOENT, "the kernel's symbol table has no %s at 0x%llx", name,
		       (unsigned long long)address);
}

static int by_address(const void *a, const void *b)
{
	const struct elf_section *x = *(const struct elf_section *const *)a;
	const struct elf_section *y = *(const struct elf_section *const *)b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static int find_sections(struct kernel_ground *k, const struct elf *elf)
{
	k->v = calloc(elf_n_sections(elf), sizeof(struct elf_section *));
	if (!k->v)
		return -ENOMEM;
	for (size_t i = 1; i < elf_n_sections(elf); i++) {
		const struct elf_section *s = elf_section(elf, i);

		if ((s->flags & SHF_ALLOC) && s->data && s->size)
			k->v[k->n++] = s;
	}
	qsort(k->v, k->n, sizeof(struct elf_section *), by_address);
	return 0;
}

int proof_vmlinux(const struct object *plain, const char *file, const struct kimage *image,
		  const struct ksyms *ksyms, struct proof **ret, struct err *e)
{
	struct kernel_ground *k = calloc(1, sizeof(*k));

	if (!k || find_sections(k, image->elf) < 0) {
		free(k);
		return err_set(e, -ENOMEM, "out of memory");
	}
	k->ksyms = ksyms;
	k->ground = (struct ground){ .free = kernel_free,
				     .what = "the kernel",
				     .bytes = kernel_bytes,
				     .named = kernel_named,
				     .address = kernel_address,
				     .follow = kernel_follow,
				     .is_named = kernel_is_named,
				     .position = kernel_position };
	return proof_make(plain, file, &k->ground, ret, e);
}
