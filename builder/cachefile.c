// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Locks and entries of the cache. An entry's name is the hash of its key; its
 * first line holds that, too, with length and CRC-32 of the content, so that
 * one that was cut, changed or renamed is noticed and made anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "builder/cache.h"
#include "core/dirfile.h"
#include "core/hash.h"
#include "kmod/decompress.h"

#define MAGIC "klpsh-cache-2 "
#define HEAD_LEN (sizeof(MAGIC) - 1 + SHA256_HEX + 17 + 9) /* a blank or newline behind each */

static int key_name(const char *key, char name[SHA256_HEX], struct err *e)
{
	return sha256_hex(key, strlen(key), name) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static int wait_lock(int fd)
{
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int cache_lock(const struct cache *c, const char *key, const char *what,
	       void (*say)(void *arg, const char *line), void *arg, int *ret_fd, struct err *e)
{
	_cleanup_close_ int dir = cache_folder(c, "locks", e), fd = -1;
	char name[SHA256_HEX], line[160];
	int r = dir < 0 ? dir : key_name(key, name, e);

	if (r < 0)
		return r;
	fd = openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return cache_err(c, -errno, "make a lock in the cache", e);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*ret_fd = TAKE_FD(fd);
		return 0;
	}
	if (errno == EWOULDBLOCK && say) {
		FORMAT(line, "another build %s, waiting", what);
		say(arg, line);
	}
	r = wait_lock(fd);
	if (r < 0)
		return cache_err(c, r, "take a lock in the cache", e);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* The first line of an entry: its key's hash, length and checksum of its content. */
static int make_head(const char *key, const void *data, size_t len, char head[HEAD_LEN + 1], struct err *e)
{
	char name[SHA256_HEX];
	int r = key_name(key, name, e);

	if (r >= 0)
		(void)snprintf(head, HEAD_LEN + 1, MAGIC "%s %016zx %08x\n", name, len,
			       checksum(0, data, len));
	return r;
}

struct entry {
	char head[HEAD_LEN + 1];
	const char *data;
	size_t len;
};

static int fill(int fd, const void *arg)
{
	const struct entry *en = arg;
	int r = write_all(fd, en->head, HEAD_LEN);

	return r < 0 ? r : write_all(fd, en->data, en->len);
}

int cache_put(const struct cache *c, const char *key, const void *data, size_t len, struct err *e)
{
	_cleanup_close_ int dir = cache_folder(c, "entries", e);
	struct entry en = { .data = data, .len = len };
	char name[SHA256_HEX];
	int r = dir < 0 ? dir : key_name(key, name, e);

	if (r < 0)
		return r;
	if (len > CACHE_ENTRY_MAX)
		return err_set(e, -EFBIG, "an entry of %zu bytes is too big for the cache", len);
	r = make_head(key, data, len, en.head, e);
	if (r < 0)
		return r;
	r = dirfile_write(dir, name, 0600, fill, &en);
	return r < 0 ? cache_err(c, r, "write into the cache", e) : 0;
}

/* The line, then the content, which stays where it was read to. */
static int read_open(int fd, char head[HEAD_LEN + 1], char **ret, size_t *ret_len)
{
	ssize_t n = read(fd, head, HEAD_LEN);
	int r;

	if (n != (ssize_t)HEAD_LEN)
		return n < 0 ? -errno : -EBADMSG;
	head[HEAD_LEN] = '\0';
	r = fd_read_all(fd, CACHE_ENTRY_MAX, ret, ret_len);
	return r == -EFBIG ? -EBADMSG : r;
}

/* A regular file of a bearable size, else -EBADMSG. */
static int read_entry(int dir, const char *name, char head[HEAD_LEN + 1], char **ret, size_t *ret_len)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ELOOP || errno == EACCES || errno == ENXIO ? -EBADMSG : -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EBADMSG;
	return read_open(fd, head, ret, ret_len);
}

int cache_get(const struct cache *c, const char *key, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int dir = cache_folder(c, "entries", e);
	_cleanup_free_ char *data = NULL;
	char name[SHA256_HEX], has[HEAD_LEN + 1], want[HEAD_LEN + 1];
	size_t len = 0;
	int r = dir < 0 ? dir : key_name(key, name, e);

	if (r < 0)
		return r;
	r = read_entry(dir, name, has, &data, &len);
	if (r >= 0)
		r = make_head(key, data, len, want, e) < 0 ? -ENOMEM : streq(has, want) ? 0 : -EBADMSG;
	if (r == -EBADMSG) {
		(void)cache_rmtree(dir, name);
		return -ENOENT;
	}
	if (r < 0)
		return r == -ENOENT ? r : cache_err(c, r, "read from the cache", e);
	*ret_len = len;
	*ret = TAKE_PTR(data);
	return 0;
}
