// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See fingerprint.h. The lines are sorted, so that the order in which a file
 * system names its files does not count.
 */
#include "builder/fingerprint.h"

#include <errno.h>
#include <fcntl.h>

#include "builder/walk.h"

struct lines {
	char **v;
	size_t n;
	size_t len; /* bytes of all lines */
};

/* target: what the link there says, or "". */
static int add_line(struct lines *l, const char *path, const struct stat *st, const char *target)
{
	int r = array_grow(&l->v, l->n, sizeof(*l->v));
	char *line;

	if (r < 0)
		return r;
	/* of a folder only the name counts: its size and time change when nothing in it did */
	if (S_ISDIR(st->st_mode))
		r = asprintf(&line, "%s/", path);
	else
		r = asprintf(&line, "%s %o %lld %lld.%09ld %lld.%09ld %s", path, st->st_mode,
			     (long long)st->st_size, (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
			     (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec, target);
	if (r < 0)
		return -ENOMEM;
	l->v[l->n++] = line;
	l->len += (size_t)r + 1;
	return 0;
}

static bool is_wanted(const char *name, unsigned depth)
{
	return depth || !streq(name, ".git");
}

static int take(struct walk *w, int dir, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	int r;

	target[0] = '\0';
	if (S_ISLNK(st->st_mode)) {
		ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

		if (n < 0)
			return -errno;
		target[n] = '\0';
	}
	r = add_line(w->arg, w->path, st, target);
	return r < 0 ? r : S_ISDIR(st->st_mode);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int hash_lines(struct lines *l, char ret[SHA256_HEX])
{
	_cleanup_free_ char *all = malloc(l->len + 1);
	size_t at = 0;

	if (!all)
		return -ENOMEM;
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_text);
	for (size_t i = 0; i < l->n; i++) {
		size_t n = strlen(l->v[i]) + 1;

		memcpy(all + at, l->v[i], n);
		at += n;
	}
	return sha256_hex(all, at, ret);
}

int fingerprint_folder(const char *path, char ret[SHA256_HEX], struct err *e)
{
	struct lines l = { 0 };
	struct walk w = {
		.wants = is_wanted,
		.take = take,
		.arg = &l,
		.depth_max = FINGERPRINT_DEPTH_MAX,
		.entries_max = FINGERPRINT_FILES_MAX,
	};
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(e, -errno, "%s: cannot be opened: %s", path, strerror(errno));
	r = walk_folder(&w, fd);
	if (r == -E2BIG)
		err_set(e, r, "%s: more than %u files, or deeper than %u folders: no kernel's source", path,
			FINGERPRINT_FILES_MAX, FINGERPRINT_DEPTH_MAX);
	else if (r < 0)
		err_set(e, r, "%s/%s: %s", path, w.path, strerror(-r));
	else if ((r = hash_lines(&l, ret)) < 0)
		err_set(e, r, "out of memory");
	for (size_t i = 0; i < l.n; i++)
		free(l.v[i]);
	free(l.v);
	return r;
}
