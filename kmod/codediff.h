/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the code of two builds the same? Two functions are when their bytes are,
 * and their relocations lead to things of the same name (or to the same text).
 * What cannot be decided is unknown, never the same. Functions that are called
 * are not followed; each is compared by itself.
 */
#ifndef KLPSH_KMOD_CODEDIFF_H
#define KLPSH_KMOD_CODEDIFF_H

#include "kmod/codeview.h"

/* In the order of how much they weigh. */
enum sameness { CODE_SAME, CODE_UNKNOWN, CODE_DIFFERS };

/* Compare two functions. A name that is absent or there twice: unknown. */
enum sameness codediff_function(const struct codeview *a, const char *func_a, const struct codeview *b,
				const char *func_b);

/*
 * Names of loaded sections that are not byte for byte the same with their
 * relocations, by name; what only identifies the build (notes, modinfo, the
 * module's name, checksums of symbols) is left out. Borrowed strings in a heap
 * array. 0 or -ENOMEM.
 */
int codediff_sections(const struct codeview *a, const struct codeview *b, const char ***ret, size_t *ret_n);

#endif
