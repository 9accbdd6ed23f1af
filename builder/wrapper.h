/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C source around the patched functions: the tables that livepatch reads
 * (include/linux/livepatch.h), init, exit and what modinfo shows. The names in
 * it come from foreign objects, so each is checked, and every text is escaped.
 * One source for all kernels from 4.12 on; what differs is decided by
 * LINUX_VERSION_CODE when it is compiled.
 */
#ifndef KLPSH_BUILDER_WRAPPER_H
#define KLPSH_BUILDER_WRAPPER_H

#include "core/err.h"

#define WRAPPER_NAME_MAX 511u /* of a symbol, as livepatch takes it */
#define WRAPPER_OBJECT_MAX 55u /* of a module */
#define WRAPPER_FUNCS_MAX 100000u /* of one object */
#define WRAPPER_OBJECTS_MAX 1000u

struct wrapper_func {
	const char *old_name; /* in the kernel */
	unsigned long sympos; /* 0: the only one of its name */
	const char *symbol; /* global in the patch object: klpsh_new_N */
};

enum wrapper_callback { WRAPPER_PRE_PATCH, WRAPPER_POST_PATCH, WRAPPER_PRE_UNPATCH, WRAPPER_POST_UNPATCH };
#define WRAPPER_CALLBACKS 4

struct wrapper_object {
	const char *name; /* a module's; NULL: vmlinux */
	const struct wrapper_func *funcs;
	size_t n_funcs; /* 0 where there are only callbacks */
	const char *callbacks[WRAPPER_CALLBACKS]; /* global in the patch object, or NULL */
};

struct wrapper_spec {
	const struct wrapper_object *objects;
	size_t n_objects;
	bool replace; /* all patches before it (needs Linux 5.1) */
	const char *const *namespaces; /* of symbols that it imports */
	size_t n_namespaces;
	/* Where it comes from, for modinfo; NULL where it is not known. */
	const char *tool, *release, *patch_sha256;
	const char *trusted; /* the compiler that was taken by --trust-compiler; NULL: the kernel's own */
};

/*
 * The source; *ret is the caller's to free. -EINVAL with e set for a name that
 * livepatch cannot take or that is no symbol, an object that is there twice,
 * or nothing to patch; -E2BIG; -ENOMEM.
 */
int wrapper_source(const struct wrapper_spec *s, char **ret, struct err *e);

/*
 * kbuild's text for a module of that name, made of patch.o (shipped) and
 * frame.o (from frame.c). -EINVAL with e set: not a name for a module.
 */
int wrapper_kbuild(const char *module, char **ret, struct err *e);

/*
 * What the module may be called: letters, digits and underscores, at most
 * WRAPPER_OBJECT_MAX, but neither "patch" nor "frame", as its parts are.
 */
bool wrapper_is_module_name(const char *name);

#endif
