// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Locks and small entries of the cache. An entry's name is the hash of its
 * key; its first line holds the hash of key and content, so that one that was
 * cut, changed or renamed is noticed and made anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "builder/cache.h"
#include "core/dirfile.h"
#include "core/hash.h"

#define MAGIC "klpsh-cache-1 "
#define HEAD_LEN (sizeof(MAGIC) - 1 + SHA256_HEX) /* a newline where the hash's NUL was */

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

/* Hash of key, NUL, content. */
static int sum(const char *key, const void *data, size_t len, char ret[SHA256_HEX])
{
	size_t n = strlen(key) + 1;
	_cleanup_free_ char *all = malloc(n + len);

	if (!all)
		return -ENOMEM;
	memcpy(all, key, n);
	if (len)
		memcpy(all + n, data, len);
	return sha256_hex(all, n + len, ret);
}

struct entry {
	char head[HEAD_LEN];
	const char *data;
	size_t len;
};

static int fill(int fd, const void *arg)
{
	const struct entry *en = arg;
	int r = write_all(fd, en->head, sizeof(en->head));

	return r < 0 ? r : write_all(fd, en->data, en->len);
}

int cache_put(const struct cache *c, const char *key, const void *data, size_t len, struct err *e)
{
	_cleanup_close_ int dir = cache_folder(c, "entries", e);
	struct entry en = { .data = data, .len = len };
	char name[SHA256_HEX], hash[SHA256_HEX];
	int r = dir < 0 ? dir : key_name(key, name, e);

	if (r < 0)
		return r;
	if (len > CACHE_ENTRY_MAX)
		return err_set(e, -EFBIG, "an entry of %zu bytes is too big for the cache", len);
	if (sum(key, data, len, hash) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	memcpy(en.head, MAGIC, sizeof(MAGIC) - 1);
	memcpy(en.head + sizeof(MAGIC) - 1, hash, SHA256_HEX - 1);
	en.head[HEAD_LEN - 1] = '\n';
	r = dirfile_write(dir, name, 0600, fill, &en);
	return r < 0 ? cache_err(c, r, "write into the cache", e) : 0;
}

static bool is_sound(const char *key, const char *text, size_t len)
{
	char hash[SHA256_HEX];

	if (len < HEAD_LEN || memcmp(text, MAGIC, sizeof(MAGIC) - 1) != 0 || text[HEAD_LEN - 1] != '\n')
		return false;
	if (sum(key, text + HEAD_LEN, len - HEAD_LEN, hash) < 0)
		return false;
	return memcmp(text + sizeof(MAGIC) - 1, hash, SHA256_HEX - 1) == 0;
}

/* A regular file of a bearable size, else -EBADMSG. */
static int read_entry(int dir, const char *name, char **ret, size_t *ret_len)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0)
		return errno == ELOOP || errno == EACCES || errno == ENXIO ? -EBADMSG : -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EBADMSG;
	r = fd_read_all(fd, CACHE_ENTRY_MAX + HEAD_LEN, ret, ret_len);
	return r == -EFBIG ? -EBADMSG : r;
}

int cache_get(const struct cache *c, const char *key, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int dir = cache_folder(c, "entries", e);
	_cleanup_free_ char *text = NULL;
	char name[SHA256_HEX];
	size_t len = 0;
	int r = dir < 0 ? dir : key_name(key, name, e);

	if (r < 0)
		return r;
	r = read_entry(dir, name, &text, &len);
	if (r == -EBADMSG || (r >= 0 && !is_sound(key, text, len))) {
		(void)cache_rmtree(dir, name);
		return -ENOENT;
	}
	if (r < 0)
		return r == -ENOENT ? r : cache_err(c, r, "read from the cache", e);
	len -= HEAD_LEN;
	memmove(text, text + HEAD_LEN, len + 1);
	*ret_len = len;
	*ret = TAKE_PTR(text);
	return 0;
}
