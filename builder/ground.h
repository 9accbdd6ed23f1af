/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a compiled object may stand in: the kernel's image, or a module file. An
 * interface, so that one proof serves both (builder/proof.c). Addresses are those
 * of the image as linked; a module file is not linked yet, so each of its
 * sections has a made-up range of its own (builder/modproof.c). Everything is
 * borrowed from the files, which must outlive it.
 */
#ifndef KLPSH_BUILDER_GROUND_H
#define KLPSH_BUILDER_GROUND_H

#include "builder/object.h"

/* Where a relocated field leads. */
struct ground_ref {
	uint64_t address; /* S + A; only A when the symbol is not defined there */
	bool defined;
	const char *name; /* the global symbol it names, NULL where fields are numbers */
};

struct ground {
	struct ground *(*free)(struct ground *g); /* returns NULL */
	const char *what; /* "the kernel", "the module": for messages */
	/* len bytes as they are in the file; NULL when they are not all there. */
	const unsigned char *(*bytes)(const struct ground *g, uint64_t address, uint64_t len);
	/* All symbols of a name, in the order in which the kernel walks them. */
	size_t (*named)(const struct ground *g, const char *name, const uint32_t **ret);
	/* The address of one of them; false when it cannot have come from a section of this name. */
	bool (*address)(const struct ground *g, uint32_t symbol, const char *section, uint64_t *ret);
	/* Follow the field at `place` that r made; -ENOENT when no such field is there. */
	int (*follow)(const struct ground *g, uint64_t place, const struct elf_rela *r,
		      struct ground_ref *ret);
	/* How many relocated fields there are within these bytes; NULL where nothing tells. */
	size_t (*fields)(const struct ground *g, uint64_t address, uint64_t len);
	/* Does it lead to a global symbol of this name? 1, 0; -ENOENT: nothing knows this name. */
	int (*is_named)(const struct ground *g, const char *name, const struct ground_ref *ref,
			int64_t addend);
	/* Which of its name the symbol at an address is, from 1, and of how many; e set. */
	int (*position)(const struct ground *g, const char *name, uint64_t address, uint32_t *ret_pos,
			uint32_t *ret_of, struct err *e);
};

#endif
