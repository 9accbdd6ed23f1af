/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a process that a record names still live? A pid alone may have been
 * given to another; with its start in clock ticks it is the same one.
 */
#ifndef KLPSH_CORE_ALIVE_H
#define KLPSH_CORE_ALIVE_H

#include "core/root.h"

/* start 0: any process of that pid will do. A zombie no longer lives. */
bool process_alive(const struct root *root, int pid, uint64_t start);
/* Start of a process in clock ticks after boot. 0, or -ESRCH. */
int process_start(const struct root *root, int pid, uint64_t *ret);

#endif
