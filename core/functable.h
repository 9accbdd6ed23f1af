/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's long tables of functions and of who hooks them: tracefs'
 * available_filter_functions and enabled_functions, debugfs' list of kprobes.
 * Lines as kernel/trace/ftrace.c (t_show) and kernel/kprobes.c (report_probe)
 * print them.
 */
#ifndef KLPSH_CORE_FUNCTABLE_H
#define KLPSH_CORE_FUNCTABLE_H

#include "core/root.h"

enum functable {
	FUNCTABLE_TRACEABLE, /* name [module] */
	FUNCTABLE_ENABLED, /* name [module] (1) R I D O M	tramp: ... */
	FUNCTABLE_KPROBES, /* ffffffff81000000  k  name+0x0  module [FTRACE] */
};

#define FUNC_IPMODIFY (1u << 0) /* somebody changes where it goes on: a livepatch or a kprobe */
#define FUNC_DIRECT (1u << 1) /* a direct call, as BPF programs have it */
#define FUNC_KPROBE (1u << 2) /* a kprobe */
#define FUNC_KPROBE_FTRACE (1u << 3) /* one that goes through ftrace, at the entry */
#define FUNC_KPROBE_ON (1u << 4) /* one that is neither disabled nor gone */

/* Of one line; the words point into the table's text, and are not ended by a NUL. */
struct funcline {
	const char *name, *module; /* module NULL: vmlinux */
	size_t name_len, module_len;
	size_t number; /* of the line, from 1 */
	long users; /* FUNCTABLE_ENABLED: of ftrace at this function */
	unsigned flags; /* FUNC_* */
};

/*
 * Read a table, at most 64 MiB, and tell of each of its functions; lines that
 * are none are passed over, but numbered. Returns 1, 0 when the table is
 * empty, or a negative errno with e set (may be NULL).
 */
int functable_read(const struct root *root, enum functable which,
		   void (*take)(void *arg, const struct funcline *line), void *arg, struct err *e);

#endif
