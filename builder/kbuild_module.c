// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kbuild.h. kbuild leaves a .cmd file beside each object that it makes, so
 * what it made is found by walking the folder; which module an object is of
 * stands in its command (KBUILD_MODNAME). A .cmd that is no compile of one
 * source (a link of several objects, a generator) has nothing to patch.
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/copydir.h"
#include "builder/kbuild.h"
#include "builder/linkmod.h"
#include "builder/walk.h"
#include "kmod/decompress.h"

#define CMD ".o.cmd"

/* What stands below the module's folder, without it; NULL: it is elsewhere. */
static const char *below(const struct kbuild_module *m, const char *path)
{
	return path_below(path, m->path);
}

bool kbuild_is_option(const char *word, size_t len)
{
	static const char begin[] = "CONFIG_", digits[] = "0123456789";
	const char *end = word + len, *p = word + sizeof(begin) - 1, *value;

	if (len < sizeof(begin) || memcmp(word, begin, sizeof(begin) - 1) != 0)
		return false;
	while (p < end && (*p == '_' || (*p >= 'A' && *p <= 'Z') || (*p && strchr(digits, *p))))
		p++;
	if (p == word + sizeof(begin) - 1 || p == end || *p != '=' || p + 1 == end)
		return false;
	value = ++p;
	if (end - value == 1 && *value && strchr("ymn", *value))
		return true;
	while (p < end && *p && strchr(digits, *p))
		p++;
	return p == end;
}

/* Of options alone it is the module that is made, as kbuild does. */
static int add_targets(const char *targets, struct words *args, struct err *e)
{
	bool any = false;
	int r = 0;

	for (const char *p = targets + strspn(targets, " "); r >= 0 && *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		bool option = kbuild_is_option(p, n);

		any = any || !option;
		r = words_add(args, p, n);
		if (r >= 0 && !option)
			r = linkmod_check_word("target", args->v[args->n - 1], e);
		p += n;
	}
	if (r >= 0 && !any)
		r = words_add_str(args, "modules");
	return r == -ENOMEM || r == -E2BIG ? err_set(e, r, "%s", strerror(-r)) : r;
}

