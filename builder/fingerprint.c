// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See fingerprint.h. The lines are sorted, so that the order in which a file
 * system names its files does not count.
 */
#include "builder/fingerprint.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

struct walk {
	char **lines;
	size_t n;
	size_t len; /* bytes of all lines */
	char path[PATH_MAX]; /* of what is looked at, relative to the folder */
	char target[PATH_MAX]; /* what the link there says, or "" */
};

static int add_line(struct walk *w, const struct stat *st)
{
	int r = w->n < FINGERPRINT_FILES_MAX ? array_grow(&w->lines, w->n, sizeof(*w->lines)) : -E2BIG;
	char *line;

	if (r < 0)
		return r;
	/* of a folder only the name counts: its size and time change when nothing in it did */
	if (S_ISDIR(st->st_mode))
		r = asprintf(&line, "%s/", w->path);
	else
		r = asprintf(&line, "%s %o %lld %lld.%09ld %s", w->path, st->st_mode, (long long)st->st_size,
			     (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec, w->target);
	if (r < 0)
		return -ENOMEM;
	w->lines[w->n++] = line;
	w->len += (size_t)r + 1;
	return 0;
}

static int walk_folder(struct walk *w, int fd, size_t len, unsigned depth);

/* The entry `name` of the folder dir, whose own path has len bytes. */
static int walk_entry(struct walk *w, int dir, const char *name, size_t len, unsigned depth)
{
	int n = snprintf(w->path + len, sizeof(w->path) - len, "%s%s", len ? "/" : "", name), fd, r;
	struct stat st;
	ssize_t target;

	if (n < 0 || (size_t)n >= sizeof(w->path) - len)
		return -ENAMETOOLONG;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	w->target[0] = '\0';
	if (S_ISLNK(st.st_mode)) {
		target = readlinkat(dir, name, w->target, sizeof(w->target) - 1);
		if (target < 0)
			return -errno;
		w->target[target] = '\0';
	}
	r = add_line(w, &st);
	if (r < 0 || !S_ISDIR(st.st_mode))
		return r;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : walk_folder(w, fd, len + (size_t)n, depth + 1);
}

/* fd is taken over. */
static int walk_folder(struct walk *w, int fd, size_t len, unsigned depth)
{
	_cleanup_(closedirp) DIR *d = fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!d) {
		r = -errno;
		close(fd);
		return r;
	}
	if (depth > FINGERPRINT_DEPTH_MAX)
		return -E2BIG;
	while (r >= 0 && (errno = 0, entry = readdir(d))) {
		if (streq(entry->d_name, ".") || streq(entry->d_name, "..") ||
		    (!depth && streq(entry->d_name, ".git")))
			continue;
		r = walk_entry(w, dirfd(d), entry->d_name, len, depth);
	}
	return r < 0 ? r : -errno;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int hash_lines(struct walk *w, char ret[SHA256_HEX])
{
	_cleanup_free_ char *all = malloc(w->len + 1);
	size_t at = 0;

	if (!all)
		return -ENOMEM;
	if (w->n)
		qsort(w->lines, w->n, sizeof(*w->lines), by_text);
	for (size_t i = 0; i < w->n; i++) {
		size_t n = strlen(w->lines[i]) + 1;

		memcpy(all + at, w->lines[i], n);
		at += n;
	}
	return sha256_hex(all, at, ret);
}

int fingerprint_folder(const char *path, char ret[SHA256_HEX], struct err *e)
{
	_cleanup_free_ struct walk *w = calloc(1, sizeof(*w));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd < 0 || !w) {
		r = fd < 0 ? -errno : -ENOMEM;
		if (fd >= 0)
			close(fd);
		return err_set(e, r, "%s: cannot be opened: %s", path, strerror(-r));
	}
	r = walk_folder(w, fd, 0, 0);
	if (r == -E2BIG)
		err_set(e, r, "%s: more than %u files, or deeper than %u folders: no kernel's source", path,
			FINGERPRINT_FILES_MAX, FINGERPRINT_DEPTH_MAX);
	else if (r < 0)
		err_set(e, r, "%s/%s: %s", path, w->path, strerror(-r));
	else if ((r = hash_lines(w, ret)) < 0)
		err_set(e, r, "out of memory");
	for (size_t i = 0; i < w->n; i++)
		free(w->lines[i]);
	free(w->lines);
	return r;
}
