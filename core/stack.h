/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel stacks of tasks from /proc/PID/task/TID/stack, read by a helper
 * process with a deadline, because reading can block behind an exec. Never in
 * the loop. Frames are hostile text and bounded.
 */
#ifndef KLPSH_CORE_STACK_H
#define KLPSH_CORE_STACK_H

#include "core/task.h"

#define STACK_MAX_FRAMES 64

struct frame {
	char *name; /* function */
	char *module; /* NULL: vmlinux */
	uint64_t offset, size;
};

struct stack {
	int tid;
	int error; /* 0, or negative errno: -EPERM not allowed, -ETIMEDOUT */
	struct frame *frames;
	size_t n;
};

struct stacks {
	struct stack *v; /* by tid, ascending */
	size_t n;
};

/*
 * Parse the text of one stack file. Lines that are not frames are skipped.
 * Returns 0 or -ENOMEM.
 */
int stack_parse(const char *text, size_t len, struct stack *ret);

struct stack_job;
/*
 * Start a helper that reads the stacks of these tasks. The descriptor of
 * stack_job_fd becomes readable when there is something for stack_job_read.
 */
int stack_job_start(const struct root *root, const struct task *tasks, size_t n, struct stack_job **ret);
int stack_job_fd(const struct stack_job *j);
/* Non-blocking. 1: call again when readable, 0: complete, negative errno. */
int stack_job_read(struct stack_job *j);
/* What has arrived so far; tasks without an answer have error -ETIMEDOUT. */
void stack_job_result(struct stack_job *j, struct stacks *ret);
/* Kills the helper if it still runs, and reaps it without blocking. */
struct stack_job *stack_job_free(struct stack_job *j);
DEFINE_CLEANUP(struct stack_job, stack_job_free)

/* Start, wait at most timeout_ms, and take the result. */
int stacks_read(const struct root *root, const struct task *tasks, size_t n, int timeout_ms,
		struct stacks *ret);
void stacks_free(struct stacks *s);
/* Free the frames of one stack. */
void stack_clear(struct stack *s);
const struct stack *stacks_find(const struct stacks *s, int tid);

#endif
