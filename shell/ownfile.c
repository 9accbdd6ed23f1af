/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See ownfile.h. Every folder on the way must be our own, so that root is
 * not led astray by a home that sudo has left in the environment; the last
 * one may not be a link either.
 */
#include "shell/ownfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

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

int ownfile_open(const char *state_home, const char *name, const char *lost, struct err *e)
{
	_cleanup_close_ int dir = -1, fd = -1;
	const char *path;
	int r;

	dir = open_folder(state_home, &path);
	if (dir < 0 && (!path || path[0] != '/'))
		return err_set(e, dir, "%s: there is no home folder", lost);
	if (dir < 0)
		return err_set(e, dir, "%s below %s: %s", lost, path,
			       dir == -EPERM ? "a folder there is not your own" : strerror(-dir));
	fd = openat(dir, name, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	r = fd < 0 ? -errno : check_file(fd);
	if (r < 0)
		return err_set(e, r, "%s below %s: klpsh/%s: %s", lost, path, name,
			       r == -EPERM ? "not a plain file of your own" : strerror(-r));
	return TAKE_FD(fd);
}
