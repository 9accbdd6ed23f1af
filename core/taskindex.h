/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tasks there were at the last scan, so that the next one need not list
 * /proc and every process's task folder again. New tasks have numbers between
 * the last one given then and now (/proc/loadavg); the kernel's own count of
 * threads, in the same file, tells whether the index missed any: when it does
 * not fit, the scan begins anew and lists everything.
 */
#ifndef KLPSH_CORE_TASKINDEX_H
#define KLPSH_CORE_TASKINDEX_H

#include "core/root.h"

struct task_id {
	int pid, tid;
};

struct task_index {
	struct task_id *v; /* by tid, ascending, once complete */
	size_t n;
	int last; /* the last number given when the index was made */
	bool usable; /* the count of threads agreed */
};

struct task_load {
	int last; /* number given last */
	size_t threads; /* in the system, as the kernel counts */
};

/* /proc/loadavg: "0.00 0.01 0.05 1/204 5123". 0, or -EBADMSG. */
int task_load_read(const struct root *root, struct task_load *ret);
int task_load_parse(const char *text, struct task_load *ret);

/* Add a task at the end. 0 or -ENOMEM. */
int task_index_add(struct task_index *x, int pid, int tid);
/* Sort, after tasks were added in any order, and drop those with tid 0. */
void task_index_settle(struct task_index *x);
/* Is it among the first n, which are settled? */
bool task_index_has(const struct task_index *x, size_t n, int tid);
void task_index_free(struct task_index *x);

#endif
