// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See walk.h. A folder's entries come as the file system has them: in no order.
 * What is gone between listing and looking counts as an error: nobody else
 * should be at work in such a folder.
 */
#include "builder/walk.h"

#include <errno.h>
#include <fcntl.h>

static int enter(struct walk *w, int fd, size_t len, unsigned depth);

/* The entry `name` of the folder dir, whose own path has len bytes. */
static int look(struct walk *w, int dir, const char *name, size_t len, unsigned depth)
{
	int n = snprintf(w->path + len, sizeof(w->path) - len, "%s%s", len ? "/" : "", name), fd, r;
	struct stat st;

	if (n < 0 || (size_t)n >= sizeof(w->path) - len)
		return -ENAMETOOLONG;
	if (++w->entries > w->entries_max)
		return -E2BIG;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	r = w->take(w, dir, name, &st);
	if (r <= 0)
		return r;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : enter(w, fd, len + (size_t)n, depth + 1);
}

/* fd is taken over. */
static int enter(struct walk *w, int fd, size_t len, unsigned depth)
{
	_cleanup_(closedirp) DIR *d = fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!d) {
		r = -errno;
		close(fd);
		return r;
	}
	if (depth > w->depth_max)
		return -E2BIG;
	while (r >= 0 && (errno = 0, entry = readdir(d))) {
		if (streq(entry->d_name, ".") || streq(entry->d_name, "..") ||
		    (w->wants && !w->wants(entry->d_name, depth)))
			continue;
		r = look(w, dirfd(d), entry->d_name, len, depth);
	}
	if (r < 0)
		return r;
	r = -errno;
	w->path[len] = '\0';
	return r;
}

int walk_folder(struct walk *w, int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	w->path[0] = '\0';
	w->entries = 0;
	return again < 0 ? -errno : enter(w, again, 0, 0);
}
