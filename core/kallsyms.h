/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/kallsyms as far as stall reasons, preflight and traces need it: for a name that exists more
 * than once, the size of the symbol at a sympos (kallsyms_lookup_size_offset
 * counts to the next symbol's address). Positions count every symbol of the
 * name in the object, of any type, in the table's order.
 */
#ifndef KLPSH_CORE_KALLSYMS_H
#define KLPSH_CORE_KALLSYMS_H

#include "core/nameset.h"
#include "core/root.h"

struct kallsyms;
/* A line; the words point into the table's text, and are not ended by a NUL. */
struct kallsyms_symbol {
	uint64_t addr;
	char type; /* as nm prints it */
	const char *name, *module; /* module NULL: vmlinux */
	size_t name_len, module_len;
};
/* -EPERM when the addresses are hidden (kptr_restrict, no CAP_SYSLOG). */
int kallsyms_read(const struct root *root, struct kallsyms **ret, struct err *e);
/* The same for who asks for names only: hidden addresses are no error. */
int kallsyms_read_names(const struct root *root, struct kallsyms **ret, struct err *e);
/* Are the addresses hidden? Then there are no sizes. */
bool kallsyms_hidden(const struct kallsyms *k);
/* The same from text, for tests; the text is copied. */
int kallsyms_parse(const char *text, size_t len, struct kallsyms **ret);
struct kallsyms *kallsyms_free(struct kallsyms *k);
DEFINE_CLEANUP(struct kallsyms, kallsyms_free)
/* Tell of each symbol, in the table's order. */
void kallsyms_each(const struct kallsyms *k, void (*take)(void *arg, const struct kallsyms_symbol *s),
		   void *arg);
/* Is it of code? */
bool kallsyms_is_text(const struct kallsyms_symbol *s);
/* How many symbols of this name in this object (NULL or "vmlinux": the kernel). */
size_t kallsyms_count(const struct kallsyms *k, const char *object, const char *name);
/*
 * Count many names in one pass: counts has an element for each of the set.
 * Returns how many symbols the table has at all.
 */
size_t kallsyms_count_all(const struct kallsyms *k, const struct nameset *set, size_t *counts);
/*
 * Other names of functions of the set: symbols of the same object at the same
 * address, neighbours in the table. found gets the index of the wanted one.
 * Nothing where the addresses are hidden.
 */
void kallsyms_aliases(const struct kallsyms *k, const struct nameset *set,
		      void (*found)(void *arg, int index, const char *name, size_t len), void *arg);
/* Size in bytes of the sympos'th (0 and 1: the first); -ENOENT. */
int kallsyms_size(const struct kallsyms *k, const char *object, const char *name, unsigned sympos,
		  uint64_t *ret);

#endif
