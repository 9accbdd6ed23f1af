/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that differ in nothing but the line numbers that they hand to a
 * warning, a might-sleep check, lockdep or printk.
 */
#ifndef KLPSH_BUILDER_LINES_H
#define KLPSH_BUILDER_LINES_H

#include "builder/things.h"

/*
 * Sizes and relocations of both were found the same. True when every byte that
 * differs is in the immediate of an instruction that loads a register which
 * only such a call can read.
 */
bool lines_only(const struct things *a, const struct thing *f, const struct things *b, const struct thing *g);

#endif
