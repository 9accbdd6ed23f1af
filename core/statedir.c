// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens folders of the tool's own state step by step, each relative to the one
 * above, and looks at what was opened rather than at a path.
 */
#include "core/statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

static int not_ours(const struct stat *st, const char *shown, struct err *e)
{
	if (st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	err_rc(e, RC_PERMISSION, -EPERM,
	       "%s is not safe to use: it belongs to uid %u and has mode %04o, so others could have "
	       "written there",
	       shown, st->st_uid, st->st_mode & 07777);
	err_hint(e, "look at what it holds, then: chown root:root %s; chmod go-w %s", shown, shown);
	return -EPERM;
}

/* at is the folder above, name what is looked for in it. */
static int open_below(int at, const char *name, const char *shown, bool create, struct err *e)
{
	_cleanup_close_ int fd = -1;
	bool made = create && mkdirat(at, name, 0700) == 0;
	struct stat st;

	if (create && !made && errno != EEXIST)
		return err_set(e, -errno, "cannot make the folder %s: %m", shown);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, -errno, "cannot open the folder %s: %m", shown);
	if (fstat(fd, &st) < 0)
		return err_set(e, -errno, "%s: %m", shown);
	if (not_ours(&st, shown, e) < 0)
		return -EPERM;
	if (made && fsync(at) < 0)
		return err_set(e, -errno, "the new folder %s is not safely on the disk: %m", shown);
	return TAKE_FD(fd);
}

static int open_parent(const char *dir, const char **ret_name, struct err *e)
{
	const char *slash = strrchr(dir, '/');
	char above[PATH_MAX];
	int fd;

	*ret_name = slash ? slash + 1 : dir;
	if (!**ret_name || strlen(dir) >= sizeof(above))
		return err_set(e, -EINVAL, "%s is no name for a folder", dir);
	FORMAT(above, "%.*s", slash ? (int)MAX(slash - dir, 1) : 1, slash ? dir : ".");
	fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? err_set(e, -errno, "cannot open the folder %s: %m", above) : fd;
}

int statedir_open(const char *dir, const char *sub, bool create, struct err *e)
{
	_cleanup_close_ int above = -1, fd = -1;
	char shown[PATH_MAX];
	const char *name;

	above = open_parent(dir, &name, e);
	if (above < 0)
		return above;
	fd = open_below(above, name, dir, create, e);
	if (fd < 0 || !sub)
		return TAKE_FD(fd);
	FORMAT(shown, "%s/%s", dir, sub);
	return open_below(fd, sub, shown, create, e);
}

int statefile_check(int fd, const char *shown, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, -errno, "%s: %m", shown);
	if (!S_ISREG(st.st_mode) || st.st_nlink > 1)
		return err_rc(e, RC_PERMISSION, -EPERM, "%s is not a plain file with one name", shown);
	return not_ours(&st, shown, e);
}
