/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which structures a patch lays out otherwise, by the BTF that the compiler put
 * into both versions of an object (-gbtf). Objects that exist have the old
 * layout, and code that is not patched goes by it. Sees named structures and
 * unions, and names for nameless ones; anonymous members count as their
 * structure's own. BTF of an object is as hostile as the rest of it.
 */
#ifndef KLPSH_BUILDER_LAYOUTCHECK_H
#define KLPSH_BUILDER_LAYOUTCHECK_H

#include "builder/object.h"

#define LAYOUT_TYPES_MAX (1u << 20) /* of one object */
#define LAYOUT_STEPS_MAX (1u << 22) /* members that are compared */

struct layout_change {
	const char *word; /* "struct", "union", "type" */
	const char *name; /* in the old object's bytes */
	const char *member; /* the first that differs, in an object's bytes; "" */
	uint32_t old_size, new_size;
};

struct layout_changes {
	struct layout_change *v; /* by name */
	size_t n;
};

/*
 * Compare; what is in one version alone makes no difference. -ENODATA: no BTF
 * in one of them; -EBADMSG, -EOPNOTSUPP, -E2BIG, -ENOMEM; e set. The result is
 * valid as long as both objects are; layout_changes_done.
 */
int layoutcheck(const struct object *old, const struct object *patched, struct layout_changes *ret,
		struct err *e);
void layout_changes_done(struct layout_changes *c);

#endif
