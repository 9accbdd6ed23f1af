/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of `objdiff`: functions, refusals, what is left out, sums.
 */
#ifndef KLPSH_SHELL_OBJDIFF_VIEW_H
#define KLPSH_SHELL_OBJDIFF_VIEW_H

#include "builder/objdiff.h"
#include "shell/verb.h"

extern const struct shape shape_objdiff;

struct objdiff_view {
	const struct call *c;
	const struct objdiff *d;
	const char *output; /* what was written, NULL: nothing */
	bool all; /* functions that are the same, too */
	bool named; /* a list of symbols gave names to what stays the kernel's */
};

/* -ENOMEM. The exit code is in the report. */
int objdiff_report(const struct objdiff_view *v, struct report **ret);

#endif
