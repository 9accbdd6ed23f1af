// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Are the enabled patches still those that the front end saw? The facts that
 * were agreed to were told of them, and a rollback goes back to them, so they
 * are compared under the lock, before the intent is recorded.
 */
#include <errno.h>

#include "core/actwork.h"
#include "core/patch.h"

static bool is_same(const struct patch *p, const struct patch_ref *ref)
{
	return streq(p->name, ref->name) && streq(p->build_id ? p->build_id : "", ref->build_id);
}

static bool is_new(const struct change *c, const struct patch *p)
{
	for (size_t i = 0; i < c->n_before; i++)
		if (is_same(p, &c->before[i]))
			return false;
	return true;
}

static int stale(struct err *e, const char *name, const char *what)
{
	err_set(e, -ESTALE, "%s was %s meanwhile", name, what);
	err_hint(e, "nothing was done; look again, then decide again");
	return -ESTALE;
}

static int compare(const struct change *c, const struct patches *now, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < now->n; i++) {
		if (!patch_is_enabled(&now->v[i]))
			continue;
		if (is_new(c, &now->v[i]))
			return stale(e, now->v[i].name, "enabled");
		n++;
	}
	for (size_t i = 0; n < c->n_before && i < c->n_before; i++) {
		const struct patch *p = patches_find(now, c->before[i].name);

		if (!p || !patch_is_enabled(p))
			return stale(e, c->before[i].name, "disabled");
	}
	return 0;
}

int act_verify_before(const struct act *a, struct err *e)
{
	struct patches now = { 0 };
	int r;

	/* What helps a stuck change runs beside one that alters just that. */
	if (a->interrupts || !a->change.before_known || patches_read(a->root, &now, NULL) < 0)
		return 0;
	r = compare(&a->change, &now, e);
	patches_free(&now);
	return r;
}
