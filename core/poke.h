/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGSTOP and SIGCONT to a whole process, so that its tasks leave the kernel
 * for a moment and switch (kernel/livepatch/transition.c: a task switches on
 * its way to user space). Runs in a worker. Whatever happens to us in
 * between, a guard process sends the SIGCONT.
 */
#ifndef KLPSH_CORE_POKE_H
#define KLPSH_CORE_POKE_H

#include "core/act.h"

/* May this task's process be poked? -EPERM, -EINVAL, -ESRCH with e set. */
int poke_allowed(const struct root *root, int tid, int *ret_pid, struct err *e);
/* Stop, see it stopped (at most a second), continue. The act's pins name the tasks. */
int poke_process(struct act *a, int pid, int tid, struct err *e);

#endif
