/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's special sections: arrays whose elements each belong to a
 * function (__ex_table, __bug_table, .altinstructions and so on). An element
 * belongs to the thing that its first relocation points at. Sizes come from
 * the caller (BTF, --sizes) or are inferred from where the relocations are,
 * and must fit every element of the section.
 */
#ifndef KLPSH_BUILDER_TABLES_H
#define KLPSH_BUILDER_TABLES_H

#include "builder/btf.h"
#include "builder/things.h"

enum table_flags {
	TABLE_COMPARE = 1, /* what it says is part of what the function does */
	TABLE_LINE = 2, /* it carries a line number, four bytes before its end */
	TABLE_OBJTOOL = 4, /* written by objtool, made anew when it runs again */
	TABLE_PARALLEL = 8, /* no relocations: element i belongs to what element i of .orc_unwind_ip does */
	TABLE_HOOK = 16, /* points at entry hooks */
	TABLE_DISCARD = 32, /* for objtool, dropped by the linker */
	TABLE_KEY = 64, /* holds the address of a key that may be in a module */
	TABLE_RUNTIME = 128, /* points at constants that the kernel fills in */
};

struct table_kind {
	const char *name; /* of the section; a prefix where it ends in a dot or _ */
	const char *type; /* the struct of an element, without "struct"; NULL */
	unsigned char relocs; /* that an element has at least */
	unsigned char size; /* of an element where nothing else is known; 0: infer */
	unsigned char flags;
};

/* NULL where no section of that name is a table. */
const struct table_kind *table_find(const char *section);

/* Sizes by the name of the struct or of the section. */
struct table_size {
	char name[64];
	uint32_t size;
};
struct table_sizes {
	struct table_size v[32];
	size_t n;
};
/* "NAME=N,NAME=N". -EINVAL with e set. */
int table_sizes_parse(const char *text, struct table_sizes *ret, struct err *e);
/* All that the tables need, from the kernel's BTF; structs that it lacks are left out. */
void table_sizes_btf(const struct btf *b, struct table_sizes *ret);

struct element {
	uint32_t section, owner; /* ELF index; a thing, THING_NONE: nobody's */
	uint32_t size;
	uint64_t offset;
};

struct tables {
	struct element *v; /* by owner, section and offset */
	size_t n;
	uint32_t *by_section; /* by ELF index: the element size; 0: no table */
};

/*
 * Read every table of an object. sizes may be NULL. A table that cannot be
 * divided is a refusal (-EPERM, in `to`); -ENOMEM.
 */
int tables_make(const struct things *t, const struct table_sizes *sizes, const char *file,
		struct refusals *to, struct tables *ret, struct err *e);
void tables_done(struct tables *t);
/* Those of one thing, by section and offset. */
const struct element *tables_of(const struct tables *t, uint32_t owner, size_t *ret_n);

#endif
