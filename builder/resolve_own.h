/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of resolve.h: what a reference means (resolve.c), which of
 * its name a thing of the file is (resolve_position.c), and the names in the
 * module (resolve_table.c).
 */
#ifndef KLPSH_BUILDER_RESOLVE_OWN_H
#define KLPSH_BUILDER_RESOLVE_OWN_H

#include "builder/resolve.h"

static inline bool is_vmlinux(const char *object)
{
	return streq(object, "vmlinux");
}

/* Tables and branches reach a function without its landing pad. */
static inline bool takes_address(const struct extref *ref)
{
	return !ref->branch && !ref->table;
}

/* What stands in the table under that name, borrowed; NULL: nothing. */
struct resolved *resolver_find(struct resolver *r, const char *name);
/* Put a copy of x into the table. -ENOMEM. */
int resolver_add(struct resolver *r, const struct resolved *x);
/*
 * Give x a name in the module: the wanted one, or where that means something
 * else, one behind it; into name (size bytes). It is in the table then.
 * -ENAMETOOLONG, -ENOSPC, -ENOMEM.
 */
int resolver_take_name(struct resolver *r, struct resolved *x, const char *wanted, char *name, size_t size);
/* Import a namespace, once; "" is none. -ENOMEM. */
int resolver_import(struct resolver *r, const char *ns);

/* Of a symbol that is there once by its name; else 0. */
uint64_t resolve_address(const struct ksyms *k, const char *name);
/* Is something of vmlinux there that is freed when the kernel has started? */
bool resolve_is_init(const struct ksyms *k, uint64_t address);
/* Refuse what is; section may be NULL. Returns -EPERM. */
int resolve_refuse_init(const struct resolve_unit *u, const char *user, const char *section,
			const char *name);
/* Does ref take the address of a function of vmlinux, there, whose landing pad is gone? */
bool resolve_is_sealed(const struct resolve_unit *u, const struct extref *ref, uint64_t address);
/* The same for a thing of the file itself. */
bool resolve_is_own_sealed(const struct resolve_unit *u, const struct extref *ref, const struct thing *t);
/* Is a weak symbol of this file the one that the linker took? */
bool resolve_is_in_place(const struct resolve_unit *u, const char *name);
/*
 * Position of a thing of the original among those of its name, 0 when it is
 * the only one. -EPERM: refused, where user (a function) needs it.
 */
int resolve_position(const struct resolve_unit *u, const struct thing *t, const char *user,
		     uint32_t *ret_pos);

#endif
