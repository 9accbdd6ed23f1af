/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the module that runs the one in the file that a patch is proven against?
 * A package or dkms may have put another on disk since it was loaded. Their GNU
 * build-ids tell (Documentation/ABI/testing/sysfs-module, notes).
 */
#ifndef KLPSH_BUILDER_LOADEDMOD_H
#define KLPSH_BUILDER_LOADEDMOD_H

#include "builder/object.h"
#include "core/root.h"

/*
 * 0 also when it is not loaded, another kernel runs than `release`, or one of
 * them has no build-id; -ESTALE: refused, e set with `file` in it.
 */
int loadedmod_check(const struct root *root, const char *release, const char *name, const struct object *ko,
		    const char *file, struct err *e);

#endif
