/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a C source is outside of its functions' bodies: where types,
 * prototypes and macros are. By the kernel's coding style alone: a body is
 * between a "{" and a "}" at the margin. What does not follow it counts as
 * outside, so that a change is rather seen twice than not at all.
 */
#ifndef KLPSH_BUILDER_TOPLEVEL_H
#define KLPSH_BUILDER_TOPLEVEL_H

#include "core/util.h"

/*
 * Is everything outside of bodies the same in two versions? Blank lines and
 * "#line" make no difference; directives within bodies count as outside.
 */
bool toplevel_same(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
