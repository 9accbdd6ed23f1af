/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object differ: what a patch changes in one compiled object. Both
 * versions are laid out, paired and compared; what is changed and everything
 * new that it needs is marked for extraction; what cannot be patched soundly
 * is refused.
 */
#ifndef KLPSH_BUILDER_DIFF_H
#define KLPSH_BUILDER_DIFF_H

#include "builder/compare.h"

enum change {
	CHANGE_NONE,
	CHANGE_LINES, /* only line numbers */
	CHANGE_CODE, /* of a function */
	CHANGE_CHILD, /* of a function, by its .cold or .part child */
	CHANGE_NEW,
	CHANGE_DROPPED, /* in the original alone */
};

struct diff_mark {
	unsigned char change; /* enum change */
	bool included; /* goes into the patch */
	char *why; /* heap; NULL where there is nothing to say; clean */
};

struct diff_options {
	const char *file; /* for refusals: the source's or the object's name */
	const struct table_sizes *sizes; /* NULL: infer */
	bool lines; /* overlook line numbers */
};

struct diff {
	struct object *oa, *ob; /* borrowed */
	struct side a, b;
	struct diff_mark *marks; /* by thing of b */
	struct diff_mark *lost; /* by thing of a: CHANGE_DROPPED or CHANGE_NONE */
	size_t n_changed, n_new, n_same, n_dropped; /* functions */
	size_t n_included; /* things */
};

/*
 * Compare two objects, which must outlive the result. Refusals go into `to`;
 * 0 also when there are some. -ENOMEM, -ENOEXEC and the like with e set.
 */
int diff_make(struct object *a, struct object *b, const struct diff_options *opt, struct refusals *to,
	      struct diff **ret, struct err *e);
struct diff *diff_free(struct diff *d);
DEFINE_CLEANUP(struct diff, diff_free)

/* Is there anything to patch or to bring along? */
static inline bool diff_is_empty(const struct diff *d)
{
	return d->n_included == 0;
}
/* Has the function an ftrace hook at its entry? */
bool diff_has_hook(const struct side *s, uint32_t thing);
/* Is a target of an included thing in the patch too, or does it stay the kernel's? */
bool diff_is_inside(const struct diff *d, const struct target *t, bool branch);

#endif
