/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Static locals: variables whose names (count.123) hold a number that means
 * nothing. Which is which is told by who uses them; and what pairing is.
 */
#ifndef KLPSH_BUILDER_LOCALS_H
#define KLPSH_BUILDER_LOCALS_H

#include "builder/things.h"

static inline void things_pair(struct things *a, uint32_t x, struct things *b, uint32_t y)
{
	a->v[x].twin = y;
	b->v[y].twin = x;
}

/* A static local or a clone: its number means nothing. */
static inline bool thing_is_numbered(const struct thing *t)
{
	return t->name[name_base_len(t->name)] == '.';
}

/* Pair the static locals of two objects whose functions are paired. -ENOMEM. */
int locals_pair(struct things *a, struct things *b);

#endif
