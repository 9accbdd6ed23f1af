/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of one patch, object or function, as lines: the attributes as
 * the kernel shows them, and the module's. Reads the snapshot only.
 */
#ifndef KLPSH_TUI_PATCH_DETAIL_H
#define KLPSH_TUI_PATCH_DETAIL_H

#include "core/snapshot.h"
#include "tui/lines.h"

/* "yes", "no", "n/a". */
const char *tri_word(int tri);
/* A number, or "n/a" below 0. */
void number_word(char *buf, size_t size, int64_t value);
/* A line with a size in a person's units, and exactly. */
void size_fact(struct lines *l, uint64_t bytes);

/* Append what is known of a patch, of one object, of one function. */
void patch_detail(const struct snapshot *s, const struct patch *p, struct lines *l);
void patch_detail_object(const struct patch *p, const struct object *o, struct lines *l);
void patch_detail_func(const struct snapshot *s, const struct patch *p, const struct object *o,
		       const struct func *f, struct lines *l);

#endif
