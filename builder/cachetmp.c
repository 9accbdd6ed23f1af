// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Build folders and their removal. A folder's flock says that its build
 * lives; making one and looking for dead ones is done under one lock, so that
 * none is taken for dead before it is locked. One that is kept has a name of
 * its own kind from the beginning, so that it stays wherever its build ends.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "builder/cache.h"
#include "core/dirfile.h"

#define TMP "tmp"
#define KEPT "kept-"
#define HALF_WRITTEN_S (24 * 3600) /* then nobody is still writing it */

static int remove_at(int dir, const char *name, dev_t dev, unsigned depth);

static bool is_dots(const char *name)
{
	return streq(name, ".") || streq(name, "..");
}

/* Everything in the folder fd, which is taken over. Goes on after an error, returns the first. */
static int empty(int fd, dev_t dev, unsigned depth)
{
	_cleanup_(closedirp) DIR *d = fdopendir(fd);
	struct dirent *de;
	int r = 0;

	if (!d) {
		r = -errno;
		close(fd);
		return r;
	}
	while ((de = readdir(d))) {
		int one = is_dots(de->d_name) ? 0 : remove_at(fd, de->d_name, dev, depth + 1);

		r = r < 0 ? r : one;
	}
	return r;
}

static int remove_dir(int dir, const char *name, dev_t dev, unsigned depth)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r;
	struct stat st;

	/* Made without our own right to read it. */
	if (fd < 0 && errno == EACCES && fchmodat(dir, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
		fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || st.st_dev != dev) {
		close(fd);
		return -EXDEV;
	}
	if ((st.st_mode & 0700) != 0700)
		(void)fchmod(fd, 0700);
	r = empty(fd, dev, depth);
	if (r < 0)
		return r;
	return unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

static int remove_at(int dir, const char *name, dev_t dev, unsigned depth)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	/* EACCES: who is confined (builder/confine.h) may remove a folder here, but no file */
	if (errno != EISDIR && errno != EPERM && errno != EACCES)
		return -errno;
	return depth > CACHE_DEPTH_MAX ? -ELOOP : remove_dir(dir, name, dev, depth);
}

int cache_rmtree(int dir, const char *name)
{
	struct stat st;

	if (is_dots(name) || !*name || strchr(name, '/'))
		return -EINVAL;
	return fstat(dir, &st) < 0 ? -errno : remove_at(dir, name, st.st_dev, 0);
}

/* No folder of a living build; want of descriptors or memory says nothing of it. */
static bool is_no_build(int code)
{
	return code == ENOENT || code == ENOTDIR || code == ELOOP || code == EACCES;
}

static bool is_keeper(const char *name)
{
	return strncmp(name, KEPT, sizeof(KEPT) - 1) == 0;
}

static bool is_dead(int dir, const char *name)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (is_keeper(name))
		return false;
	return fd < 0 ? is_no_build(errno) : flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static bool is_old_half(int dir, const char *name)
{
	struct stat st;

	return strncmp(name, DIRFILE_TEMP, sizeof(DIRFILE_TEMP) - 1) == 0 &&
	       fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (uint64_t)st.st_mtime + HALF_WRITTEN_S < now_wall() / USEC_PER_SEC;
}

/* An entry that long is for a kernel or a patch of the past; if not, it is made anew. */
static bool is_old_entry(int dir, const char *name)
{
	struct stat st;

	return is_old_half(dir, name) ||
	       (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		(uint64_t)st.st_mtime + CACHE_ENTRY_AGE_S < now_wall() / USEC_PER_SEC);
}

/* What cannot be removed is in nobody's way. */
static void sweep(int dir, bool (*is_left)(int dir, const char *name))
{
	int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closedirp) DIR *d = again < 0 ? NULL : fdopendir(again);
	struct dirent *de;

	if (!d && again >= 0)
		close(again);
	while (d && (de = readdir(d)))
		if (!is_dots(de->d_name) && is_left(dir, de->d_name))
			(void)cache_rmtree(dir, de->d_name);
}

static int make_name(char name[CACHE_NAME], const char *kind, struct err *e)
{
	uint64_t salt[2];

	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return err_set(e, -EIO, "no random number for a name");
	(void)snprintf(name, CACHE_NAME, "%s%016llx%016llx", kind, (unsigned long long)salt[0],
		       (unsigned long long)salt[1]);
	return 0;
}

static int make(const struct cache *c, struct cache_tmp *t, struct err *e)
{
	if (snprintf(t->path, sizeof(t->path), "%s/" TMP "/%s", c->path, t->name) >= (int)sizeof(t->path))
		return err_set(e, -ENAMETOOLONG, "the path of the cache is too long");
	if (mkdirat(t->dir, t->name, 0700) < 0)
		return cache_err(c, -errno, "make a build folder", e);
	t->fd = openat(t->dir, t->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t->fd < 0 || flock(t->fd, LOCK_EX | LOCK_NB) < 0)
		return cache_err(c, -errno, "lock a build folder", e);
	return 0;
}

static int open_tmpdir(const struct cache *c, const char *name, struct cache_tmp **ret, struct err *e)
{
	_cleanup_close_ int entries = cache_folder(c, "entries", e), lock = -1;
	_cleanup_(cache_tmp_freep) struct cache_tmp *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(e, -ENOMEM, "out of memory");
	FORMAT(t->name, "%s", name);
	t->fd = -1;
	t->dir = entries < 0 ? entries : cache_folder(c, TMP, e);
	if (t->dir < 0)
		return t->dir;
	r = cache_lock(c, TMP, "makes its folder", NULL, NULL, &lock, e);
	if (r < 0)
		return r;
	sweep(t->dir, is_dead);
	sweep(entries, is_old_entry);
	r = make(c, t, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(t);
	return 0;
}

int cache_tmpdir(const struct cache *c, struct cache_tmp **ret, struct err *e)
{
	char name[CACHE_NAME];
	int r = make_name(name, "b-", e);

	return r < 0 ? r : open_tmpdir(c, name, ret, e);
}

int cache_keep_name(char name[CACHE_NAME], struct err *e)
{
	return make_name(name, KEPT, e);
}

int cache_keepdir(const struct cache *c, const char *name, struct cache_tmp **ret, struct err *e)
{
	if (!is_keeper(name) || strchr(name, '/') || strlen(name) >= CACHE_NAME)
		return err_set(e, -EINVAL, "\"%s\" is no name of a folder to keep", name);
	return open_tmpdir(c, name, ret, e);
}

bool cache_is_kept(const struct cache *c, const char *name, char path[PATH_MAX])
{
	_cleanup_close_ int tmp = openat(c->fd, TMP, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	return tmp >= 0 && fstatat(tmp, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
	       snprintf(path, PATH_MAX, "%s/" TMP "/%s", c->path, name) < PATH_MAX;
}

struct cache_tmp *cache_tmp_free(struct cache_tmp *t)
{
	if (!t)
		return NULL;
	if (t->name[0] && t->dir >= 0 && !is_keeper(t->name))
		(void)cache_rmtree(t->dir, t->name);
	if (t->fd >= 0)
		close(t->fd);
	if (t->dir >= 0)
		close(t->dir);
	free(t);
	return NULL;
}
