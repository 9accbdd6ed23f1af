// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a patch's folder. The kernel removes it while we walk it when its
 * transition ends; whatever answers ENOENT or ENODEV then is a normal event
 * and left out.
 */
#include "core/patchdir.h"

#include <errno.h>

#define PATH_SIZE 1024

static bool gone(int code)
{
	return code == -ENOENT || code == -ENODEV || code == -ENOTDIR;
}

/* Why an attribute could not be taken, for people. */
static const char *why(int code)
{
	switch (code) {
	case -EBADMSG:
		return "it does not hold what the kernel writes there";
	case -EFBIG:
		return "it is longer than an attribute can be";
	default:
		return strerror(-code);
	}
}

/* Note the first error of a patch; what is merely absent is none. */
static void patch_note(struct patch *p, const char *what, int code)
{
	if (code >= 0 || gone(code) || p->err.code)
		return;
	err_set(&p->err, code, "cannot read %s of %s: %s", what, p->name, why(code));
}

static int patch_attr(const struct root *root, struct patch *p, const char *attr, int *ret)
{
	char path[PATH_SIZE];
	int r;

	FORMAT(path, LIVEPATCH "/%s/%s", p->name, attr);
	r = root_read_bool(root, path, ret);
	patch_note(p, attr, r);
	return r;
}

/* "name,sympos" (since 4.5) or "name". -EBADMSG for anything else. */
static int func_parse(const char *entry, struct func *ret)
{
	const char *comma = strrchr(entry, ',');
	uint64_t pos = 1;

	if (comma && (parse_u64(comma + 1, &pos) < 0 || pos > UINT32_MAX))
		return -EBADMSG;
	ret->name = comma ? strndup(entry, (size_t)(comma - entry)) : strdup(entry);
	if (!ret->name)
		return -ENOMEM;
	ret->sympos = (unsigned)pos;
	return 0;
}

static int object_funcs(const struct root *root, struct patch *p, struct object *o)
{
	_cleanup_(strv_freep) char **names = NULL;
	char path[PATH_SIZE];
	size_t n;
	int r;

	FORMAT(path, LIVEPATCH "/%s/%s", p->name, o->name);
	r = root_list(root, path, true, &names, &n);
	if (r < 0)
		return r;
	if (!n)
		return 0;
	o->funcs = calloc(n, sizeof(*o->funcs));
	if (!o->funcs)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		r = func_parse(names[i], &o->funcs[o->n_funcs]);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			patch_note(p, names[i], r);
		else
			o->n_funcs++;
	}
	return 0;
}

static int patch_object(const struct root *root, struct patch *p, const char *name)
{
	struct object *o = &p->objects[p->n_objects];
	char path[PATH_SIZE];
	int r;

	*o = (struct object){ .name = strdup(name), .patched = TRI_UNKNOWN };
	if (!o->name)
		return -ENOMEM;
	r = object_funcs(root, p, o);
	if (r < 0) {
		object_clear(o);
		patch_note(p, name, r);
		return r == -ENOMEM ? r : 0;
	}
	FORMAT(path, LIVEPATCH "/%s/%s/patched", p->name, name);
	patch_note(p, "patched", root_read_bool(root, path, &o->patched));
	p->n_objects++;
	return 0;
}

static int patch_objects(const struct root *root, struct patch *p)
{
	_cleanup_(strv_freep) char **names = NULL;
	char path[PATH_SIZE];
	size_t n;
	int r;

	FORMAT(path, LIVEPATCH "/%s", p->name);
	r = root_list(root, path, true, &names, &n);
	if (r < 0)
		return r;
	if (!n)
		return 0;
	p->objects = calloc(n, sizeof(*p->objects));
	if (!p->objects)
		return -ENOMEM;
	for (size_t i = 0; i < n && r >= 0; i++)
		r = patch_object(root, p, names[i]);
	return r;
}

static void patch_stack_order(const struct root *root, struct patch *p)
{
	char path[PATH_SIZE];
	int64_t v;
	int r;

	FORMAT(path, LIVEPATCH "/%s/stack_order", p->name);
	r = root_read_int(root, path, &v);
	if (r >= 0 && v >= 0 && v < INT32_MAX)
		p->stack_order = (int)v;
	patch_note(p, "stack_order", r);
}

int patchdir_read(const struct root *root, struct patch *p)
{
	int r;

	p->in_sysfs = true;
	r = patch_objects(root, p);
	if (r < 0 && r != -ENOMEM && !gone(r)) {
		patch_note(p, "the objects", r);
		r = 0;
	}
	if (r < 0)
		return gone(r) ? 1 : r;
	/*
	 * First `transition`, then `enabled`: the other way round a disable that
	 * begins in between would look like a transition to "enabled".
	 */
	patch_attr(root, p, "transition", &p->transition);
	if (gone(patch_attr(root, p, "enabled", &p->enabled)))
		return 1;
	patch_attr(root, p, "replace", &p->replace);
	patch_stack_order(root, p);
	return 0;
}

int patch_read_state(const struct root *root, const char *name, int *ret_enabled, int *ret_transition)
{
	char path[PATH_SIZE];
	int enabled, transition;

	*ret_enabled = *ret_transition = TRI_UNKNOWN;
	FORMAT(path, LIVEPATCH "/%s/enabled", name);
	enabled = root_read_bool(root, path, ret_enabled);
	FORMAT(path, LIVEPATCH "/%s/transition", name);
	transition = root_read_bool(root, path, ret_transition);
	/* Its folder is taken away while it is open: the same. */
	if (enabled == -ENODEV || enabled == -ENOENT || transition == -ENODEV || transition == -ENOENT)
		return 1;
	return enabled < 0 ? enabled : transition;
}
