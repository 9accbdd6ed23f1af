/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel image as small as can be, for the tests of builder/: an ELF file
 * with one section that holds the tables of kallsyms as scripts/kallsyms.c
 * lays them out, and the same in a bzImage.
 */
#ifndef KLPSH_TESTS_BUILDER_KERNEL_H
#define KLPSH_TESTS_BUILDER_KERNEL_H

#include <endian.h>

#include "tests/kmod/pack.h"

#define KERNEL_BASE 0xffffffff81000000ULL
#define KERNEL_RODATA 0xffffffff82000010ULL /* not a multiple of the file's offset */
#define KERNEL_ROOM (1u << 20)

struct kernel_sym {
	const char *name;
	uint64_t address;
	char type;
};

struct kernel_opts {
	bool names_first; /* as since 6.4 */
	bool percpu;
	bool sequences; /* between markers and tokens, as some 6.1 have them */
	bool place; /* as since 7.0: addresses relative to their own place, aligned to 4; names_first */
	const char *banner; /* NULL: only how it begins */
};

/* Where things came to lie, in the section. */
struct kernel_places {
	size_t count, names, markers, tokens, index, offsets, base;
};

/* The section while it is written. */
struct kernel_rodata {
	unsigned char *p;
	size_t len;
	unsigned align;
};

static inline size_t kernel_align(struct kernel_rodata *b)
{
	while ((KERNEL_RODATA + b->len) % b->align)
		b->p[b->len++] = 0;
	return b->len;
}

static inline void kernel_put(struct kernel_rodata *b, uint64_t value, size_t size)
{
	value = htole64(value);
	assert_true(b->len + size < KERNEL_ROOM);
	memcpy(b->p + b->len, &value, size);
	b->len += size;
}

/* Every printable character is its own token, and 1 is "sys_". */
static inline const char *kernel_token(unsigned i, char buf[8])
{
	buf[0] = i > ' ' && i < 0x7f ? (char)i : '\0';
	buf[1] = '\0';
	return i == 1 ? "sys_" : buf;
}

static inline void kernel_put_name(struct kernel_rodata *b, const struct kernel_sym *s)
{
	unsigned char packed[600];
	size_t n = 0;

	packed[n++] = (unsigned char)s->type;
	for (const char *p = s->name; *p; n++) {
		bool is_sys = strncmp(p, "sys_", 4) == 0;

		packed[n] = is_sys ? 1 : (unsigned char)*p;
		p += is_sys ? 4 : 1;
	}
	if (n >= 0x80)
		kernel_put(b, 0x80 | (n & 0x7f), 1);
	kernel_put(b, n >= 0x80 ? n >> 7 : n, 1);
	memcpy(b->p + b->len, packed, n);
	b->len += n;
}

static inline void kernel_put_names(struct kernel_rodata *b, const struct kernel_sym *v, uint32_t n,
				    struct kernel_places *at)
{
	uint32_t markers[64];

	at->count = kernel_align(b);
	kernel_put(b, n, 4);
	at->names = kernel_align(b);
	for (uint32_t i = 0; i < n; i++) {
		if (i % 256 == 0)
			markers[i / 256] = (uint32_t)(b->len - at->names);
		kernel_put_name(b, &v[i]);
	}
	at->markers = kernel_align(b);
	for (uint32_t i = 0; i * 256 < n; i++)
		kernel_put(b, markers[i], 4);
}

static inline void kernel_put_tokens(struct kernel_rodata *b, struct kernel_places *at)
{
	uint16_t index[256];
	char buf[8];

	at->tokens = kernel_align(b);
	for (unsigned i = 0; i < 256; i++) {
		const char *token = kernel_token(i, buf);

		index[i] = (uint16_t)(b->len - at->tokens);
		memcpy(b->p + b->len, token, strlen(token) + 1);
		b->len += strlen(token) + 1;
	}
	at->index = kernel_align(b);
	for (unsigned i = 0; i < 256; i++)
		kernel_put(b, index[i], 2);
}

static inline void kernel_put_offsets(struct kernel_rodata *b, const struct kernel_sym *v, uint32_t n,
				      const struct kernel_opts *o, struct kernel_places *at)
{
	at->offsets = kernel_align(b);
	for (uint32_t i = 0; i < n; i++)
		kernel_put(b,
			   o->place			 ? v[i].address - (KERNEL_RODATA + b->len)
			   : !o->percpu			 ? v[i].address - KERNEL_BASE
			   : v[i].address >= KERNEL_BASE ? KERNEL_BASE - 1 - v[i].address
							 : v[i].address,
			   4);
	if (o->place)
		return;
	at->base = kernel_align(b);
	kernel_put(b, KERNEL_BASE, 8);
}

