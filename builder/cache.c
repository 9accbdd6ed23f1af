// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds and opens the folder, step by step, each relative to the one above,
 * and looks at what was opened rather than at a path. /var/cache/klpsh is
 * root's, so only root can have made what lies in it.
 */
#include "builder/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "builder/linkmod.h"

#define SYSTEM_PARENT "/var/cache"
#define PASSWD_SPACE 16384
#define FULL_BYTES (1u << 20) /* less room than that is none */
#define FULL_INODES 16

static int open_dir(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int cannot(const char *what, const char *path, int code, struct err *e)
{
	err_set(e, code, "cannot %s the cache %s: %s", what, path,
		code == -ELOOP || code == -ENOTDIR ? "it is a link or no folder" : strerror(-code));
	if (code == -ELOOP || code == -ENOTDIR)
		err_hint(e, "remove it: klpsh makes it anew");
	return code;
}

static int unsafe(const struct stat *st, const char *path, struct err *e)
{
	err_rc(e, RC_PERMISSION, -EPERM,
	       "the cache %s is not safe to use: it belongs to uid %u and has mode %04o", path, st->st_uid,
	       st->st_mode & 07777);
	err_hint(e, "remove it: klpsh makes it anew");
	return -EPERM;
}

/* /var/cache/klpsh itself: root's, or ours in tests; nobody else writes there. */
static int check_shared(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return cannot("look at", path, -errno, e);
	if ((st.st_uid && st.st_uid != geteuid()) || st.st_mode & (S_IWGRP | S_IWOTH))
		return unsafe(&st, path, e);
	return 0;
}

static int check_own(int fd, const char *path, uid_t uid, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return cannot("look at", path, -errno, e);
	return st.st_uid != uid || st.st_mode & 077 ? unsafe(&st, path, e) : 0;
}

/* Only root can have made it there, now or in a run that was cut off. */
static int give_away(int fd, const char *path, const struct jail_user *u, struct err *e)
{
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (fstat(fd, &st) < 0 || (st.st_uid == 0 && fchown(fd, u->uid, u->gid) < 0))
		return cannot("give away", path, -errno, e);
	return 0;
}

static int open_system_parent(const char *base, const char *path, struct err *e)
{
	_cleanup_close_ int var = -1, fd = -1;
	char above[PATH_MAX];
	int r;

	FORMAT(above, "%s" SYSTEM_PARENT, base);
	var = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (var < 0)
		return errno == ENOENT && geteuid() != 0 ? -ENOENT : cannot("make", path, -errno, e);
	if (geteuid() == 0 && mkdirat(var, "klpsh", 0755) == 0 && fchmodat(var, "klpsh", 0755, 0) < 0)
		return cannot("make", path, -errno, e);
	fd = open_dir(var, "klpsh");
	if (fd < 0)
		return fd == -ENOENT ? fd : cannot("open", path, fd, e);
	r = check_shared(fd, path, e);
	return r < 0 ? r : TAKE_FD(fd);
}

/* -ENOENT, and nothing said, when root made none for us. */
static int open_system(const char *base, const struct jail_user *u, struct cache *c, struct err *e)
{
	_cleanup_close_ int above = -1, fd = -1;
	char uid[16];
	int r;

	FORMAT(c->path, "%s" SYSTEM_PARENT "/klpsh", base);
	above = open_system_parent(base, c->path, e);
	if (above < 0)
		return above;
	FORMAT(uid, "%u", u->uid);
	FORMAT(c->path, "%s" SYSTEM_PARENT "/klpsh/%u", base, u->uid);
	if (geteuid() == 0 && mkdirat(above, uid, 0700) < 0 && errno != EEXIST)
		return cannot("make", c->path, -errno, e);
	fd = open_dir(above, uid);
	if (fd < 0)
		return fd == -ENOENT ? fd : cannot("open", c->path, fd, e);
	r = give_away(fd, c->path, u, e);
	r = r < 0 ? r : check_own(fd, c->path, u->uid, e);
	if (r < 0)
		return r;
	c->fd = TAKE_FD(fd);
	return 0;
}

/* Where a user's caches are, by the environment or by passwd. */
static int user_parent(const char *base, char path[PATH_MAX], struct err *e)
{
	const char *xdg = getenv("XDG_CACHE_HOME");
	struct passwd pw, *found = NULL;
	char space[PASSWD_SPACE];
	int n;

	if (xdg && *xdg == '/') {
		n = snprintf(path, PATH_MAX, "%s%s", base, xdg);
	} else {
		if (getpwuid_r(geteuid(), &pw, space, sizeof(space), &found) || !found ||
		    pw.pw_dir[0] != '/') {
			err_set(e, -ENOENT, "uid %u has no home for a cache", geteuid());
			err_hint(e, "set XDG_CACHE_HOME to a folder of yours");
			return -ENOENT;
		}
		n = snprintf(path, PATH_MAX, "%s%s/.cache", base, pw.pw_dir);
	}
	return n < PATH_MAX - 8 ? 0 : err_set(e, -ENAMETOOLONG, "the path of the cache is too long");
}

/* Trees and builds lie in it, and make takes a path with blanks apart. */
static int check_words(const char *path, struct err *e)
{
	int r = linkmod_check_word("cache's folder", path, e);

	if (r < 0)
		err_hint(e, "set XDG_CACHE_HOME to a folder of yours (it is HOME/.cache else): letters, "
			    "digits and "
			    "/ _ . + - @ ~ are possible, no blanks");
	return r;
}

static int open_users(const char *base, const struct jail_user *u, struct cache *c, struct err *e)
{
	_cleanup_close_ int above = -1, fd = -1;
	char parent[PATH_MAX];
	int r = user_parent(base, parent, e);

	r = r < 0 ? r : check_words(parent + strlen(base), e);
	if (r < 0)
		return r;
	if (mkdir(parent, 0700) < 0 && errno != EEXIST)
		return cannot("make", parent, -errno, e);
	above = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (above < 0)
		return cannot("open", parent, -errno, e);
	if (snprintf(c->path, sizeof(c->path), "%s/klpsh", parent) >= (int)sizeof(c->path))
		return -ENAMETOOLONG;
	if (mkdirat(above, "klpsh", 0700) < 0 && errno != EEXIST)
		return cannot("make", c->path, -errno, e);
	fd = open_dir(above, "klpsh");
	if (fd < 0)
		return cannot("open", c->path, fd, e);
	r = check_own(fd, c->path, u->uid, e);
	if (r < 0)
		return r;
	c->fd = TAKE_FD(fd);
	return 0;
}

int cache_open(const char *base, const struct jail_user *u, struct cache **ret, struct err *e)
{
	_cleanup_(cache_freep) struct cache *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_set(e, -ENOMEM, "out of memory");
	c->fd = -1;
	if (strlen(base) > PATH_MAX / 2)
		return err_set(e, -ENAMETOOLONG, "the path of the cache is too long");
	r = open_system(base, u, c, e);
	if (r == -ENOENT && geteuid() != 0)
		r = open_users(base, u, c, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(c);
	return 0;
}

struct cache *cache_free(struct cache *c)
{
	if (!c)
		return NULL;
	if (c->fd >= 0)
		close(c->fd);
	free(c);
	return NULL;
}

static int say_full(const char *path, struct err *e)
{
	char was[sizeof(e->text)];

	memcpy(was, e->text, sizeof(was));
	err_set(e, -ENOSPC, "the disk of %s is full%s%s", path, *was ? ": " : "", was);
	err_hint(e, "make room there, and build again");
	return -ENOSPC;
}

int cache_blame(const char *path, int r, struct err *e)
{
	struct statvfs fs;

	if (!e || r == -ENOSPC || statvfs(path, &fs) < 0)
		return r;
	/* a program that failed has removed its own part; some file systems count no inodes */
	if (fs.f_bavail >= FULL_BYTES / fs.f_frsize && (fs.f_files == 0 || fs.f_favail >= FULL_INODES))
		return r;
	return say_full(path, e);
}

int cache_err(const struct cache *c, int code, const char *what, struct err *e)
{
	if (code != -ENOSPC && code != -EDQUOT)
		return err_set(e, code, "cannot %s: %s", what, strerror(-code));
	err_set(e, code,
		code == -ENOSPC ? "the disk of %s is full" : "the quota of disk space in %s is used up",
		c->path);
	err_hint(e, "make room, or remove %s: klpsh makes it anew", c->path);
	return code;
}

int cache_folder(const struct cache *c, const char *name, struct err *e)
{
	char path[PATH_MAX + 256];
	int fd, r;

	FORMAT(path, "%s/%s", c->path, name);
	if (mkdirat(c->fd, name, 0700) < 0 && errno != EEXIST)
		return cache_err(c, -errno, "make a folder in the cache", e);
	fd = open_dir(c->fd, name);
	if (fd < 0)
		return cannot("open", path, fd, e);
	r = check_own(fd, path, geteuid(), e);
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}
