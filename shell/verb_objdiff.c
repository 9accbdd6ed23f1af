/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `objdiff`: what a patch changes in one compiled object, and with -o the
 * object that holds the result. Reads files and writes one; knows nothing of
 * the running kernel but what it is given.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/dirfile.h"
#include "shell/objdiff_view.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const char *object_name(const struct call *c)
{
	return call_flag(c, "object") ? call_flag(c, "object") : "vmlinux";
}

static int check_flags(const struct call *c, struct err *e)
{
	const char *object = object_name(c);

	if (!*object || strspn(object, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
				strlen(object)) {
		err_rc(e, RC_USAGE, -EINVAL, "\"%s\" is not the name of a module as the kernel has it",
		       object);
		err_hint(e, "letters, digits and underscores, as in /proc/modules; or vmlinux");
		return -EINVAL;
	}
	if (call_flag(c, "output") && !*call_flag(c, "output"))
		return err_rc(e, RC_USAGE, -EINVAL, "--output needs a file");
	return 0;
}

/* What is there already may be replaced when it is a file, and none that was read. */
static int check_target(const struct call *c, int dir, const char *name, struct err *e)
{
	struct stat out, in;

	if (fstatat(dir, name, &out, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_set(e, -errno, "%s: %s", name, strerror(errno));
	if (S_ISDIR(out.st_mode))
		return err_set(e, -EISDIR, "%s is a folder: name a file in it", name);
	if (!S_ISREG(out.st_mode))
		return err_set(e, S_ISLNK(out.st_mode) ? -ELOOP : -EEXIST,
			       "%s is no file, so it is not replaced", name);
	for (size_t i = 0; i < 2; i++)
		if (stat(c->args[i], &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return err_rc(e, RC_USAGE, -EINVAL, "%s would be overwritten", c->args[i]);
	return 0;
}

static int write_output(const struct call *c, const struct objdiff *d, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	_cleanup_free_ char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	_cleanup_close_ int dir = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int r;

	if (!folder)
		return out_of_memory(e);
	if (dir < 0)
		return err_set(e, -errno, "%s: %s", folder, strerror(errno));
	if (!*name)
		return err_set(e, -EISDIR, "%s is a folder: name a file in it", path);
	r = check_target(c, dir, name, e);
	if (r < 0)
		return r;
	r = dirfile_write_bytes(dir, name, 0644, d->bytes, d->len);
	return r < 0 ? err_set(e, r, "%s: %s", path, strerror(-r)) : 0;
}

static int objdiff_run(struct call *c, struct report **ret, struct err *e)
{
	const struct objdiff_options opt = {
		.orig = c->args[0],
		.patched = c->args[1],
		.object = object_name(c),
		.symbols = call_flag(c, "symbols"),
		.symvers = call_flag(c, "symvers"),
		.sizes = call_flag(c, "sizes"),
	};
	const char *output = call_flag(c, "output");
	_cleanup_(objdiff_freep) struct objdiff *d = NULL;
	struct objdiff_view v = { .c = c, .all = call_flag(c, "all"), .named = opt.symbols };
	int r = check_flags(c, e);

	r = r < 0 ? r : objdiff_make(&opt, &d, e);
	if (r >= 0 && output && d->bytes)
		r = write_output(c, d, output, e);
	if (r < 0)
		return r;
	v.d = d;
	v.output = d->bytes ? output : NULL;
	return objdiff_report(&v, ret) < 0 ? out_of_memory(e) : 0;
}

static const struct arg objdiff_args[] = { { "ORIG.o", ARG_FILE }, { "PATCHED.o", ARG_FILE } };
static const struct flag objdiff_flags[] = {
	{ "output", "FILE", false, "write the changed and the new code as an object", 'o' },
	{ "object", "NAME", false, "the module that the object is of; vmlinux without it" },
	{ "symbols", "FILE", false, "the kernel's symbols: lines of address, type and name" },
	{ "symvers", "FILE", false, "its Module.symvers: what is exported" },
	{ "sizes", "NAME=N,...", false, "bytes of an element of a special section, by struct or section" },
	{ "all", NULL, false, "show the functions that are the same, too" },
};

const struct verb verb_objdiff = {
	.name = "objdiff",
	.args = objdiff_args,
	.n_args = ARRAY_SIZE(objdiff_args),
	.flags = objdiff_flags,
	.n_flags = ARRAY_SIZE(objdiff_flags),
	.help = "what differs between two versions of a compiled object, function by function",
	.details =
		"Both are x86_64 objects of one source file, before and after a patch, compiled by the same "
		"compiler with the kernel's flags and -ffunction-sections -fdata-sections; without debug "
		"information and as kbuild leaves them will do. (Of the kernel's flags, -pg -mfentry makes "
		"the entry hooks, and -fno-asynchronous-unwind-tables keeps out .eh_frame, which is "
		"refused.) Functions are compared by their bytes, by what their relocations mean "
		"and by what the special sections say of them. Line numbers on their way into a warning are "
		"overlooked, and said to be.\n\n"
		"What a livepatch cannot do soundly (changed data, code of initialisation, functions without "
		"an entry hook, ...) is refused, each with what to do instead. With -o the changed functions "
		"and everything new are written as an object for a livepatch module. What stays the kernel's "
		"is undefined in it: with --symbols under the name .klp.sym.OBJECT.NAME,POSITION, with "
		"--symvers exported symbols under their own, else all under their own.\n\n"
		"Exit code: 0 when there are differences, 12 when there are none, 11 when they are refused.",
	.examples = "klpsh objdiff dev.o.orig dev.o  # what a patch changes\n"
		    "klpsh objdiff a.o b.o -o out.o --symbols /proc/kallsyms --symvers Module.symvers",
	.shape = &shape_objdiff,
	.run = objdiff_run,
};
