// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See ktree.h. A tree is complete when its stamp says so: written last, with
 * checksums of what a compile depends on most. Whatever else has the tree's
 * name is thrown away. Everybody who works in a tree holds its lock, a file
 * beside it that is never removed.
 */
#include "builder/ktree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "builder/fingerprint.h"
#include "builder/kconfig.h"
#include "builder/ktree_steps.h"
#include "builder/program.h"
#include "core/dirfile.h"
#include "kmod/decompress.h"

#define CHECKED_MAX (64u << 20)

/* Assembler and linker have no word in the configuration that must hold; another one is another tree. */
static void add_tool(char *text, size_t size, const char *name)
{
	size_t at = strlen(text);
	char path[PATH_MAX];
	struct stat st = { 0 };

	if (program_find(name, path, NULL) >= 0)
		(void)stat(path, &st);
	(void)snprintf(text + at, size - at, "%s %lld %lld.%09ld\n", name, (long long)st.st_size,
		       (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* All that decides how objects come out. */
static int make_key(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	const struct source *s = spec->source;
	char seen[SHA256_HEX] = "", text[1024];
	int r = s->is_dir ? fingerprint_folder(s->path, seen, e) : 0;

	if (r < 0)
		return r;
	FORMAT(text, "tree 2\n%s\n%s\n%s\n%s\n%s\n%s\n", spec->release, s->version, seen, s->config.sha,
	       s->symvers.sha, t->cc_text);
	add_tool(text, sizeof(text), "as");
	add_tool(text, sizeof(text), "ld");
	r = sha256_hex(text, strlen(text), t->key);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}

static int name_tree(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	if (asprintf(&t->path, "%s/tree-%s-%.16s", spec->cache, spec->release, t->key) >= 0)
		return 0;
	t->path = NULL;
	return err_set(e, -ENOMEM, "out of memory");
}

/* make and what it runs get no flags, no job server and no folder for temporary files but ours. */
int ktree_set_tmpdir(struct ktree *t, const char *path, struct err *e)
{
	int n = snprintf(t->tmpdir, sizeof(t->tmpdir), "TMPDIR=%s", path);

	if (n < 0 || (size_t)n >= sizeof(t->tmpdir))
		return err_set(e, -ENAMETOOLONG, "%s: the name is too long", path);
	t->env[0] = "LC_ALL=C";
	t->env[1] = "MAKEFLAGS=";
	t->env[2] = "MAKELEVEL=";
	t->env[3] = t->tmpdir;
	return 0;
}

static int lock_tree(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s.lock", t->path) < 0) {
		path = NULL;
		return err_set(e, -ENOMEM, "out of memory");
	}
	t->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->lock < 0)
		return err_set(e, -errno, "%s: cannot be opened: %s", path, strerror(errno));
	if (flock(t->lock, LOCK_EX | LOCK_NB) >= 0)
		return 0;
	if (errno == EWOULDBLOCK)
		ktree_say(spec, "waiting for another build that works in %s", t->path);
	return flock(t->lock, LOCK_EX) < 0 ? err_set(e, -errno, "%s: %s", path, strerror(errno)) : 0;
}

static int open_tree(struct ktree *t, struct err *e)
{
	t->dir = open(t->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return t->dir < 0 ? err_set(e, -errno, "%s: cannot be opened: %s", t->path, strerror(errno)) : 0;
}

int ktree_config(const struct ktree *t, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int fd = openat(t->dir, ".config", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, -errno, "%s/.config: cannot be opened: %s", t->path, strerror(errno));
	return file_read_fd(".config", fd, KCONFIG_MAX, ret, ret_len, e);
}

static int hash_file(const struct ktree *t, const char *name, char ret[SHA256_HEX])
{
	_cleanup_close_ int fd = openat(t->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	size_t len = 0;
	int r = fd < 0 ? -errno : file_read_fd(name, fd, CHECKED_MAX, &data, &len, NULL);

	return r < 0 ? r : sha256_hex(data, len, ret);
}

/* What the stamp of this tree has to say, from the files as they are. */
static int make_stamp(const struct ktree *t, char *buf, size_t size)
{
	static const char *const checked[] = { ".config", "Module.symvers", "include/generated/autoconf.h" };
	size_t at = (size_t)snprintf(buf, size, "tree 2\n%s\n", t->key);
	char sha[SHA256_HEX];

	for (size_t i = 0; i < ARRAY_SIZE(checked); i++) {
		int r = hash_file(t, checked[i], sha);

		if (r < 0)
			return r;
		at += (size_t)snprintf(buf + at, size - at, "%s %s\n", sha, checked[i]);
	}
	buf[at - 1] = '\0'; /* the last newline, as it is read back */
	return 0;
}

static bool is_complete(const struct ktree *t)
{
	char want[1024], has[1024];

	return make_stamp(t, want, sizeof(want)) >= 0 &&
	       dirfile_read_text(t->dir, KTREE_STAMP, has, sizeof(has)) >= 0 && streq(want, has);
}

static int write_stamp(const struct ktree *t, struct err *e)
{
	char text[1024];
	int r = make_stamp(t, text, sizeof(text));

	r = r < 0 ? r : dirfile_write_text(t->dir, KTREE_STAMP, 0600, text);
	return r < 0 ? err_set(e, r, "%s: not prepared as it should be: %s", t->path, strerror(-r)) : 0;
}

static void tell_step(const struct ktree_spec *spec, enum ktree_step step)
{
	if (spec->step)
		spec->step(spec->arg, step);
}

/* What has the tree's name is no tree: away with it, and once more from the source. */
static int remake(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	int r;

	tell_step(spec, KTREE_FILLING);
	r = ktree_remove(t->path, e);
	r = r < 0 ? r : ktree_fill(spec, t, e);
	if (r == 0)
		tell_step(spec, KTREE_MAKING);
	r = r < 0 ? r : open_tree(t, e);
	r = r < 0 ? r : ktree_configure(spec, t, e);
	r = r < 0 ? r : ktree_note(t, e);
	r = r < 0 ? r : write_stamp(t, e);
	t->made = r >= 0;
	if (t->made) {
		tell_step(spec, KTREE_MADE);
		ktree_sweep(spec, t);
	}
	return r;
}

static int use_tree(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	if (open_tree(t, NULL) >= 0 && is_complete(t))
		return 0;
	if (t->dir >= 0)
		close(TAKE_FD(t->dir));
	return remake(spec, t, e);
}

/* The names that go into paths and command lines. */
static int check_spec(const struct ktree_spec *spec, struct err *e)
{
	if (*spec->cache != '/')
		return err_set(e, -EINVAL, "%s: the cache must be named from the root", spec->cache);
	return release_is_sane(spec->release)
		       ? 0
		       : err_set(e, -EINVAL, "\"%s\" is no kernel's release", spec->release);
}

int ktree_prepare(const struct ktree_spec *spec, struct ktree **ret, struct err *e)
{
	_cleanup_(ktree_freep) struct ktree *t = calloc(1, sizeof(*t));
	_cleanup_free_ char *tmp = NULL;
	int r;

	if (!t)
		return err_set(e, -ENOMEM, "out of memory");
	t->dir = t->lock = -1;
	t->jobs = spec->jobs;
	r = check_spec(spec, e);
	r = r < 0 ? r : ktree_set_tmpdir(t, spec->cache, e);
	r = r < 0 ? r : ktree_compiler(spec, t, e);
	r = r < 0 ? r : make_key(spec, t, e);
	r = r < 0 ? r : name_tree(spec, t, e);
	if (r < 0)
		return r;
	memcpy(t->release, spec->release, strlen(spec->release) + 1);
	if (asprintf(&tmp, "%s/" KTREE_OWN "-tmp", t->path) < 0) {
		tmp = NULL;
		return err_set(e, -ENOMEM, "out of memory");
	}
	r = ktree_set_tmpdir(t, tmp, e);
	r = r < 0 ? r : lock_tree(spec, t, e);
	r = r < 0 ? r : use_tree(spec, t, e);
	if (r >= 0)
		*ret = TAKE_PTR(t);
	return r;
}

struct ktree *ktree_free(struct ktree *t)
{
	if (t) {
		if (t->dir >= 0)
			close(t->dir);
		if (t->lock >= 0)
			close(t->lock);
		free(t->path);
		free(t);
	}
	return NULL;
}
