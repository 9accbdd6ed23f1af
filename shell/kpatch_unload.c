/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kpatch unload: disable, wait for the transition and the references, remove.
 * A disabling that stalls is left to the kernel, which goes on with it.
 */
#include "shell/kpatch_own.h"

#include <errno.h>

#include "kmod/module.h"

static int disable(struct kpatch *k, const struct patch *p)
{
	int r;

	if (p->enabled == 1) {
		kp_say("disabling patch module: %s", p->name);
		if (kp_verb(k, "disable", p->name, "--wait=0", NULL) != RC_OK)
			return kp_fail(&k->e, "failed to disable module %s", p->name);
	}
	r = kp_await(k, p->name);
	if (r == -ETIMEDOUT) {
		kp_show_stalled(k);
		kp_warn("error: failed to unload module %s (transition stalled)", p->name);
	} else if (r == -EINTR) {
		kp_warn("interrupted; the transition of %s goes on in the kernel", p->name);
	}
	return r < 0 ? RC_FAILED : RC_OK;
}

int kp_unload_patch(struct kpatch *k, const struct patch *p)
{
	if (p->in_sysfs && disable(k, p) != RC_OK)
		return RC_FAILED;
	if (module_refcount(p->name) > 0)
		kp_say("waiting (up to %.0f seconds) for module refcount...", k->limits->refs);
	kp_say("unloading patch module: %s", p->name);
	if (kp_verb(k, "unload", p->name, NULL, NULL) != RC_OK)
		return kp_fail(&k->e, "failed to unload module %s", p->name);
	return RC_OK;
}

static int unload_named(struct kpatch *k, const char *name)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	if (kp_look(k, false, &s) < 0)
		return RC_FAILED;
	for (size_t i = 0; i < s->patches.n; i++)
		if (kp_same_name(s->patches.v[i].name, name))
			return kp_unload_patch(k, &s->patches.v[i]);
	kp_warn("patch module %s is not loaded", name);
	return RC_FAILED;
}

/* The newest first; what is left over of earlier ones at the end. */
static int newer_first(const void *a, const void *b)
{
	const struct patch *x = *(const struct patch *const *)a, *y = *(const struct patch *const *)b;

	return (x->stack_order < y->stack_order) - (x->stack_order > y->stack_order);
}

static int unload_all(struct kpatch *k)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ const struct patch **order = NULL;
	int rc = RC_OK;

	if (kp_look(k, false, &s) < 0)
		return RC_FAILED;
	order = calloc(s->patches.n + 1, sizeof(*order));
	for (size_t i = 0; order && i < s->patches.n; i++)
		order[i] = &s->patches.v[i];
	if (!order)
		return RC_FAILED;
	qsort(order, s->patches.n, sizeof(const struct patch *), newer_first);
	for (size_t i = 0; i < s->patches.n; i++)
		if (kp_unload_patch(k, order[i]) != RC_OK)
			rc = RC_FAILED;
	return rc;
}

int kp_unload(struct kpatch *k, char *const *args, size_t n)
{
	if (streq(args[0], "--all"))
		return unload_all(k);
	return args[0][0] == '-' ? KP_USAGE : unload_named(k, args[0]);
}
