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
/* Refuse what changed in bytes that belong to no symbol. 0 or -ENOMEM. */
int diff_nameless(struct diff *d, const char *file, struct refusals *to);
/* By thing: does anything point at it? The caller's. -ENOMEM. */
int diff_find_used(const struct things *t, bool **ret);

#endif
