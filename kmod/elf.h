/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_64 ELF files in memory (kernel modules, compiler output, the kernel's
 * image), read-only and hostile: the one owner of libelf. Every offset, size and
 * index is checked against the bytes that are there when the object is opened
 * or when a thing is asked for. Rests on the ELF-64 object file format and on
 * what kernel/module/main.c (elf_validity_cache_copy) accepts.
 */
#ifndef KLPSH_KMOD_ELF_H
#define KLPSH_KMOD_ELF_H

#include <elf.h>

#include "core/err.h"

#define ELF_MAX_SECTIONS 0xff00u /* no extended numbering, as the kernel */
#define ELF_MAX_SYMBOLS (1u << 20)
#define ELF_MAX_RELAS (1u << 22) /* of one section */
#define ELF_MAX_NAME 4096u /* bytes of any one string, NUL included */

#define ELF_SHN_LIVEPATCH 0xff20u /* Documentation/livepatch/module-elf-format.rst */
#define ELF_SHF_RELA_LIVEPATCH 0x00100000u

struct elf;

/* Strings and data are borrowed from the image; data is NULL for NOBITS. */
struct elf_section {
	unsigned index;
	const char *name;
	uint32_t type;
	uint64_t flags;
	const unsigned char *data;
	uint64_t addr; /* where it runs; 0 in a relocatable object */
	uint64_t size; /* bytes, in memory */
	uint64_t entsize;
	uint64_t align;
	uint32_t link, info;
};

struct elf_symbol {
	unsigned index;
	const char *name; /* never NULL */
	uint64_t value, size;
	unsigned char type, bind; /* STT_, STB_ */
	unsigned shndx; /* a valid section, or a reserved index (SHN_LORESERVE and up) */
};

struct elf_rela {
	uint64_t offset; /* into the section it applies to; 1 byte at least is there */
	uint32_t type; /* R_X86_64_ */
	uint32_t symbol; /* a valid index */
	int64_t addend;
};

/*
 * Open the image. It is borrowed and must stay until elf_free. -ENOEXEC with
 * e set when it is not a well-formed 64-bit little-endian x86 ET_REL object
 * within the limits above, -ENOMEM.
 */
int elf_open(const void *image, size_t len, struct elf **ret, struct err *e);
/* The same of a linked kernel, ET_EXEC. */
int elf_open_image(const void *image, size_t len, struct elf **ret, struct err *e);
struct elf *elf_free(struct elf *elf);
DEFINE_CLEANUP(struct elf, elf_free)

size_t elf_n_sections(const struct elf *elf);
/* NULL past the end. Index 0 is the empty section. */
const struct elf_section *elf_section(const struct elf *elf, size_t index);
/* The first of that name; NULL when there is none. */
const struct elf_section *elf_find_section(const struct elf *elf, const char *name);

/* 0 when the object has no symbol table. */
size_t elf_n_symbols(const struct elf *elf);
/* NULL past the end. Index 0 is the empty symbol. */
const struct elf_symbol *elf_symbol(const struct elf *elf, size_t index);

/*
 * The entries of one SHT_RELA section in file order; the array is the
 * caller's to free, NULL and 0 for an empty section. -ENOEXEC with e set when
 * an entry points outside of the section it applies to or at no symbol.
 */
int elf_read_relas(const struct elf *elf, const struct elf_section *rela, struct elf_rela **ret,
		   size_t *ret_n, struct err *e);

/*
 * The string at an offset of a section, borrowed. NULL when the offset is
 * outside, or no NUL follows within the section and ELF_MAX_NAME bytes.
 */
const char *elf_string(const struct elf_section *s, uint64_t offset);

/* len bytes at an offset of a section, borrowed; NULL when they are not all there. */
const void *elf_bytes(const struct elf_section *s, uint64_t offset, uint64_t len);

/* A little-endian 64-bit word of a section. 0 or -ERANGE. */
int elf_read_u64(const struct elf_section *s, uint64_t offset, uint64_t *ret);

#endif
