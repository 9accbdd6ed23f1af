/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Before a foreign Makefile runs: from then on this process and all its
 * children may change nothing but what is in the build's own folder, whatever
 * else belongs to the same uid. Reading and executing stay free. Rests on
 * Landlock (Linux 5.13), which needs no privilege; a mode, an owner or a time
 * is not among what it guards.
 */
#ifndef KLPSH_BUILDER_CONFINE_H
#define KLPSH_BUILDER_CONFINE_H

#include "core/err.h"

/*
 * For good. `folder` (a descriptor): beneath it all is allowed that the uid
 * may do. `above`: the folder that it lies in, where empty folders can still be
 * removed, so that it can be itself; -1: not even that. /dev/null can be
 * written to. Where the kernel can do it (6.12), signals reach only those
 * who are confined with us. -EOPNOTSUPP, and e is not set: this kernel has no Landlock, nothing
 * is confined; else a negative errno with e set.
 */
int confine_writes(int folder, int above, struct err *e);

#endif
