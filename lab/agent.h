/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the agent's two files share: the command that runs, and how to give up.
 */
#ifndef LAB_AGENT_H
#define LAB_AGENT_H

#include <sys/ioctl.h>
#include <sys/types.h>

#include "wire.h"

struct child {
	pid_t pid;
	int master; /* the pty, or -1 */
	int in, out, err; /* the agent's ends; err is -1 on a pty */
};

void child_on_pipes(const char *spec, struct child *ret);
void child_on_pty(const char *spec, const struct winsize *size, struct child *ret);

/* Pid 1 ends: the kernel panics, and the host shows what was said. */
__attribute__((__noreturn__)) void fail(const char *what);

#endif
