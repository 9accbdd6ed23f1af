// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See dirwalk.h. What is gone between listing and looking counts as an error:
 * nobody else should be at work in such a folder.
 */
#include "builder/dirwalk.h"

#include <errno.h>
#include <fcntl.h>

static int walk_folder(struct dirwalk *w, int fd, size_t len, unsigned depth);

/* The entry `name` of the folder dir, whose own path has len bytes. */
static int walk_entry(struct dirwalk *w, int dir, const char *name, size_t len, unsigned depth)
{
	int n = snprintf(w->path + len, sizeof(w->path) - len, "%s%s", len ? "/" : "", name), fd, r;
	struct stat st;

	if (n < 0 || (size_t)n >= sizeof(w->path) - len)
		return -ENAMETOOLONG;
	if (++w->entries > DIRWALK_ENTRIES_MAX)
		return -E2BIG;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	r = w->entry(w->arg, dir, w->path, name, &st);
	if (r != 0 || !S_ISDIR(st.st_mode))
		return MIN(r, 0);
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : walk_folder(w, fd, len + (size_t)n, depth + 1);
}

/* fd is taken over. */
static int walk_folder(struct dirwalk *w, int fd, size_t len, unsigned depth)
{
	_cleanup_(closedirp) DIR *d = fdopendir(fd);
	struct dirent *de;
	int r = 0;

	if (!d) {
		r = -errno;
		close(fd);
		return r;
	}
	if (depth > DIRWALK_DEPTH_MAX)
		return -E2BIG;
	while (r == 0 && (errno = 0, de = readdir(d)))
		if (!streq(de->d_name, ".") && !streq(de->d_name, ".."))
			r = walk_entry(w, dirfd(d), de->d_name, len, depth);
	if (r == 0)
		w->path[len] = '\0';
	return r < 0 ? r : -errno;
}

int dirwalk(struct dirwalk *w, int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	w->path[0] = '\0';
	w->entries = 0;
	return again < 0 ? -errno : walk_folder(w, again, 0, 0);
}
