/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions that `trace` counts: those that a loaded livepatch replaces,
 * and its own. Where each is (/proc/kallsyms), whether ftrace can see it
 * (available_filter_functions), and who else is there (enabled_functions,
 * kprobes/list).
 */
#ifndef KLPSH_CORE_TRACED_H
#define KLPSH_CORE_TRACED_H

#include "core/patch.h"

struct traced {
	char *object, *name;
	unsigned sympos; /* of an original, from 1; 0: the patch's own */
	bool original;
	uint64_t addr; /* 0: not found */
	size_t namesakes; /* functions of that name in the object, itself among them */
	size_t position; /* its own among them, from 1 */
	size_t seen; /* how many of the name ftrace sees */
	size_t line; /* of available_filter_functions, from 1; 0: which one it is cannot be told */
	uint64_t hits;
	char *others; /* who else hooks it, NULL: nobody that is seen */
};

struct traced_list {
	struct traced *v;
	size_t n;
	size_t *by_addr; /* the n places, by address */
	bool cut; /* the patch has more functions than are counted */
};

#define TRACED_MAX 2000 /* half of it for originals */

/*
 * Read what can be counted of this patch. Own functions that ftrace does not
 * see are left out; originals are all there. 0; -EPERM where the kernel hides
 * addresses or tables, or another negative errno, e set.
 */
int traced_read(const struct root *root, const struct patch *p, struct traced_list *ret, struct err *e);
/* Count an entered address; one that belongs to nobody here is passed over. */
void traced_hit(struct traced_list *l, uint64_t ip);
/* Why it cannot be counted, a sentence's part; NULL: it can. */
const char *traced_why_not(const struct traced *t);
/* Its name as set_ftrace_filter takes it, for kernels that take no line numbers (before 5.1). */
void traced_filter(const struct traced *t, char *buf, size_t size);
void traced_done(struct traced_list *l);

#endif
