/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What klpsh itself has under way on this machine: the change that holds the
 * lock, and changes that wait to be confirmed. Root sees it, nobody else.
 */
#ifndef KLPSH_SHELL_ONGOING_H
#define KLPSH_SHELL_ONGOING_H

#include "shell/verb.h"

/* Push a sentence for each to the F_STRS field `key` and to the notes. 0 or -ENOMEM. */
int ongoing_fill(const struct call *c, struct report *r, struct row *row, const char *key);

#endif
