/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `disable`, `enable` and `reverse`: one write to `enabled`, and the wait for
 * the transition that it starts or turns round. What the kernel does not do
 * (enabling a patch again, since 5.1) is explained, not tried.
 */
#include <errno.h>

#include "shell/change.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define WHAT_IS_READ (SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG)

struct toggle {
	struct plan p;
	const struct patch *patch;
	int value; /* to be written */
	bool reverses;
};

static int too_late(const struct toggle *t, const char *what, struct err *e)
{
	err_set(e, -ESTALE, "the transition of %s %s meanwhile", t->p.patch, what);
	err_hint(e, "nothing was done; klpsh status shows how things stand");
	return -ESTALE;
}

/*
 * The same write that turns a transition round disables a patch whose
 * transition has ended, and is an error when somebody was faster.
 */
static int toggle_write(struct act *a, const struct toggle *t, struct err *e)
{
	const char *name = t->p.patch;
	int enabled, transition, r;

	r = patch_read_state(a->root, name, &enabled, &transition);
	if (t->reverses && r < 0)
		return err_set(e, r, "cannot read the state of %s, so nothing was done: %s", name,
			       strerror(-r));
	if (t->reverses && transition != 1)
		return too_late(t, "has ended", e);
	r = act_enable(a, name, t->value, e);
	if (!t->reverses || r != -EINVAL)
		return r;
	patch_read_state(a->root, name, &enabled, &transition);
	return enabled == t->value ? too_late(t, "was turned round by somebody else", e) : r;
}

static int toggle_work(struct act *a, struct err *e)
{
	const struct toggle *t = a->arg;
	enum act_wait_end end;
	int r = toggle_write(a, t, e);

	return r < 0 ? r : act_wait(a, t->p.patch, &end, e);
}

static int add_facts(struct toggle *t, const struct snapshot *s)
{
	const struct patch *p = t->patch;
	struct plan *plan = &t->p;
	int r = plan_fact(plan, "%s is %s: %zu function%s of %zu object%s", p->name, patch_state_word(p),
			  patch_count_funcs(p), patch_count_funcs(p) == 1 ? "" : "s", patch_count_objects(p),
			  patch_count_objects(p) == 1 ? "" : "s");

	if (r >= 0 && t->reverses)
		r = plan_fact(plan, "its transition runs: %zu of %zu tasks left; this turns it round",
			      snapshot_left(s), s->tasks.total);
	if (r < 0)
		return r;
	if (t->reverses)
		return plan_undo(plan, "klpsh reverse turns it round again while it runs");
	return plan_undo(plan,
			 "once disabled it is not enabled again by the kernel: klpsh unload %s, then "
			 "klpsh load FILE",
			 p->name);
}

static int toggle_run(struct toggle *t, const struct snapshot *s, struct report **ret, struct err *e)
{
	const char *name = t->patch->name;
	struct pin pin;
	int r = pin_patch(t->p.c->app->root, name, &pin, e);

	r = r < 0 ? r : plan_pin(&t->p, &pin, e);
	if (r < 0)
		return plan_refuse(&t->p, ret, e);
	FORMAT(t->p.act.change.build_id, "%s", t->patch->build_id ? t->patch->build_id : "");
	if (t->reverses)
		r = plan_title(&t->p, "Reverse the %s of %s", t->value ? "disabling" : "enabling", name);
	else
		r = plan_title(&t->p, "%s %s", t->value ? "Enable" : "Disable", name);
	if (r < 0 || add_facts(t, s) < 0)
		return out_of_memory(e);
	plan_says(&t->p, "%s is %s", name, t->value ? "enabled" : "disabled");
	t->p.act.run = toggle_work;
	t->p.act.arg = t;
	/* Turning one's transition round is what helps while somebody waits for it. */
	t->p.act.interrupts = t->reverses;
	return plan_run(&t->p, ret, e);
}

/* 1: to be done, 0: *ret is the answer, negative: refused, e is set. */
static int judge(struct toggle *t, const struct snapshot *s, struct report **ret, struct err *e)
{
	const struct patch *p = t->patch;
	const char *word = t->value ? "enabled" : "disabled";
	char text[256];

	if (p->transition == 1) {
		t->reverses = s->target != t->value;
		if (t->reverses)
			return 1;
		err_set(e, -EBUSY, "%s is being %s already", p->name, word);
		err_hint(e, "klpsh wait %s waits for its end", p->name);
		return -EBUSY;
	}
	if (p->enabled == t->value || (!p->in_sysfs && !t->value)) {
		FORMAT(text, "%s is %s already.", p->name, word);
		return plan_already(&t->p, text, ret) < 0 ? out_of_memory(e) : 0;
	}
	if (s->in_transition) {
		err_set(e, -EBUSY, "%s is in transition, and the kernel takes one at a time",
			s->in_transition->name);
		err_hint(e, "klpsh wait %s waits for its end, klpsh blockers says who holds it up",
			 s->in_transition->name);
		return -EBUSY;
	}
	if (t->value && !p->in_sysfs) {
		err_rc(e, RC_UNSUPPORTED, -EOPNOTSUPP,
		       "the kernel does not enable %s again once it was disabled", p->name);
		err_hint(e, "klpsh unload %s, then klpsh load FILE", p->name);
		return -EOPNOTSUPP;
	}
	return 1;
}

