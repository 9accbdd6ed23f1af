/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of an extraction share. For builder/extract*.c alone.
 */
#ifndef KLPSH_BUILDER_EXTRACT_OWN_H
#define KLPSH_BUILDER_EXTRACT_OWN_H

#include "builder/elfout.h"
#include "builder/extract.h"

struct place {
	int section; /* handle; -1: not written */
	int64_t shift; /* from an offset in the old section to one in the new */
};

/* How the kernel's is used, as far as what is answered may depend on it; one of these bits or several. */
enum { USE_KEY = 1, USE_EARLY = 2, USE_BRANCH = 4, USE_TABLE = 8, USES = 16 };

struct job {
	const struct diff *d;
	const struct things *t;
	const struct extract_options *opt;
	struct refusals *to;
	struct elfout *out;
	struct place *places; /* by thing of b */
	int *symbols; /* by ELF symbol of b: handle; -1 */
	int (*externs)[USES]; /* by ELF symbol of b and use, for those left to the kernel: handle; -1 */
	int *sections; /* of shared sections, by ELF index: handle; -1 */
	int strings, constants, off; /* sections of our own: handle; -1 */
	bool refused;
	struct extract *ret;
};

/* Where a relocation is copied from and to. */
struct copy {
	uint32_t user; /* thing */
	uint32_t section; /* ELF index in b */
	struct place place;
	bool table, key, note;
};

/* Sections of what is included, with its bytes, symbols and aliases. */
int extract_place(struct job *j);
/* The alignment that a place in a section had. */
uint64_t extract_align(const struct elf_section *s, uint64_t offset);
/* Flags that mean the section's bytes, not its file. */
uint64_t extract_flags(const struct elf_section *s);
/* The new section of all that comes from an old one, made once; or a negative errno. */
int extract_shared(struct job *j, uint32_t section);

static inline bool extract_has(const struct job *j, uint32_t thing)
{
	return thing != THING_NONE && j->places[thing].section >= 0;
}

/* The relocations of a range of the old section, in the new one. What is refused is told, and no error. */
int extract_relocs(struct job *j, const struct copy *c, uint64_t from, uint64_t to);
/*
 * The relocation of a branch of four bytes at `at` to `target` of the same
 * section, in the named `thing`. Also -EPERM: refused, and said so.
 */
int extract_branch(struct job *j, const struct copy *c, uint64_t at, uint32_t thing, uint64_t target);

/*
 * The undefined symbol for what a special section means without a relocation to
 * it: its handle; -EPERM: refused, and said so; another negative errno.
 */
int extract_named(struct job *j, uint32_t user, const char *section, const char *name, bool key);
/* Constants that the kernel would fill into its own code. */
int extract_runtime(struct job *j);

/* Is a relocation of a table, to `name` and an addend, the key of a tracepoint that is off as compiled? */
bool extract_is_tracepoint(const struct job *j, const struct copy *c, const struct elf_rela *r,
			   const char *name, int64_t addend);
/* The symbol of a static key that is always off; or a negative errno. */
int extract_off_key(struct job *j);

/* The elements of special sections that are of what is included. */
int extract_tables(struct job *j);

#endif
