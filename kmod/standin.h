/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file as the patch that it would be on top of the stack, for
 * core/stall: its functions, and when it replaces, those of every patch that
 * is enabled now. Strings are borrowed from file and snapshot.
 */
#ifndef KLPSH_KMOD_STANDIN_H
#define KLPSH_KMOD_STANDIN_H

#include "core/patch.h"
#include "kmod/inspect.h"

/* 0 or -ENOMEM. Freed with standin_done. */
int standin_make(const struct inspect *file, const struct patches *patches, struct patch *ret);
void standin_done(struct patch *p);

#endif
