/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that nobody calls through a pointer, so that a kernel with indirect
 * branch tracking (IBT) takes away the landing pad at their entry when it, or
 * the module, starts: arch/x86/kernel/alternative.c, apply_seal_endbr(), by the
 * list that objtool wrote. A pointer to one of them must not be called.
 */
#ifndef KLPSH_BUILDER_SEALED_H
#define KLPSH_BUILDER_SEALED_H

#include "builder/object.h"

struct sealed {
	uint64_t *v; /* addresses, ascending */
	size_t n;
};

/* Those of a vmlinux; none where it has no such list. 0, or -ENOMEM; sealed_done. */
int sealed_read(const struct elf *vmlinux, struct sealed *ret);
void sealed_done(struct sealed *s);
bool sealed_has(const struct sealed *s, uint64_t address);
/* Does a module file take it from a function of this name? */
bool sealed_in_module(const struct object *ko, const char *name);

#endif
