/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `confirm`: keep a change that was made with --confirm-within.
 */
#include <errno.h>

#include "shell/unconfirmed.h"
#include "shell/verbs.h"
#include "shell/view.h"

struct confirming {
	struct plan p;
	struct confirm what;
};

/* Behind the deadline the watcher undoes it, and must not be told otherwise, unless it has failed. */
static int in_time(const struct confirming *c, struct err *e)
{
	const struct confirm *w = &c->what;
	const char *dir = c->p.act.state_dir;

	if (!streq(w->boot_id, c->p.act.change.boot_id))
		err_rc(e, RC_FAILED, -ESTALE, "%s %s was made before the last boot, which has ended it",
		       w->verb, w->target);
	else if (now_boot() >= w->deadline_us && (!w->failed[0] || confirm_is_watched(dir, w->txn)))
		err_rc(e, RC_FAILED, -ESTALE,
		       "it is too late to keep %s %s: its time is over, and it is undone", w->verb,
		       w->target);
	else
		return 0;
	err_hint(e, "klpsh history says how it ended; make the change anew if it is wanted");
	return -ESTALE;
}

static int confirm_work(struct act *a, struct err *e)
{
	const struct confirming *c = a->arg;
	int r = in_time(c, e);

	return r < 0 ? r : confirm_disarm(a->state_dir, c->what.txn, e);
}

/* The same login, or root who says why. */
static int may_confirm(const struct confirming *c, struct err *e)
{
	const struct login *who = &c->p.act.change.who;
	const char *reason = c->p.c->set.reason;

	if (who->auid == c->what.auid && (who->auid != LOGIN_UNSET || who->uid == c->what.uid))
		return 0;
	if (who->uid == 0 && reason && *reason)
		return 0;
	err_set(e, -EPERM, "%s made this change, and you are another login", c->what.user);
	err_hint(e, "root confirms it with --reason=TEXT");
	return -EPERM;
}

static int confirm_plan(struct confirming *c, struct report **ret, struct err *e)
{
	int r = may_confirm(c, e);

	r = r < 0 ? r : in_time(c, e);
	if (r < 0)
		return plan_refuse(&c->p, ret, e);
	c->p.act.change.of = c->what.txn;
	c->p.act.run = confirm_work;
	c->p.act.arg = c;
	c->p.act.interrupts = true;
	if (plan_title(&c->p, "Keep %s %s (%.8s)", c->what.verb, c->what.target, c->what.txn) < 0)
		return out_of_memory(e);
	plan_says(&c->p, "%s %s is kept", c->what.verb, c->what.target);
	return plan_run(&c->p, ret, e);
}

static int confirm_run(struct call *c, struct report **ret, struct err *e)
{
	struct confirming cf = { 0 };
	int r;

	if (call_flag(c, "expire")) {
		r = unconfirmed_expire(c, c->args[0], e);
		return e->code ? e->code
		       : r     ? err_rc(e, (enum rc)r, -EIO, "the change could not be undone")
			       : 0;
	}
	r = confirm_find(app_state_dir(c->app), c->args[0], &cf.what, e);
	if (r < 0)
		return r;
	r = plan_begin(&cf.p, c, cf.what.target, e);
	r = r < 0 ? r : confirm_plan(&cf, ret, e);
	plan_done(&cf.p);
	return r;
}

static const struct arg args[] = { { "TXN", ARG_ARMED } };
static const struct flag flags[] = {
	{ "expire", NULL, false, "what the watcher runs: wait for the deadline, then undo" },
};

const struct verb verb_confirm = {
	.name = "confirm",
	.args = args,
	.n_args = ARRAY_SIZE(args),
	.flags = flags,
	.n_flags = ARRAY_SIZE(flags),
	.danger = DANGER_MILD,
	.helps = true,
	.help = "keep a change that was made with --confirm-within",
	.details =
		"A change made with --confirm-within=SEC is undone after SEC seconds (counted from before "
		"the change, also in suspend) unless it is confirmed: a running transition is turned "
		"round, a finished change is rolled back. TXN is the transaction that the change reported, "
		"or its first digits. It must come from the same login, or from root with "
		"--reason=TEXT.\n\n"
		"What could not be undone is told by klpsh status, with the reason, until it is rolled "
		"back by hand or kept by this.",
	.examples = "klpsh confirm 3f9a12c4  # it works: keep it",
	.shape = &shape_change,
	.run = confirm_run,
};
