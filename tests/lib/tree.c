// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making and removing fake machines. Removal goes by descriptors and never
 * through a link, so that a link out of the tree costs the link only.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

struct tree {
	int fd;
	char path[512];
};

/* Fail the test unless a system call went well. */
static int must(int r, const char *what, const char *path)
{
	if (r < 0)
		fail_msg("tree: cannot %s %s: %s", what, path, strerror(errno));
	return r;
}

struct tree *tree_new(void)
{
	const char *base = getenv("TMPDIR");
	struct tree *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	FORMAT(t->path, "%s/klpsh-tree-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(t->path))
		fail_msg("tree: cannot make %s: %s", t->path, strerror(errno));
	t->fd = must(open(t->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", t->path);
	return t;
}

static void remove_at(int dir, const char *name)
{
	int fd;
	DIR *d;

	if (unlinkat(dir, name, 0) == 0 || (errno != EISDIR && errno != EPERM))
		return;
	if (fchmodat(dir, name, 0700, 0) < 0)
		return;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	for (struct dirent *e; d && (e = readdir(d));)
		if (!streq(e->d_name, ".") && !streq(e->d_name, ".."))
			remove_at(fd, e->d_name);
	if (d)
		closedir(d);
	unlinkat(dir, name, AT_REMOVEDIR);
}

struct tree *tree_free(struct tree *t)
{
	if (!t)
		return NULL;
	remove_at(AT_FDCWD, t->path);
	close(t->fd);
	free(t);
	return NULL;
}

const char *tree_path(const struct tree *t)
{
	return t->path;
}

struct root *tree_root(const struct tree *t)
{
	struct root *r = NULL;

	assert_int_equal(root_open(t->path, &r, NULL), 0);
	return r;
}

/* Make the folders of path; the last part too when all is set. */
static void make_parents(struct tree *t, const char *path, bool all)
{
	char part[1024];

	FORMAT(part, "%s", path);
	for (char *s = strchr(part, '/'); s || all; s = strchr(s + 1, '/')) {
		if (s)
			*s = '\0';
		if (mkdirat(t->fd, part, 0755) < 0 && errno != EEXIST)
			must(-1, "make the folder", part);
		if (!s)
			break;
		*s = '/';
	}
}

void tree_mkdir(struct tree *t, const char *path)
{
	make_parents(t, path, true);
}

void tree_write_bytes(struct tree *t, const char *path, const void *data, size_t len)
{
	int fd;

	make_parents(t, path, false);
	fd = must(openat(t->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "write", path);
	for (size_t at = 0; at < len;)
		at += (size_t)must((int)write(fd, (const char *)data + at, MIN(len - at, 1u << 20)), "write",
				   path);
	close(fd);
}

void tree_write(struct tree *t, const char *path, const char *text)
{
	tree_write_bytes(t, path, text, strlen(text));
}

void tree_writef(struct tree *t, const char *text, const char *path_fmt, ...)
{
	char path[1024];
	va_list ap;

	va_start(ap, path_fmt);
	vsnprintf(path, sizeof(path), path_fmt, ap);
	va_end(ap);
	tree_write(t, path, text);
}

void tree_symlink(struct tree *t, const char *target, const char *path)
{
	make_parents(t, path, false);
	must(symlinkat(target, t->fd, path), "link", path);
}

void tree_fifo(struct tree *t, const char *path)
{
	make_parents(t, path, false);
	must(mkfifoat(t->fd, path, 0644), "make the pipe", path);
}

void tree_remove(struct tree *t, const char *path)
{
	remove_at(t->fd, path);
}
