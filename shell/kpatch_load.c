/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kpatch load: insert, wait, and take out again what stalls, as kpatch does.
 * A patch that was active before is never touched for that.
 */
#include "shell/kpatch_own.h"

#include <errno.h>

/* 1: to be loaded, 0: nothing to do, negative: told why not. */
static int judge(struct kpatch *k, const struct inspect *i)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	const struct patch *p;
	int r = kp_look(k, false, &s);

	if (r < 0)
		return r;
	p = patches_find(&s->patches, i->name);
	if (!p)
		return 1;
	if (i->build_id && p->build_id && !streq(i->build_id, p->build_id)) {
		kp_warn("module named %s is loaded already, but another build of it: build-id %s, and "
			"not %s",
			p->name, p->build_id, i->build_id);
		return -EEXIST;
	}
	if (p->in_sysfs && p->enabled == 1) {
		kp_say("module named %s already loaded and enabled", p->name);
		return 0;
	}
	if (p->in_sysfs) {
		kp_warn("module named %s is being disabled", p->name);
		return -EBUSY;
	}
	/* The kernel enables nothing twice: what is left over goes first. */
	return kp_unload_patch(k, p) == 0 ? 1 : -EBUSY;
}

static int take_out(struct kpatch *k, const char *name)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	const struct patch *p;

	kp_show_stalled(k);
	kp_say("module %s did not complete its transition, unloading...", name);
	if (kp_look(k, false, &s) >= 0 && (p = patches_find(&s->patches, name)))
		(void)kp_unload_patch(k, p);
	kp_warn("error: failed to load module %s (transition stalled)", name);
	return RC_FAILED;
}

/* Success is what the kernel says, not that nobody complained. */
static int check_enabled(struct kpatch *k, const char *name)
{
	int enabled, transition;

	patch_read_state(k->app->root, name, &enabled, &transition);
	if (enabled == 1)
		return RC_OK;
	kp_warn("error: failed to load module %s: it was disabled again meanwhile", name);
	return RC_FAILED;
}

static int load_file(struct kpatch *k, const char *path)
{
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	struct err e = { 0 };
	int r;

	if (inspect_file(path, &i, &e) < 0)
		return kp_fail(&e, "error: failed to load module %s", path);
	r = judge(k, i);
	if (r <= 0)
		return r < 0 ? RC_FAILED : RC_OK;
	kp_say("loading patch module: %s", path);
	if (kp_verb(k, "load", path, "--wait=0") != RC_OK)
		return kp_fail(&k->e, "error: failed to load module %s", i->name);
	r = kp_await(k, i->name);
	if (r == -ETIMEDOUT)
		return take_out(k, i->name);
	if (r == -EINTR)
		kp_warn("interrupted; the transition of %s goes on in the kernel", i->name);
	return r < 0 ? RC_FAILED : check_enabled(k, i->name);
}

/* Only the bytes that were installed are loaded unasked. */
static int load_installed(struct kpatch *k, const struct kp_installed *i)
{
	_cleanup_(inspect_freep) struct inspect *file = NULL;
	struct err e = { 0 };

	if (i->sha256[0] && inspect_file(i->path, &file, &e) >= 0 && !streq(i->sha256, file->sha256)) {
		kp_warn("error: failed to load module %s: it is not the file that was installed", i->path);
		return RC_FAILED;
	}
	return load_file(k, i->path);
}

static int load_all(struct kpatch *k)
{
	struct kp_store s = { 0 };
	int rc = kp_store_read(k, k->release, &s) < 0 ? RC_FAILED : RC_OK;

	for (size_t i = 0; i < s.n; i++)
		if (load_installed(k, &s.v[i]) != RC_OK)
			rc = RC_FAILED;
	kp_store_free(&s);
	return rc;
}

int kp_load(struct kpatch *k, char *const *args, size_t n)
{
	_cleanup_free_ char *path = NULL;

	if (streq(args[0], "--all"))
		return load_all(k);
	if (args[0][0] == '-')
		return KP_USAGE;
	path = kp_find_file(k, args[0]);
	return path ? load_file(k, path) : RC_FAILED;
}
