// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process by pid and start time, field 22 of /proc/PID/stat (core/taskfile).
 */
#include "core/alive.h"

#include "core/taskfile.h"

int process_start(const struct root *root, int pid, uint64_t *ret)
{
	struct task t = { .pid = pid, .tid = pid };
	int r = task_fill(root, &t);

	if (r >= 0)
		*ret = t.start;
	return r;
}

bool process_alive(const struct root *root, int pid, uint64_t start)
{
	struct task t = { .pid = pid, .tid = pid };

	if (pid <= 0 || task_fill(root, &t) < 0)
		return false;
	return t.state != 'Z' && t.state != 'X' && (!start || t.start == start);
}
