/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file taken in once: opened once, read by that descriptor, bounded,
 * hashed, inspected, decompressed, and its module image put into a sealed
 * memfd. What was inspected is what is loaded, whatever happens to the path
 * meanwhile. Links in the path are followed: the admin names it, and nothing
 * but the descriptor counts afterwards.
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

/* Negative errno with e set: those of inspect_file, and what memfd_create(2) gave. */
int image_read(const char *path, struct image **ret, struct err *e);
/* The same from a descriptor at its beginning, which stays the caller's. path is for messages. */
int image_from_fd(const char *path, int fd, struct image **ret, struct err *e);
/* Hash `file` again: -ESTALE when it is no longer what was inspected. */
int image_verify_file(const struct image *i, struct err *e);
/* Write the bytes behind memfd to a descriptor. 0 or negative errno. */
int image_copy(const struct image *i, int out);
struct image *image_free(struct image *i);
DEFINE_CLEANUP(struct image, image_free)

#endif
