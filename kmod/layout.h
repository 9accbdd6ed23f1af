/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What points where in the data of a module: every pointer-sized relocation
 * (R_X86_64_64) of writable sections with its target resolved, and the
 * symbols, both sorted for look-ups. Knows nothing of livepatch structures.
 */
#ifndef KLPSH_KMOD_LAYOUT_H
#define KLPSH_KMOD_LAYOUT_H

#include "kmod/elf.h"

#define LAYOUT_MAX_POINTERS (1u << 20)

struct layout;

struct place {
	unsigned shndx;
	uint64_t offset;
};

/* at holds the address of `to`; to.shndx is SHN_UNDEF for an import, then only symbol tells. */
struct pointer {
	struct place at, to;
	const struct elf_symbol *symbol;
};

enum target { TARGET_OTHER, TARGET_CODE, TARGET_DATA, TARGET_CONST };

/*
 * Build the tables; the elf is borrowed and must stay. -ENOEXEC (damaged
 * relocations, more than LAYOUT_MAX_POINTERS) and -ENOMEM with e set.
 */
int layout_build(const struct elf *elf, struct layout **ret, struct err *e);
struct layout *layout_free(struct layout *l);
DEFINE_CLEANUP(struct layout, layout_free)

const struct elf *layout_elf(const struct layout *l);

/* All pointers by place; *ret_n gets their number. */
const struct pointer *layout_pointers(const struct layout *l, size_t *ret_n);
/* The pointers within len bytes from a place; *ret_n gets their number. */
const struct pointer *layout_range(const struct layout *l, struct place from, uint64_t len, size_t *ret_n);
/* The pointer at exactly this place, or NULL. */
const struct pointer *layout_pointer(const struct layout *l, struct place at);

/* What a pointer leads to: code (or an import), writable data, constant data. */
enum target layout_target(const struct layout *l, const struct pointer *p);

/* The function that begins here, compiler prefixes (__pfx_, __cfi_) left out; or NULL. */
const struct elf_symbol *layout_function(const struct layout *l, struct place at);

/*
 * Bytes that the thing at a place can have: the size of the symbol that
 * begins there (*ret_exact), else up to what something else points at or the
 * end of the section.
 */
uint64_t layout_extent(const struct layout *l, struct place at, bool *ret_exact);

#endif
