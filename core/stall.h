/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a task cannot switch yet. Which code on its stack matters follows
 * klp_check_stack_func() (kernel/livepatch/transition.c): the original
 * function for the first patch on it, the former patch's function when
 * stacked or replacing, this patch's own when unpatching. Says what was seen
 * and what was inferred; classes and advice are those of the design shelf's
 * kernel.md and verbs.md.
 */
#ifndef KLPSH_CORE_STALL_H
#define KLPSH_CORE_STALL_H

#include "core/patch.h"
#include "core/stack.h"
#include "core/symsize.h"

enum stall_class {
	STALL_IDLE_CPU,
	STALL_SLEEPING, /* sleeping-in-patched-function */
	STALL_RUNNING,
	STALL_UNRELIABLE, /* unreliable-stack */
	STALL_UNKNOWN,
};
enum stall_unblock { UNBLOCK_KERNEL_SIGNAL, UNBLOCK_POKE, UNBLOCK_WAIT, UNBLOCK_REVERSE_ONLY };

const char *stall_class_name(enum stall_class c);
const char *stall_unblock_name(enum stall_unblock u);

/*
 * Map a livepatch module's new function to what it replaces. Supplied by who
 * can read module files (kmod). Returns 0 and borrowed strings that live as
 * long as the map; -ENOENT when no file of that module is known; -ENODATA when
 * its file is known and this function replaces nothing.
 */
struct funcmap {
	int (*old_of)(void *ctx, const char *module, const char *new_func, const char **ret_object,
		      const char **ret_old);
	/*
	 * Does the module's own file patch this function? 1, 0, or -ENOENT when no
	 * file of it is known in full. NULL: nobody can tell.
	 */
	int (*patches)(void *ctx, const char *module, const char *object, const char *old_func,
		       unsigned sympos);
	void *ctx;
};

struct blocker {
	struct task task;
	enum stall_class cls;
	enum stall_unblock unblock;
	char *reason; /* sentence: what was seen */
	char *advice; /* sentence: what helps */
	bool inferred; /* the class rests on an inference */
	char *object; /* of the patched function, or NULL */
	char *function; /* the patched (old) function, or NULL */
	double since; /* seconds it has been blocked; negative unknown */
	struct stack stack;
	bool hit[STACK_MAX_FRAMES]; /* the frames that matter */
};

struct blockers {
	struct blocker *v;
	size_t n;
};

struct stall_input {
	const struct patches *patches;
	const struct patch *patch; /* the one in transition */
	int target; /* 0 or 1 */
	const struct taskset *tasks;
	const struct stacks *stacks; /* may be NULL */
	const struct funcmap *map; /* may be NULL */
	const struct symsizes *sizes; /* of namesakes; may be NULL */
	double since; /* seconds since the transition began, negative unknown */
	bool signalled; /* the kernel has signalled at least once */
	bool predicted; /* no transition runs: what would be if this patch were loaded now */
	int ptrace_scope; /* yama's; 3 closes every stack; -1 unknown */
};

/*
 * Ask `sizes` for every original function that a frame names, so that
 * namesakes can be told apart. 0 or -ENOMEM.
 */
int stall_ask_sizes(const struct stall_input *in, struct symsizes *sizes);

/* Explain every task of in->tasks. Returns 0 or -ENOMEM. */
int stall_explain(const struct stall_input *in, struct blockers *ret);
void blockers_free(struct blockers *b);
/* The sentence for a transition that no visible task holds up. */
const char *stall_idle_sentence(void);

#endif
