// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See imagecache.h. What comes from the cache is as foreign as the file and
 * goes through the same parsers; what they do not take is unpacked anew.
 */
#include "builder/imagecache.h"

#include <errno.h>

#include "core/hash.h"

static int make_key(const void *data, size_t len, char *key, size_t size, struct err *e)
{
	char sha[SHA256_HEX];

	if (sha256_hex(data, len, sha) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	(void)snprintf(key, size, "image 1\n%s\n", sha);
	return 0;
}

static int open_kept(const struct cache *c, const char *path, const char *key, struct kimage **ret)
{
	char *vmlinux;
	size_t len;
	int r = cache_get(c, key, &vmlinux, &len, NULL);

	if (r < 0)
		return r;
	r = kimage_adopt(path, vmlinux, len, ret, NULL);
	if (r < 0)
		free(vmlinux);
	return r;
}

int imagecache_open(const struct cache *c, const char *path, const void *data, size_t len,
		    struct kimage **ret, struct err *why, struct err *e)
{
	char key[SHA256_HEX + 16];
	int r = make_key(data, len, key, sizeof(key), e);

	if (r < 0 || open_kept(c, path, key, ret) == 0)
		return r;
	r = kimage_parse(path, data, len, ret, e);
	if (r >= 0 && (*ret)->packed != COMPRESSION_NONE)
		(void)cache_put(c, key, (*ret)->bytes, (*ret)->len, why);
	return r;
}
