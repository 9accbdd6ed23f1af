/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command as a process: looked up, forked, executed, killed with its
 * group, waited for. For builder/child.c alone, which reads what it says.
 */
#ifndef KLPSH_BUILDER_CHILDPROC_H
#define KLPSH_BUILDER_CHILDPROC_H

#include <sys/types.h>

#include "builder/child.h"

struct child_proc {
	pid_t pid; /* also its process group */
	int out; /* non-blocking, at its end when all writers are gone */
	int pidfd; /* readable once the command itself has ended */
};

/* Start it; when this returns 0 the program is executing. */
int child_proc_start(const struct child_spec *s, struct child_proc *ret, struct err *e);
/* Kill what is left of its group. Safe until child_proc_end. */
void child_proc_kill(const struct child_proc *p);
/* Kill the group, wait, close. Returns the exit code or 128 + signal. */
int child_proc_end(struct child_proc *p);

#endif
