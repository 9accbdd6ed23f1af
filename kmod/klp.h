/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a livepatch module would patch: its static klp_patch (kmod/klpdata),
 * whether it replaces the patches before it, and its livepatch relocations
 * (Documentation/livepatch/module-elf-format.rst).
 */
#ifndef KLPSH_KMOD_KLP_H
#define KLPSH_KMOD_KLP_H

#include "kmod/elf.h"
#include "kmod/inspect.h"

/*
 * Fill objects, objects_complete, replace and relocs of i, whose vermagic is
 * read already. A module that builds its structures at run time is no error:
 * objects_complete is false then. -ENOEXEC for a file the kernel could not
 * take (damaged relocations, a malformed .klp.sym), -ENOMEM; e set.
 */
int klp_read(const struct elf *elf, struct inspect *i, struct err *e);

#endif
