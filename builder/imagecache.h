/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel images unpacked, which takes most of a second, kept in the cache by
 * the content of the file that they are packed in.
 */
#ifndef KLPSH_BUILDER_IMAGECACHE_H
#define KLPSH_BUILDER_IMAGECACHE_H

#include "builder/cache.h"
#include "builder/kimage.h"

/*
 * As kimage_parse, but for what was unpacked before; of that version and
 * packed are not known. When it cannot be kept all is well, and `why` says so.
 */
int imagecache_open(const struct cache *c, const char *path, const void *data, size_t len,
		    struct kimage **ret, struct err *why, struct err *e);

#endif
