/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of an object that belongs to a module: against the distribution's
 * .ko, in which the linker joined objects without resolving anything, so its
 * relocation entries are compared instead of numbers. Positions are those of the
 * module's symbol table as the kernel keeps it (kernel/module/kallsyms.c).
 */
#ifndef KLPSH_BUILDER_MODPROOF_H
#define KLPSH_BUILDER_MODPROOF_H

#include "builder/proof.h"

#define MODULE_FILE_MAX (256u << 20) /* bytes, unpacked */

/*
 * Read a module file, packed or not (.ko, .ko.xz, .ko.zst, .ko.gz). What open(2)
 * and read(2) gave, -EBADMSG, -EFBIG, -ENOEXEC, -ENOMEM; e set. Freed with
 * object_free.
 */
int module_read(const char *path, struct object **ret, struct err *e);
/* The same of its bytes. */
int module_parse(const void *bytes, size_t len, struct object **ret, struct err *e);
/* The same, beneath a folder's descriptor. */
int module_read_at(int dir, const char *path, struct object **ret, struct err *e);

/*
 * As proof_vmlinux. Addresses are only good for comparing with each other. A
 * symbol of vmlinux or of another module has none (-ENOENT). proof_position
 * gives -ENOTUNIQ, with a hint, where the count differs between a module that is
 * being loaded, with its init symbols, and one that is running.
 */
int proof_module(const struct object *plain, const char *file, const struct object *module,
		 struct proof **ret, struct err *e);

#endif