static int make_args(const struct kbuild_module *m, struct words *args, struct err *e)
{
	char folder[PATH_MAX + 8], flags[2 * PATH_MAX + 40];
	const char *const fixed[] = { folder, flags, "KBUILD_MODPOST_WARN=1",
				      "CONFIG_DEBUG_INFO_BTF_MODULES=", NULL };

	FORMAT(folder, "M=%s", m->path);
	FORMAT(flags, "KCFLAGS=-ffile-prefix-map=%s/=%s%s", m->path, m->was, *m->was ? "/" : "");
	if (words_add_all(args, fixed) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	return add_targets(m->targets, args, e);
}

/*
 * As a shell in the module's folder that calls 'make -C TREE M=$PWD': makefiles
 * of modules say -I$(PWD)/include.
 */
static int make_there(const struct ktree *t, const struct kbuild_module *m, const struct words *args,
		      child_line_fn fn, void *arg, char reason[200], int *ret_status, struct err *e)
{
	char pwd[PATH_MAX + 8];
	struct ktree there = *t;
	size_t n = 0;

	while (there.env[n])
		n++;
	if (n == KTREE_ENV_MAX)
		return err_set(e, -E2BIG, "the environment for make is too long");
	FORMAT(pwd, "PWD=%s", m->path);
	there.env[n] = pwd;
	there.env[n + 1] = NULL;
	return kbuild_make(&there, (const char *const *)args->v, fn, arg, reason, ret_status, e);
}

static int make(const struct ktree *t, const struct kbuild_module *m, child_line_fn fn, void *arg,
		struct err *e)
{
	struct words args = { 0 };
	char reason[200];
	const char *why = reason;
	int status = 0, r = linkmod_check_word("build folder", m->path, e);

	r = r < 0 ? r : make_args(m, &args, e);
	r = r < 0 ? r : make_there(t, m, &args, fn, arg, reason, &status, e);
	words_clear(&args);
	if (r < 0 || !status)
		return r;
	why = below(m, why) ? below(m, why) : why;
	err_set(e, -EIO, "the sources of module %s do not build, make ended with %d%s%s", m->name, status,
		*why ? ": " : "", why);
	err_hint(
		e,
		"they are built as by 'make -C /lib/modules/%s/build M=DIR %s'; other targets are named "
		"with --target, and so are options that the makefile asks for: --target 'modules CONFIG_X=m'",
		t->release, m->targets);
	return -EIO;
}

struct harvest {
	const struct ktree *t;
	const struct kbuild_module *m;
	struct kbuild *k;
	struct err *e;
};

/* As patches name it, where it is of the module. */
static int add_dep(const struct harvest *h, const char *path, struct words *to)
{
	const char *own = below(h->m, path);

	return words_add_str(to, own ? own : path);
}

/*
 * Of the module: relative to it. Of the tree: absolute. A way that may lead
 * elsewhere, by links or "..", is also there as the file that it leads to.
 */
static int place_dep(const struct harvest *h, const char *dep, struct words *to)
{
	_cleanup_free_ char *absolute = NULL;
	char real[PATH_MAX];
	int r;

	if (*dep != '/' && asprintf(&absolute, "%s/%s", h->t->path, dep) < 0) {
		absolute = NULL;
		return -ENOMEM;
	}
	r = add_dep(h, absolute ? absolute : dep, to);
	if (r < 0 || (absolute && !strstr(dep, "..")))
		return r;
	if (!realpath(absolute ? absolute : dep, real) || streq(real, absolute ? absolute : dep))
		return 0;
	return add_dep(h, real, to);
}

/* The source is one of them. */
static int place_deps(const struct harvest *h, struct kcmd *k)
{
	struct words deps = { 0 };
	int r = place_dep(h, k->source, &deps);

	for (size_t i = 0; i < k->deps.n && r >= 0; i++)
		r = place_dep(h, k->deps.v[i], &deps);
	words_clear(&k->deps);
	k->deps = deps;
	return r;
}

static int add_object(struct harvest *h, const char *source, const char *object, struct kcmd *cmd)
{
	struct kbuild_object *o;
	int r;

	if (h->k->n == KBUILD_OBJECTS_MAX)
		return -E2BIG;
	if (array_grow(&h->k->v, h->k->n, sizeof(*h->k->v)) < 0)
		return -ENOMEM;
	o = &h->k->v[h->k->n];
	*o = (struct kbuild_object){ strdup(source), strdup(object), NULL, NULL };
	h->k->n++;
	r = o->source && o->object ? kcmd_move(cmd, h->m->path, h->m->view, &o->patched) : -ENOMEM;
	r = r < 0 ? r : place_deps(h, cmd);
	o->cmd = r < 0 ? NULL : cmd;
	return r;
}

static int add_stranger(struct harvest *h, const char *object, struct kcmd *cmd)
{
	struct kbuild_stranger *s;
	int r;

	if (h->k->n_strangers == KBUILD_OBJECTS_MAX)
		return -E2BIG;
	if (array_grow(&h->k->strangers, h->k->n_strangers, sizeof(*s)) < 0)
		return -ENOMEM;
	s = &h->k->strangers[h->k->n_strangers];
	*s = (struct kbuild_stranger){ strdup(object), NULL };
	h->k->n_strangers++;
	r = s->object ? place_deps(h, cmd) : -ENOMEM;
	s->cmd = r < 0 ? NULL : cmd;
	return r;
}

/* Is there a C file of the object's name? Then its command must be understood. */
static bool has_source(const struct harvest *h, const char *object)
{
	char path[PATH_MAX];
	struct stat st;

	FORMAT(path, "%.*sc", (int)strlen(object) - 1, object);
	return fstatat(h->m->dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int read_cmd(const struct harvest *h, int dir, const char *name, const char *object, struct kcmd **ret)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	struct err why = { 0 };
	size_t len = 0;
	int r = fd < 0 ? err_set(&why, -errno, "%s: %s", name, strerror(errno))
		       : file_read_fd(name, fd, KCMD_MAX, &data, &len, &why);

	r = r < 0 ? r : kcmd_parse(name, data, len, ret, &why);
	if ((r == -EOPNOTSUPP || r == -EBADMSG) && !has_source(h, object)) {
		r = data ? kcmd_parse_deps(data, len, ret) : -ENOENT;
		return r == -ENOENT ? 0 : r < 0 ? err_set(h->e, r, "%s: %s", name, strerror(-r)) : 0;
	}
	if (r < 0)
		*h->e = why;
	return r;
}

static int take_cmd(struct harvest *h, int dir, const char *name, const char *object)
{
	_cleanup_(kcmd_freep) struct kcmd *cmd = NULL;
	int r = read_cmd(h, dir, name, object, &cmd);
	const char *source = cmd ? below(h->m, cmd->source) : NULL;

	if (r < 0 || !cmd)
		return r;
	if (source && !cmd->is_asm && cmd->modname && streq(cmd->modname, h->m->name))
		r = add_object(h, source, object, cmd);
	else
		r = add_stranger(h, object, cmd);
	if (r < 0)
		return err_set(h->e, r, "%s: %s", object, strerror(-r));
	(void)TAKE_PTR(cmd);
	return 0;
}

/* ".x.o.cmd" tells of "x.o"; ".x.mod.o.cmd" of what modpost wrote. */
static int take(struct walk *w, int dir, const char *name, const struct stat *st)
{
	char object[PATH_MAX];

	if (S_ISDIR(st->st_mode))
		return 1;
	if (!S_ISREG(st->st_mode) || *name != '.' || !has_ending(name, CMD) || has_ending(name, ".mod" CMD))
		return 0;
	FORMAT(object, "%.*s%.*s", (int)(strlen(w->path) - strlen(name)), w->path,
	       (int)(strlen(name) - strlen(".cmd") - 1), name + 1);
	return take_cmd(w->arg, dir, name, object);
}

static int by_stranger(const void *a, const void *b)
{
	return strcmp(((const struct kbuild_stranger *)a)->object,
		      ((const struct kbuild_stranger *)b)->object);
}

static int by_object(const void *a, const void *b)
{
	return strcmp(((const struct kbuild_object *)a)->object, ((const struct kbuild_object *)b)->object);
}

/* In the order of names, so that the same sources give the same module. */
static int harvest(struct harvest *h)
{
	/* bounded as the copy is that the folder was made by */
	struct walk w = {
		.take = take, .arg = h, .depth_max = COPYDIR_DEPTH_MAX, .entries_max = COPYDIR_FILES_MAX
	};
	int r = walk_folder(&w, h->m->dir);

	if (r < 0 && !h->e->code)
		return err_set(h->e, r, "what kbuild made of the module cannot be listed: %s: %s", w.path,
			       strerror(-r));
	if (r == 0 && !h->k->n) {
		err_set(h->e, -ENOENT, "kbuild made no object of a module %s of these sources", h->m->name);
		err_hint(h->e, "are they the sources of that module? name what is to be made with --target, "
			       "and options that the makefile asks for: --target 'modules CONFIG_X=m'");
		return -ENOENT;
	}
	if (r == 0)
		qsort(h->k->v, h->k->n, sizeof(*h->k->v), by_object);
	if (r == 0 && h->k->n_strangers)
		qsort(h->k->strangers, h->k->n_strangers, sizeof(*h->k->strangers), by_stranger);
	return r;
}

int kbuild_learn_module(const struct ktree *t, const struct kbuild_module *m, child_line_fn fn, void *arg,
			struct kbuild **ret, struct err *e)
{
	_cleanup_(kbuild_freep) struct kbuild *k = calloc(1, sizeof(*k));
	struct harvest h = { .t = t, .m = m, .k = k, .e = e };
	int r;

	if (!k)
		return err_set(e, -ENOMEM, "out of memory");
	r = make(t, m, fn, arg, e);
	r = r < 0 ? r : harvest(&h);
	if (r == 0)
		*ret = TAKE_PTR(k);
	return r;
}
