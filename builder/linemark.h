/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a patched C file needs a line marker ("#line N", C17 6.10.4), so that
 * the code which the patch does not touch keeps its line numbers, and with
 * them the values of __LINE__ in its warnings and locks. A marker that is not
 * certain to be harmless is left out: that costs precision, never soundness.
 */
#ifndef KLPSH_BUILDER_LINEMARK_H
#define KLPSH_BUILDER_LINEMARK_H

#include "builder/patchtext.h"

/*
 * *ret, on the heap, tells for each line of the text whether a marker with its
 * original number goes before it. -ENOMEM.
 */
int linemark_find(const struct ptext *t, bool **ret);

#endif
