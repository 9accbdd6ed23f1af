// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kbuild.h. An object counts as made when it and its .cmd file are there
 * and newer than the source and the tree's stamp: what came along in a folder
 * of --source was made with who knows what.
 */
#include "builder/kbuild.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "builder/kconfig.h"
#include "builder/kmakefile.h"
#include "builder/ktree_steps.h"
#include "kmod/decompress.h"

/* Code that runs before the kernel, beside it or not on this machine. */
static const struct {
	const char *begins, *why;
} forbidden[] = {
	{ "arch/x86/entry/vdso/", "is part of the vdso, which processes have mapped" },
	{ "lib/vdso/", "is part of the vdso, which processes have mapped" },
	{ "arch/x86/boot/", "runs before the kernel" },
	{ "arch/x86/realmode/", "runs in real mode, at boot and wakeup" },
	{ "arch/x86/purgatory/", "runs between two kernels" },
	{ "arch/x86/um/", "is for user-mode Linux" },
	{ "arch/x86/tools/", "is a tool of the build" },
	{ "drivers/firmware/efi/libstub/", "runs before the kernel" },
	{ "scripts/", "is a tool of the build" },
	{ "tools/", "is a program, not the kernel" },
	{ "usr/", "is a tool of the build" },
	{ "Documentation/", "is documentation" },
};

const char *kbuild_forbidden(const char *source)
{
	const char *dot = strrchr(source, '.');

	/* the kernel's side of the vdso */
	if (streq(source, "arch/x86/entry/vdso/vma.c") || streq(source, "arch/x86/entry/vdso/extable.c"))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++)
		if (begins(source, forbidden[i].begins))
			return forbidden[i].why;
	if (begins(source, "arch/") && !begins(source, "arch/x86/"))
		return "is for another architecture";
	if (dot && (streq(dot, ".S") || streq(dot, ".s")))
		return "is assembly, which cannot be livepatched";
	return NULL;
}

/* A path in the tree: relative, no way out of it, nothing that make would read as more than a name. */
static bool is_sane(const char *source)
{
	return strlen(source) < PATH_MAX - 16 && has_ending(source, ".c") && *source != '/' &&
	       *source != '-' && *source != '.' && !strstr(source, "/.") && !strstr(source, "//") &&
	       !source[strspn(source, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				      "._+,/@-")];
}

static int refuse(struct err *e, const char *source, const char *why)
{
	return err_rc(e, RC_REFUSED, -EOPNOTSUPP, "%s: %s", source, why);
}

/* Does a file of the same folder include it? Its name is put into `by`. */
static bool is_included(int dir, const char *source, char by[256])
{
	const char *slash = strrchr(source, '/'), *base = slash ? slash + 1 : source;
	char folder[PATH_MAX], needle[NAME_MAX + 4];
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *entry;
	int fd;

	(void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - source) : 1,
		       slash ? source : ".");
	if (snprintf(needle, sizeof(needle), "\"%s\"", base) >= (int)sizeof(needle))
		return false;
	fd = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	while (d && (entry = readdir(d))) {
		_cleanup_close_ int file = -1;
		_cleanup_free_ char *text = NULL;
		size_t len;

		if (!has_ending(entry->d_name, ".c") || streq(entry->d_name, base))
			continue;
		file = openat(dirfd(d), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (file < 0 || file_read_fd(entry->d_name, file, KCMD_MAX, &text, &len, NULL) < 0 ||
		    !strstr(text, needle))
			continue;
		(void)snprintf(by, 256, "%s", entry->d_name);
		return true;
	}
	return false;
}

/* What the makefiles and the folder say about it. */
static int check_listed(const struct ktree *t, const char *source, const char *config, size_t len,
			struct err *e)
{
	char option[80], by[256], why[400];
	enum kmakefile_answer answer = kmakefile_ask(t->dir, source, config, len, option);

	if (answer == KMAKEFILE_OFF && *option) {
		FORMAT(why, "%s is off: the kernel does not contain this file", option);
		return refuse(e, source, why);
	}
	if (answer != KMAKEFILE_UNLISTED || !is_included(t->dir, source, by))
		return 0;
	FORMAT(why, "no object is made of it: %s includes it", by);
	refuse(e, source, why);
	err_hint(e, "it counts as a header of %s", by);
	return -EOPNOTSUPP;
}

static int check_source(const struct ktree *t, const char *source, const char *config, size_t len,
			struct err *e)
{
	const char *why = kbuild_forbidden(source);
	struct stat st;

