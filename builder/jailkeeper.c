// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * front end -> keeper -> build process -> commands. The keeper is the reaper
 * of all orphans below it (PR_SET_CHILD_SUBREAPER): when the build process
 * ends, in whatever way, or the front end does, it kills its children until it
 * has none. The parent-death signal is set after the user changed, which
 * clears it.
 */
#include "builder/jailkeeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "builder/child.h"
#include "builder/jaildrop.h"
#include "core/detach.h"

#define ASK_S 1 /* from the first signal to SIGKILL for the build process */

static int tell_start(int channel, int code, const struct err *e)
{
	struct jail_started s = { .code = code };

	FORMAT(s.text, "%s", e->text);
	FORMAT(s.hint, "%s", e->hint);
	return jail_send(channel, &s, sizeof(s));
}

/* Die with the parent; it may have died before this. */
static int follow(pid_t parent, int sig, struct err *e)
{
	if (prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0) < 0 || getppid() != parent)
		return err_set(e, -ECHILD, "whoever wanted the build is gone");
	return 0;
}

static _Noreturn void build(const struct jail_start *s, pid_t keeper)
{
	struct err e = { 0 };
	sigset_t none;
	int r = follow(keeper, SIGKILL, &e);

	child_guard_signals();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (tell_start(s->channel, r, &e) < 0 || r < 0)
		_exit(1);
	_exit(s->fn(s->channel, s->arg) & 0x7f);
}

/* Our children as the kernel lists them, orphans that came to us included. */
static void kill_children(void)
{
	char buf[4096], *p = buf, *end;
	_cleanup_close_ int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (n <= 0)
		return;
	buf[n] = '\0';
	for (long pid; (pid = strtol(p, &end, 10)) > 1 && *end == ' '; p = end + 1)
		kill((pid_t)pid, SIGKILL);
}

/* Each that dies may leave us its own children, so until there is none. */
static void end_all(void)
{
	do
		kill_children();
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

static void keeper_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

/* Reap who ended. True when the build process was among them. */
static bool reap_some(pid_t build, int *status)
{
	pid_t pid;
	int st;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0)
		if (pid == build) {
			*status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
			return true;
		}
	return false;
}

static _Noreturn void keep_watch(pid_t build)
{
	uint64_t deadline = 0;
	int status = 128 + SIGKILL;
	sigset_t set;

	keeper_signals(&set);
	while (!reap_some(build, &status)) {
		static const struct timespec patience = { .tv_sec = ASK_S };
		int sig = deadline ? sigtimedwait(&set, NULL, &patience) : sigwaitinfo(&set, NULL);

		if (deadline && now_mono() >= deadline)
			break;
		if (sig > 0 && sig != SIGCHLD && !deadline) {
			deadline = now_mono() + ASK_S * USEC_PER_SEC;
			kill(build, SIGTERM);
		}
	}
	end_all();
	_exit(status);
}

_Noreturn void jail_keeper(const struct jail_start *s)
{
	pid_t self = getpid(), pid = -1;
	struct err e = { 0 };
	int r;

	detach_signals();
	r = jail_drop(s->user, s->keep, s->n_keep, &e);
	r = r < 0 ? r : follow(s->front, SIGTERM, &e);
	if (r >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		r = err_set(&e, -errno, "the build process cannot keep its children: %m");
	if (r >= 0) {
		pid = fork();
		if (!pid)
			build(s, self);
		r = pid < 0 ? err_set(&e, -errno, "the build process cannot be started: %m") : 0;
	}
	if (r < 0) {
		(void)tell_start(s->channel, r, &e);
		_exit(1);
	}
	detach_close_others(NULL, 0);
	keep_watch(pid);
}
