/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a module says of itself: the key=value strings of .modinfo
 * (include/linux/moduleparam.h), its name in .gnu.linkonce.this_module and
 * the GNU build-id note.
 */
#ifndef KLPSH_KMOD_MODINFO_H
#define KLPSH_KMOD_MODINFO_H

#include "kmod/elf.h"
#include "kmod/inspect.h"

#define MODINFO_MAX_DEPENDS 1024

/*
 * Fill name, livepatch, vermagic, srcversion, build_id, description, license,
 * version and depends of i. Of a key that is there twice the first counts, as
 * in the kernel; values longer than ELF_MAX_NAME are cut. -ENOEXEC with e set
 * when it is no module, or its strings have no end; -ENOMEM.
 */
int modinfo_read(const struct elf *elf, struct inspect *i, struct err *e);

/*
 * Every key=value of a module file in its order, as modinfo(8) shows them; a
 * NULL-terminated vector for strv_free. The errors of inspect_file.
 */
int modinfo_list(const char *path, char ***ret, struct err *e);

#endif
