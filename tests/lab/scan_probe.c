/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run in the lab's guest: the task scan that remembers must see what a fresh
 * listing sees, while processes and threads come and go between the scans.
 * Prints TAP.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/task.h"

static int number;

static void check(bool good, const char *text)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++number, text);
}

static void *rest(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* A child of `threads` threads, all there when this returns. */
static pid_t start(int threads)
{
	int fds[2];
	char byte;
	pid_t pid;

	if (pipe(fds) < 0)
		return -1;
	pid = fork();
	if (!pid) {
		pthread_t t;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 1; i < threads; i++)
			if (pthread_create(&t, NULL, rest, NULL))
				_exit(1);
		if (write(fds[1], "", 1) != 1)
			_exit(1);
		rest(NULL);
	}
	if (read(fds[0], &byte, 1) != 1)
		pid = -1;
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static struct taskset scan(const struct root *root, struct task_index *index)
{
	_cleanup_(task_scan_freep) struct task_scan *s = NULL;
	struct taskset set = { 0 };

	if (task_scan_new(root, TASK_KEEP_ALL, &s) < 0)
		return set;
	if (index)
		task_scan_use(s, index);
	while (task_scan_step(s, 16) > 0)
		;
	task_scan_result(s, &set);
	return set;
}

/* Tasks of pid in the set, or -1 when a tid stands there twice. */
static int count(const struct taskset *s, pid_t pid)
{
	int n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (i && s->v[i].tid == s->v[i - 1].tid)
			return -1;
		n += s->v[i].pid == pid;
	}
	return n;
}

/* The index may have been found wanting by a busy machine: settle it. */
static bool usable(const struct root *root, struct task_index *index)
{
	for (int i = 0; i < 50 && !index->usable; i++) {
		struct taskset s = scan(root, index);

		taskset_free(&s);
	}
	return index->usable;
}

static void scans(const struct root *root, struct task_index *index)
{
	struct taskset set;
	pid_t one, two;

	check(usable(root, index), "the index agrees with the kernel's count");
	one = start(5);
	two = start(1);
	set = scan(root, index);
	check(count(&set, one) == 5, "a new process of five threads is found, all five");
	check(count(&set, two) == 1, "a new process of one thread is found");
	check(set.v && set.v[0].tid == 1, "init is still there");
	taskset_free(&set);

	check(usable(root, index), "the index still agrees");
	kill(one, SIGKILL);
	waitpid(one, NULL, 0);
	set = scan(root, index);
	check(count(&set, one) == 0, "a process that ended is gone");
	check(count(&set, two) == 1, "its neighbour is not");
	taskset_free(&set);
	kill(two, SIGKILL);
	waitpid(two, NULL, 0);
}

/* An index that is wrong though its own count agreed when it was made. */
static void wrong_index(const struct root *root, struct task_index *index)
{
	pid_t one = start(5);
	struct taskset set = scan(root, index);

	taskset_free(&set);
	check(usable(root, index), "the index is usable");
	for (size_t i = 0; i < index->n; i++)
		if (index->v[i].pid == one)
			index->v[i].pid = 1;
	set = scan(root, index);
	check(count(&set, one) == 5, "numbers that went to another process are found with it");
	taskset_free(&set);

	check(usable(root, index), "the index is usable again");
	index->n /= 2;
	set = scan(root, index);
	check(count(&set, one) == 5, "what the index missed is found by the same scan");
	check(set.v && set.v[0].tid == 1, "... and init with it");
	taskset_free(&set);
	kill(one, SIGKILL);
	waitpid(one, NULL, 0);
}

int main(void)
{
	_cleanup_(root_freep) struct root *root = NULL;
	struct task_index index = { 0 };

	if (root_open(NULL, &root, NULL) < 0)
		return 1;
	scans(root, &index);
	wrong_index(root, &index);
	task_index_free(&index);
	return 0;
}
