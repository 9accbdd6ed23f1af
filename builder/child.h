/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands run by argv, from inside the build process, which may block. Each
 * gets a process group of its own, dies when the build process dies, inherits
 * no descriptor, and says on one pipe what it has to say. Nothing of a group
 * is left when its command has ended. Rights are not this file's business:
 * they were dropped by builder/jail.
 */
#ifndef KLPSH_BUILDER_CHILD_H
#define KLPSH_BUILDER_CHILD_H

#include "core/err.h"

#define CHILD_LINE_MAX 4096 /* what is behind is dropped from a longer line */
#define CHILD_PARALLEL_MAX 64

struct child_spec {
	const char *const *argv; /* NULL-terminated; without a slash argv[0] is looked up in PATH */
	const char *cwd; /* NULL: ours */
	const char *const *env; /* "NAME=value" to add or replace, NULL-terminated; NULL: none */
	const char *stdin_path; /* NULL: /dev/null; relative to cwd */
	const char *stdout_path; /* NULL: its lines are told; else written anew, relative to cwd */
	unsigned timeout_s; /* 0: as long as it takes */
};

/* A line of stdout or stderr in the order they came: raw bytes, without the newline, not terminated. */
typedef void (*child_line_fn)(void *arg, const char *line, size_t len);

/*
 * Run one command to its end. fn may be NULL. *ret_status: the exit code, or
 * 128 + the signal that killed it. Returns 0 when it ran, whatever its status
 * (child_failed puts that into words); -ENOENT when it is not installed,
 * -ETIMEDOUT, or another negative errno, with e set.
 */
int child_run(const struct child_spec *s, child_line_fn fn, void *arg, int *ret_status, struct err *e);

/* 0 when status is 0, else -EIO with e set: "gcc-12 was killed by signal 9 (out of memory?)". */
int child_failed(const struct child_spec *s, int status, struct err *e);

struct child_job {
	struct child_spec spec;
	void *user; /* the caller's */
	int status; /* out: as above, -1 when it did not come to an end */
};

/*
 * Run n commands, at most `parallel` at a time, begun in their order. Lines
 * and ends are told with the job's index; line and done may be NULL. The
 * first that fails (a status that is not 0 included) ends all others, which
 * are not told as done. Returns 0 when all ended with 0, -EIO when one had
 * another status, else as child_run, with e set.
 */
int child_run_all(struct child_job *jobs, size_t n, unsigned parallel,
		  void (*line)(void *arg, size_t job, const char *line, size_t len),
		  void (*done)(void *arg, size_t job, int status), void *arg, struct err *e);

/*
 * For the build process: from now on a signal that asks it to end kills the
 * groups of all running commands first, then the process itself.
 */
void child_guard_signals(void);

#endif
