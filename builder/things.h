/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an object consists of, as the differ sees it: things. A thing is a
 * function or a datum with the bytes it owns; a function compiled with
 * -ffunction-sections is one thing with its section, several in one section
 * (.sched.text, .data..percpu) are told apart by their symbols, and bytes that
 * no symbol claims are a thing without a name; so are the pieces of
 * .altinstr_replacement and its like, which begin where something points. Tables whose elements belong to
 * functions (__ex_table and the like) are no things; see builder/tables.
 */
#ifndef KLPSH_BUILDER_THINGS_H
#define KLPSH_BUILDER_THINGS_H

#include "builder/object.h"
#include "builder/refusal.h"

#define THING_NONE UINT32_MAX

enum section_class {
	SEC_NONE, /* not loaded: debug information, symbol tables, notes for tools */
	SEC_TEXT,
	SEC_FRAGMENT, /* pieces of code that functions and tables point into: replacements, fixups */
	SEC_DATA,
	SEC_RODATA,
	SEC_BSS,
	SEC_PERCPU,
	SEC_STRINGS, /* merged strings: their content is what they are */
	SEC_CONST, /* merged constants */
	SEC_INIT, /* code and data that are gone after initialisation */
	SEC_TABLE, /* elements that belong to functions */
	SEC_AUTHOR, /* what a patch's author tells the builder: .klpsh.* */
	SEC_META, /* of the whole module: exports, modinfo, parameters, initcalls */
};

enum thing_kind { THING_FUNC, THING_DATA, THING_ANON };

struct thing {
	uint32_t section; /* ELF index */
	uint64_t start, end; /* its bytes there, what lies before its entry included */
	uint64_t at; /* where its symbol is */
	uint64_t size; /* of the symbol */
	uint32_t symbol; /* ELF index; 0: it has none */
	const char *name; /* never NULL; borrowed */
	unsigned char kind; /* enum thing_kind */
	bool alone; /* it owns its section */
	bool global; /* bound globally or weakly */
	bool own; /* each version has its own: never correlated */
	uint32_t parent; /* of a .cold or .part child, index of a thing, else THING_NONE */
	uint32_t twin; /* the thing of the other object that it is; THING_NONE */
};

/* An instruction of a function, from which the next one can be found. */
struct things_hint {
	uint32_t section;
	uint64_t start, at; /* of the function, of the instruction */
	uint64_t steps, steps_end; /* that comparing behind references took, and may take */
};

struct things {
	const struct object *o;
	struct things_hint *hint; /* the last that was asked for: relocations are looked at in order */
	struct thing *v; /* by section and start */
	size_t n;
	uint64_t *entries; /* section << 32 | offset, sorted: where functions are patched */
	size_t n_entries;
	uint64_t *cuts; /* the same: where something points into fragments */
	size_t n_cuts;
	unsigned char *class; /* enum section_class, by ELF section index */
	uint32_t *first; /* by ELF section index: its first thing; n_sections + 1 of them */
	uint32_t *of_symbol; /* by ELF symbol index: the thing that it names or lies in; THING_NONE */
	uint32_t *by_name; /* named things by name, then index */
	size_t n_named;
};

/* Divide an object, which must outlive it. -ENOMEM; e set. */
int things_make(const struct object *o, struct things *ret, struct err *e);
void things_done(struct things *t);

static inline enum section_class things_class(const struct things *t, uint32_t section)
{
	return (enum section_class)t->class[section];
}

/* A function among others in its section: branches between them have no relocations. */
static inline bool things_is_shared_code(const struct things *t, const struct thing *f)
{
	return !f->alone && f->kind == THING_FUNC && t->o->sections[f->section].s->flags & SHF_EXECINSTR;
}

/* The thing that holds a byte of a section; its end counts to the last one. THING_NONE. */
uint32_t things_at(const struct things *t, uint32_t section, uint64_t offset);
/* All things of a name: *ret points at so many indices. */
size_t things_named(const struct things *t, const char *name, const uint32_t **ret);
/* Is it a table of notes for objtool (.discard.*)? The assembler does not mark those as loaded. */
bool section_is_note(const struct elf_section *s);
/* What a section is, by its name, type and flags alone. */
enum section_class section_classify(const struct elf_section *s);

/*
 * Names without the numbers that a compiler gives out: equal when they differ
 * only in runs of digits behind a dot, or behind a __UNIQUE_ID_ stem.
 */
bool name_same_stem(const char *a, const char *b);
int name_stem_cmp(const char *a, const char *b);
/* Length of `name` without a trailing ".123"; the whole where it has none. */
size_t name_base_len(const char *name);
/* Is it a child (.cold, .part.N)? The length of its parent's name; 0: no. */
size_t name_parent_len(const char *name, bool *ret_may_miss);
/* __key, __warned, __func__ and the like, which each version has for itself. */
bool name_is_own(const char *name);

#endif
