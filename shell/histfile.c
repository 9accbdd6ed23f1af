/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See histfile.h.
 */
#include "shell/histfile.h"

#include <errno.h>

#include "core/root.h"
#include "shell/ownfile.h"

int histfile_open(const char *state_home, struct err *e)
{
	return ownfile_open(state_home, "history", "no history is kept", e);
}

/* Where the newest lines begin. */
static const char *newest(const char *text, size_t len)
{
	const char *p = text + len;

	for (unsigned lines = 0; p > text; p--)
		if (p[-1] == '\n' && p != text + len && ++lines == HISTFILE_MAX_LINES)
			break;
	return p;
}

/* Twice too long: keep the newest half. Failing to is no harm. */
static void shorten(int fd, const char *keep, size_t len)
{
	if (ftruncate(fd, 0) == 0 && write(fd, keep, len) != (ssize_t)len)
		(void)!ftruncate(fd, 0);
}

int histfile_read(int fd, void (*fn)(const char *line, void *arg), void *arg)
{
	_cleanup_free_ char *text = NULL;
	const char *start;
	char *save = NULL;
	size_t len = 0;
	int r;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	r = fd_read_all(fd, HISTFILE_MAX_BYTES, &text, &len);
	if (r == -EFBIG && ftruncate(fd, 0) == 0)
		return 0;
	if (r < 0)
		return r;
	start = newest(text, len);
	if (start - text > (ssize_t)(len / 2))
		shorten(fd, start, len - (size_t)(start - text));
	for (char *line = strtok_r(text + (start - text), "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		fn(line, arg);
	return 0;
}

int histfile_add(int fd, const char *line)
{
	_cleanup_free_ char *whole = NULL;
	int n;

	if (strchr(line, '\n'))
		return -EINVAL;
	n = asprintf(&whole, "%s\n", line);
	if (n < 0)
		return -ENOMEM;
	return write(fd, whole, (size_t)n) == n ? 0 : -errno;
}
