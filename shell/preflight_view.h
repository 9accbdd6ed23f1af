/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a preflight found, as data and in words: `check` has nothing else, the
 * verbs that load have the same below "preflight".
 */
#ifndef KLPSH_SHELL_PREFLIGHT_VIEW_H
#define KLPSH_SHELL_PREFLIGHT_VIEW_H

#include "core/report.h"
#include "kmod/preflight.h"

extern const struct shape shape_preflight;

/* Everything but "errors". 0 or -ENOMEM. */
int preflight_fill(struct row *row, const struct inspect *i, const struct preflight *p);
/* How many checks gave this result. */
size_t preflight_count(const struct preflight *p, enum check_result result);
/* The first check that failed, or NULL. */
const struct check *preflight_first_fail(const struct preflight *p);
/* Behind its evidence: "; 2 more checks fail", or nothing. */
void preflight_more_fail(const struct preflight *p, char *buf, size_t size);
/* What is wrong, in full, as notes. 0 or -ENOMEM. */
int preflight_explain(struct report *rep, const struct preflight *p);

#endif
