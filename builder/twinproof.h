/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The original that is compared is compiled with a section for each function;
 * the one that is proven to stand in the kernel is compiled plainly. Is what a
 * patch replaces the same in both? Sizes decide, and of functions every byte that
 * no relocation fills in.
 */
#ifndef KLPSH_BUILDER_TWINPROOF_H
#define KLPSH_BUILDER_TWINPROOF_H

#include "builder/diff.h"

/*
 * Refuse (REFUSE_PROOF) each function that goes into the patch and each static
 * local that it uses on where the two originals differ in it. A function that
 * `plain` does not have by that name is passed over. 0; -ENOMEM; -EPERM: some were
 * refused, in `to`.
 */
int twinproof(const struct diff *d, const struct object *plain, const char *file, struct refusals *to);

#endif
