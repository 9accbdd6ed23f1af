// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes module files in. The memfd is sealed against every change
 * (memfd_create(2), F_ADD_SEALS), so that nobody, this process included, can
 * alter what was inspected before finit_module(2) reads it.
 */
#include "kmod/image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "core/dirfile.h"
#include "kmod/decompress.h"
#include "kmod/signature.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* since 6.3 */
#endif

/* Some kernels want to hear that it is nothing to execute, older ones do not know the word. */
static int memfd_new(struct err *e)
{
	int fd = memfd_create("klpsh-module", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("klpsh-module", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd < 0 ? err_set(e, -errno, "no memory file could be made for the module: %m") : fd;
}

static int memfd_fill(int fd, const char *data, size_t len)
{
	int r = write_all(fd, data, len);

	if (r < 0)
		return r;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return -errno;
	return 0;
}

static int image_keep(struct image *i, const char *data, size_t len, struct err *e)
{
	int r;

	if (sha256_hex(data, len, i->content) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	i->memfd = memfd_new(e);
	if (i->memfd < 0)
		return i->memfd;
	r = memfd_fill(i->memfd, data, len);
	if (r < 0)
		return err_set(e, r, "the module could not be kept in memory: %s", strerror(-r));
	i->size = len;
	return 0;
}

static int image_fill(struct image *i, const char *path, struct err *e)
{
	_cleanup_free_ char *data = NULL, *unpacked = NULL;
	size_t len, n;
	int r = file_read_fd(path, i->file, INSPECT_MAX_FILE, &data, &len, e);

	r = r < 0 ? r : inspect_unpack(path, data, len, &i->inspect, &unpacked, &n, e);
	return r < 0 ? r : image_keep(i, unpacked ? unpacked : data, n, e);
}

/* Takes fd. */
static int image_take(const char *path, int fd, struct image **ret, struct err *e)
{
	_cleanup_(image_freep) struct image *i = calloc(1, sizeof(*i));
	int r;

	if (!i) {
		close(fd);
		return err_set(e, -ENOMEM, "out of memory");
	}
	i->memfd = -1;
	i->file = fd;
	r = image_fill(i, path, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(i);
	return 0;
}

int image_read(const char *path, struct image **ret, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_set(e, -errno, "%s: %m", path);
	return image_take(path, fd, ret, e);
}

int image_from_fd(const char *path, int fd, struct image **ret, struct err *e)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (own < 0)
		return err_set(e, -errno, "%s: %m", path);
	return image_take(path, own, ret, e);
}

int image_verify_file(const struct image *i, struct err *e)
{
	_cleanup_free_ char *data = NULL;
	char now[SHA256_HEX];
	size_t len;
	int r;

	if (lseek(i->file, 0, SEEK_SET) < 0)
		return err_set(e, -errno, "%s cannot be read again: %m", i->inspect->path);
	r = file_read_fd(i->inspect->path, i->file, INSPECT_MAX_FILE, &data, &len, e);
	if (r < 0)
		return r;
	if (sha256_hex(data, len, now) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	if (streq(now, i->inspect->sha256))
		return 0;
	err_set(e, -ESTALE, "%s has been changed since it was inspected, so it is not loaded",
		i->inspect->path);
	err_hint(e, "look at it again: klpsh check %s", i->inspect->path);
	return -ESTALE;
}

int image_copy(const struct image *i, int out)
{
	off_t at = 0;

	while ((size_t)at < i->size) {
		ssize_t n = sendfile(out, i->memfd, &at, i->size - (size_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
	}
	return 0;
}

struct image *image_free(struct image *i)
{
	if (!i)
		return NULL;
	inspect_free(i->inspect);
	if (i->memfd >= 0)
		close(i->memfd);
	if (i->file >= 0)
		close(i->file);
	free(i);
	return NULL;
}
