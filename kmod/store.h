/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every module file that was loaded, uncompressed, by the SHA-256 of its
 * content: /var/lib/klpsh/store/SHA256.ko, and beside it SHA256.info with
 * lines "key=value" (name, build-id, path). Rollback loads from here. Written
 * by temporary name, synced and renamed below a directory descriptor; links
 * are not followed. A folder that others may write is refused.
 */
#ifndef KLPSH_KMOD_STORE_H
#define KLPSH_KMOD_STORE_H

#include "core/change.h"
#include "kmod/image.h"

/* Keep an image below dir (STATE_DIR). Already there and whole: 0; it counts as new then. */
int store_put(const char *dir, const struct image *i, struct err *e);
/* Open and verify one by content hash: -ENOENT, -EBADMSG (altered), naming the file in e. */
int store_get(const char *dir, const char *sha256, struct image **ret, struct err *e);
/* Content hash of the stored file of a loaded patch, by name and build-id; -ENOENT. */
int store_find(const char *dir, const char *name, const char *build_id, char ret_sha256[65]);
/* Drop all but the newest `keep` and those in use: named by keep_sha (NULL-terminated, may be NULL). */
int store_prune(const char *dir, size_t keep, char *const *keep_sha, struct err *e);

#endif
