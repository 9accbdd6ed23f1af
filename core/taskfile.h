/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One task's files, for core/task and its scan; others use core/task.h.
 */
#ifndef KLPSH_CORE_TASKFILE_H
#define KLPSH_CORE_TASKFILE_H

#include "core/task.h"

/*
 * Fill comm, state, kthread and start of a task whose pid and tid are set.
 * -ESRCH when it is gone.
 */
int task_fill(const struct root *root, struct task *t);
/* The process of a thread: Tgid of /proc/TID/status. -ESRCH, -EBADMSG. */
int task_tgid(const struct root *root, int tid);
/* "-1", "0" or "1" and a newline; anything else is -EBADMSG. */
int task_state_parse(const char *s, size_t n, int *ret);

#endif