	if (why)
		return err_rc(e, RC_REFUSED, -EOPNOTSUPP, "%s %s", source, why);
	if (!is_sane(source))
		return err_set(e, -EINVAL, "\"%s\" is no path of a C file in a kernel's source", source);
	if (fstatat(t->dir, source, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, -errno, "%s: %s in the kernel's source", source,
			       errno == ENOENT ? "no such file" : strerror(errno));
	if (!S_ISREG(st.st_mode))
		return refuse(e, source, "it is not a regular file");
	return check_listed(t, source, config, len, e);
}

static int check_sources(const struct ktree *t, const char *const *sources, size_t n, struct err *e)
{
	_cleanup_free_ char *config = NULL;
	size_t len = 0;
	int r = ktree_config(t, &config, &len, e);

	for (size_t i = 0; i < n && r >= 0; i++)
		r = check_source(t, sources[i], config, len, e);
	return r;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
						      : a->st_mtim.tv_nsec >= b->st_mtim.tv_nsec;
}

/* Is it there, made after the tree was prepared and after its source was written? */
static bool is_made(const struct ktree *t, const struct kbuild_object *o)
{
	const char *slash = strrchr(o->object, '/'), *base = slash ? slash + 1 : o->object;
	struct stat source, object, cmd, stamp;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%.*s.%s.cmd", (int)(base - o->object), o->object, base) >= PATH_MAX)
		return false;
	return fstatat(t->dir, o->source, &source, AT_SYMLINK_NOFOLLOW) >= 0 &&
	       fstatat(t->dir, o->object, &object, AT_SYMLINK_NOFOLLOW) >= 0 &&
	       fstatat(t->dir, path, &cmd, AT_SYMLINK_NOFOLLOW) >= 0 &&
	       fstatat(t->dir, KTREE_OWN "-stamp", &stamp, AT_SYMLINK_NOFOLLOW) >= 0 &&
	       S_ISREG(object.st_mode) && object.st_size && cmd.st_size && is_newer(&object, &source) &&
	       is_newer(&object, &stamp) && is_newer(&cmd, &object);
}

static int add_object(struct kbuild *k, const char *source)
{
	struct kbuild_object *o = &k->v[k->n++];

	o->source = strdup(source);
	o->object = strdup(source);
	if (!o->source || !o->object)
		return -ENOMEM;
	o->object[strlen(source) - 1] = 'o';
	return 0;
}

/* The compiler's first complaint, for the error. */
struct listener {
	child_line_fn fn;
	void *arg;
	char *reason; /* 200 bytes */
};

static void listen(void *arg, const char *line, size_t len)
{
	struct listener *l = arg;

	if (!*l->reason && (memmem(line, len, "error: ", 7) || memmem(line, len, "No rule to make", 15)))
		(void)snprintf(l->reason, 200, "%.*s", (int)MIN(len, 190u), line);
	if (l->fn)
		l->fn(l->arg, line, len);
}

int kbuild_make(const struct ktree *t, const char *const *args, child_line_fn fn, void *arg, char reason[200],
		int *ret_status, struct err *e)
{
	struct listener l = { .fn = fn, .arg = arg, .reason = reason };

	*reason = '\0';
	return ktree_make(t, args, listen, &l, ret_status, e);
}

static int run_make(const struct ktree *t, const struct words *objects, child_line_fn fn, void *arg,
		    struct err *e)
{
	char reason[200];
	int status = 0, r = kbuild_make(t, (const char *const *)objects->v, fn, arg, reason, &status, e);

	if (r < 0 || !status)
		return r;
	if (strstr(reason, "No rule to make"))
		return err_rc(e, RC_REFUSED, -EOPNOTSUPP, "the kernel does not contain this file: %s",
			      reason);
	return err_set(e, -EIO, "kbuild failed with exit status %d%s%s", status, *reason ? ": " : "", reason);
}

/* One make for all that are not there. What make takes for up to date is out of its way first. */
static int make_missing(const struct ktree *t, struct kbuild *k, child_line_fn fn, void *arg, struct err *e)
{
	struct words objects = { 0 };
	int r = 0;

	for (size_t i = 0; i < k->n && r >= 0; i++)
		if (!is_made(t, &k->v[i])) {
			(void)unlinkat(t->dir, k->v[i].object, 0);
			r = words_add_str(&objects, k->v[i].object);
		}
	k->n_made = objects.n;
	if (r < 0)
		err_set(e, r, "out of memory");
	else if (objects.n)
		r = run_make(t, &objects, fn, arg, e);
	words_clear(&objects);
	return r;
}

static int read_command(const struct ktree *t, struct kbuild_object *o, struct err *e)
{
	int r = kcmd_read(t->dir, o->object, &o->cmd, e);

	if (r < 0)
		return r;
	if (!streq(o->cmd->source, o->source))
		return refuse(e, o->source, "kbuild makes the object of another file");
	return streq(o->cmd->cc.v[0], t->cc) ? 0
					     : refuse(e, o->source, "kbuild used another compiler for it");
}

int kbuild_learn(const struct ktree *t, const char *const *sources, size_t n, child_line_fn fn, void *arg,
		 struct kbuild **ret, struct err *e)
{
	_cleanup_(kbuild_freep) struct kbuild *k = calloc(1, sizeof(*k));
	int r;

	if (n > KBUILD_OBJECTS_MAX)
		return err_set(e, -E2BIG, "%zu objects at once, the limit is %u", n, KBUILD_OBJECTS_MAX);
	if (k)
		k->v = calloc(MAX(n, 1u), sizeof(*k->v));
	if (!k || !k->v)
		return err_set(e, -ENOMEM, "out of memory");
	r = check_sources(t, sources, n, e);
	for (size_t i = 0; i < n && r >= 0; i++)
		if (add_object(k, sources[i]) < 0)
			r = err_set(e, -ENOMEM, "out of memory");
	r = r < 0 ? r : make_missing(t, k, fn, arg, e);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = read_command(t, &k->v[i], e);
	if (r >= 0)
		*ret = TAKE_PTR(k);
	return r;
}

struct kbuild *kbuild_free(struct kbuild *k)
{
	for (size_t i = 0; k && i < k->n; i++) {
		free(k->v[i].source);
		free(k->v[i].object);
		kcmd_free(k->v[i].cmd);
		kcmd_free(k->v[i].patched);
	}
	for (size_t i = 0; k && i < k->n_strangers; i++) {
		free(k->strangers[i].object);
		kcmd_free(k->strangers[i].cmd);
	}
	if (k) {
		free(k->v);
		free(k->strangers);
	}
	free(k);
	return NULL;
}
