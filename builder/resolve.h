/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the new code's references lead: to what the kernel exports, to what
 * the patch itself brings, or by livepatch relocation to a symbol that the
 * proof has found in the kernel, with its position. What is not certain is
 * refused. One table for all objects of a patch, as they become one module.
 */
#ifndef KLPSH_BUILDER_RESOLVE_H
#define KLPSH_BUILDER_RESOLVE_H

#include "builder/extract.h"
#include "builder/klpmod.h"
#include "builder/proof.h"
#include "builder/sealed.h"
#include "builder/symvers.h"

/* A name that the module leaves undefined. */
struct resolved {
	char *name; /* in the module */
	char *object, *real; /* NULL: exported, or defined by the patch */
	char *with; /* the patched object that it is resolved with; NULL: its own */
	uint32_t sympos;
	char *owner; /* of a new global: the object that it is new in */
	bool patch; /* the patch defines it: a new global */
};

struct resolver {
	const struct ksyms *ksyms;
	const struct symvers *symvers;
	const struct sealed *sealed; /* of vmlinux; NULL: none */
	struct resolved *v;
	size_t n;
	char **ns; /* namespaces of what it imports */
	size_t n_ns;
};

/* One object of the patch. All is borrowed. */
struct resolve_unit {
	struct resolver *r;
	const char *file; /* "net/core/dev.c" */
	const char *object; /* "vmlinux" or the module's name */
	const struct object *module; /* its .ko; NULL for vmlinux */
	const struct object *plain; /* as kbuild makes it */
	const struct proof *proof; /* of that; NULL: there is none, names must do */
	const struct things *orig; /* of the original, compiled for comparing */
	struct refusals *to;
};

/* To be told of every new global of every object before any reference is resolved. -ENOMEM; refusals. */
int resolver_add_globals(const struct resolve_unit *u, const struct diff *d);
/* An extract_fn; arg is a struct resolve_unit. */
int resolve_reference(void *unit, const struct extref *ref, char *name, size_t size);
/*
 * Name and position of a function of the original that is to be patched.
 * *ret_pos: 0 when it is the only one of its name. -EPERM: refused.
 */
int resolve_function(const struct resolve_unit *u, uint32_t thing, const char **ret_name, uint32_t *ret_pos);
void resolver_done(struct resolver *r);

#endif
