/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The builder's folder: /var/cache/klpsh/UID, made by root, or the user's own
 * below $XDG_CACHE_HOME. It belongs to one uid, is open to nobody else, and is
 * used by descriptor beneath it, following no link. What is in it is as
 * foreign as any file: a checksum tells damage, not malice.
 */
#ifndef KLPSH_BUILDER_CACHE_H
#define KLPSH_BUILDER_CACHE_H

#include <limits.h>

#include "builder/jail.h"

#define CACHE_ENTRY_MAX (256u << 20)
#define CACHE_ENTRY_AGE_S (30 * 24 * 3600u) /* then an entry is dropped */
#define CACHE_DEPTH_MAX 64 /* folders in folders that are removed */
#define CACHE_NAME 40 /* bytes of a build folder's name */

struct cache {
	int fd; /* the folder; give it to jail_start to keep */
	char path[PATH_MAX]; /* absolute, without a link at its end; for compilers */
};

/*
 * Open it for the user u, before the build process starts: root makes what is
 * missing and gives it to u. base: what stands before all paths, "" but in
 * tests. -EPERM when somebody else could have written there; e is set.
 */
int cache_open(const char *base, const struct jail_user *u, struct cache **ret, struct err *e);
struct cache *cache_free(struct cache *c);
DEFINE_CLEANUP(struct cache, cache_free)

/* All below is for the build process. */

/*
 * A folder in it, with mode 0700, made when it is missing; name without a
 * slash. A descriptor or a negative errno with e set.
 */
int cache_folder(const struct cache *c, const char *name, struct err *e);

/*
 * Take the lock of that key (any text), waiting for whoever has it, as long
 * as no signal ends us; say(arg, line) tells before the waiting begins.
 * what: "prepares this kernel". *ret_fd: close it to let go.
 */
int cache_lock(const struct cache *c, const char *key, const char *what,
	       void (*say)(void *arg, const char *line), void *arg, int *ret_fd, struct err *e);

/*
 * Keep data under a key (any text that says all it was made from), replacing
 * what was there; whole or not at all.
 */
int cache_put(const struct cache *c, const char *key, const void *data, size_t len, struct err *e);
/*
 * The data of a key, on the heap, with a NUL behind the end. -ENOENT (e is
 * not set) when there is none; what is damaged is removed and counts as none.
 */
int cache_get(const struct cache *c, const char *key, char **ret, size_t *ret_len, struct err *e);

/* A folder of one build, gone with it. */
struct cache_tmp {
	int dir; /* of all such folders */
	int fd; /* its own, locked while the build lives */
	char name[CACHE_NAME];
	char path[PATH_MAX];
};
/* Make one. Folders of builds that are dead and old entries are removed before. */
int cache_tmpdir(const struct cache *c, struct cache_tmp **ret, struct err *e);
/* Remove it with all that is in it, unless it is kept. */
struct cache_tmp *cache_tmp_free(struct cache_tmp *t);
DEFINE_CLEANUP(struct cache_tmp, cache_tmp_free)

/*
 * One that stays when its build has ended, until who asked for it removes it.
 * The name is made before, by who starts the build and tells of the folder.
 */
int cache_keep_name(char name[CACHE_NAME], struct err *e);
int cache_keepdir(const struct cache *c, const char *name, struct cache_tmp **ret, struct err *e);
/* Is it there, by now? path is set then. For who opened the cache. */
bool cache_is_kept(const struct cache *c, const char *name, char path[PATH_MAX]);

/*
 * Remove `name` in the folder dir: a file, a link itself, or a folder with
 * all that is in it, on one file system, at most CACHE_DEPTH_MAX deep. One
 * that is not there is no error. 0 or the first negative errno.
 */
int cache_rmtree(int dir, const char *name);

/* For whatever is written into the cache: says -ENOSPC and -EDQUOT with a hint, others as "cannot WHAT". */
int cache_err(const struct cache *c, int code, const char *what, struct err *e);
/*
 * For a failure of programs that write into it, whose own words may be about
 * anything: when its disk has no room, say that before what e says. Returns r, or -ENOSPC.
 */
int cache_blame(const char *path, int r, struct err *e);

#endif
