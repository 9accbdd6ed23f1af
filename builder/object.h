/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A compiled object (x.o) laid out for the differ and for resolving: sections
 * with their relocations by place, symbols by section and address and by name.
 * Read-only over kmod/elf.h and as hostile as any ELF file. Nothing is
 * interpreted here but relocation arithmetic of x86_64 (the ABI's table of
 * relocation types).
 */
#ifndef KLPSH_BUILDER_OBJECT_H
#define KLPSH_BUILDER_OBJECT_H

#include "kmod/elf.h"

#define OBJECT_MAX_BYTES (256u << 20)
#define OBJECT_MAX_RELOCS (1u << 22) /* of the whole file */

struct osection {
	const struct elf_section *s; /* name, type, flags, data, size, align, link, info */
	struct elf_rela *relocs; /* those that apply to it, by offset; none unless it is SHF_ALLOC */
	size_t n_relocs;
	const uint32_t
		*syms; /* symbols that begin in it (no section or file symbols), by value, then index */
	size_t n_syms;
};

struct object {
	char *bytes;
	size_t len;
	struct elf *elf;
	struct osection *sections; /* by ELF index */
	size_t n_sections, n_symbols;
	uint32_t *by_section; /* what osection.syms point into */
	uint32_t *by_name; /* named symbols (no section or file symbols), by name, then index */
	size_t n_named;
};

/* Bytes are copied. -ENOEXEC, -EFBIG, -ENOMEM with e set. */
int object_parse(const void *bytes, size_t len, struct object **ret, struct err *e);
/* Takes over a malloc'd buffer, also on failure. */
int object_adopt(char *bytes, size_t len, struct object **ret, struct err *e);
/* Read a file, no link followed for its last part; what open(2) and file_read_fd gave, e set. */
int object_read(const char *path, struct object **ret, struct err *e);
struct object *object_free(struct object *o);
DEFINE_CLEANUP(struct object, object_free)

static inline const struct elf_symbol *object_symbol(const struct object *o, size_t index)
{
	return elf_symbol(o->elf, index);
}

/* Its section; NULL for an undefined, absolute or common symbol. */
const struct osection *object_section_of(const struct object *o, const struct elf_symbol *s);
/* All symbols of a name, by index: *ret points at so many indices. */
size_t object_named(const struct object *o, const char *name, const uint32_t **ret);
/* The relocations of a section within [from, to), by offset. */
const struct elf_rela *object_relocs(const struct osection *s, uint64_t from, uint64_t to, size_t *ret_n);
/* The relocation that covers exactly this field's first byte; NULL. */
const struct elf_rela *object_reloc_at(const struct osection *s, uint64_t offset);

/* Bytes that a relocation writes: 8, 4, 2, 1; 0 for none (R_X86_64_NONE), -1 for a type that is not known. */
int reloc_width(uint32_t type);
/* Is the place subtracted (PC32, PLT32, PC64, GOTPCREL...)? */
bool reloc_is_relative(uint32_t type);

#endif
