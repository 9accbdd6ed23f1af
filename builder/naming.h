/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Under which name an extracted object leaves what stays the kernel's
 * undefined: exported symbols under their own, all else as
 * .klp.sym.OBJECT.NAME,POSITION, which livepatch resolves. Decides by lists
 * that it is given and never guesses: what is not certain is refused.
 */
#ifndef KLPSH_BUILDER_NAMING_H
#define KLPSH_BUILDER_NAMING_H

#include "builder/extract.h"
#include "builder/symlist.h"
#include "builder/symvers.h"

#define NAMING_MAX_OBJECT 55u /* kernel/livepatch/core.c, klp_resolve_symbols() */
#define NAMING_MAX_SYMBOL 511u

struct naming {
	const char *object; /* "vmlinux" or a module's name */
	const char *file; /* for refusals */
	const struct diff *d;
	const struct symlist *symbols; /* of the object; NULL: plain names */
	const struct symvers *exports; /* NULL: not known */
	struct refusals *to;
};

/* An extract_fn; arg is a struct naming. */
int naming_resolve(void *arg, const struct extref *ref, char *name, size_t size);

#endif