static inline struct bytes kernel_elf(struct kernel_rodata body)
{
	static const char names[] = "\0.rodata\0.shstrtab";
	Elf64_Ehdr h = { .e_type = ET_EXEC,
			 .e_machine = EM_X86_64,
			 .e_version = EV_CURRENT,
			 .e_ehsize = sizeof(h),
			 .e_shentsize = sizeof(Elf64_Shdr),
			 .e_shnum = 3,
			 .e_shstrndx = 2 };
	Elf64_Shdr s[3] = { { 0 },
			    { .sh_name = 1,
			      .sh_type = SHT_PROGBITS,
			      .sh_flags = SHF_ALLOC,
			      .sh_addr = KERNEL_RODATA,
			      .sh_offset = sizeof(h),
			      .sh_size = body.len,
			      .sh_addralign = 16 },
			    { .sh_name = 9,
			      .sh_type = SHT_STRTAB,
			      .sh_offset = sizeof(h) + body.len,
			      .sh_size = sizeof(names),
			      .sh_addralign = 1 } };
	struct bytes out = { NULL, sizeof(h) + body.len + sizeof(names) + sizeof(s) };
	char *p = out.data = malloc(out.len);

	assert_non_null(p);
	memcpy(h.e_ident,
	       "\x7f"
	       "ELF\2\1\1",
	       7);
	h.e_shoff = out.len - sizeof(s);
	memcpy(p, &h, sizeof(h));
	memcpy(p + sizeof(h), body.p, body.len);
	memcpy(p + sizeof(h) + body.len, names, sizeof(names));
	memcpy(p + h.e_shoff, s, sizeof(s));
	return out;
}

/* A vmlinux with these symbols. The section begins at sizeof(Elf64_Ehdr). */
static inline struct bytes kernel_make(const struct kernel_sym *v, uint32_t n, const struct kernel_opts *o,
				       struct kernel_places *at)
{
	struct kernel_rodata b = { calloc(1, KERNEL_ROOM), 0, o->place ? 4 : 8 };
	struct bytes elf;

	assert_non_null(b.p);
	b.len = strlen(o->banner ? o->banner : "Linux version") + 1;
	memcpy(b.p, o->banner ? o->banner : "Linux version", b.len);
	if (!o->names_first)
		kernel_put_offsets(&b, v, n, o, at);
	kernel_put_names(&b, v, n, at);
	for (uint32_t i = 0; o->sequences && i < n; i++)
		kernel_put(&b, i, 3);
	kernel_put_tokens(&b, at);
	if (o->names_first)
		kernel_put_offsets(&b, v, n, o, at);
	elf = kernel_elf(b);
	free(b.p);
	return elf;
}

/* How many damaged files a test tries: KLPSH_FUZZ_RUNS over `part`, at least 20. */
static inline uint64_t kernel_damages(unsigned part)
{
	const char *runs = getenv("KLPSH_FUZZ_RUNS");
	uint64_t n = 0;

	return runs && parse_u64(runs, &n) >= 0 ? MAX(n / part, 20u) : 20;
}

/* Change one to four bytes from `from` on; the same seed gives the same. */
static inline void kernel_damage(struct bytes b, size_t from, uint32_t *seed)
{
	for (unsigned n = 0; n <= *seed >> 30; n++) {
		*seed = *seed * 1664525 + 1013904223;
		b.data[from + (*seed >> 8) % (b.len - from)] = (char)*seed;
	}
	*seed = *seed * 1664525 + 1013904223;
}

/* The vmlinux, packed, as the payload of a bzImage. */
static inline struct bytes kernel_bzimage(struct bytes elf, enum compression c)
{
	static const char version[] = "6.1.0-test (a@b) #1 SMP";
	struct bytes packed = c == COMPRESSION_NONE ? elf : pack(c, elf);
	bool sized = c != COMPRESSION_GZIP && c != COMPRESSION_NONE;
	size_t begin = 5 * 512 + 0x40, len = packed.len + (sized ? 4 : 0);
	struct bytes out = { calloc(1, begin + len + 100), begin + len + 100 };
	uint32_t words[2] = { htole32(0x40), htole32((uint32_t)len) }, size = htole32((uint32_t)elf.len);

	assert_non_null(out.data);
	out.data[0x1f1] = 4;
	memcpy(out.data + 0x202, "HdrS\x0f\x02", 6);
	memcpy(out.data + 0x20e, "\x80\x02", 2);
	memcpy(out.data + 0x480, version, sizeof(version));
	memcpy(out.data + 0x248, words, sizeof(words));
	memcpy(out.data + begin, packed.data, packed.len);
	if (sized)
		memcpy(out.data + begin + packed.len, &size, sizeof(size));
	if (c != COMPRESSION_NONE)
		free(packed.data);
	return out;
}

#endif
