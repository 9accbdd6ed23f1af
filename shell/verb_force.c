/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `force`: end a transition although tasks have not switched. The last resort:
 * off unless the site's policy allows it, with the name typed and a reason.
 */
#include <errno.h>

#include "shell/change.h"
#include "shell/verbs.h"
#include "shell/view.h"

struct force {
	struct plan p;
	int target;
	bool starting; /* `enabled` is still the old value */
};

/* Where it goes decides what is unsafe afterwards, and was shown before the yes. */
static int same_direction(const struct act *a, const struct force *f, struct err *e)
{
	int enabled, transition, r = patch_read_state(a->root, f->p.patch, &enabled, &transition);

	if (r < 0)
		return err_set(e, r, "cannot read the state of %s, so nothing was done: %s", f->p.patch,
			       strerror(-r));
	if (transition != 1 || enabled < 0 || f->starting || enabled == f->target)
		return 0;
	err_set(e, -ESTALE, "the transition of %s was turned round meanwhile: it is being %s", f->p.patch,
		enabled ? "enabled" : "disabled");
	err_hint(e, "nothing was done; look again, then decide again");
	return -ESTALE;
}

static int force_work(struct act *a, struct err *e)
{
	const struct force *f = a->arg;
	enum act_wait_end end;
	int r = same_direction(a, f, e);

	r = r < 0 ? r : act_force(a, f->p.patch, e);

	/* It ends at the kernel's next try, whoever blocks. */
	a->wanted = f->target;
	return r < 0 ? r : act_wait(a, f->p.patch, &end, e);
}

static int refuse(const struct call *c, const struct snapshot *s, const struct patch *p, struct err *e)
{
	if (!c->app->conf.allow_force) {
		err_rc(e, RC_PERMISSION, -EPERM, "the site's policy does not allow force");
		err_hint(e, "allow-force = yes in /etc/klpsh.conf allows it; klpsh reverse is safe");
		return -EPERM;
	}
	if (s->in_transition == p)
		return 0;
	err_rc(e, RC_FAILED, -EINVAL, "%s is not in transition, so there is nothing to force", p->name);
	return -EINVAL;
}

static int add_facts(struct force *f, const struct snapshot *s)
{
	const struct patch *p = s->in_transition;
	int r = plan_fact(&f->p, "%zu of %zu tasks have not switched, and are treated as if they had",
			  snapshot_left(s), s->tasks.total);

	r = r < 0 ? r
		  : plan_fact(&f->p,
			      "a task that still sleeps in replaced code goes on in it: with the wrong "
			      "data, that is a crash");
	if (r >= 0 && f->target == 0)
		r = plan_fact(&f->p, "the module of %s can never be removed afterwards", p->name);
	else if (r >= 0 && p->replace == 1)
		r = plan_fact(&f->p, "the modules that it replaces can never be removed afterwards");
	else if (r >= 0)
		r = plan_fact(&f->p, "klpsh refuses to unload or roll back %s until the next reboot",
			      p->name);
	return r < 0 ? r : plan_undo(&f->p, "nothing: only a reboot makes the system clean again");
}

static int force_plan(struct force *f, const struct snapshot *s, const struct patch *p, struct report **ret,
		      struct err *e)
{
	struct pin pin;
	int r = refuse(f->p.c, s, p, e);

	r = r < 0 ? r : pin_patch(f->p.c->app->root, p->name, &pin, e);
	r = r < 0 ? r : plan_pin(&f->p, &pin, e);
	if (r < 0)
		return plan_refuse(&f->p, ret, e);
	f->target = s->target;
	f->starting = s->starting;
	f->p.act.run = force_work;
	f->p.act.arg = f;
	f->p.act.interrupts = true;
	FORMAT(f->p.act.change.build_id, "%s", p->build_id ? p->build_id : "");
	if (plan_title(&f->p, "End the transition of %s by force", p->name) < 0 || add_facts(f, s) < 0)
		return out_of_memory(e);
	plan_says(&f->p, "The transition of %s was forced: it is %s", p->name,
		  f->target ? "enabled" : "disabled");
	return plan_run(&f->p, ret, e);
}

static int force_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct force f = { 0 };
	const struct patch *p;
	int r = call_livepatch(c, SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG, &s, e);

	if (r < 0)
		return r;
	p = patches_find(&s->patches, c->args[0]);
	if (!p)
		return patch_not_found(s, c->args[0], e);
	r = plan_begin(&f.p, c, p->name, e);
	plan_patch(&f.p, p->name);
	r = r < 0 ? r : force_plan(&f, s, p, ret, e);
	plan_done(&f.p);
	return r;
}

static const struct arg args[] = { { "NAME", ARG_PATCH } };
static const struct flag flags[] = {
	{ "confirm", "NAME", false, "the patch's name once more, where nobody can be asked" },
	CHANGE_FLAGS,
};

const struct verb verb_force = {
	.name = "force",
	.args = args,
	.n_args = ARRAY_SIZE(args),
	.flags = flags,
	.n_flags = ARRAY_SIZE(flags),
	.danger = DANGER_SEVERE,
	.helps = true,
	.help = "end a transition by force; unsafe",
	.details =
		"Tells the kernel to treat every task as switched. A task that sleeps in the old code goes "
		"on "
		"in it, which can crash the machine. Off unless /etc/klpsh.conf says allow-force = yes. "
		"On a terminal the patch's name must be typed; a script says --confirm=NAME; both need "
		"--reason=TEXT.\n\n"
		"Afterwards: when disabling was forced, the kernel keeps the module for good; when a replace "
		"was forced, it keeps the replaced ones; when enabling was forced, the kernel would remove "
		"the module while a task may still run the old code, so klpsh refuses to until a reboot.",
	.examples = "klpsh force livepatch_fix --confirm=livepatch_fix --reason='CHG-1234'",
	.shape = &shape_change,
	.run = force_run,
};
