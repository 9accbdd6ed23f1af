// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See copydir.h. Times are kept, since make goes by them: a file that is made
 * of another must not become the older one.
 */
#include "builder/copydir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>

#include "builder/walk.h"

#define CHUNK (16u << 20)

struct copy {
	struct copydir *c;
	int to;
	uint64_t bytes;
};

/* Does a link at `path` lead out of the folder? By its text: down is down, ".." is up. */
static bool leads_out(const char *path, const char *target)
{
	int depth = 0;

	if (*target == '/')
		return true;
	for (const char *p = path; *p; p++)
		depth += *p == '/';
	for (const char *p = target; *p; p += strspn(p, "/")) {
		size_t n = strcspn(p, "/");

		if (n == 2 && memcmp(p, "..", 2) == 0)
			depth--;
		else if (n != 1 || *p != '.')
			depth++;
		if (depth < 0)
			return true;
		p += n;
	}
	return false;
}

static int copy_link(struct copy *c, int dir, const char *path, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (leads_out(path, target)) {
		if (c->c->links++ == 0)
			FORMAT(c->c->first_link, "%s", path);
		return 0;
	}
	return symlinkat(target, c->to, path) < 0 ? -errno : 0;
}

static int copy_bytes(struct copy *c, int from, int to)
{
	for (;;) {
		ssize_t n = sendfile(to, from, NULL, CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		c->bytes += (uint64_t)n;
		if (c->bytes > COPYDIR_BYTES_MAX)
			return -EFBIG;
	}
}

static int copy_file(struct copy *c, int dir, const char *path, const char *name)
{
	_cleanup_close_ int from = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_close_ int to = -1;
	struct stat st;
	int r;

	if (from < 0 || fstat(from, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	to = openat(c->to, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600 | (st.st_mode & 0100));
	if (to < 0)
		return -errno;
	r = copy_bytes(c, from, to);
	if (r == 0 && futimens(to, (const struct timespec[]){ st.st_atim, st.st_mtim }) < 0)
		r = -errno;
	return r;
}

static int take(struct walk *w, int dir, const char *name, const struct stat *st)
{
	struct copy *c = w->arg;

	if (c->c->leave_out && c->c->leave_out(name))
		return 0;
	if (S_ISDIR(st->st_mode))
		return mkdirat(c->to, w->path, 0700) < 0 ? -errno : 1;
	if (S_ISLNK(st->st_mode))
		return copy_link(c, dir, w->path, name);
	if (S_ISREG(st->st_mode))
		return copy_file(c, dir, w->path, name);
	c->c->others++;
	return 0;
}

int copydir(struct copydir *c, const char *from, int to, struct err *e)
{
	_cleanup_close_ int fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct copy copy = { .c = c, .to = to };
	struct walk w = {
		.take = take, .arg = &copy, .depth_max = COPYDIR_DEPTH_MAX, .entries_max = COPYDIR_FILES_MAX
	};
	int r = fd < 0 ? -errno : walk_folder(&w, fd);

	if (r == -E2BIG)
		return err_set(e, r, "%s has more than %u files, or is deeper than %u folders", from,
			       COPYDIR_FILES_MAX, COPYDIR_DEPTH_MAX);
	if (r == -EFBIG)
		return err_set(e, r, "%s has more than %llu bytes", from, COPYDIR_BYTES_MAX);
	return r < 0 ? err_set(e, r, "%s%s%s cannot be copied: %s", from, w.path[0] ? "/" : "", w.path,
			       strerror(-r))
		     : 0;
}
