// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One folder is listed, bounded; nothing in it is opened. Names that are not
 * clean text are left out: they could not be typed.
 */
#include "tui/files.h"

#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define FILES_MAX 4096 /* entries of a folder that are looked at */

static bool is_module(const char *name)
{
	static const char *const ends[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (has_ending(name, ends[i]))
			return true;
	return false;
}

static int add(struct candidates *c, const char *folder, const char *name, bool is_dir)
{
	char *word = NULL, *help;

	if (array_grow(&c->v, c->n, sizeof(*c->v)) < 0 ||
	    asprintf(&word, "%s%s%s", folder, name, is_dir ? "/" : "") < 0)
		return -ENOMEM;
	help = strdup("");
	if (!help) {
		free(word);
		return -ENOMEM;
	}
	c->v[c->n++] = (struct candidate){ word, help };
	return 0;
}

static int look_at(int dir, const struct dirent *d, const char *folder, const char *begin,
		   struct candidates *c)
{
	struct stat st;

	if (!begins(d->d_name, begin) || !text_is_clean(d->d_name))
		return 0;
	if (d->d_name[0] == '.' && *begin != '.')
		return 0;
	if (streq(d->d_name, ".") || streq(d->d_name, "..") || fstatat(dir, d->d_name, &st, 0) < 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return add(c, folder, d->d_name, true);
	return S_ISREG(st.st_mode) && is_module(d->d_name) ? add(c, folder, d->d_name, false) : 0;
}

static int by_word(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->word, ((const struct candidate *)b)->word);
}

int files_complete(const char *typed, struct candidates *ret)
{
	const char *slash = strrchr(typed, '/'), *home = getenv("HOME"), *begin = slash ? slash + 1 : typed;
	_cleanup_(closedirp) DIR *dir = NULL;
	char folder[4096], path[8192];
	struct dirent *d;
	int r = 0;

	FORMAT(folder, "%.*s", (int)(begin - typed), typed);
	if (strncmp(folder, "~/", 2) == 0 && home)
		FORMAT(path, "%s%s", home, folder + 1);
	else
		FORMAT(path, "%s", *folder ? folder : ".");
	dir = opendir(path);
	for (int i = 0; dir && r >= 0 && i < FILES_MAX && (d = readdir(dir)); i++)
		r = look_at(dirfd(dir), d, folder, begin, ret);
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_word);
	return r;
}
