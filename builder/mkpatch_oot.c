// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patches for a module from outside of the kernel's tree: its sources are
 * copied into the build's folder and made there by kbuild against the prepared
 * tree; its file as it was shipped is what the proof compares with, as for the
 * kernel's own modules. The user's folder is never written.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/confine.h"
#include "builder/copydir.h"
#include "builder/loadedmod.h"
#include "builder/mkpatch_own.h"
#include "builder/modproof.h"
#include "builder/wrapper.h"
#include "kmod/decompress.h"

#define SYMVERS "Module.symvers"

/* A value of .modinfo, which is strings with NULs between them, also before the first; NULL. */
static const char *modinfo(const struct object *ko, const char *key)
{
	const struct elf_section *s = elf_find_section(ko->elf, ".modinfo");
	const char *p = s && s->data ? (const char *)s->data : "", *end = p + (s && s->data ? s->size : 0);
	size_t n = strlen(key);

	for (const char *nul; p < end && (nul = memchr(p, '\0', (size_t)(end - p))); p = nul + 1)
		if (strncmp(p, key, n) == 0 && p[n] == '=')
			return p + n + 1;
	return NULL;
}

/* The kernel compares the whole of it; the release is what a wrong file is told by. */
static int check_vermagic(const struct mkpatch *m, const struct object *ko, struct err *e)
{
	const char *vermagic = modinfo(ko, "vermagic");
	size_t n = vermagic ? strcspn(vermagic, " ") : 0;

	if (vermagic && n == strlen(m->release) && strncmp(vermagic, m->release, n) == 0)
		return 0;
	err_rc(e, RC_REFUSED, -ESTALE, "%s is a module for kernel %.*s, not for %s", m->spec->oot.name,
	       (int)MIN(n, 64), vermagic ? vermagic : "", m->release);
	err_hint(e,
		 "give the file that is loaded in %s, or say which kernel the patch is for with --kernel "
		 "RELEASE",
		 m->release);
	return -ESTALE;
}

static int take_name(struct mkpatch *m, const struct object *ko, struct err *e)
{
	const char *name = modinfo(ko, "name");

	if (!name || !wrapper_is_module_name(name))
		return err_set(e, -EBADMSG, "%s does not say the name of its module: is it a kernel module?",
			       m->spec->oot.name);
	FORMAT(m->oot_name, "%s", name);
	return 0;
}

static int read_module(struct mkpatch *m, struct object **ret, struct err *e)
{
	struct err why = { 0 };
	int r = module_parse(m->spec->oot.bytes, m->spec->oot.len, ret, &why);

	if (r < 0)
		return err_set(e, r, "%s: %s", m->spec->oot.name, why.text);
	r = take_name(m, *ret, e);
	r = r < 0 ? r : check_vermagic(m, *ret, e);
	return r < 0 ? r
		     : loadedmod_check(m->spec->root, m->release, m->oot_name, *ret, m->spec->oot.name, e);
}

/* It stands in the list of modules, where the proof looks first. */
int mkpatch_oot_read(struct mkpatch *m, struct err *e)
{
	_cleanup_(object_freep) struct object *ko = NULL;
	int r = read_module(m, &ko, e);

	if (r < 0)
		return r;
	if (array_grow(&m->modules, m->n_modules, sizeof(*m->modules)) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	FORMAT(m->modules[m->n_modules].name, "%s", m->oot_name);
	m->modules[m->n_modules++].ko = TAKE_PTR(ko);
	return 0;
}

/* Without kbuild's notes of an earlier build everything is made anew. */
static bool leave_out(const char *name)
{
	return streq(name, ".git") || streq(name, ".tmp_versions") || has_ending(name, ".ko") ||
	       (*name == '.' && has_ending(name, ".cmd"));
}

/* Also links in the path of the cache would make two names of one file. */
static int make_base(struct mkpatch *m, struct err *e)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/module", m->tmp->path) >= (int)sizeof(path))
		return err_set(e, -ENAMETOOLONG, "%s is too long a path", m->tmp->path);
	if (mkdir(path, 0700) < 0 || !realpath(path, m->oot_path))
		return cache_err(m->spec->cache, -errno, "make a folder", e);
	m->base_dir = open(m->oot_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->base_dir < 0)
		return cache_err(m->spec->cache, -errno, "open a folder", e);
	m->oot = true;
	m->base = m->oot_path;
	return 0;
}

