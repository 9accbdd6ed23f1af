/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a thing of the patched object what its twin in the original is? Bytes,
 * relocations by what they point at, and what tables say of it. Line numbers
 * that only travel into a warning are no difference.
 */
#ifndef KLPSH_BUILDER_COMPARE_H
#define KLPSH_BUILDER_COMPARE_H

#include "builder/tables.h"
#include "builder/target.h"

/* One version. */
struct side {
	struct things t;
	struct tables tables;
	bool lines; /* overlook line numbers; not where line markers keep them as they were */
};

enum sameness {
	SAME,
	SAME_LINES, /* but for line numbers */
	SAME_NOT,
	SAME_UNKNOWN, /* the code could not be followed */
};

#define WHY_MAX 200u

struct why {
	char text[WHY_MAX]; /* "" when the same; sanitized */
};

/* Two things, paired or not. */
enum sameness compare_things(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
			     struct why *why);

#endif
