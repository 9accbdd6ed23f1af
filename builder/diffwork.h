/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the differ share and nobody else needs.
 */
#ifndef KLPSH_BUILDER_DIFFWORK_H
#define KLPSH_BUILDER_DIFFWORK_H

#include "builder/author.h"
#include "builder/diff.h"

/* Mark what goes into the patch. 0 or -ENOMEM; refusals in `to`. */
int diff_include(struct diff *d, const char *file, struct refusals *to);

#endif
