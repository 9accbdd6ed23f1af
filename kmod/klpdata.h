/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The klp_patch, klp_object and klp_func structures of include/linux/livepatch.h
 * as they lie in a module's data, found through relocations alone. Their sizes
 * depend on the kernel's configuration and are learned from the data itself;
 * only the first fields, which every kernel since 4.0 has in this order, are
 * read. BTF is no help: a module's own describes only what the kernel lacks.
 */
#ifndef KLPSH_KMOD_KLPDATA_H
#define KLPSH_KMOD_KLPDATA_H

#include "kmod/inspect.h"
#include "kmod/layout.h"

#define KLP_MAX_OBJECTS 1024
#define KLP_MAX_FUNCS 16384 /* of all objects */
#define KLP_NAME_MAX 511 /* KSYM_NAME_LEN - 1 */

struct klpdata {
	struct place patch; /* the klp_patch */
	struct inspect_object *objects;
	size_t n_objects;
};

/*
 * Find the one static klp_patch and read its arrays. 0; -ENOENT when there is
 * none that is whole (built at run time, several, or of an unknown shape):
 * nothing is returned then; -ENOMEM. The objects are the caller's.
 */
int klpdata_read(const struct layout *l, struct klpdata *ret);

/* Free the strings and functions of n objects and the array. */
void inspect_objects_free(struct inspect_object *v, size_t n);

#endif
