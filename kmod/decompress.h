/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module files and kernel images as bytes: bounded reads of regular files, and
 * the compressions that kmod and the kernel know (gzip, xz, zstd; lz4 as the
 * kernel's image has it, in the legacy frame), told apart by their magic,
 * never by the file's name. The one owner of zlib, liblzma, libzstd and
 * liblz4. Output is bounded, so that a small file cannot fill the memory.
 */
#ifndef KLPSH_KMOD_DECOMPRESS_H
#define KLPSH_KMOD_DECOMPRESS_H

#include "core/err.h"

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_XZ, COMPRESSION_ZSTD, COMPRESSION_LZ4 };

/* By magic; anything unknown is COMPRESSION_NONE. */
enum compression compression_of(const void *data, size_t len);
/* "none", "gzip", "xz", "zstd", "lz4". */
const char *compression_word(enum compression c);

/*
 * Decompress to the heap, at most max bytes; concatenated streams are one.
 * -EFBIG when more would come out or the dictionary needs too much memory,
 * -EBADMSG when the data is damaged, cut off or followed by rubbish, -EINVAL
 * for COMPRESSION_NONE, -ENOMEM; each with e set.
 */
int decompress(enum compression c, const void *data, size_t len, size_t max, char **ret, size_t *ret_len,
	       struct err *e);

/* CRC-32 of the bytes, going on from `from` (0 at first): it tells damage, not malice. */
uint32_t checksum(uint32_t from, const void *data, size_t len);

/*
 * Read a whole file from a descriptor, which stays the caller's: a regular
 * file of at most max bytes. -EISDIR, -EINVAL (not a regular file), -EFBIG,
 * or what read(2) gave; path is for the message only.
 */
int file_read_fd(const char *path, int fd, size_t max, char **ret, size_t *ret_len, struct err *e);
/* The same by path; never waits for a FIFO's other end. */
int file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct err *e);

#endif
