/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forks, pipes and patience for helper processes. All signals are blocked
 * over the fork, so that no handler of the parent ever runs in the child.
 */
#include "core/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "core/detach.h"

#define HELPER_DATA_MAX (64u << 20)

struct helper {
	int fd;
	pid_t pid;
	char *buf;
	size_t len, cap;
};

static _Noreturn void child(helper_fn fn, void *arg, int out)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	detach_signals();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fn(out, arg);
	_exit(0);
}

int helper_start(helper_fn fn, void *arg, struct helper **ret)
{
	_cleanup_(helper_freep) struct helper *h = calloc(1, sizeof(*h));
	sigset_t all, old;
	int fds[2], code;

	if (!h)
		return -ENOMEM;
	h->fd = h->pid = -1;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	h->pid = fork();
	code = -errno;
	if (!h->pid) {
		close(fds[0]);
		child(fn, arg, fds[1]);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(fds[1]);
	h->fd = fds[0];
	if (h->pid < 0)
		return code;
	if (fcntl(h->fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	*ret = TAKE_PTR(h);
	return 0;
}

int helper_fd(const struct helper *h)
{
	return h->fd;
}

static int helper_room(struct helper *h)
{
	size_t want = h->cap ? h->cap * 2 : 65536;
	char *p;

	if (h->cap - h->len >= 4096)
		return 0;
	if (want > HELPER_DATA_MAX)
		return -EFBIG;
	p = realloc(h->buf, want);
	if (!p)
		return -ENOMEM;
	h->buf = p;
	h->cap = want;
	return 0;
}

int helper_read(struct helper *h)
{
	for (;;) {
		int r = helper_room(h);
		ssize_t n;

		if (r < 0)
			return r;
		n = read(h->fd, h->buf + h->len, h->cap - h->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (!n)
			return 0;
		h->len += (size_t)n;
	}
}

const char *helper_data(const struct helper *h, size_t *ret_len)
{
	*ret_len = h->len;
	return h->buf;
}

void helper_consume(struct helper *h, size_t len)
{
	if (!len)
		return;
	memmove(h->buf, h->buf + len, h->len - len);
	h->len -= len;
}

int helper_wait(struct helper *h, int timeout_ms)
{
	uint64_t deadline = now_mono() + (uint64_t)timeout_ms * 1000;

	for (;;) {
		struct pollfd p = { .fd = h->fd, .events = POLLIN };
		int r = helper_read(h);
		uint64_t now;

		if (r <= 0)
			return r;
		now = now_mono();
		if (now >= deadline)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)((deadline - now) / 1000) + 1) < 0 && errno != EINTR)
			return -errno;
	}
}

/*
 * A killed helper whose read hangs is not dead yet: it is reaped at a later
 * call. A handful at most can be waiting.
 */
static void helper_reap(pid_t pid)
{
	static pid_t waiting[16];

	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		if (waiting[i] && waitpid(waiting[i], NULL, WNOHANG) != 0)
			waiting[i] = 0;
	if (waitpid(pid, NULL, WNOHANG) != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		if (!waiting[i]) {
			waiting[i] = pid;
			return;
		}
}

struct helper *helper_free(struct helper *h)
{
	if (!h)
		return NULL;
	if (h->fd >= 0)
		close(h->fd);
	if (h->pid > 0) {
		kill(h->pid, SIGKILL);
		helper_reap(h->pid);
	}
	free(h->buf);
	free(h);
	return NULL;
}
