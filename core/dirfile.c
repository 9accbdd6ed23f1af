// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See dirfile.h. A crash leaves at worst a file named .tmp-*, which nobody
 * reads.
 */
#include "core/dirfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int temp_open(int dir, mode_t mode, char *name, size_t size)
{
	uint64_t salt[2];
	int fd;

	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return -EIO;
	snprintf(name, size, DIRFILE_TEMP "%016llx%016llx", (unsigned long long)salt[0],
		 (unsigned long long)salt[1]);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	/* whatever the umask says */
	if (mode != 0600 && fchmod(fd, mode) < 0) {
		int r = -errno;

		close(fd);
		unlinkat(dir, name, 0);
		return r;
	}
	return fd;
}

int dirfile_write(int dir, const char *name, mode_t mode, int (*fill)(int fd, const void *arg),
		  const void *arg)
{
	char temp[64];
	_cleanup_close_ int fd = temp_open(dir, mode, temp, sizeof(temp));
	int r;

	if (fd < 0)
		return fd;
	errno = 0;
	r = fill(fd, arg);
	if (r >= 0 && (fsync(fd) < 0 || renameat(dir, temp, dir, name) < 0))
		r = -errno;
	if (r < 0) {
		unlinkat(dir, temp, 0);
		return r;
	}
	return fsync(dir) < 0 ? -errno : 0;
}

struct bytes {
	const void *data;
	size_t len;
};

static int fill_bytes(int fd, const void *arg)
{
	const struct bytes *b = arg;

	return write_all(fd, b->data, b->len);
}

int dirfile_write_bytes(int dir, const char *name, mode_t mode, const void *data, size_t len)
{
	const struct bytes b = { data, len };

	return dirfile_write(dir, name, mode, fill_bytes, &b);
}

int dirfile_write_text(int dir, const char *name, mode_t mode, const char *text)
{
	return dirfile_write_bytes(dir, name, mode, text, strlen(text));
}

int dirfile_create(int dir, const char *name, const void *data, size_t len)
{
	_cleanup_close_ int fd =
		openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : write_all(fd, data, len);
}

int dirfile_remove(int dir, const char *name)
{
	if (unlinkat(dir, name, 0) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fsync(dir) < 0 ? -errno : 0;
}

int dirfile_read_text(int dir, const char *name, char *buf, size_t size)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size);

	if (n < 0)
		return -errno;
	if ((size_t)n == size)
		return -EFBIG;
	if (n && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return 0;
}
