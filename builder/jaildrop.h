/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dropping itself, for builder/jailkeeper.c alone: what a forked child of the
 * front end does, step by step, before it may touch anything foreign.
 */
#ifndef KLPSH_BUILDER_JAILDROP_H
#define KLPSH_BUILDER_JAILDROP_H

#include "builder/jail.h"

/*
 * In the child: leave session, terminal, environment, limits and rights
 * behind, for good, and look whether they are gone. n of keep stay open.
 * 0, or a negative errno with e set; then the child must end.
 */
int jail_drop(const struct jail_user *u, const int *keep, size_t n, struct err *e);

#endif
