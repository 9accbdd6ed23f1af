// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guard is forked before the stop and waits on a pipe whose other end is
 * ours: when we die, it reads the end and continues the process. A word sent
 * to it says that there is nothing to continue: a SIGCONT too many would
 * resume a job that somebody else has stopped.
 */
#include "core/poke.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/loop.h"
#include "core/task.h"

#define STOP_LOOK_US 5000
#define STOP_WAIT_US (1 * USEC_PER_SEC)

static int tracer_of(const struct root *root, int tid)
{
	_cleanup_free_ char *text = NULL;
	const char *line;
	char path[64];

	FORMAT(path, "proc/%d/status", tid);
	if (root_read_file(root, path, 65536, &text, NULL) < 0)
		return 0;
	line = strstr(text, "\nTracerPid:\t");
	return line ? atoi(line + strlen("\nTracerPid:\t")) : 0;
}

int poke_allowed(const struct root *root, int tid, int *ret_pid, struct err *e)
{
	struct task t;
	int r = task_read(root, tid, &t), tracer;

	if (r < 0)
		return err_set(e, -ESRCH, "there is no task %d", tid);
	if (t.kthread)
		return err_set(e, -EPERM, "%d %s is a kernel thread: nothing can stop it from outside", tid,
			       t.comm);
	if (t.pid == 1)
		return err_set(e, -EPERM,
			       "process 1 is never stopped; the kernel's own signal is enough for it");
	if (t.state == 'T')
		return err_set(e, -EPERM, "%d %s is stopped already, and continuing it would resume it", tid,
			       t.comm);
	tracer = tracer_of(root, t.pid);
	if (tracer || t.state == 't')
		return err_set(e, -EPERM, "%d %s is traced by process %d, which would see the stop", tid,
			       t.comm, tracer);
	*ret_pid = t.pid;
	return 0;
}

static _Noreturn void guard(int pidfd, int pipe_in)
{
	sigset_t all;
	ssize_t n;
	char c;

	/* Nothing but the end of the pipe may end this. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	do
		n = read(pipe_in, &c, 1);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		_exit(0);
	(void)syscall(SYS_pidfd_send_signal, pidfd, SIGCONT, NULL, 0);
	_exit(0);
}

static int start_guard(int pidfd, int *ret_pipe, pid_t *ret_pid)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (!pid) {
		close(fds[1]);
		guard(pidfd, fds[0]);
	}
	close(fds[0]);
	if (pid < 0) {
		close(fds[1]);
		return -EAGAIN;
	}
	*ret_pipe = fds[1];
	*ret_pid = pid;
	return 0;
}

struct look {
	const struct root *root;
	struct loop *loop;
	int tid;
	uint64_t deadline;
};

static int on_look(struct loop_source *s, void *arg)
{
	struct look *l = arg;
	struct task t;

	if (task_read(l->root, l->tid, &t) >= 0 && t.state != 'T' && now_mono() < l->deadline)
		return loop_timer_set(s, STOP_LOOK_US);
	loop_exit(l->loop, 0);
	return 0;
}

/* A continue that comes before the stop has taken effect cancels it. */
static void wait_stopped(const struct root *root, int tid)
{
	struct look l = { root, NULL, tid, now_mono() + STOP_WAIT_US };
	struct loop_source *timer = NULL;

	if (loop_new(&l.loop) >= 0 && loop_add_timer(l.loop, on_look, &l, &timer) >= 0 &&
	    loop_timer_set(timer, 0) >= 0)
		(void)loop_run(l.loop);
	loop_remove(timer);
	loop_free(l.loop);
}

int poke_process(struct act *a, int pid, int tid, struct err *e)
{
	_cleanup_close_ int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int hold = -1, r;
	pid_t guard_pid = -1;
	int same;

	if (pidfd < 0)
		return err_set(e, -errno, "cannot get hold of process %d: %s", pid, strerror(errno));
	r = start_guard(pidfd, &hold, &guard_pid);
	if (r < 0)
		return err_set(e, r, "cannot start the guard that continues it, so it was not stopped");
	/* Somebody may have stopped or traced it since it was looked at. */
	r = poke_allowed(a->root, tid, &same, e);
	/* The pins are verified in there, after the pidfd was opened: it is still the same process. */
	r = r < 0 ? r : act_signal(a, pidfd, SIGSTOP, e);
	if (r < 0) {
		(void)!write(hold, "", 1);
	} else {
		wait_stopped(a->root, tid);
		r = a->kops->signal(a->kops, pidfd, SIGCONT, e);
	}
	close(hold);
	(void)waitpid(guard_pid, NULL, 0);
	return r;
}
