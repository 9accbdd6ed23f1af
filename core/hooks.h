/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who hooks functions besides livepatches: users of ftrace, kprobes, BPF
 * programs, from the kernel's tables (core/functable.h). These name the
 * functions, not the users; functions of one name are told as one.
 */
#ifndef KLPSH_CORE_HOOKS_H
#define KLPSH_CORE_HOOKS_H

#include "core/functable.h"
#include "core/nameset.h"

struct hook {
	long users; /* of ftrace, but for livepatches, direct calls and kprobes */
	unsigned flags; /* FUNC_* */
};

/*
 * Fill v, an element a name, zeroed by the caller. What cannot be read is in
 * the errors (code 0: was read).
 */
void hooks_read(const struct root *root, const struct nameset *names, struct hook *v, struct err *enabled_err,
		struct err *kprobes_err);
/* "a kprobe, a BPF program or another direct call, 2 other users of ftrace"; "" nobody. */
void hook_words(const struct hook *h, char *buf, size_t size);

#endif
