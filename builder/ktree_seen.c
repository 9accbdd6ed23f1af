// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A prepared tree is used for months, and somebody may lay hands on it. What
 * it was like is written down when it is made: name, size and time of every
 * file that builds in it only read. That is looked at when a build fails in a
 * way that a sound tree would not let it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/fingerprint.h"
#include "builder/ktree_steps.h"
#include "builder/sbuf.h"
#include "builder/walk.h"
#include "core/dirfile.h"
#include "kmod/decompress.h"

#define SEEN KTREE_OWN "-seen"
#define SEEN_MAX (64u << 20)
#define LINE_SIZE (PATH_MAX + 64)

/* Not what kbuild writes where it compiles, and nothing hidden. */
static bool is_read_only(const char *name, unsigned depth)
{
	static const char *const written[] = { ".o", ".a", ".mod", ".ko", ".order", ".symvers", ".s", ".i" };

	for (size_t i = 0; i < ARRAY_SIZE(written); i++)
		if (has_ending(name, written[i]))
			return false;
	return name[0] != '.';
}

/* "SIZE TIME PATH" */
static int make_line(char line[LINE_SIZE], const char *path, const struct stat *st)
{
	int n = snprintf(line, LINE_SIZE, "%lld %lld.%09ld %s", (long long)st->st_size,
			 (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec, path);

	return n < LINE_SIZE ? 0 : -ENAMETOOLONG;
}

static int take(struct walk *w, int dir, const char *name, const struct stat *st)
{
	char line[LINE_SIZE];

	if (S_ISREG(st->st_mode) && !strchr(w->path, '\n') && make_line(line, w->path, st) == 0)
		sbuf_add(w->arg, "%s\n", line);
	return S_ISDIR(st->st_mode);
}

int ktree_note(const struct ktree *t, struct err *e)
{
	_cleanup_free_ char *all = NULL;
	struct sbuf text = { 0 };
	struct walk w = { .wants = is_read_only,
			  .take = take,
			  .arg = &text,
			  .depth_max = FINGERPRINT_DEPTH_MAX,
			  .entries_max = FINGERPRINT_FILES_MAX };
	int r = walk_folder(&w, t->dir), taken = sbuf_take(&text, &all);

	r = r < 0 ? r : taken;
	r = r < 0 ? r : dirfile_write_bytes(t->dir, SEEN, 0600, all, strlen(all));
	return r < 0 ? err_set(e, r, "%s: its files cannot be noted: %s", t->path, strerror(-r)) : 0;
}

static bool is_as_noted(const struct ktree *t, const char *line)
{
	const char *path = strchr(line, ' ');
	char now[LINE_SIZE];
	struct stat st;

	path = path ? strchr(path + 1, ' ') : NULL;
	return path && fstatat(t->dir, path + 1, &st, AT_SYMLINK_NOFOLLOW) >= 0 &&
	       make_line(now, path + 1, &st) == 0 && streq(now, line);
}

/* The text is taken apart. */
static bool all_as_noted(const struct ktree *t, char *text)
{
	for (char *line = text, *next; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (!is_as_noted(t, line))
			return false;
	}
	return true;
}

bool ktree_is_damaged(const struct ktree *t)
{
	_cleanup_close_ int fd = openat(t->dir, SEEN, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fd < 0 || file_read_fd(SEEN, fd, SEEN_MAX, &text, &len, NULL) < 0)
		return true;
	return !all_as_noted(t, text);
}

bool ktree_discard(const struct ktree *t)
{
	return unlinkat(t->dir, KTREE_STAMP, 0) == 0 || errno == ENOENT;
}
