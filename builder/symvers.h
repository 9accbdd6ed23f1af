/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module.symvers: what a kernel exports, from where and with which checksum
 * (Documentation/kbuild/modules.rst, "Symbols and CRCs").
 */
#ifndef KLPSH_BUILDER_SYMVERS_H
#define KLPSH_BUILDER_SYMVERS_H

#include "core/err.h"

#define SYMVERS_MAX_BYTES (64u << 20)

struct export
{
	const char *name;
	const char *module; /* "vmlinux", or the module's path without suffix: "fs/jbd2/jbd2" */
	const char *ns; /* "" where it has none */
	uint32_t crc;
	bool gpl;
};

struct symvers {
	char *text; /* owned; what the strings point into */
	struct export *v; /* by name */
	size_t n;
	struct symvers *joined; /* owned; texts of those that were joined to it */
};

/* Takes over text (len bytes, malloc'd), also on failure. -EBADMSG with the line, -EFBIG, -ENOMEM; e set. */
int symvers_parse(const char *path, char *text, size_t len, struct symvers *ret, struct err *e);
void symvers_done(struct symvers *s);
/*
 * Take over the list of a module's folder, also on failure. Of a name that both
 * have, more's counts, save that the kernel itself exports what it says: of
 * vmlinux no line of more's does. How many there were is the result; -ENOMEM.
 */
ssize_t symvers_join(struct symvers *s, struct symvers *more);
/* NULL: not exported. */
const struct export *symvers_find(const struct symvers *s, const char *name);
/* The module's name as the kernel has it: the last part of the path, '-' as '_'. */
void export_module(const struct export *x, char *dst, size_t size);

#endif
