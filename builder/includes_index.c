// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See includes_index.h. Only what can be part of an x86 kernel is read: no
 * tools, no other architectures. Links are not followed.
 */
#include "builder/includes_index.h"

#include <errno.h>
#include <fcntl.h>

#include "builder/ktree_steps.h"
#include "builder/walk.h"
#include "core/dirfile.h"
#include "kmod/decompress.h"

#define INDEX KTREE_OWN "-includes3" /* the number goes up when other files are read */
#define FILE_MAX (64u << 20) /* generated register headers have some 20 MB */
#define DEPTH_MAX 32
#define FILES_MAX (1u << 20) /* Debian's 6.12, prepared, has 99,702 */

struct index {
	char *p;
	size_t len, cap;
};

static int put(struct index *x, const char *text, size_t n, char end)
{
	if (n + 2 > x->cap - x->len) {
		size_t cap = MAX(x->cap * 2, (size_t)1 << 20);
		char *p = cap <= INCLUDES_INDEX_MAX && n + 2 < cap / 2 ? realloc(x->p, cap) : NULL;

		if (!p)
			return cap > INCLUDES_INDEX_MAX ? -E2BIG : -ENOMEM;
		x->p = p;
		x->cap = cap;
	}
	memcpy(x->p + x->len, text, n);
	x->len += n;
	x->p[x->len++] = end;
	x->p[x->len] = '\0';
	return 0;
}

/* Behind the word that p begins with, when it brings a file in; NULL. */
static const char *directive_end(const char *p)
{
	static const char *const words[] = { "include_next", "include", "import" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (begins(p, words[i]))
			return p + strlen(words[i]);
	return NULL;
}

/* The name with the sign in front of it, when the line from p on is an include; its length, or 0. */
static size_t include_of(const char *p, const char **ret)
{
	const char *end;

	p += strspn(p, " \t");
	if (*p++ != '#')
		return 0;
	p = directive_end(p + strspn(p, " \t"));
	if (!p)
		return 0;
	p += strspn(p, " \t");
	if (*p != '"' && *p != '<')
		return 0;
	end = p + 1 + strcspn(p + 1, "\">\n");
	*ret = p;
	return *end == '\n' || !*end ? 0 : (size_t)(end - p);
}

static int index_file(struct index *x, const char *path, int dir, const char *name)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	const char *include;
	size_t len = 0, n;
	int r = fd < 0 ? -errno : file_read_fd(name, fd, FILE_MAX, &text, &len, NULL);

	r = r < 0 ? r : put(x, path, strlen(path), '\n');
	for (const char *p = text; r >= 0 && p; p = memchr(p, '\n', (size_t)(text + len - p))) {
		p += *p == '\n';
		n = include_of(p, &include);
		if (n)
			r = put(x, include, n, '\n');
	}
	return r;
}

/* What no object of the kernel is made of. */
static bool is_left_out(const char *path)
{
	static const char *const folders[] = {
		"tools", "Documentation", "scripts", "samples", "usr", "rust"
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (streq(path, folders[i]))
			return true;
	return strncmp(path, "arch/", 5) == 0 && !strchr(path + 5, '/') && !streq(path, "arch/x86");
}

static bool is_source(const char *name)
{
	size_t n = strlen(name);

	return n > 2 && name[n - 2] == '.' && strchr("chS", name[n - 1]) && !strchr(name, '\n');
}

static bool is_wanted(const char *name, unsigned depth)
{
	return *name != '.';
}

static int take(struct walk *w, int dir, const char *name, const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return is_source(name) ? index_file(w->arg, w->path, dir, name) : 0;
	return S_ISDIR(st->st_mode) && !is_left_out(w->path);
}

static int make_index(const struct ktree *t, char **ret, size_t *ret_len)
{
	struct index x = { 0 };
	struct walk w = {
		.wants = is_wanted, .take = take, .arg = &x, .depth_max = DEPTH_MAX, .entries_max = FILES_MAX
	};
	int r = walk_folder(&w, t->dir);

	/* an empty tree has an empty index */
	r = r < 0 ? r : put(&x, "", 0, '\n');
	r = r < 0 ? r : dirfile_write_text(t->dir, INDEX, 0600, x.p);
	if (r < 0) {
		free(x.p);
		return r;
	}
	*ret = x.p;
	*ret_len = x.len;
	return 0;
}

int includes_index(const struct ktree *t, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int fd = openat(t->dir, INDEX, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int r;

	if (fd >= 0)
		return file_read_fd(INDEX, fd, INCLUDES_INDEX_MAX, ret, ret_len, e);
	r = make_index(t, ret, ret_len);
	return r < 0 ? err_set(e, r, "%s: its includes cannot be listed: %s", t->path, strerror(-r)) : 0;
}
