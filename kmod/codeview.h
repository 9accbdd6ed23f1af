/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine code of one module file laid out for comparing with another
 * build's (kmod/codediff): functions by name, relocations by place. Read-only
 * and as hostile as any ELF file; nothing is resolved.
 */
#ifndef KLPSH_KMOD_CODEVIEW_H
#define KLPSH_KMOD_CODEVIEW_H

#include "kmod/elf.h"

#define CODEVIEW_MAX_RELAS (1u << 21) /* of the whole file */

struct rela {
	unsigned shndx; /* of the section it applies to */
	struct elf_rela r;
};

/* All strings, sections and symbols are those of the elf. */
struct codeview {
	char *bytes;
	struct elf *elf;
	struct rela *relas; /* by section and offset */
	size_t n_relas;
	const struct elf_section **sections; /* loaded ones, by name */
	size_t n_sections;
	const struct elf_symbol **places; /* functions and objects by section, value, size and name */
	size_t n_places;
	/* By name; without compiler prefixes and what only loads and unloads the module. */
	const struct elf_symbol **functions;
	size_t n_functions;
};

/*
 * Open a module's bytes: unpacked, its signature left out. They are copied, so
 * they may go. -ENOEXEC, -EBADMSG, -EFBIG, -ENOMEM with e set.
 */
int codeview_open(const void *data, size_t len, struct codeview **ret, struct err *e);
struct codeview *codeview_free(struct codeview *v);
DEFINE_CLEANUP(struct codeview, codeview_free)

/* The one function of a name; NULL when there is none, or two. */
const struct elf_symbol *codeview_function(const struct codeview *v, const char *name);
bool codeview_has_function(const struct codeview *v, const char *name);
/* The relocations of len bytes of a section, by place. */
const struct rela *codeview_relas(const struct codeview *v, unsigned shndx, uint64_t at, uint64_t len,
				  size_t *ret_n);
/* The function or object that covers a place, the one that begins last; NULL. */
const struct elf_symbol *codeview_cover(const struct codeview *v, unsigned shndx, uint64_t at);
/* How many sections have a name: 0, 1, or 2 for more; *ret: the first. */
size_t codeview_section(const struct codeview *v, const char *name, const struct elf_section **ret);

#endif