static int toggle_patch(struct call *c, const struct snapshot *s, const struct patch *patch, int value,
			struct report **ret, struct err *e)
{
	struct toggle t = { .patch = patch, .value = value };
	int r = plan_begin(&t.p, c, patch->name, e);

	if (r >= 0) {
		plan_patch(&t.p, patch->name);
		r = judge(&t, s, ret, e);
		if (r < 0)
			r = plan_refuse(&t.p, ret, e);
		else if (r > 0)
			r = toggle_run(&t, s, ret, e);
	}
	plan_done(&t.p);
	return r;
}

static int toggle_named(struct call *c, int value, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	const struct patch *patch;
	int r = call_livepatch(c, WHAT_IS_READ, &s, e);

	if (r < 0)
		return r;
	patch = patches_find(&s->patches, c->args[0]);
	return patch ? toggle_patch(c, s, patch, value, ret, e) : patch_not_found(s, c->args[0], e);
}

static int disable_run(struct call *c, struct report **ret, struct err *e)
{
	return toggle_named(c, 0, ret, e);
}

static int enable_run(struct call *c, struct report **ret, struct err *e)
{
	return toggle_named(c, 1, ret, e);
}

static int reverse_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	int r = call_livepatch(c, WHAT_IS_READ, &s, e);

	if (r < 0)
		return r;
	if (!s->in_transition || s->target < 0) {
		err_set(e, -ENOENT, "no transition is running, so there is nothing to reverse");
		return -ENOENT;
	}
	return toggle_patch(c, s, s->in_transition, !s->target, ret, e);
}

static const struct arg name_args[] = { { "NAME", ARG_PATCH } };
static const struct flag flags[] = { CHANGE_WAIT_FLAGS, CHANGE_FLAGS };
static const struct flag reverse_flags[] = { CHANGE_FLAGS };

const struct verb verb_disable = {
	.name = "disable",
	.args = name_args,
	.n_args = ARRAY_SIZE(name_args),
	.flags = flags,
	.n_flags = ARRAY_SIZE(flags),
	.danger = DANGER_MODERATE,
	.helps = true,
	.help = "take a livepatch out of use and wait until it is",
	.details = "Writes 0 to `enabled` and waits for the end of the transition; returns 7 at the first "
		   "stall. "
		   "--wait=SEC waits that long instead, --wait=0 returns once the kernel has accepted. While "
		   "NAME is being enabled, this turns its transition round.\n\n"
		   "The module stays loaded: klpsh unload NAME removes it. The kernel (since 5.1) does not "
		   "enable it again; it must be removed and loaded anew.",
	.examples = "klpsh disable livepatch_fix  # asks, then waits\n"
		    "klpsh disable livepatch_fix --yes --on-stall=reverse  # back if it stalls",
	.shape = &shape_change,
	.run = disable_run,
};

const struct verb verb_enable = {
	.name = "enable",
	.args = name_args,
	.n_args = ARRAY_SIZE(name_args),
	.flags = flags,
	.n_flags = ARRAY_SIZE(flags),
	.danger = DANGER_MODERATE,
	.helps = true,
	.help = "put a livepatch into use where the kernel allows it",
	.details = "While NAME is being disabled, this turns its transition round. A patch that is disabled "
		   "already is not enabled again by kernels since 5.1: that is said, with what to do, and "
		   "the exit code is 3.",
	.examples = "klpsh enable livepatch_fix --yes  # keep it after all",
	.shape = &shape_change,
	.run = enable_run,
};

const struct verb verb_reverse = {
	.name = "reverse",
	.flags = reverse_flags,
	.n_flags = ARRAY_SIZE(reverse_flags),
	.danger = DANGER_MODERATE,
	.helps = true,
	.help = "turn the running transition round",
	.details =
		"A patch that is being enabled is disabled again, and the other way round. Tasks that have "
		"switched must switch back, so this can stall as well. Exit code 5 when no transition runs.",
	.examples = "klpsh reverse --yes  # get out of a stalled transition",
	.shape = &shape_change,
	.run = reverse_run,
};
