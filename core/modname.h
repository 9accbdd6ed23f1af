/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of modules. A module's file may be called snd-pcm.ko where the kernel
 * says snd_pcm (kbuild makes the name so, scripts/Makefile.lib): '-' and '_'
 * are alike wherever somebody names one.
 */
#ifndef KLPSH_CORE_MODNAME_H
#define KLPSH_CORE_MODNAME_H

#include "core/util.h"

/* In place: as the kernel has it. */
void modname_make(char *name);
/* Do the first len bytes of a, without a NUL among them, name the same module as b? */
bool modname_same(const char *a, size_t len, const char *b);

#endif
