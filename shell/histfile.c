/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See histfile.h. Every folder on the way must be our own, so that root is
 * not led astray by a home that sudo has left in the environment; the last
 * one may not be a link either.
 */
#include "shell/histfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/root.h"

/* A folder of somebody else's may hold links that lead anywhere. */
static int open_own(int at, const char *name, int flags)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
	struct stat st;
	int r;

	if (fd < 0)
		return -errno;
	r = fstat(fd, &st) < 0 ? -errno : st.st_uid != geteuid() ? -EPERM : 0;
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* Descriptor of path and then of the folders below it, made as needed; the last one is no link. */
static int open_folders(const char *path, const char *const *below, size_t n)
{
	int fd = open_own(AT_FDCWD, path, 0);

	for (size_t i = 0; fd >= 0 && i < n; i++) {
		_cleanup_close_ int up = fd;

		if (mkdirat(up, below[i], 0700) < 0 && errno != EEXIST)
			return -errno;
		fd = open_own(up, below[i], i + 1 == n ? O_NOFOLLOW : 0);
	}
	return fd;
}

/* Below the given folder, $XDG_STATE_HOME, or ~/.local/state; *ret_path for messages. */
static int open_folder(const char *state_home, const char **ret_path)
{
	static const char *const below[] = { ".local", "state", "klpsh" };
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (!state_home && xdg && xdg[0] == '/')
		state_home = xdg;
	*ret_path = state_home ? state_home : home;
	if (state_home) {
		(void)mkdir(state_home, 0700);
		return open_folders(state_home, below + 2, 1);
	}
	return home && home[0] == '/' ? open_folders(home, below, ARRAY_SIZE(below)) : -ENOENT;
}

static int check_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1 || st.st_uid != geteuid())
		return -EPERM;
	if ((st.st_mode & 0177) && fchmod(fd, 0600) < 0)
		return -errno;
	return 0;
}

int histfile_open(const char *state_home, struct err *e)
{
	_cleanup_close_ int dir = -1, fd = -1;
	const char *path;
	int r;

	dir = open_folder(state_home, &path);
	if (dir < 0 && (!path || path[0] != '/'))
		return err_set(e, dir, "no history is kept: there is no home folder");
	if (dir < 0)
		return err_set(e, dir, "no history is kept below %s: %s", path,
			       dir == -EPERM ? "a folder there is not your own" : strerror(-dir));
	fd = openat(dir, "history", O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	r = fd < 0 ? -errno : check_file(fd);
	if (r < 0)
		return err_set(e, r, "no history is kept below %s: klpsh/history: %s", path,
			       r == -EPERM ? "not a plain file of your own" : strerror(-r));
	return TAKE_FD(fd);
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
