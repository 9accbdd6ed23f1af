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

#include "core/detach.h"

#define KEEP_MAX 16

struct start {
	void (*fn)(int channel, void *arg);
	void *arg;
	uint64_t caps;
	int channel;
	size_t n_keep;
	int keep[KEEP_MAX + 1]; /* the channel is the last */
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

static void quiet_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ };
	sigset_t set;

	detach_signals();
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
	detach_close_others(s->keep, s->n_keep);
	s->fn(s->channel, s->arg);
	_exit(0);
}

int worker_start(void (*fn)(int channel, void *arg), void *arg, uint64_t caps, const int *keep, size_t n,
		 struct worker *ret)
{
	struct start s = { .fn = fn, .arg = arg, .caps = caps, .n_keep = n + 1 };
	sigset_t all, old;
	int fds[2], code;
	pid_t pid;

	if (n > KEEP_MAX)
		return -E2BIG;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	s.channel = s.keep[n] = fds[1];
	if (n)
		memcpy(s.keep, keep, n * sizeof(*keep));
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
