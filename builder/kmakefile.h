/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a source part of the configured kernel? Read off the makefiles as text
 * (Documentation/kbuild/makefiles.rst: obj-$(CONFIG_X) += x.o, composite
 * objects, folders), because kbuild compiles a single file also where the
 * kernel leaves it out. It is there to give reasons: what the text does not
 * tell is left to kbuild and to the comparison with the kernel's image.
 */
#ifndef KLPSH_BUILDER_KMAKEFILE_H
#define KLPSH_BUILDER_KMAKEFILE_H

#include "core/err.h"

#define KMAKEFILE_MAX (1u << 20)

enum kmakefile_answer {
	KMAKEFILE_ON, /* listed, and nothing says that it is off */
	KMAKEFILE_OFF, /* only under options that are off */
	KMAKEFILE_UNLISTED, /* no makefile of its folder names it */
};

/*
 * dir: the tree; source: a path in it that ends in .c or .S; config: the
 * tree's .config. option gets the first option that is off, or "".
 */
enum kmakefile_answer kmakefile_ask(int dir, const char *source, const char *config, size_t config_len,
				    char option[80]);

#endif
