/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A patch's folder below /sys/kernel/livepatch
 * (Documentation/ABI/testing/sysfs-kernel-livepatch).
 */
#ifndef KLPSH_CORE_PATCHDIR_H
#define KLPSH_CORE_PATCHDIR_H

#include "core/patch.h"

#define LIVEPATCH "sys/kernel/livepatch"

/*
 * Fill p, whose name is set, from its folder: objects, functions, attributes;
 * what could not be read is noted in p->err. 1: the folder went away
 * meanwhile; -ENOMEM. In either case p is the caller's to clear.
 */
int patchdir_read(const struct root *root, struct patch *p);

#endif
