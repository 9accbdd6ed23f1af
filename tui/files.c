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

static bool ends_with(const char *name, const char *const *ends)
{
	while (*ends && !has_ending(name, *ends))
		ends++;
	return *ends != NULL;
}

bool files_is_patch(const char *path)
{
	static const char *const ends[] = { ".patch", ".diff", NULL };

	return ends_with(path, ends);
}

static bool is_wanted(const char *name, unsigned kinds)
{
	static const char *const modules[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst", NULL };

	return ((kinds & FILES_MODULES) && ends_with(name, modules)) ||
	       ((kinds & FILES_PATCHES) && files_is_patch(name));
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

struct looking {
	const char *folder, *begin;
	unsigned kinds;
	struct candidates *out;
};

static int look_at(const struct looking *l, int dir, const struct dirent *d)
{
	struct stat st;

	if (!begins(d->d_name, l->begin) || !text_is_clean(d->d_name))
		return 0;
	if (d->d_name[0] == '.' && *l->begin != '.')
		return 0;
	if (streq(d->d_name, ".") || streq(d->d_name, "..") || fstatat(dir, d->d_name, &st, 0) < 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return add(l->out, l->folder, d->d_name, true);
	return S_ISREG(st.st_mode) && is_wanted(d->d_name, l->kinds)
		       ? add(l->out, l->folder, d->d_name, false)
		       : 0;
}

static int by_word(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->word, ((const struct candidate *)b)->word);
}

void files_typed(const char *typed, char *path, size_t size)
{
	const char *home = getenv("HOME");

	if (begins(typed, "~/") && home)
		snprintf(path, size, "%s%s", home, typed + 1);
	else
		snprintf(path, size, "%s%s", *typed == '-' ? "./" : "", typed);
}

const char *files_last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

void files_absolute(const char *path, char *buf, size_t size)
{
	_cleanup_free_ char *here = *path && *path != '/' ? getcwd(NULL, 0) : NULL;

	snprintf(buf, size, "%s%s%s", here ? here : "", here ? "/" : "", path);
}

int files_complete(const char *typed, unsigned kinds, struct candidates *ret)
{
	const char *slash = strrchr(typed, '/'), *home = getenv("HOME"), *begin = slash ? slash + 1 : typed;
	_cleanup_(closedirp) DIR *dir = NULL;
	char folder[4096], path[8192];
	const struct looking look = { folder, begin, kinds, ret };
	struct dirent *d;
	int r = 0;

	FORMAT(folder, "%.*s", (int)(begin - typed), typed);
	if (begins(folder, "~/") && home)
		FORMAT(path, "%s%s", home, folder + 1);
	else
		FORMAT(path, "%s", *folder ? folder : ".");
	dir = opendir(path);
	for (int i = 0; dir && r >= 0 && i < FILES_MAX && (d = readdir(dir)); i++)
		r = look_at(&look, dirfd(dir), d);
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_word);
	return r;
}
