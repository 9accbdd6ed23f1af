/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who uses which static local: what locals_uses.c finds for locals.c to pair by.
 */
#ifndef KLPSH_BUILDER_LOCALS_OWN_H
#define KLPSH_BUILDER_LOCALS_OWN_H

#include "builder/locals.h"

/* A static local and one thing that uses it. */
struct use {
	uint32_t local, user;
	uint64_t order; /* grows with the place of its first use in the user; a child's behind its parent's */
};

struct uses {
	const struct things *t;
	struct use *v; /* by user, base name, number */
	size_t n;
	bool *used; /* by thing */
};

static inline bool thing_is_local(const struct thing *t)
{
	return t->kind == THING_DATA && thing_is_numbered(t) && !t->own;
}

/* Find them all. -ENOMEM. */
int locals_uses(const struct things *t, struct uses *ret);
void locals_uses_done(struct uses *u);
/* The uses by one user of one base name, in the order of their numbers; NULL: none. */
const struct use *locals_run(const struct uses *u, uint32_t user, const char *name, size_t *ret_n);
/* Names in the order of what is before their numbers; 0: that is the same. */
int locals_base_cmp(const char *a, const char *b);

#endif
