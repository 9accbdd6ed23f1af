/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bounded reads of sysfs, procfs and tracefs below one prefix that tests and
 * captured machines can replace (--root DIR). Paths cannot climb out
 * (openat2 RESOLVE_IN_ROOT, or no ".." and no symbolic links on kernels that
 * lack it). It never writes.
 */
#ifndef KLPSH_CORE_ROOT_H
#define KLPSH_CORE_ROOT_H

#include "core/err.h"

struct root;

#define ATTR_MAX 4096 /* a sysfs attribute is at most a page */

/*
 * Open a root. prefix NULL or "/": the running machine. Returns 0 or a
 * negative errno with e set. The caller frees with root_free.
 */
int root_open(const char *prefix, struct root **ret, struct err *e);
struct root *root_free(struct root *r);
DEFINE_CLEANUP(struct root, root_free)

/* Is this the running machine (not a captured tree)? */
bool root_is_live(const struct root *r);

/* The descriptor below which everything is opened; stays the root's. */
int root_fd(const struct root *r);

/* The prefix as given, "/" for the running machine. */
const char *root_prefix(const struct root *r);

/*
 * Open a path below the root, e.g. "sys/kernel/livepatch" (no leading slash).
 * flags as for open(2); O_CLOEXEC is added. Returns a descriptor or a
 * negative errno.
 */
int root_openat(const struct root *r, const char *path, int flags);

/* Does the path exist? */
bool root_exists(const struct root *r, const char *path);

/*
 * Read one attribute into buf as a string: one trailing newline removed.
 * Returns the length; -EFBIG when it does not fit, -EBADMSG when it holds a
 * NUL byte, else a negative errno. buf is untouched on failure.
 */
ssize_t root_read_attr(const struct root *r, const char *path, char *buf, size_t size);

/* An attribute that is a decimal number. -EBADMSG when it is anything else. */
int root_read_int(const struct root *r, const char *path, int64_t *ret);

/* An attribute that is 0, 1, N or Y. -EBADMSG otherwise. */
int root_read_bool(const struct root *r, const char *path, int *ret);

/*
 * Read a whole file of at most max bytes to the heap, NUL-terminated behind
 * the end (the NUL is not counted). -EFBIG when it is longer.
 */
int root_read_file(const struct root *r, const char *path, size_t max, char **ret, size_t *ret_len);

/*
 * Names in a folder, without "." and "..", sorted bytewise. dirs_only leaves
 * out what is not a folder (links are not followed). At most 65536 names,
 * -E2BIG beyond. ret is a NULL-terminated vector, freed with strv_free.
 */
int root_list(const struct root *r, const char *path, bool dirs_only, char ***ret, size_t *ret_n);

char **strv_free(char **v);
static inline void strv_freep(char ***v)
{
	*v = strv_free(*v);
}

/* Read fd to its end, bounded as above. */
int fd_read_all(int fd, size_t max, char **ret, size_t *ret_len);

#endif
