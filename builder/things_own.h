/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of things.h: dividing (things.c), what says where things
 * begin (things_marks.c), and finding them (things_names.c).
 */
#ifndef KLPSH_BUILDER_THINGS_OWN_H
#define KLPSH_BUILDER_THINGS_OWN_H

#include "builder/things.h"

static inline uint64_t things_key(uint64_t section, uint64_t offset)
{
	return section << 32 | offset;
}

/* The first that is not below `key`. */
static inline size_t things_first_key(const uint64_t *v, size_t n, uint64_t key)
{
	return COUNT_BEFORE(n, i, v[i] < key);
}

/* Fill entries and cuts; for the cuts the sections must be classified. -ENOMEM. */
int things_find_entries(struct things *t);
int things_find_cuts(struct things *t);
/* When all is divided: of_symbol, by_name and the parents. -ENOMEM. */
int things_index(struct things *t);

#endif
