/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a patch's author tells the builder in the source itself, through
 * builder/include/klpsh/kpatch-macros.h: callbacks, and what is to be taken for
 * unchanged. It stands in sections .klpsh.* of the compiled object.
 */
#ifndef KLPSH_BUILDER_AUTHOR_H
#define KLPSH_BUILDER_AUTHOR_H

#include "builder/things.h"

#define AUTHOR_CALLBACKS 4u /* pre_patch, post_patch, pre_unpatch, post_unpatch: enum wrapper_callback */

/* The function that is the callback of a kind; THING_NONE: there is none. Refusals in `to`. */
uint32_t author_callback(const struct things *t, unsigned kind, const char *file, struct refusals *to);
/* Is a thing to be taken for unchanged? */
bool author_ignores(const struct things *t, uint32_t thing);

#endif
