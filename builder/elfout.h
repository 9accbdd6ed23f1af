/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a relocatable x86_64 ELF object into memory: sections, symbols and
 * relocations by handle, so that no caller ever sees a final index. Rests on
 * the ELF-64 object file format: local symbols stand first, sh_info tells how
 * many. The same calls give the same bytes. What is added is trusted to be
 * bounded by who adds it; sizes and handles are checked all the same.
 */
#ifndef KLPSH_BUILDER_ELFOUT_H
#define KLPSH_BUILDER_ELFOUT_H

#include "kmod/elf.h"

#define ELFOUT_MAX_BYTES (256u << 20) /* of one section, and of the object */

#define ELFOUT_NO_SYMBOL (-1) /* a relocation's that needs none */

/* Instead of a section's handle. */
#define ELFOUT_UNDEF (-1)
#define ELFOUT_ABS (-2)
#define ELFOUT_COMMON (-3)
#define ELFOUT_LIVEPATCH (-4) /* 0xff20 */

struct elfout;

/* All functions that return an int: a handle or an offset, from 0 up, or a negative errno. */
int elfout_new(struct elfout **ret);
struct elfout *elfout_free(struct elfout *o);
DEFINE_CLEANUP(struct elfout, elfout_free)

/*
 * A section; they keep the order in which they are added. name and data are
 * copied; data NULL: zeros, or none with SHT_NOBITS. align is a power of two,
 * 0 is 1. -EINVAL, -EFBIG, -ENOMEM.
 */
int elfout_section(struct elfout *o, const char *name, uint32_t type, uint64_t flags, uint64_t align,
		   uint64_t entsize, const void *data, size_t size);
/* Its bytes, to be patched in place; valid until the next append. NULL for NOBITS. */
unsigned char *elfout_data(struct elfout *o, int section);
size_t elfout_size(const struct elfout *o, int section);
/* Bytes (NULL: zeros) at its end, aligned within it, and it is aligned so, too. Returns the offset. */
int elfout_append(struct elfout *o, int section, const void *data, size_t size, uint64_t align);
/* sh_link of an SHF_LINK_ORDER section. */
int elfout_link_order(struct elfout *o, int section, int to);
/* sh_info as it stands, for types that mean a number by it. */
int elfout_info(struct elfout *o, int section, uint32_t info);

/*
 * A symbol, visibility default: bind STB_, type STT_, section a handle or one
 * of the above. name is copied, NULL is "". Equal symbols are not merged.
 */
int elfout_symbol(struct elfout *o, const char *name, unsigned char bind, unsigned char type, int section,
		  uint64_t value, uint64_t size);
/* Its name, valid while the symbol is; "" of no symbol. */
const char *elfout_symbol_name(const struct elfout *o, int symbol);
/* st_other, where it is not default. */
int elfout_visibility(struct elfout *o, int symbol, unsigned char other);
/* The section's own symbol, made once. */
int elfout_section_symbol(struct elfout *o, int section);

/* A relocation in .rela.SECTION; they keep the order in which they are added. */
int elfout_reloc(struct elfout *o, int section, uint64_t offset, uint32_t type, int symbol, int64_t addend);
/*
 * A relocation section of another name and with more flags than INFO_LINK,
 * and an entry in it. Tables without entries are not written.
 */
int elfout_table(struct elfout *o, int section, const char *name, uint64_t flags);
int elfout_table_reloc(struct elfout *o, int table, uint64_t offset, uint32_t type, int symbol,
		       int64_t addend);

/*
 * Lay it out: sections, relocation sections, .symtab, .strtab, .shstrtab.
 * *ret is the caller's to free. -EFBIG, -ENOMEM with e set.
 */
int elfout_finish(struct elfout *o, char **ret, size_t *ret_len, struct err *e);

#endif
