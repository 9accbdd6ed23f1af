/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a relocation points at, said so that it can be compared between two
 * objects: compilers refer to local things as "section plus offset", and that
 * offset counts from the end of the instruction in code.
 */
#ifndef KLPSH_BUILDER_TARGET_H
#define KLPSH_BUILDER_TARGET_H

#include "builder/things.h"

enum target_kind {
	TARGET_SYMBOL, /* undefined, absolute or common: a name and an addend */
	TARGET_THING, /* a thing and an offset from its symbol */
	TARGET_STRING, /* a merged string, by content */
	TARGET_CONST, /* a merged constant, by content */
	TARGET_PLACE, /* bytes of a section that no thing holds */
};

struct target {
	enum target_kind kind;
	uint32_t index; /* symbol, thing, or section */
	int64_t offset; /* from the symbol, the thing's symbol, the section's, the string's or constant's
			   first byte */
	bool at_end; /* of a thing: another one ends there, which may be what is meant */
	uint32_t ends; /* that one */
	const unsigned char *bytes; /* of a string (whole, with its NUL) or a constant; borrowed */
	size_t len;
};

/*
 * Where a relocation of a section points. 0; -ERANGE: outside of what it names,
 * or code that cannot be followed.
 */
int target_find(const struct things *t, uint32_t section, const struct elf_rela *r, struct target *ret);
/*
 * Bytes from a relocated field to where its instruction ends, which is what a
 * relative one counts from; 0 in data.
 */
int target_rest(const struct things *t, uint32_t section, const struct elf_rela *r, uint64_t *ret);

#endif
