/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every task's patch_state (fs/proc/base.c, proc_pid_patch_state), read in
 * slices so that a screen never waits. How a scan gets at the tasks is behind
 * struct task_scan, so that a faster way can stand beside procfs. A task that
 * dies during the scan is skipped; one that may not be read is counted.
 */
#ifndef KLPSH_CORE_TASK_H
#define KLPSH_CORE_TASK_H

#include "core/taskindex.h"

#define PATCH_STATE_NONE (-1)

struct task {
	int pid; /* of the process (tgid) */
	int tid;
	int patch_state; /* -1 no transition, 0 unpatched, 1 patched */
	char state; /* R S D T t Z I X, '?' unknown */
	bool kthread;
	uint64_t start; /* clock ticks after boot: identifies the task with tid */
	char comm[64]; /* as the kernel gives it: hostile */
};

struct taskset {
	struct task *v; /* the tasks kept, by tid */
	size_t n;
	size_t total; /* all tasks that were read */
	size_t by_state[3]; /* counts of patch_state -1, 0, 1 */
	size_t unreadable; /* tasks whose patch_state we may not read */
	int first_errno; /* why, for the first of those */
};

/* Which tasks are kept in v, with comm, state and start filled in. */
enum task_keep {
	TASK_KEEP_ALL,
	TASK_KEEP_NOT0, /* those whose patch_state is not 0 (target 0) */
	TASK_KEEP_NOT1, /* those whose patch_state is not 1 (target 1) */
	TASK_KEEP_NONE, /* counts only */
};

struct task_scan;
int task_scan_new(const struct root *root, enum task_keep keep, struct task_scan **ret);
/*
 * Before the first step: let the scan use and renew an index of the tasks, so
 * that only the first one lists /proc. Without effect on a captured root. The
 * index stays the caller's and must outlive the scan.
 */
void task_scan_use(struct task_scan *s, struct task_index *index);
/*
 * Look at up to max_tasks more tasks. Returns 1 while there is more, 0 at the
 * end, or a negative errno (procfs vanished).
 */
int task_scan_step(struct task_scan *s, size_t max_tasks);
/* Take the result of a finished scan. */
void task_scan_result(struct task_scan *s, struct taskset *ret);
struct task_scan *task_scan_free(struct task_scan *s);
DEFINE_CLEANUP(struct task_scan, task_scan_free)

/* The whole scan at once. */
int tasks_read(const struct root *root, enum task_keep keep, struct taskset *ret, struct err *e);
void taskset_free(struct taskset *t);

/* One task by tid with everything filled in; -ESRCH when there is none. */
int task_read(const struct root *root, int tid, struct task *ret);

/* One letter's meaning: "sleeping", "uninterruptible sleep", ... */
const char *task_state_word(char state);

#endif
