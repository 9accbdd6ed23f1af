// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See ktree_steps.h: a tree's files, from a tarball or a folder. They arrive
 * under a temporary name, so that a folder with the tree's name has them all.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "builder/cache.h"
#include "builder/ktree_steps.h"
#include "builder/program.h"
#include "builder/shwords.h"

#define TEMP_MIDDLE ".tmp-"

/* "a/b"; false where it is too long. */
static bool join(char path[PATH_MAX], const char *a, const char *b)
{
	int n = snprintf(path, PATH_MAX, "%s/%s", a, b);

	return n > 0 && n < PATH_MAX;
}

static int too_long(const char *path, struct err *e)
{
	return err_set(e, -ENAMETOOLONG, "%s: the name is too long", path);
}

int ktree_remove(const char *path, struct err *e)
{
	const char *name = strrchr(path, '/') + 1;
	_cleanup_free_ char *above = strndup(path, (size_t)(name - path));
	_cleanup_close_ int dir = above ? open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int r = !above ? -ENOMEM : dir < 0 ? -errno : cache_rmtree(dir, name);

	return r < 0 ? err_set(e, r, "%s: cannot be removed: %s", path, strerror(-r)) : 0;
}

/* Temporary folders of this tree that a build left when it was killed; the lock is ours. */
static int sweep(const struct ktree_spec *spec, const struct ktree *t, struct err *e)
{
	_cleanup_(closedirp) DIR *d = opendir(spec->cache);
	_cleanup_free_ char *begin = NULL;
	struct dirent *entry;
	char path[PATH_MAX];

	if (!d)
		return err_set(e, -errno, "%s: cannot be opened: %s", spec->cache, strerror(errno));
	if (asprintf(&begin, "%s" TEMP_MIDDLE, strrchr(t->path, '/') + 1) < 0) {
		begin = NULL;
		return err_set(e, -ENOMEM, "out of memory");
	}
	while ((entry = readdir(d))) {
		int r;

		if (!begins(entry->d_name, begin))
			continue;
		r = join(path, spec->cache, entry->d_name) ? ktree_remove(path, e) : too_long(spec->cache, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* tar calls the program that unpacks; it is told by name where it is missing. */
static int find_unpacker(const char *tarball, struct err *e)
{
	static const struct {
		const char *end, *program, *package;
	} known[] = { { ".xz", "xz", "xz-utils" },
		      { ".zst", "zstd", "zstd" },
		      { ".gz", "gzip", "gzip" },
		      { ".bz2", "bzip2", "bzip2" } };
	const char *dot = strrchr(tarball, '.');
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		int r = dot && streq(dot, known[i].end) ? program_find(known[i].program, path, e) : 0;

		if (r < 0)
			err_hint(e, "apt-get install %s", known[i].package);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The one folder that the tarball held. */
static int find_top(const char *temp, char path[PATH_MAX], struct err *e)
{
	_cleanup_(closedirp) DIR *d = opendir(temp);
	struct dirent *entry;
	unsigned n = 0;

	while (d && (entry = readdir(d)))
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, "..")) {
			n++;
			if (!join(path, temp, entry->d_name))
				return too_long(temp, e);
		}
	return n == 1 ? 0 : err_set(e, -EBADMSG, "the tarball does not hold one folder, but %u names", n);
}

static int unpack(const struct ktree_spec *spec, const char *temp, char top[PATH_MAX], struct err *e)
{
	const char *const argv[] = { "tar", "-x", "--no-same-owner",  "-C",
				     temp,  "-f", spec->source->path, NULL };
	struct child_spec child = { .argv = argv };
	int r = find_unpacker(spec->source->path, e);

	if (r < 0)
		return r;
	ktree_say(spec, "unpacking %s", spec->source->path);
	r = ktree_run(spec, &child, "unpacking the source", e);
	return r < 0 ? r : find_top(temp, top, e);
}

/* Names of the folder's top, as paths, but .git. */
static int add_top_names(const char *folder, struct words *argv, struct err *e)
{
	_cleanup_(closedirp) DIR *d = opendir(folder);
	struct dirent *entry;
	char path[PATH_MAX];
	int r = 0;

	if (!d)
		return err_set(e, -errno, "%s: cannot be opened: %s", folder, strerror(errno));
	while (r >= 0 && (entry = readdir(d))) {
		if (streq(entry->d_name, ".") || streq(entry->d_name, "..") || streq(entry->d_name, ".git"))
			continue;
		r = join(path, folder, entry->d_name) ? words_add_str(argv, path) : -ENAMETOOLONG;
	}
	return r < 0 ? err_set(e, r, "%s: its files cannot be listed: %s", folder, strerror(-r)) : 0;
}

static int copy(const struct ktree_spec *spec, const char *temp, char top[PATH_MAX], struct err *e)
{
	static const char *const cp[] = { "cp", "-a", "--reflink=auto", "-t", NULL };
	struct words argv = { 0 };
	struct child_spec child = { 0 };
	int r = words_add_all(&argv, cp);

	r = r < 0 ? r : words_add_str(&argv, temp);
	r = r < 0 ? r : words_add_str(&argv, "--");
	r = r < 0 ? err_set(e, r, "out of memory") : add_top_names(spec->source->path, &argv, e);
	if (r >= 0) {
		ktree_say(spec, "copying %s", spec->source->path);
		child.argv = (const char *const *)argv.v;
		r = ktree_run(spec, &child, "copying the source", e);
	}
	words_clear(&argv);
	memcpy(top, temp, strlen(temp) + 1);
	return r;
}

/* Is it a kernel's source at all? */
static int check_top(const struct ktree_spec *spec, const char *top, struct err *e)
{
	static const char *const has[] = { "Makefile", "Kconfig", "scripts" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(has); i++) {
		if (!join(path, top, has[i]) || access(path, F_OK) < 0)
			return err_set(e, -ENOENT, "%s is no kernel's source: no %s is in it",
				       spec->source->path, has[i]);
	}
	return 0;
}

int ktree_fill(const struct ktree_spec *spec, const struct ktree *t, struct err *e)
{
	char temp[PATH_MAX], top[PATH_MAX] = "";
	int r = sweep(spec, t, e);

	if (r < 0)
		return r;
	if ((size_t)snprintf(temp, sizeof(temp), "%s" TEMP_MIDDLE "XXXXXX", t->path) >= sizeof(temp))
		return too_long(t->path, e);
	if (!mkdtemp(temp))
		return err_set(e, -errno, "%s: no folder can be made in it: %s", spec->cache,
			       strerror(errno));
	r = spec->source->is_dir ? copy(spec, temp, top, e) : unpack(spec, temp, top, e);
	r = r < 0 ? r : check_top(spec, top, e);
	if (r >= 0 && rename(top, t->path) < 0)
		r = err_set(e, -errno, "%s: cannot be renamed: %s", top, strerror(errno));
	(void)ktree_remove(temp, NULL);
	return r;
}
