/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads below a prefix. openat2(2) with RESOLVE_IN_ROOT keeps every path,
 * link or "..", inside; a kernel before 5.6, or a sandbox that forbids the
 * call, gets the strict road: no "..", and in a captured tree no links.
 */
#include "core/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define LIST_MAX 65536
#define AGAIN_TRIES 1000

struct root {
	int fd;
	bool live;
	char *prefix;
};

int root_open(const char *prefix, struct root **ret, struct err *e)
{
	_cleanup_(root_freep) struct root *r = NULL;

	if (!prefix)
		prefix = "/";
	r = calloc(1, sizeof(*r));
	if (!r)
		return err_set(e, -ENOMEM, "out of memory");
	r->fd = -1;
	r->prefix = strdup(prefix);
	if (!r->prefix)
		return err_set(e, -ENOMEM, "out of memory");
	r->live = streq(prefix, "/");
	r->fd = open(prefix, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->fd < 0) {
		int code = -errno;

		err_set(e, code, "cannot open the root folder %s: %s", prefix, strerror(-code));
		err_hint(e, "--root takes a folder that holds captured sys/ and proc/ trees");
		return code;
	}
	*ret = TAKE_PTR(r);
	return 0;
}

struct root *root_free(struct root *r)
{
	if (!r)
		return NULL;
	if (r->fd >= 0)
		close(r->fd);
	free(r->prefix);
	free(r);
	return NULL;
}

bool root_is_live(const struct root *r)
{
	return r->live;
}

int root_fd(const struct root *r)
{
	return r->fd;
}

const char *root_prefix(const struct root *r)
{
	return r->prefix;
}

static bool path_climbs(const char *path)
{
	for (const char *p = path; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || !p[2]))
			return true;
	}
	return false;
}

/* One part of the path after the other, through no link. */
static int open_walk(int dir, const char *path, int flags)
{
	_cleanup_close_ int at = -1;
	char part[256];

	for (;;) {
		size_t n = strcspn(path, "/");
		int fd;

		if (n >= sizeof(part))
			return -ENAMETOOLONG;
		memcpy(part, path, n);
		part[n] = '\0';
		path += n + strspn(path + n, "/");
		fd = openat(dir, part, (*path ? O_PATH | O_DIRECTORY : flags) | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 || !*path)
			return fd < 0 ? -errno : fd;
		closep(&at);
		dir = at = fd;
	}
}

static int open_strict(const struct root *r, const char *path, int flags)
{
	int fd;

	if (path_climbs(path))
		return -EXDEV;
	/* Live /sys is full of links to folders; a captured tree is a stranger's. */
	if (!r->live)
		return open_walk(r->fd, path, flags);
	fd = openat(r->fd, path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int root_openat(const struct root *r, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries = AGAIN_TRIES;
	long fd;

	while (*path == '/')
		path++;
	if (!*path)
		path = ".";
	/* A rename anywhere while ".." was followed: the kernel wants to be asked again. */
	do
		fd = syscall(SYS_openat2, r->fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && --tries);
	if (fd >= 0)
		return (int)fd;
	if (errno == ENOSYS || errno == EPERM)
		return open_strict(r, path, flags);
	return -errno;
}

bool root_exists(const struct root *r, const char *path)
{
	_cleanup_close_ int fd = root_openat(r, path, O_PATH);

	return fd >= 0;
}

/* Regular files only: a FIFO or device in a captured tree must not hang us. */
static int open_regular(const struct root *r, const char *path)
{
	_cleanup_close_ int fd = root_openat(r, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return TAKE_FD(fd);
}

/* Fill buf; a file that holds more than size - 1 bytes is -EFBIG. */
static ssize_t read_bounded(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (!n)
			return (ssize_t)len;
		len += (size_t)n;
	}
	return -EFBIG;
}

ssize_t root_read_attr(const struct root *r, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = open_regular(r, path);
	char tmp[ATTR_MAX + 1];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read_bounded(fd, tmp, sizeof(tmp));
	if (n < 0)
		return n;
	if (memchr(tmp, 0, (size_t)n))
		return -EBADMSG;
	if (n && tmp[n - 1] == '\n')
		n--;
	if ((size_t)n >= size)
		return -EFBIG;
	memcpy(buf, tmp, (size_t)n);
	buf[n] = '\0';
	return n;
}

int root_read_int(const struct root *r, const char *path, int64_t *ret)
{
	char buf[64];
	ssize_t n = root_read_attr(r, path, buf, sizeof(buf));

	if (n < 0)
		return (int)n;
	return parse_i64(buf, ret) < 0 ? -EBADMSG : 0;
}

int root_read_bool(const struct root *r, const char *path, int *ret)
{
	char buf[64];
	ssize_t n = root_read_attr(r, path, buf, sizeof(buf));

	if (n < 0)
		return (int)n;
	if (streq(buf, "1") || streq(buf, "Y"))
		*ret = 1;
	else if (streq(buf, "0") || streq(buf, "N"))
		*ret = 0;
	else
		return -EBADMSG;
	return 0;
}

/* What a regular file says of its size, and a little more to see its end; files of /proc and /sys say less.
 */
static size_t first_room(int fd, size_t max)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < 0)
		return 4096;
	return MAX(MIN((uint64_t)st.st_size, max) + 2, 4096u);
}

