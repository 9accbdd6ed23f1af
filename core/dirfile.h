/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are there whole or not at all: written under a name that nobody
 * can guess, synced, renamed, and the folder synced. Names are relative to a
 * descriptor of the folder, links are not followed. And the one loop around
 * write(2), for whoever has all bytes at hand.
 */
#ifndef KLPSH_CORE_DIRFILE_H
#define KLPSH_CORE_DIRFILE_H

#include <sys/types.h>

#include "core/util.h"

#define DIRFILE_TEMP ".tmp-" /* how half-written files are called */

/* Write `name` in the folder dir through fill(fd, arg). 0 or negative errno; nothing is left then. */
int dirfile_write(int dir, const char *name, mode_t mode, int (*fill)(int fd, const void *arg),
		  const void *arg);
/* The same with bytes. */
int dirfile_write_bytes(int dir, const char *name, mode_t mode, const void *data, size_t len);
/* The same with a text. */
int dirfile_write_text(int dir, const char *name, mode_t mode, const char *text);
/* Remove a file and sync the folder; one that is not there is no error. */
int dirfile_remove(int dir, const char *name);
/* Read a small file, without its last newline. -EFBIG when it does not fit, another negative errno. */
int dirfile_read_text(int dir, const char *name, char *buf, size_t size);

/*
 * A new file in a folder that nobody else knows: not synced, readable by us
 * alone, cut when it fails. 0; -EEXIST, also where a link is; or another
 * negative errno.
 */
int dirfile_create(int dir, const char *name, const void *data, size_t len);

/* Write all of it, however many calls that takes. 0, -EIO when nothing goes on, or what write(2) gave. */
int write_all(int fd, const void *data, size_t len);

#endif
