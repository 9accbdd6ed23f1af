/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What builder/elfout.c collects and builder/elfout_write.c lays out; for
 * these two only.
 */
#ifndef KLPSH_BUILDER_ELFOUT_OWN_H
#define KLPSH_BUILDER_ELFOUT_OWN_H

#include "builder/elfout.h"

#define ELFOUT_MAX_SECTIONS 0x7f00u /* as many again may be needed for relocations */

struct out_section {
	char *name;
	uint32_t type, info;
	uint64_t flags, align, entsize;
	unsigned char *data; /* NULL for NOBITS */
	size_t size, cap;
	int link_order; /* handles, -1: none */
	int symbol;
	int table;
};

struct out_symbol {
	char *name;
	unsigned char bind, type, other;
	int section;
	uint64_t value, size;
};

struct out_reloc {
	uint64_t offset;
	int64_t addend;
	uint32_t type;
	int symbol;
};

struct out_table {
	char *name;
	int section;
	uint64_t flags;
	struct out_reloc *v;
	size_t n;
};

struct elfout {
	struct out_section *sections;
	struct out_symbol *symbols;
	struct out_table *tables;
	size_t n_sections, n_symbols, n_tables;
};

#endif
