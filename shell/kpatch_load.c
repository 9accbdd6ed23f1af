/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kpatch load: insert, wait, and take out again what stalls, as kpatch does.
 * A patch that was active before is never touched for that. What is installed
 * is loaded like klpsh boot would: in order, by its recorded hash, under guard.
 */
#include "shell/kpatch_own.h"

#include <errno.h>

#include "core/history.h"
#include "core/sysfacts.h"
#include "kmod/bootmark.h"
#include "kmod/image.h"
#include "shell/app.h"
#include "shell/session.h"

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
	if (patch_is_enabled(p)) {
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

/* Insert and wait. expect: which bytes it must be, NULL: any. */
static int insert(struct kpatch *k, const char *path, const char *name, const char *expect)
{
	int r;

	kp_say("loading patch module: %s", path);
	if (kp_verb(k, "load", path, "--wait=0", expect) != RC_OK)
		return kp_fail(&k->e, "error: failed to load module %s", name);
	r = kp_await(k, name);
	if (r == -ETIMEDOUT)
		return take_out(k, name);
	if (r == -EINTR)
		kp_warn("interrupted; the transition of %s goes on in the kernel", name);
	return r < 0 ? RC_FAILED : check_enabled(k, name);
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
	return insert(k, path, i->name, NULL);
}

/* The crash guard stands from before the kernel is touched until the transition is over. */
static int insert_guarded(struct kpatch *k, const char *path, const struct image *i)
{
	const struct app *app = k->app;
	const char *dir = app_state_dir(app), *name = i->inspect->name;
	struct err e = { 0 };
	char boot[37], expect[96];
	int rc;

	FORMAT(expect, "--expect=sha256:%s", i->content);
	/* Who may load nothing leaves no mark either. */
	if (geteuid() != 0 || (!root_is_live(app->root) && !app->state_dir))
		return insert(k, path, name, expect);
	boot_id_read(app->root, boot);
	rc = bootmark_left(dir, i->content, boot, &e);
	if (rc > 0) {
		kp_warn("error: failed to load module %s: the machine went down while it was being loaded, "
			"so it is not loaded by itself again",
			name);
		kp_warn("klpsh boot --retry tries it once more, and installing it again clears the guard");
		return RC_FAILED;
	}
	if (rc < 0 || bootmark_set(dir, i->content, boot, &e) < 0)
		return kp_fail(&e, "error: failed to load module %s", name);
	rc = insert(k, path, name, expect);
	if (bootmark_clear(dir, i->content, &e) < 0)
		kp_warn("note: %s will not be loaded at the next boot: %s", name, e.text);
	return rc;
}

/* Only the bytes that were installed are loaded unasked. */
static int load_installed(struct kpatch *k, const struct kp_installed *at)
{
	_cleanup_(image_freep) struct image *i = NULL;
	struct err e = { 0 };
	int r;

	if (image_read(at->path, &i, &e) < 0)
		return kp_fail(&e, "error: failed to load module %s", at->path);
	if (at->sha256[0] && !streq(at->sha256, i->content)) {
		kp_warn("error: failed to load module %s: it is not the file that was installed", at->path);
		return RC_FAILED;
	}
	r = judge(k, i->inspect);
	if (r <= 0)
		return r < 0 ? RC_FAILED : RC_OK;
	return insert_guarded(k, at->path, i);
}

static int load_all(struct kpatch *k)
{
	struct kp_store s = { 0 };
	int rc = kp_store_read(k, k->release, &s) < 0 ? RC_FAILED : RC_OK;

	for (size_t i = 0; i < s.n && !session_interrupted; i++)
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
