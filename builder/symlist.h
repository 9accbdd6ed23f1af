/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols of one object of a kernel (vmlinux or a module) from lines of
 * address, type and name as in /proc/kallsyms, and their positions: all of a
 * name count, of any type, in the order of the lines (kernel/livepatch/core.c,
 * klp_find_callback()).
 */
#ifndef KLPSH_BUILDER_SYMLIST_H
#define KLPSH_BUILDER_SYMLIST_H

#include "core/err.h"

#define SYMLIST_MAX_BYTES (64u << 20)
#define SYMLIST_MAX (1u << 22) /* symbols */

struct listed {
	const char *name;
	uint32_t order; /* among all of the object */
	char type; /* nm's letter */
};

struct symlist {
	char *text; /* owned; what the names point into */
	struct listed *v; /* by name, then by order */
	size_t n;
	bool kernel; /* of vmlinux: capital letters are global symbols; of a module they are exports */
};

/* Which symbols of a name can be meant. */
enum symlist_bind { SYMLIST_ANY, SYMLIST_LOCAL, SYMLIST_GLOBAL };

/*
 * Keep the symbols of `object`, "vmlinux" or a module's name. Takes over text
 * (len bytes, malloc'd), also on failure. -EBADMSG with the line, -EFBIG,
 * -ENOMEM; e set.
 */
int symlist_parse(const char *path, char *text, size_t len, const char *object, struct symlist *ret,
		  struct err *e);
void symlist_done(struct symlist *s);
/*
 * How many symbols of a name can be meant; when it is one, *ret_position is
 * its position from 1 among all of that name. *ret_all: how many have the name.
 */
size_t symlist_find(const struct symlist *s, const char *name, enum symlist_bind bind, unsigned *ret_position,
		    size_t *ret_all);

#endif
