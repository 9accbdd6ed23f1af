/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which other livepatches change the same function, and which of them runs:
 * the one with the highest place in the stack. Reads a snapshot only.
 */
#ifndef KLPSH_SHELL_STACKING_H
#define KLPSH_SHELL_STACKING_H

#include "core/patch.h"

enum stacking { STACKING_NONE, STACKING_BELOW, STACKING_ABOVE, STACKING_UNORDERED };

/*
 * How does `other` stand to `mine` for this function of this object?
 * NONE: it does not change it, or is not applied. UNORDERED: the order of one
 * of them is not known. sympos 0 and 1 are the same.
 */
enum stacking stacking_of(const struct patch *mine, const struct patch *other, const char *object,
			  const struct func *f);

/* The patch change of this function, NULL when the patch does not change it. */
const struct func *patch_find_func(const struct patch *p, const char *object, const char *name,
				   unsigned sympos);

#endif
