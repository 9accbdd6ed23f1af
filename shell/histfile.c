/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See histfile.h. Every folder on the way below the state home is opened
 * without following links as well.
 */
#include "shell/histfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/root.h"

/* $XDG_STATE_HOME, else ~/.local/state; folders are made as needed. Heap. */
static char *state_home_path(void)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path = NULL;

	if (xdg && xdg[0] == '/')
		return strdup(xdg);
	if (!home || home[0] != '/')
		return NULL;
	if (asprintf(&path, "%s/.local", home) < 0)
		return NULL;
	(void)mkdir(path, 0700);
	free(path);
	return asprintf(&path, "%s/.local/state", home) < 0 ? NULL : path;
}

static int open_folder(const char *state_home)
{
	_cleanup_close_ int home = -1;
	int fd;

	(void)mkdir(state_home, 0700);
	home = open(state_home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (home < 0)
		return -errno;
	if (mkdirat(home, "klpsh", 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(home, "klpsh", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
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
	_cleanup_free_ char *path = state_home ? strdup(state_home) : state_home_path();
	_cleanup_close_ int dir = -1, fd = -1;
	int r;

	if (!path)
		return err_set(e, -ENOENT, "no history is kept: there is no home folder");
	dir = open_folder(path);
	if (dir < 0)
		return err_set(e, dir, "no history is kept: cannot open %s/klpsh: %s", path, strerror(-dir));
	fd = openat(dir, "history", O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	r = fd < 0 ? -errno : check_file(fd);
	if (r < 0)
		return err_set(e, r, "no history is kept: %s/klpsh/history: %s", path,
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
