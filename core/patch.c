/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading /sys/kernel/livepatch. The kernel removes a patch's folder while we
 * walk it when its transition ends; whatever answers ENOENT or ENODEV then is
 * a normal event and left out.
 */
#include "core/patch.h"

#include <errno.h>

#include "core/modlist.h"

#define LIVEPATCH "sys/kernel/livepatch"
#define PATH_SIZE 1024
#define NAME_SIZE 256

static bool gone(int code)
{
	return code == -ENOENT || code == -ENODEV || code == -ENOTDIR;
}

bool patch_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len && len < NAME_SIZE && !strchr(name, '/') && !streq(name, ".") && !streq(name, "..");
}

static void object_clear(struct object *o)
{
	for (size_t i = 0; i < o->n_funcs; i++)
		free(o->funcs[i].name);
	free(o->funcs);
	free(o->name);
}

static void patch_clear(struct patch *p)
{
	for (size_t i = 0; i < p->n_objects; i++)
		object_clear(&p->objects[i]);
	free(p->objects);
	free(p->name);
	free(p->srcversion);
	free(p->build_id);
	free(p->taints);
}

void patches_free(struct patches *p)
{
	for (size_t i = 0; i < p->n; i++)
		patch_clear(&p->v[i]);
	free(p->v);
	*p = (struct patches){ 0 };
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

/* What /sys/module and /proc/modules know about the patch's module. */
static void patch_module(const struct root *root, struct patch *p, const struct modules *mods)
{
	const struct module *m = modules_find(mods, p->name);
	char path[PATH_SIZE], buf[NAME_SIZE];

	FORMAT(path, "sys/module/%s", p->name);
	p->loaded = m || root_exists(root, path);
	if (m) {
		p->refcount = m->refcount;
		p->coming = streq(m->state, "Loading");
		p->going = streq(m->state, "Unloading");
		p->taints = m->taints ? strdup(m->taints) : NULL;
	}
	FORMAT(path, "sys/module/%s/srcversion", p->name);
	if (root_read_attr(root, path, buf, sizeof(buf)) > 0)
		p->srcversion = strdup(buf);
	if (module_build_id(root, p->name, buf, sizeof(buf)) >= 0)
		p->build_id = strdup(buf);
}

static int patch_begin(struct patches *all, const char *name, struct patch **ret)
{
	struct patch *p;

	if (array_grow(&all->v, all->n, sizeof(*all->v)) < 0)
		return -ENOMEM;
	p = &all->v[all->n];
	*p = (struct patch){
		.name = strdup(name),
		.enabled = TRI_UNKNOWN,
		.transition = TRI_UNKNOWN,
		.replace = TRI_UNKNOWN,
		.forced = TRI_UNKNOWN,
		.stack_order = -1,
		.refcount = -1,
	};
	if (!p->name)
		return -ENOMEM;
	*ret = p;
	return 0;
}

static int patch_read(const struct root *root, const char *name, const struct modules *mods,
		      struct patches *all)
{
	struct patch *p;
	int r;

	r = patch_begin(all, name, &p);
	if (r < 0)
		return r;
	p->in_sysfs = true;
	r = patch_objects(root, p);
	if (r < 0 && r != -ENOMEM && !gone(r)) {
		patch_note(p, "the objects", r);
		r = 0;
	}
	if (r < 0) {
		patch_clear(p);
		return gone(r) ? 0 : r;
	}
	/*
	 * First `transition`, then `enabled`: the other way round a disable that
	 * begins in between would look like a transition to "enabled".
	 */
	patch_attr(root, p, "transition", &p->transition);
	if (gone(patch_attr(root, p, "enabled", &p->enabled))) {
		patch_clear(p);
		return 0;
	}
	patch_attr(root, p, "replace", &p->replace);
	patch_stack_order(root, p);
	patch_module(root, p, mods);
	all->n++;
	return 0;
}

/* A module with taint K that has no folder: disabled, but still loaded. */
static int leftovers_read(const struct root *root, const struct modules *mods, struct patches *all)
{
	for (size_t i = 0; i < mods->n; i++) {
		struct patch *p;
		int r;

		if (!mods->v[i].livepatch || !patch_name_valid(mods->v[i].name) ||
		    patches_find(all, mods->v[i].name))
			continue;
		r = patch_begin(all, mods->v[i].name, &p);
		if (r < 0)
			return r;
		p->enabled = 0;
		p->transition = 0;
		patch_module(root, p, mods);
		all->n++;
	}
	return 0;
}

/* Without stack_order: patches are stacked in the order of loading. */
static void infer_order(struct patches *all, const struct modules *mods)
{
	int order = 0;

	/* The list begins with the newest module. */
	for (size_t i = mods->n; i-- > 0;) {
		const struct patch *found = patches_find(all, mods->v[i].name);
		struct patch *p = found ? &all->v[found - all->v] : NULL;

		if (!p || !p->in_sysfs)
			continue;
		order++;
		if (p->stack_order >= 0)
			continue;
		p->order_inferred = true;
		p->stack_order = order;
	}
}

int patches_read(const struct root *root, struct patches *ret, struct err *e)
{
	_cleanup_(strv_freep) char **names = NULL;
	_cleanup_(patches_free) struct patches all = { 0 };
	_cleanup_(modules_free) struct modules mods = { 0 };
	size_t n;
	int r;

	r = root_list(root, LIVEPATCH, true, &names, &n);
	if (r == -ENOENT) {
		err_rc(e, RC_UNSUPPORTED, r,
		       "this kernel has no livepatch support: /sys/kernel/livepatch is absent");
		err_hint(e, "boot a kernel with CONFIG_LIVEPATCH=y, or try one in the lab: klpsh-lab demo");
		return r;
	}
	if (r < 0)
		return err_set(e, r, "cannot read /sys/kernel/livepatch: %s", strerror(-r));
	/* Without the module list there are no leftovers and no order, no more. */
	(void)modules_read(root, &mods, NULL);
	for (size_t i = 0; i < n && r >= 0; i++)
		if (patch_name_valid(names[i]))
			r = patch_read(root, names[i], &mods, &all);
	if (r >= 0)
		r = leftovers_read(root, &mods, &all);
	if (r < 0)
		return err_set(e, r, "cannot read the livepatches: %s", strerror(-r));
	infer_order(&all, &mods);
	*ret = all;
	all = (struct patches){ 0 };
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

const struct patch *patches_find(const struct patches *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (streq(p->v[i].name, name))
			return &p->v[i];
	return NULL;
}

const struct object *patch_find_object(const struct patch *p, const char *name)
{
	for (size_t i = 0; i < p->n_objects; i++)
		if (streq(p->objects[i].name, name))
			return &p->objects[i];
	return NULL;
}

bool patch_has_func(const struct patch *p, const char *object, const char *name, unsigned sympos)
{
	const struct object *o = patch_find_object(p, object);

	for (size_t i = 0; o && i < o->n_funcs; i++)
		if (streq(o->funcs[i].name, name) && MAX(o->funcs[i].sympos, 1u) == MAX(sympos, 1u))
			return true;
	return false;
}

static size_t object_count_funcs(const struct object *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_funcs; i++)
		n += o->funcs[i].restore != 1;
	return n;
}

bool object_to_restore(const struct object *o)
{
	return o->n_funcs && !object_count_funcs(o);
}

bool patch_is_enabled(const struct patch *p)
{
	return p->in_sysfs && p->enabled == 1;
}

size_t patch_count_funcs(const struct patch *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_objects; i++)
		n += object_count_funcs(&p->objects[i]);
	return n;
}

size_t patch_count_objects(const struct patch *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_objects; i++)
		n += !object_to_restore(&p->objects[i]);
	return n;
}

int patch_count_patched(const struct patch *p)
{
	int n = 0;

	for (size_t i = 0; i < p->n_objects; i++) {
		if (object_to_restore(&p->objects[i]))
			continue;
		if (p->objects[i].patched == TRI_UNKNOWN)
			return -1;
		n += p->objects[i].patched;
	}
	return n;
}

const char *patch_state_word(const struct patch *p)
{
	if (!p->in_sysfs)
		return p->coming ? "loading" : p->going ? "unloading" : "leftover";
	if (p->enabled == TRI_UNKNOWN)
		return "unknown";
	if (p->transition == 1)
		return p->enabled ? "enabling" : "disabling";
	return p->enabled ? "enabled" : "disabled";
}
