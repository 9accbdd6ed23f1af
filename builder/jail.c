// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The front end's side: the fork, the channel, the end. Records go by
 * SOCK_SEQPACKET: framed, and the sender waits when the front end is slow.
 * Waits only where it says so, with a limit.
 */
#include "builder/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "builder/jailkeeper.h"
#include "core/detach.h"

#define START_MS 20000 /* for dropping rights: milliseconds, if nobody stops us */
#define KEEPER_MS 10000 /* until the keeper itself is killed */
#define SEND_BUFFER (256 << 10)

/* Fork the keeper. Its number, or negative errno. */
static pid_t fork_keeper(struct jail_start *s)
{
	sigset_t all, old;
	pid_t pid;
	int code;

	s->front = getpid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	code = -errno;
	if (!pid)
		jail_keeper(s);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid < 0 ? code : pid;
}

static int wait_started(const struct jail *j, struct err *e)
{
	struct pollfd p = { .fd = j->channel, .events = POLLIN };
	uint64_t deadline = now_mono() + START_MS * 1000ull;
	struct jail_started s;
	ssize_t n;

	while ((n = jail_recv(j, &s, sizeof(s))) == -EAGAIN) {
		if (now_mono() >= deadline)
			return err_set(e, -ETIMEDOUT, "the build process does not start");
		(void)poll(&p, 1, 100);
	}
	if (n != sizeof(s))
		return err_set(e, -EIO, "the build process ended before it began");
	s.text[sizeof(s.text) - 1] = s.hint[sizeof(s.hint) - 1] = '\0';
	if (s.code >= 0)
		return 0;
	err_set(e, s.code, "%s", s.text);
	if (s.hint[0])
		err_hint(e, "%s", s.hint);
	return s.code;
}

/* A pair of which neither end is a standard descriptor, which the child replaces. */
static int make_channel(int fds[2])
{
	int size = SEND_BUFFER;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	if (fds[0] >= DETACH_FD_FIRST && fds[1] >= DETACH_FD_FIRST &&
	    fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0) {
		/* Less than that still takes a record on any kernel's default. */
		(void)setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		return 0;
	}
	close(fds[0]);
	close(fds[1]);
	return -EBADF;
}

int jail_start(int (*fn)(int channel, void *arg), void *arg, const struct jail_user *u, const int *keep,
	       size_t n_keep, struct jail *ret, struct err *e)
{
	struct jail_start s = { .fn = fn, .arg = arg, .user = u, .n_keep = n_keep + 1 };
	struct jail j = { -1, -1, -1 };
	int fds[2], r;

	if (n_keep > JAIL_KEEP_MAX)
		return err_set(e, -E2BIG, "too many descriptors for the build process");
	r = make_channel(fds);
	if (r < 0)
		return err_set(e, r, "cannot make a channel to the build process: %s", strerror(-r));
	if (n_keep)
		memcpy(s.keep, keep, n_keep * sizeof(*keep));
	s.channel = s.keep[n_keep] = fds[1];
	j.channel = fds[0];
	j.pid = fork_keeper(&s);
	close(fds[1]);
	if (j.pid < 0)
		r = err_set(e, j.pid, "cannot start the build process: %s", strerror(-j.pid));
	else if ((j.pidfd = (int)syscall(SYS_pidfd_open, j.pid, 0)) < 0)
		r = err_set(e, -errno, "cannot watch the build process: %m");
	else
		r = wait_started(&j, e);
	if (r < 0)
		jail_stop(&j);
	else
		*ret = j;
	return r;
}

int jail_fd(const struct jail *j)
{
	return j->channel;
}

int jail_send(int channel, const void *record, size_t len)
{
	ssize_t n;

	if (!len || len > JAIL_RECORD_MAX)
		return -EMSGSIZE;
	do
		n = send(channel, record, len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

ssize_t jail_recv(const struct jail *j, void *buf, size_t size)
{
	ssize_t n;

	do
		n = recv(j->channel, buf, size, MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? 0 : -errno;
	return (size_t)n > size ? -EMSGSIZE : n;
}

int jail_reap(struct jail *j, int timeout_ms, int *ret_status)
{
	uint64_t deadline = now_mono() + (uint64_t)MAX(timeout_ms, 0) * 1000;
	struct pollfd p = { .fd = j->pidfd, .events = POLLIN };
	int status;
	pid_t pid;

	while ((pid = waitpid(j->pid, &status, WNOHANG)) == 0) {
		uint64_t now = now_mono();

		if (now >= deadline)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)((deadline - now) / 1000) + 1) < 0 && errno != EINTR)
			return -errno;
	}
	if (pid < 0) {
		int code = -errno;

		/* somebody else reaped it: over, and its number may be another's by now */
		if (code == -ECHILD)
			j->pid = -1;
		return code;
	}
	j->pid = -1;
	*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return 0;
}

/* By descriptor, which never means another process; without one we have just forked it. */
static void send_signal(const struct jail *j, int sig)
{
	if (j->pidfd >= 0)
		(void)syscall(SYS_pidfd_send_signal, j->pidfd, sig, NULL, 0);
	else
		kill(j->pid, sig);
}

void jail_stop(struct jail *j)
{
	int status;

	if (j->pid > 0) {
		send_signal(j, SIGTERM);
		if (jail_reap(j, KEEPER_MS, &status) < 0 && j->pid > 0) {
			/* Its session, too; what hangs in the kernel dies when it comes back. */
			kill(-j->pid, SIGKILL); /* not reaped, so still its number */
			send_signal(j, SIGKILL);
			(void)jail_reap(j, 1000, &status);
		}
	}
	if (j->channel >= 0)
		close(j->channel);
	if (j->pidfd >= 0)
		close(j->pidfd);
	*j = (struct jail){ -1, -1, -1 };
}
