/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process that was forked must not inherit: signal handlers, standard
 * descriptors, any other descriptor. For the freshly forked child only; safe
 * between fork and exec, allocates nothing.
 */
#ifndef KLPSH_CORE_DETACH_H
#define KLPSH_CORE_DETACH_H

#include "core/util.h"

#define DETACH_FD_FIRST 3 /* behind stdin, stdout, stderr */

/* Every signal gets its default disposition; the mask stays. */
void detach_signals(void);
/* stdin, stdout and stderr become /dev/null. 0 or negative errno. */
int detach_standard_fds(void);
/* Close everything from DETACH_FD_FIRST on but the n of `keep`, in any order; -1 among them is none. */
void detach_close_others(const int *keep, size_t n);

#endif