int fd_read_all(int fd, size_t max, char **ret, size_t *ret_len)
{
	_cleanup_free_ char *buf = NULL;
	size_t len = 0, cap = 0;

	for (;;) {
		ssize_t n;

		if (cap - len < 2) {
			size_t want = cap ? cap * 2 : first_room(fd, max);
			char *p = realloc(buf, want);

			if (!p)
				return -ENOMEM;
			buf = p;
			cap = want;
		}
		n = read(fd, buf + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
	}
	buf[len] = '\0';
	*ret = TAKE_PTR(buf);
	if (ret_len)
		*ret_len = len;
	return 0;
}

int root_read_file(const struct root *r, const char *path, size_t max, char **ret, size_t *ret_len)
{
	_cleanup_close_ int fd = open_regular(r, path);

	if (fd < 0)
		return fd;
	return fd_read_all(fd, max, ret, ret_len);
}

char **strv_free(char **v)
{
	for (char **s = v; s && *s; s++)
		free(*s);
	free(v);
	return NULL;
}

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool entry_is_dir(int dirfd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type == DT_DIR)
		return true;
	if (d->d_type != DT_UNKNOWN)
		return false;
	return fstatat(dirfd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* Append a name to a vector that began with room for four, NULL-terminated. */
static int names_add(char ***names, size_t *n, const char *name)
{
	int r = array_grow(names, *n + 1, sizeof(**names));

	if (r < 0)
		return r;
	(*names)[*n] = strdup(name);
	if (!(*names)[*n])
		return -ENOMEM;
	(*names)[++*n] = NULL;
	return 0;
}

int root_list(const struct root *r, const char *path, bool dirs_only, char ***ret, size_t *ret_n)
{
	_cleanup_(strv_freep) char **names = NULL;
	_cleanup_(closedirp) DIR *dir = NULL;
	size_t n = 0;
	int fd, k;

	names = calloc(4, sizeof(*names));
	if (!names)
		return -ENOMEM;
	fd = root_openat(r, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		k = -errno;
		close(fd);
		return k;
	}
	for (struct dirent *d; (errno = 0, d = readdir(dir));) {
		if (streq(d->d_name, ".") || streq(d->d_name, ".."))
			continue;
		if (dirs_only && !entry_is_dir(fd, d))
			continue;
		if (n >= LIST_MAX)
			return -E2BIG;
		k = names_add(&names, &n, d->d_name);
		if (k < 0)
			return k;
	}
	if (errno)
		return -errno;
	qsort(names, n, sizeof(*names), name_compare);
	*ret = TAKE_PTR(names);
	if (ret_n)
		*ret_n = n;
	return 0;
}
