/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of (object, function) names that one pass over a long table of the
 * kernel (kallsyms, available_filter_functions) can be compared with: each
 * name of the table costs one look into a hash, however many are wanted.
 */
#ifndef KLPSH_CORE_NAMESET_H
#define KLPSH_CORE_NAMESET_H

#include "core/util.h"

struct name {
	const char *object, *name; /* borrowed */
};

struct nameset {
	struct name *v;
	size_t n;
	uint32_t *slots; /* index + 1, 0 free */
	size_t mask;
	size_t max;
};

/* Room for max names. 0 or -ENOMEM. Freed with nameset_done. */
int nameset_init(struct nameset *s, size_t max);
void nameset_done(struct nameset *s);
/* Once each; the index. -ENOSPC when there is no room. The strings are not copied. */
int nameset_add(struct nameset *s, const char *object, const char *name);
/* Index of a name, not terminated, in an object (NULL: vmlinux); -1: not wanted. */
int nameset_find(const struct nameset *s, const char *object, size_t object_len, const char *name,
		 size_t name_len);

#endif
