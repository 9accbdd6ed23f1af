/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checksums of what an object exports, made anew from the patched source
 * as kbuild makes them (scripts/Makefile.build: the preprocessor's output with
 * -D__GENKSYMS__ goes through scripts/genksyms), against Module.symvers. One
 * that differs means that modules which were compiled against this kernel
 * would see another interface. For kernels since 5.19, whose genksyms says
 * "#SYMVER".
 */
#ifndef KLPSH_BUILDER_EXPORTABI_H
#define KLPSH_BUILDER_EXPORTABI_H

#include "builder/child.h"
#include "builder/kcmd.h"
#include "builder/object.h"
#include "builder/refusal.h"
#include "builder/symvers.h"

#define EXPORTABI_OUTPUT_MAX (16u << 20) /* bytes of genksyms' output */

/* Of one tree, as the patch leaves it and as it is. */
struct exportabi {
	const char *tree, *view; /* absolute: unpatched, patched */
	const char *out; /* an absolute folder that is the build's own */
	const char *include; /* one more folder for headers */
	const char *const *env; /* for children; NULL: none */
	const struct symvers *symvers;
	unsigned jobs;
	child_line_fn say; /* may be NULL */
	void *arg;
};

struct exportabi_unit {
	const struct object *plain; /* as kbuild made it from the unpatched source */
	const struct kcmd *cmd;
	const struct kcmd *patched; /* where the view needs a command of its own; NULL: cmd */
	const char *file; /* for messages; NULL: the command's */
};

/*
 * What an object exports, by its symbols; nothing that init or debug tables
 * hold. 0, -ENOMEM, -E2BIG; words_clear.
 */
int exportabi_list(const struct object *o, struct words *ret);

/*
 * Check n objects. Exports without a checksum in symvers (a kernel without
 * MODVERSIONS) are passed over. A checksum that differs is refused
 * (REFUSE_ABI); where it differs only because a type became known to the
 * source, by a new #include, the types are the same and it is told as a
 * warning, as is a kernel that has no genksyms. 0 also when there are
 * refusals; else what running the commands or reading their output gave, e set.
 */
int exportabi_check(const struct exportabi *x, const struct exportabi_unit *v, size_t n, struct refusals *to,
		    struct err *e);

#endif
