/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file taken in once: opened without following a final link, read by
 * descriptor, bounded, hashed, inspected, decompressed, and its module image
 * put into a sealed memfd. What was inspected is what is loaded, whatever
 * happens to the path meanwhile.
 */
#ifndef KLPSH_KMOD_IMAGE_H
#define KLPSH_KMOD_IMAGE_H

#include "kmod/inspect.h"

struct image {
	struct inspect *inspect; /* sha256 in it is that of the file as it is */
	char content[65]; /* SHA-256 of the uncompressed module, signature included */
	int memfd; /* sealed: no write, shrink, grow, seal */
	int file; /* the descriptor that was read, for load_from = file */
	size_t size; /* bytes behind memfd */
};

int image_read(const char *path, struct image **ret, struct err *e);
/* The same from the store: bytes must have this content hash, else -EBADMSG. */
int image_from_fd(const char *path, int fd, struct image **ret, struct err *e);
/* Hash `file` again: -ESTALE when it is no longer what was inspected. */
int image_verify_file(const struct image *i, struct err *e);
struct image *image_free(struct image *i);
DEFINE_CLEANUP(struct image, image_free)

#endif
