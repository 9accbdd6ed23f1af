/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `unload`: disable a livepatch if it is enabled, wait, and remove its module.
 * The module's references drop a moment after its folder in sysfs has gone, so
 * their count is waited for as well.
 */
#include <errno.h>

#include "shell/change.h"
#include "shell/forced.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define REFS_SEC 15

struct unload {
	struct plan p;
	const struct patch *patch;
	bool disable; /* it is enabled, or becoming so */
	bool wait; /* it is being disabled already */
};

static int unload_work(struct act *a, struct err *e)
{
	const struct unload *u = a->arg;
	enum act_wait_end end = WAIT_ENDED;
	int r = 0;

	a->wanted = 0; /* also by whoever disables it already */
	if (u->disable)
		r = act_enable(a, u->p.patch, 0, e);
	if (r >= 0 && (u->disable || u->wait))
		r = act_wait(a, u->p.patch, &end, e);
	if (r >= 0 && end == WAIT_ACCEPTED) {
		FORMAT(a->result.result, "partial");
		err_rc(e, RC_PARTIAL, -EINPROGRESS, "%s is being disabled and not removed yet", u->p.patch);
		err_hint(e, "klpsh wait %s, then klpsh unload %s", u->p.patch, u->p.patch);
		return -EINPROGRESS;
	}
	if (r >= 0)
		act_phase(a, "waiting for the module's references");
	r = r < 0 ? r : act_wait_refs(a, u->p.patch, REFS_SEC, e);
	return r < 0 ? r : act_remove(a, u->p.patch, e);
}

static int refuse_reason(const struct unload *u, const struct snapshot *s, struct err *e)
{
	const struct patch *p = u->patch;

	if (p->coming || p->going)
		return err_set(e, -EBUSY, "%s is being %s right now", p->name,
			       p->coming ? "loaded" : "removed");
	if (s->in_transition && s->in_transition != p) {
		err_set(e, -EBUSY, "%s is in transition, and the kernel takes one at a time",
			s->in_transition->name);
		err_hint(e, "klpsh wait %s waits for its end", s->in_transition->name);
		return -EBUSY;
	}
	return forced_refuse(u->p.c, p, e);
}

static int add_facts(struct unload *u)
{
	const struct patch *p = u->patch;
	int r;

	if (p->in_sysfs)
		r = plan_fact(&u->p, "%s is %s: %zu function%s of %zu object%s", p->name, patch_state_word(p),
			      patch_count_funcs(p), patch_count_funcs(p) == 1 ? "" : "s",
			      patch_count_objects(p), patch_count_objects(p) == 1 ? "" : "s");
	else
		r = plan_fact(&u->p, "%s is disabled, and its module is still loaded", p->name);

	if (r >= 0 && u->disable && p->transition == 1)
		r = plan_fact(&u->p, "it is being enabled; this turns its transition round first");
	else if (r >= 0 && u->disable)
		r = plan_fact(&u->p, "it is disabled first, and every task must leave its code");
	return r < 0 ? r
		     : plan_undo(&u->p,
				 "klpsh rollback loads it again from the store, klpsh load FILE from a file");
}

static int unload_plan(struct unload *u, const struct snapshot *s, struct report **ret, struct err *e)
{
	const struct patch *p = u->patch;
	struct pin pin;
	int r;

	plan_patch(&u->p, p->name);
	r = refuse_reason(u, s, e);
	r = r < 0 ? r : pin_patch(u->p.c->app->root, p->name, &pin, e);
	r = r < 0 ? r : plan_pin(&u->p, &pin, e);
	if (r < 0)
		return plan_refuse(&u->p, ret, e);
	u->disable = p->in_sysfs && (p->transition == 1 ? s->target == 1 : p->enabled == 1);
	u->wait = p->in_sysfs && p->transition == 1 && s->target == 0;
	FORMAT(u->p.act.change.build_id, "%s", p->build_id ? p->build_id : "");
	if (plan_title(&u->p, "%s %s", u->disable ? "Disable and remove" : "Remove", p->name) < 0 ||
	    add_facts(u) < 0)
		return out_of_memory(e);
	plan_says(&u->p, "%s is removed", p->name);
	u->p.act.run = unload_work;
	u->p.act.arg = u;
	u->p.act.caps = CHANGE_CAP_MODULE;
	u->p.act.interrupts = p->transition == 1;
	return plan_run(&u->p, ret, e);
}

static int unload_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct unload u = { 0 };
	int r = call_livepatch(c, SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG, &s, e);

	if (r < 0)
		return r;
	u.patch = patches_find(&s->patches, c->args[0]);
	if (!u.patch)
		return patch_not_found(s, c->args[0], e);
	r = plan_begin(&u.p, c, u.patch->name, e);
	r = r < 0 ? r : unload_plan(&u, s, ret, e);
	plan_done(&u.p);
	return r;
}

static const struct arg args[] = { { "NAME", ARG_PATCH } };
static const struct flag flags[] = { CHANGE_WAIT_FLAGS, CHANGE_FLAGS };

const struct verb verb_unload = {
	.name = "unload",
	.args = args,
	.n_args = ARRAY_SIZE(args),
	.flags = flags,
	.n_flags = ARRAY_SIZE(flags),
	.danger = DANGER_MODERATE,
	.helps = true,
	.help = "disable a livepatch if needed, wait, and remove its module",
	.details =
		"Waits for the end of the transition (7 at the first stall; nothing is removed then and the "
		"kernel goes on disabling), then up to 15 seconds for the module's references, then removes "
		"it. --wait=0 returns once the kernel has accepted the disabling: exit 10, not removed yet. "
		"A patch that was forced is never removed before a reboot.",
	.examples = "klpsh unload livepatch_fix  # asks, waits, removes\n"
		    "klpsh unload livepatch_fix --yes --reason='CHG-1234'  # in a script",
	.shape = &shape_change,
	.run = unload_run,
};
