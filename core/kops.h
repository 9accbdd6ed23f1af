/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every way in which klpsh changes a kernel. The real one is core/ops_sysfs
 * (files of sysfs, signals) and kmod/module (modules); tests plug a recorder
 * that fails at will. All return 0 or a negative errno with e set to a
 * sentence that explains it. All may block.
 */
#ifndef KLPSH_CORE_KOPS_H
#define KLPSH_CORE_KOPS_H

#include "core/root.h"

struct kops {
	/* Insert the module image behind fd (finit_module); params as of insmod, "" none. */
	int (*load)(const struct kops *k, int fd, const char *name, const char *params, struct err *e);
	/* Remove a module (delete_module, without waiting). */
	int (*remove)(const struct kops *k, const char *name, struct err *e);
	/* Write `enabled` of a patch: 0 or 1. During its transition this reverses. */
	int (*enable)(const struct kops *k, const char *patch, int value, struct err *e);
	/* Write `force` of a patch. */
	int (*force)(const struct kops *k, const char *patch, struct err *e);
	/* SIGSTOP or SIGCONT to a process by pidfd. */
	int (*signal)(const struct kops *k, int pidfd, int signo, struct err *e);
	const struct root *root;
	void *ctx;
};

/* core/ops_sysfs: enable, force and signal for the running machine; load and remove are left alone. */
void ops_sysfs_init(struct kops *k, const struct root *root);

#endif
