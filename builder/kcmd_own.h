/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What builder/kcmd*.c share. */
#ifndef KLPSH_BUILDER_KCMD_OWN_H
#define KLPSH_BUILDER_KCMD_OWN_H

#include "builder/kcmd.h"

struct text {
	const char *p;
	size_t len;
};

/* Take the object's name and the command's text, as kbuild saved it for make. Negative errno with e set. */
int kcmd_take_command(const char *path, struct kcmd *k, struct text name, struct text value, struct err *e);

#endif
