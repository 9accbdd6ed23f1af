/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kpatch list and kpatch info: what is loaded, who holds a transition up, what
 * is installed, and what a module file says of itself. Only looks.
 */
#include "shell/kpatch_own.h"

#include "kmod/modinfo.h"

static const char *state_of(const struct patch *p)
{
	if (p->transition == 1)
		return p->enabled == 1 ? "enabling..." : "disabling...";
	return patch_is_enabled(p) ? "enabled" : "disabled";
}

/* The patch whose version of the function runs: the highest in the stack. */
static bool is_topmost(const struct patches *all, const struct patch *p, const struct object *o,
		       const struct func *f)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].stack_order > p->stack_order &&
		    patch_has_func(&all->v[i], o->name, f->name, f->sympos))
			return false;
	return true;
}

static void list_functions(const struct patches *all)
{
	bool headed = false;

	for (size_t i = 0; i < all->n; i++) {
		const struct patch *p = &all->v[i];

		if (p->enabled != 1 || p->stack_order < 1 || p->order_inferred)
			continue;
		if (!headed)
			kp_say("Currently livepatched functions:");
		headed = true;
		for (size_t k = 0; k < p->n_objects; k++)
			for (size_t n = 0; n < p->objects[k].n_funcs; n++)
				if (p->objects[k].patched != 0 && p->objects[k].funcs[n].restore != 1 &&
				    is_topmost(all, p, &p->objects[k], &p->objects[k].funcs[n]))
					kp_say("%s (%s) %s", p->objects[k].funcs[n].name, p->objects[k].name,
					       p->name);
	}
	if (headed)
		kp_say("%s", "");
}

int kp_list(struct kpatch *k, char *const *args, size_t n)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct kp_store store = { 0 };
	int r;

	if (kp_look(k, true, &s) < 0)
		return RC_FAILED;
	kp_say("Loaded patch modules:");
	for (size_t i = 0; i < s->patches.n; i++)
		kp_say("%s [%s]", s->patches.v[i].name, state_of(&s->patches.v[i]));
	if (s->in_transition)
		kp_show_stalled(k);
	kp_say("%s", "");
	list_functions(&s->patches);
	kp_say("Installed patch modules:");
	r = kp_store_read(k, "", &store);
	for (size_t i = 0; i < store.n; i++)
		kp_say("%s (%s)", store.v[i].name, store.v[i].release);
	kp_store_free(&store);
	return r < 0 ? RC_FAILED : RC_OK;
}

static void say_entry(const char *entry)
{
	const char *equals = strchr(entry, '=');
	char key[64];

	if (!equals)
		return;
	FORMAT(key, "%.*s:", (int)MIN((size_t)(equals - entry), sizeof(key) - 2), entry);
	kp_say("%-15s %s", key, equals + 1);
}

int kp_info(struct kpatch *k, char *const *args, size_t n)
{
	_cleanup_free_ char *path = kp_find_file(k, args[0]);
	_cleanup_(strv_freep) char **entries = NULL;
	struct err e = { 0 };

	if (!path)
		return RC_FAILED;
	if (modinfo_list(path, &entries, &e) < 0)
		return kp_fail(&e, "cannot read %s", path);
	kp_say("Patch information for %s:", path);
	kp_say("%-15s %s", "filename:", path);
	for (size_t i = 0; entries[i]; i++)
		say_entry(entries[i]);
	return RC_OK;
}
