// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Folders and links are made by path beneath two absolute folders that belong
 * to the build's own user; a path from a patch was checked when it was read
 * and is taken apart here again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "builder/farm.h"
#include "core/dirfile.h"

#define COPY_CHUNK (64u << 20)

struct farm {
	const char *tree, *at;
	const struct farm_file *files;
	size_t n;
	const char *const *ways;
	bool copy;
	struct err *e;
};

static int fail(const struct farm *f, const char *what, const char *path)
{
	int r = -errno;

	return err_set(f->e, r, "cannot %s %s: %s", what, path, strerror(-r));
}

static int join(const struct farm *f, char *buf, const char *base, const char *dir, const char *name)
{
	int n = snprintf(buf, PATH_MAX, "%s%s%s%s%s", base, dir[0] ? "/" : "", dir, name[0] ? "/" : "", name);

	return n < 0 || n >= PATH_MAX ? err_set(f->e, -ENAMETOOLONG, "the path %s/%s is too long", dir, name)
				      : 0;
}

/* Is `path` below the folder, or (exact) the name itself? */
static bool leads(const char *path, const char *dir, const char *name, bool *ret_exact)
{
	size_t n = strlen(name);

	if (*dir)
		path = path_below(path, dir);
	if (!path || !begins(path, name) || (path[n] != '\0' && path[n] != '/'))
		return false;
	*ret_exact = path[n] == '\0';
	return true;
}

/* Is an entry of a folder one of the files, or a folder that is to be a real one? */
static bool is_special(const struct farm *f, const char *dir, const char *name)
{
	bool exact;

	for (size_t i = 0; i < f->n; i++)
		if (leads(f->files[i].path, dir, name, &exact))
			return true;
	for (size_t i = 0; f->ways && f->ways[i]; i++)
		if (leads(f->ways[i], dir, name, &exact) && !exact)
			return true;
	return false;
}

/* Blocks are shared where the file system can do that. */
static int copy_file(const char *from, const char *to)
{
	_cleanup_close_ int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), out = -1;
	struct stat st;
	ssize_t n;

	if (in < 0 || fstat(in, &st) < 0)
		return -1;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600 | (st.st_mode & 0100));
	if (out < 0)
		return -1;
	do
		n = copy_file_range(in, NULL, out, NULL, COPY_CHUNK, 0);
	while (n > 0);
	return n < 0 ? -1 : futimens(out, (const struct timespec[]){ st.st_atim, st.st_mtim });
}

/*
 * A file gets a second name, which costs the file system much less than a
 * link with a path in it: that takes an inode, and often a block.
 */
static int link_entry(const struct farm *f, const char *dir, const struct dirent *de)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (join(f, from, f->tree, dir, de->d_name) < 0 || join(f, to, f->at, dir, de->d_name) < 0)
		return -ENAMETOOLONG;
	if (f->copy && de->d_type == DT_REG)
		return copy_file(from, to) < 0 ? fail(f, "make", to) : 0;
	if (de->d_type == DT_REG && link(from, to) == 0)
		return 0;
	return symlink(from, to) < 0 ? fail(f, "make", to) : 0;
}

/* What kbuild made and wrote down beside the source; no compiler reads it. */
static bool is_made(const char *name)
{
	return name[0] == '.' || has_ending(name, ".o") || has_ending(name, ".a");
}

static int link_entries(const struct farm *f, const char *dir)
{
	_cleanup_(closedirp) DIR *d = NULL;
	char from[PATH_MAX];
	unsigned count = 0;

	if (join(f, from, f->tree, dir, "") < 0)
		return -ENAMETOOLONG;
	d = opendir(from);
	if (!d)
		return errno == ENOENT ? 0 : fail(f, "read", from);
	for (struct dirent *de; (de = readdir(d));) {
		if (is_made(de->d_name) || is_special(f, dir, de->d_name))
			continue;
		if (++count > FARM_ENTRIES_MAX)
			return err_set(f->e, -E2BIG, "%s has more than %u entries", from, FARM_ENTRIES_MAX);
		if (link_entry(f, dir, de) < 0)
			return -EIO;
	}
	return 0;
}

/* One folder of the view, the first time that a file needs it. */
static int make_folder(const struct farm *f, const char *dir)
{
	char at[PATH_MAX];

	if (join(f, at, f->at, dir, "") < 0)
		return -ENAMETOOLONG;
	if (dir[0] && mkdir(at, 0700) < 0)
		return errno == EEXIST ? 0 : fail(f, "make", at);
	return link_entries(f, dir);
}

static int make_folders(const struct farm *f, const char *path)
{
	char dir[PATH_MAX];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		if (slash == path || (size_t)(slash - path) >= sizeof(dir))
			return err_set(f->e, -EINVAL, "%s is not a path in the tree", path);
		memcpy(dir, path, (size_t)(slash - path));
		dir[slash - path] = '\0';
		if (make_folder(f, dir) < 0)
			return -EIO;
	}
	return 0;
}

static int write_file(const struct farm *f, const struct farm_file *file)
{
	char path[PATH_MAX];
	int r;

	if (join(f, path, f->at, "", file->path) < 0)
		return -ENAMETOOLONG;
	r = dirfile_create(AT_FDCWD, path, file->data, file->len);
	return r < 0 ? err_set(f->e, r, "cannot make %s: %s", path, strerror(-r)) : 0;
}

static int make_way(const struct farm *f, const char *path)
{
	if (strstr(path, "..") || path[0] == '/')
		return err_set(f->e, -EINVAL, "%s is not a path in the tree", path);
	return make_folders(f, path);
}

int farm_make(const char *tree, const char *at, const struct farm_file *files, size_t n,
	      const char *const *ways, bool copy, struct err *e)
{
	struct farm f = { tree, at, files, n, ways, copy, e };
	int r = link_entries(&f, "");

	for (size_t i = 0; r == 0 && i < n; i++) {
		r = make_way(&f, files[i].path);
		if (r == 0 && files[i].data)
			r = write_file(&f, &files[i]);
	}
	for (size_t i = 0; r == 0 && ways && ways[i]; i++)
		r = make_way(&f, ways[i]);
	return r;
}