static int copy_source(struct mkpatch *m, struct err *e)
{
	struct copydir c = { .leave_out = leave_out };
	int r = copydir(&c, m->spec->oot_source, m->base_dir, e);

	if (r == -ENOSPC || r == -EDQUOT)
		return cache_err(m->spec->cache, r, "copy the module's sources", e);
	if (r == -EACCES)
		err_hint(e,
			 "uid %u builds, and must be able to read the folder and all in it; as root you may "
			 "name its owner with --as USER",
			 (unsigned)geteuid());
	if (r == 0 && c.links)
		mkpatch_note(
			m,
			"%s is left out, as a link that is absolute or leads out of the module's sources%s",
			c.first_link, c.links > 1 ? "; so are others" : "");
	if (r == 0 && c.others)
		mkpatch_note(m, "sockets, FIFOs and devices among the module's sources are left out (%u)",
			     c.others);
	return r;
}

static int hint_symvers(const struct mkpatch *m, int r, struct err *e)
{
	err_hint(e, "remove %s/" SYMVERS ", or renew it by building the module there", m->spec->oot_source);
	return r;
}

static int read_symvers(const struct mkpatch *m, const char *name, struct symvers *ret, struct err *e)
{
	_cleanup_close_ int fd = openat(m->base_dir, SYMVERS, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char *text;
	size_t len;
	int r = fd < 0 ? -errno : file_read_fd(name, fd, SYMVERS_MAX_BYTES, &text, &len, e);

	if (fd < 0)
		return r == -ENOENT ? r : err_set(e, r, "%s: %s", name, strerror(-r));
	return r < 0 ? r : symvers_parse(name, text, len, ret, e);
}

/*
 * Exports of this module and of those that it was built with: as its folder
 * lists them, and (made) as kbuild has written them since. No list is none.
 */
static int join_symvers(struct mkpatch *m, bool made, struct err *e)
{
	struct symvers more = { 0 };
	char name[PATH_MAX + sizeof(SYMVERS) + 1] = "kbuild's " SYMVERS;
	ssize_t dropped;
	int r;

	if (!made)
		FORMAT(name, "%s/" SYMVERS, m->spec->oot_source);
	r = read_symvers(m, name, &more, e);
	if (r < 0)
		return r == -ENOENT ? 0 : hint_symvers(m, r, e);
	dropped = symvers_join(&m->symvers, &more);
	if (dropped < 0)
		return err_set(e, -ENOMEM, "out of memory");
	if (dropped > 0 && !made)
		mkpatch_note(m,
			     "%s lists exports of the kernel itself, which are not taken from there; remove "
			     "or renew it",
			     name);
	return 0;
}

int mkpatch_oot_copy(struct mkpatch *m, struct err *e)
{
	int r = make_base(m, e);

	if (r == 0 && !realpath(m->spec->oot_source, m->oot_origin))
		r = err_set(e, -errno, "%s: %s", m->spec->oot_source, strerror(errno));
	r = r < 0 ? r : copy_source(m, e);
	return r < 0 ? r : join_symvers(m, false, e);
}

/* The folder's Makefile is a program like any other, and root's builds share a cache. */
int mkpatch_oot_confine(struct mkpatch *m, struct err *e)
{
	int r = ktree_set_tmpdir(m->tree, m->tmp->path, e);

	r = r < 0 ? r : confine_writes(m->tmp->fd, m->tmp->dir, e);
	if (r != -EOPNOTSUPP)
		return r;
	mkpatch_note(
		m,
		"this kernel has no Landlock, so the Makefile of %s, which is run as uid %u, could change "
		"what klpsh keeps in %s and builds later patches with",
		m->spec->oot_source, (unsigned)geteuid(), m->spec->cache->path);
	return 0;
}

int mkpatch_oot_learn(struct mkpatch *m, struct err *e)
{
	char was[256] = "";
	const struct kbuild_module k = { .path = m->base,
					 .dir = m->base_dir,
					 .view = m->farm,
					 .name = m->oot_name,
					 .was = was,
					 .targets = m->spec->oot_targets };
	int r;

	mkpatch_oot_find(m, m->modules[0].ko, was);
	r = kbuild_learn_module(m->tree, &k, mkpatch_say, m, &m->kbuild, e);
	r = r < 0 ? r : join_symvers(m, true, e);
	return r < 0 ? r : mkpatch_oot_check(m, e);
}

void mkpatch_oot_trim(const struct mkpatch *m, const char **line, size_t *len)
{
	const char *const folders[] = { m->base, m->farm };

	for (size_t i = 0; m->oot && i < ARRAY_SIZE(folders); i++) {
		size_t n = strlen(folders[i]);

		if (*len <= n || memcmp(*line, folders[i], n) != 0 || (*line)[n] != '/')
			continue;
		*line += n + 1;
		*len -= n + 1;
		return;
	}
}
