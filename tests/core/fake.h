/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pieces of a fake machine that core's tests share: livepatches as sysfs
 * shows them, tasks as procfs does, lines of /proc/modules, a kernel log.
 * Files have the very shape the kernel gives them.
 */
#ifndef KLPSH_TESTS_CORE_FAKE_H
#define KLPSH_TESTS_CORE_FAKE_H

#include "tests/lib/tree.h"

#include <errno.h>

#define LP "sys/kernel/livepatch"

/* A machine with livepatch support and nothing loaded, 6.1's attributes. */
static inline struct tree *fake_machine(void)
{
	struct tree *t = tree_new();

	tree_mkdir(t, LP);
	tree_mkdir(t, "proc");
	tree_write(t, "proc/modules", "");
	tree_write(t, "proc/uptime", "1000.00 900.00\n");
	tree_write(t, "proc/sys/kernel/tainted", "0\n");
	tree_write(t, "proc/sys/kernel/hostname", "fake\n");
	tree_write(t, "proc/sys/kernel/osrelease", "6.1.0-test\n");
	return t;
}

static inline void fake_patch(struct tree *t, const char *name, int enabled, int transition)
{
	tree_writef(t, enabled ? "1\n" : "0\n", LP "/%s/enabled", name);
	tree_writef(t, transition ? "1\n" : "0\n", LP "/%s/transition", name);
	tree_writef(t, "", LP "/%s/force", name);
	tree_writef(t, "00\n", "sys/module/%s/refcnt", name);
}

/* entry: "name,1". */
static inline void fake_func(struct tree *t, const char *patch, const char *object, const char *entry)
{
	char path[512];

	FORMAT(path, LP "/%s/%s/%s", patch, object, entry);
	tree_mkdir(t, path);
	tree_writef(t, "1\n", LP "/%s/%s/patched", patch, object);
}

struct fake_task {
	int pid, tid;
	const char *comm;
	char state;
	bool kthread;
	const char *patch_state; /* "0\n"; NULL: no such file */
	const char *stack; /* NULL: no such file */
};

static inline void fake_task(struct tree *t, const struct fake_task *f)
{
	char stat[512], status[128];

	FORMAT(stat,
	       "%d (%s) %c 1 1 1 0 -1 %u 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0 18446744073709551615 0 0 0 0 0 0 0 "
	       "0 "
	       "0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
	       f->tid, f->comm, f->state, f->kthread ? 0x00208040u : 0x00400000u, 100 + f->tid);
	FORMAT(status, "Name:\tx\nTgid:\t%d\nPid:\t%d\n", f->pid, f->tid);
	tree_writef(t, stat, "proc/%d/task/%d/stat", f->pid, f->tid);
	tree_writef(t, status, "proc/%d/status", f->tid);
	if (f->patch_state)
		tree_writef(t, f->patch_state, "proc/%d/task/%d/patch_state", f->pid, f->tid);
	if (f->stack)
		tree_writef(t, f->stack, "proc/%d/task/%d/stack", f->pid, f->tid);
}

/* A hang is a failure, not a time-out of the whole suite. */
static inline int fake_deadline(void **state)
{
	alarm(120);
	return 0;
}

#endif
