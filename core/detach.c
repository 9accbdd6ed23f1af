// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See detach.h. close_range(2) where the kernel has it (5.9), else one by one
 * up to the most that a process usually has.
 */
#include "core/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#define FD_USUAL_MAX 65535u

void detach_signals(void)
{
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
}

int detach_standard_fds(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (int to = 0; to < DETACH_FD_FIRST; to++)
		if (fd != to && dup2(fd, to) < 0)
			return -errno;
	return 0;
}

static bool is_kept(const int *keep, size_t n, int fd)
{
	for (size_t i = 0; i < n; i++)
		if (keep[i] == fd)
			return true;
	return false;
}

static void close_range_or_each(unsigned from, unsigned to)
{
	if (from > to || syscall(SYS_close_range, from, to, 0) == 0)
		return;
	for (unsigned fd = from; fd <= MIN(to, FD_USUAL_MAX); fd++)
		close((int)fd);
}

void detach_close_others(const int *keep, size_t n)
{
	unsigned from = DETACH_FD_FIRST;
	int last = -1;

	for (size_t i = 0; i < n; i++)
		last = MAX(last, keep[i]);
	for (int fd = DETACH_FD_FIRST; fd <= last; fd++) {
		if (!is_kept(keep, n, fd))
			continue;
		if ((unsigned)fd > from)
			close_range_or_each(from, (unsigned)fd - 1);
		from = (unsigned)fd + 1;
	}
	close_range_or_each(from, ~0u);
}
