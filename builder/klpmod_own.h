/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What builder/klpmod.c decides and builder/klpmod_copy.c carries out; for
 * these two only.
 */
#ifndef KLPSH_BUILDER_KLPMOD_OWN_H
#define KLPSH_BUILDER_KLPMOD_OWN_H

#include "builder/elfout.h"
#include "builder/klpmod.h"

struct plan_symbol {
	const struct klpmod_symbol *klp; /* NULL: it is no livepatch symbol */
	uint32_t to; /* what relocations against it shall use; itself, unless it is an alias */
	bool used; /* by a relocation */
	bool alias, local;
	bool spare; /* goes if nothing uses it */
	int handle; /* in the output, -1 while it is not there */
};

struct plan {
	const struct elf *elf;
	struct plan_symbol *symbols; /* by index in the module */
	int *sections; /* their handles by index, -1: not copied */
	struct elfout *out;
};

/* Fill p->out. */
int klpmod_copy(struct plan *p, struct err *e);

/* An error of elfout's, in words. */
int klpmod_failed(int r, struct err *e);

#endif
