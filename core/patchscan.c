/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading /sys/kernel/livepatch, and what the list of modules adds to it: who
 * is loaded, what was left over, and the order where no attribute tells it.
 */
#include "core/patchscan.h"

#include <errno.h>

#include "core/modlist.h"
#include "core/nameset.h"
#include "core/patchdir.h"

#define PATH_SIZE 1024
#define NAME_SIZE 256

struct patch_scan {
	const struct root *root;
	char **names;
	size_t n, at;
	struct patches all;
	struct modules mods;
	struct nameset mod_names; /* there may be thousands of each */
	size_t *mod_of; /* of each name: its module */
	size_t *patch_of; /* of each module: 1 + its patch in all, 0 none */
};

/* Its number, SIZE_MAX none. */
static size_t find_module(const struct patch_scan *s, const char *name)
{
	int i = nameset_find(&s->mod_names, "", 0, name, strlen(name));

	return i < 0 ? SIZE_MAX : s->mod_of[i];
}

/* What /sys/module and /proc/modules know about the patch's module. */
static void patch_module(struct patch_scan *s, struct patch *p)
{
	size_t at = find_module(s, p->name);
	const struct module *m = at == SIZE_MAX ? NULL : &s->mods.v[at];
	char path[PATH_SIZE], buf[NAME_SIZE];

	FORMAT(path, "sys/module/%s", p->name);
	p->loaded = m || root_exists(s->root, path);
	if (m) {
		s->patch_of[at] = (size_t)(p - s->all.v) + 1;
		p->refcount = m->refcount;
		p->coming = streq(m->state, "Loading");
		p->going = streq(m->state, "Unloading");
		p->taints = m->taints ? strdup(m->taints) : NULL;
	}
	FORMAT(path, "sys/module/%s/srcversion", p->name);
	if (root_read_attr(s->root, path, buf, sizeof(buf)) > 0)
		p->srcversion = strdup(buf);
	if (module_build_id(s->root, p->name, buf, sizeof(buf)) >= 0)
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

static int patch_read(struct patch_scan *s, const char *name)
{
	struct patch *p;
	int r = patch_begin(&s->all, name, &p);

	if (r < 0)
		return r;
	r = patchdir_read(s->root, p);
	if (r != 0) {
		patch_clear(p);
		return MIN(r, 0);
	}
	patch_module(s, p);
	s->all.n++;
	return 0;
}

/* A module with taint K that has no folder: disabled, but still loaded. */
static int leftovers_read(struct patch_scan *s)
{
	for (size_t i = 0; i < s->mods.n; i++) {
		const struct module *m = &s->mods.v[i];
		struct patch *p;
		int r;

		if (!m->livepatch || !patch_name_valid(m->name) || s->patch_of[i] ||
		    find_module(s, m->name) != i)
			continue;
		r = patch_begin(&s->all, m->name, &p);
		if (r < 0)
			return r;
		p->enabled = 0;
		p->transition = 0;
		patch_module(s, p);
		s->all.n++;
	}
	return 0;
}

/* Without stack_order: patches are stacked in the order of loading. */
static void infer_order(struct patch_scan *s)
{
	int order = 0;

	/* The list begins with the newest module. */
	for (size_t i = s->mods.n; i-- > 0;) {
		struct patch *p = s->patch_of[i] ? &s->all.v[s->patch_of[i] - 1] : NULL;

		if (!p || !p->in_sysfs)
			continue;
		order++;
		if (p->stack_order >= 0)
			continue;
		p->order_inferred = true;
		p->stack_order = order;
	}
}

/* Without the list of modules there are no leftovers and no order, no more. */
static int read_modules(struct patch_scan *s)
{
	int r;

	(void)modules_read(s->root, &s->mods, NULL);
	s->mod_of = calloc(s->mods.n + 1, sizeof(*s->mod_of));
	s->patch_of = calloc(s->mods.n + 1, sizeof(*s->patch_of));
	r = nameset_init(&s->mod_names, s->mods.n);
	if (r < 0 || !s->mod_of || !s->patch_of)
		return -ENOMEM;
	for (size_t i = 0; i < s->mods.n; i++) {
		size_t before = s->mod_names.n;

		r = nameset_add(&s->mod_names, "", s->mods.v[i].name);
		if (r < 0)
			return r;
		if (s->mod_names.n > before)
			s->mod_of[r] = i;
	}
	return 0;
}

static int list_names(struct patch_scan *s, struct err *e)
{
	int r = root_list(s->root, LIVEPATCH, true, &s->names, &s->n);

	if (r == -ENOENT) {
		err_rc(e, RC_UNSUPPORTED, r,
		       "this kernel has no livepatch support: /sys/kernel/livepatch is absent");
		err_hint(e, "boot a kernel with CONFIG_LIVEPATCH=y, or try one in the lab: klpsh-lab demo");
		return r;
	}
	return r < 0 ? err_set(e, r, "cannot read /sys/kernel/livepatch: %s", strerror(-r)) : 0;
}

int patch_scan_new(const struct root *root, struct patch_scan **ret, struct err *e)
{
	_cleanup_(patch_scan_freep) struct patch_scan *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(e, -ENOMEM, "out of memory");
	s->root = root;
	r = list_names(s, e);
	if (r < 0)
		return r;
	if (read_modules(s) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	*ret = TAKE_PTR(s);
	return 0;
}

static int scan_end(struct patch_scan *s)
{
	int r = leftovers_read(s);

	if (r >= 0)
		infer_order(s);
	return r;
}

int patch_scan_step(struct patch_scan *s, size_t max, struct err *e)
{
	int r = 0;

	for (; s->at < s->n && max > 0 && r >= 0; s->at++, max--)
		if (patch_name_valid(s->names[s->at]))
			r = patch_read(s, s->names[s->at]);
	if (r >= 0 && s->at < s->n)
		return 1;
	r = r < 0 ? r : scan_end(s);
	return r < 0 ? err_set(e, r, "cannot read the livepatches: %s", strerror(-r)) : 0;
}

void patch_scan_result(struct patch_scan *s, struct patches *ret)
{
	*ret = s->all;
	s->all = (struct patches){ 0 };
}

struct patch_scan *patch_scan_free(struct patch_scan *s)
{
	if (!s)
		return NULL;
	strv_free(s->names);
	nameset_done(&s->mod_names);
	free(s->mod_of);
	free(s->patch_of);
	modules_free(&s->mods);
	patches_free(&s->all);
	free(s);
	return NULL;
}

int patches_read(const struct root *root, struct patches *ret, struct err *e)
{
	_cleanup_(patch_scan_freep) struct patch_scan *s = NULL;
	int r = patch_scan_new(root, &s, e);

	if (!s)
		return r;
	r = patch_scan_step(s, SIZE_MAX, e);
	if (r >= 0)
		patch_scan_result(s, ret);
	return r;
}
