/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Was a patch's transition forced in this boot? The kernel has no attribute
 * for it: the log and our own history know. After a force of a plain patching
 * the kernel would let the module go while a task may still run old code, so
 * klpsh does not remove it before a reboot.
 */
#ifndef KLPSH_SHELL_FORCED_H
#define KLPSH_SHELL_FORCED_H

#include "core/patch.h"
#include "shell/verb.h"

bool forced_in_this_boot(const struct call *c, const struct patch *p);
/* -EPERM with the reason when it was; else 0. */
int forced_refuse(const struct call *c, const struct patch *p, struct err *e);

#endif
