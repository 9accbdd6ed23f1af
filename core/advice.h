/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of a stall: why this task blocks, and what helps. The table
 * "what helps" of the design shelf's kernel.md, in words.
 */
#ifndef KLPSH_CORE_ADVICE_H
#define KLPSH_CORE_ADVICE_H

#include "core/stall.h"

/*
 * Set b->unblock, b->reason and b->advice from its class, state and stack.
 * in_module: the livepatch whose code it sleeps in, NULL for the original.
 * Returns 0 or -ENOMEM.
 */
int advice_fill(const struct stall_input *in, const char *in_module, struct blocker *b);

#endif
