// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forks the worker (the only file that knows libcap-ng). What it must not
 * inherit: the terminal and its signals, descriptors, the environment, rights
 * that the verb does not need. All signals are blocked over the fork.
 */
#include "core/worker.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define FD_FIRST 3

struct start {
	void (*fn)(int channel, void *arg);
	void *arg;
	uint64_t caps;
	const int *keep;
	size_t n_keep;
	int channel;
};

/* Rights that are not there cannot be dropped: without root nothing is done. */
static int drop_caps(uint64_t caps)
{
	if (geteuid() != 0)
		return 0;
	capng_clear(CAPNG_SELECT_ALL);
	for (unsigned c = 0; c < 64; c++)
		if (caps & (1ULL << c) &&
		    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET, c) < 0)
			return -EINVAL;
	return capng_apply(CAPNG_SELECT_ALL) < 0 ? -EPERM : 0;
}

static bool is_kept(const struct start *s, int fd)
{
	if (fd == s->channel)
		return true;
	for (size_t i = 0; i < s->n_keep; i++)
		if (s->keep[i] == fd)
			return true;
	return false;
}

static void close_range_or_each(unsigned from, unsigned to)
{
	if (from > to || syscall(SYS_close_range, from, to, 0) == 0)
		return;
	for (unsigned fd = from; fd <= MIN(to, 65535u); fd++)
		close((int)fd);
}

/* Everything from FD_FIRST on, but what is kept. */
static void close_others(const struct start *s)
{
	unsigned from = FD_FIRST;
	int last = s->channel;

	for (size_t i = 0; i < s->n_keep; i++)
		last = MAX(last, s->keep[i]);
	for (int fd = FD_FIRST; fd <= last; fd++) {
		if (!is_kept(s, fd))
			continue;
		if ((unsigned)fd > from)
			close_range_or_each(from, (unsigned)fd - 1);
		from = (unsigned)fd + 1;
	}
	close_range_or_each(from, ~0u);
}

static int detach_standard_fds(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (int to = 0; to < FD_FIRST; to++)
		if (fd != to && dup2(fd, to) < 0)
			return -errno;
	return 0;
}

static void quiet_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ };
	sigset_t set;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	/* SIGTERM waits until there is a waiting that it can end. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

static _Noreturn void child(const struct start *s)
{
	quiet_signals();
	(void)setsid();
	umask(077);
	(void)clearenv();
	if (chdir("/") < 0 || detach_standard_fds() < 0 || drop_caps(s->caps) < 0)
		_exit(1);
	close_others(s);
	s->fn(s->channel, s->arg);
	_exit(0);
}

int worker_start(void (*fn)(int channel, void *arg), void *arg, uint64_t caps, const int *keep, size_t n,
		 struct worker *ret)
{
	struct start s = { fn, arg, caps, keep, n, -1 };
	sigset_t all, old;
	int fds[2], code;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	s.channel = fds[1];
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	code = -errno;
	if (!pid) {
		close(fds[0]);
		child(&s);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(fds[1]);
	if (pid < 0 || fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0) {
		close(fds[0]);
		return code;
	}
	*ret = (struct worker){ fds[0], pid };
	return 0;
}
