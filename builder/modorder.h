/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which file a module is in, by the lists that every kernel's package brings:
 * depmod's modules.dep, where a replaced module is left out, then
 * modules.order (Documentation/kbuild/kbuild.rst).
 */
#ifndef KLPSH_BUILDER_MODORDER_H
#define KLPSH_BUILDER_MODORDER_H

#include "core/util.h"

/*
 * dir: the folder /lib/modules/RELEASE; name: as the kernel has it ('-' is '_').
 * *ret: its path there, "kernel/fs/ext4/ext4.ko", without the suffix of a
 * packing. -ENOENT, -ENOTUNIQ, -ENAMETOOLONG, or what reading gave.
 */
int modorder_find(int dir, const char *name, char *ret, size_t size);

#endif
