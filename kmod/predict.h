/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who would block: the sleeping tasks whose stack holds, right now, code that
 * the kernel would look for if the file were loaded now. core/stall judges a
 * made-up patch on top of the stack; for an atomic replace it has every
 * function that an enabled patch has.
 */
#ifndef KLPSH_KMOD_PREDICT_H
#define KLPSH_KMOD_PREDICT_H

#include "core/kallsyms.h"
#include "kmod/preflight.h"

/*
 * Fill p->blockers and add the check "blockers". kallsyms may be NULL (then
 * namesakes are not told apart). 0 or -ENOMEM.
 */
int check_blockers(const struct preflight_input *in, const struct kallsyms *kallsyms, struct preflight *p);

#endif
