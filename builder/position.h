/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sympos of a symbol of vmlinux that is known by its name alone: a global
 * one, which the linker has let be only once. Locals need builder/proof.h.
 */
#ifndef KLPSH_BUILDER_POSITION_H
#define KLPSH_BUILDER_POSITION_H

#include "builder/ksyms.h"

/*
 * *ret_pos: from 1, as the kernel counts; *ret_of: how many have this name.
 * ret_address may be NULL. -ENOENT: no global symbol has it; -ENOTUNIQ: several
 * at different addresses; e set.
 */
int position_global(const struct ksyms *k, const char *name, uint32_t *ret_pos, uint32_t *ret_of,
		    uint64_t *ret_address, struct err *e);

#endif
