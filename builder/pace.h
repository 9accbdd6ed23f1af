/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the parts of a build take on this machine, so that a build can say
 * how long it still has: measured by the builds before, kept in the cache, and
 * guessed as long as there was none.
 */
#ifndef KLPSH_BUILDER_PACE_H
#define KLPSH_BUILDER_PACE_H

#include "builder/cache.h"

enum pace_part {
	PACE_FILL, /* the tree is unpacked or copied */
	PACE_MAKE, /* and prepared */
	PACE_PLAIN, /* kbuild makes an object */
	PACE_TWIN, /* the compiler's command is repeated */
	PACE_LINK, /* kbuild makes the module */
	PACE_PARTS
};

struct pace {
	unsigned ms[PACE_PARTS]; /* of one object, or of the part */
	bool changed; /* since it was loaded */
};

void pace_load(const struct cache *c, struct pace *ret);
/*
 * n of that part have taken so long. The next guess lies between that and
 * what it was; what took under 100 ms was found in the cache and says nothing.
 */
void pace_learn(struct pace *p, enum pace_part part, size_t n, uint64_t us);
/* For the next build. That it cannot be kept is no error: the guess is only a guess. */
void pace_save(const struct cache *c, const struct pace *p);

/* Milliseconds for so much of each part. */
uint64_t pace_ahead(const struct pace *p, const size_t n[PACE_PARTS]);

#endif
