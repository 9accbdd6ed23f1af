/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a plan to its end: policy, question, worker, report. Every way out
 * that is not a success is recorded, also the no.
 */
#include "shell/change_run.h"

#include <errno.h>

#include "kmod/module.h"
#include "shell/unconfirmed.h"
#include "shell/view.h"

static bool can_ask(const struct plan *p)
{
	return p->c->set.interactive && !p->c->set.no_input && p->c->app->ask;
}

static bool is_severe(const struct plan *p)
{
	return p->c->verb->danger == DANGER_SEVERE;
}

static int declined(struct plan *p, struct err *e)
{
	act_record_not_done(&p->act, PHASE_DECLINED, e);
	(void)row_str(p->row, "result", "declined");
	return e->code;
}

/* A severe verb wants the name and a reason from who cannot be asked. */
static bool is_confirmed(const struct plan *p)
{
	const char *name = call_flag(p->c, "confirm");

	if (p->c->verb->danger < DANGER_MODERATE)
		return true;
	if (!is_severe(p))
		return p->c->set.yes;
	return name && streq(name, p->act.change.target) && p->c->set.reason && *p->c->set.reason;
}

static int not_confirmed(struct plan *p, struct err *e)
{
	const char *verb = p->c->verb->name, *target = p->act.change.target;

	err_rc(e, RC_DECLINED, -ECANCELED, "%s was not confirmed, so nothing was done", verb);
	if (is_severe(p))
		err_hint(e, "say --confirm=%s --reason=TEXT if you mean it", target);
	else
		err_hint(e, "say --yes if you mean it, or try --dry-run first");
	return declined(p, e);
}

static int check_conf(const struct plan *p, struct err *e)
{
	const struct err *why = &p->c->app->conf_err;

	if (!why->code)
		return 0;
	err_rc(e, RC_PERMISSION, why->code,
	       "the site's policy cannot be relied on, so nothing is changed: %s", why->text);
	if (why->hint[0])
		err_hint(e, "%s", why->hint);
	return why->code;
}

int plan_policy(struct plan *p, struct err *e)
{
	int r = check_conf(p, e);

	r = r < 0 ? r : act_allowed(&p->act, e);
	/* Who may help is asked in plan_run, when it is known whether he does. */
	if (r >= 0 && !p->c->verb->helps)
		r = act_free(&p->act, e);
	if (r < 0) {
		if (!p->c->set.dry_run)
			act_record_not_done(&p->act, PHASE_REFUSED, e);
		return r;
	}
	if (p->c->set.dry_run || is_confirmed(p) || can_ask(p))
		return 0;
	return not_confirmed(p, e);
}

int plan_confirm(struct plan *p, struct err *e)
{
	const struct cell *facts = row_cell(p->row, "facts"), *title = row_cell(p->row, "title"),
			  *undo = row_cell(p->row, "undo");
	struct ask ask = {
		.title = title->set ? title->str : p->c->verb->name,
		.facts = facts->strs.v,
		.n_facts = facts->set ? facts->strs.n : 0,
		.undo = undo->set ? undo->str : NULL,
		.command = p->command,
		.type_name = is_severe(p) ? p->act.change.target : NULL,
	};
	enum answer answer;

	if (is_confirmed(p))
		return 0;
	if (is_severe(p) && (!p->c->set.reason || !*p->c->set.reason)) {
		err_rc(e, RC_DECLINED, -ECANCELED, "%s needs a reason, so nothing was done",
		       p->c->verb->name);
		err_hint(e, "say --reason=TEXT");
		return declined(p, e);
	}
	answer = p->c->app->ask(p->c->app, &ask);
	if (answer == ANSWER_YES)
		return 0;
	err_rc(e, RC_DECLINED, -ECANCELED, "%s, so nothing was done",
	       answer == ANSWER_EXPIRED ? "no answer came" : "declined");
	return declined(p, e);
}

int plan_state(struct plan *p)
{
	struct patches all = { 0 };
	const struct patch *patch;
	int r = 0;

	if (!p->patch[0] || patches_read(p->c->app->root, &all, NULL) < 0)
		return 0;
	patch = patches_find(&all, p->patch);
	if (patch)
		r = row_str(p->row, "state", patch_state_word(patch));
	patches_free(&all);
	return r;
}

int plan_refuse(struct plan *p, struct report **ret, struct err *e)
{
	if (!p->c->set.dry_run)
		act_record_not_done(&p->act, PHASE_REFUSED, e);
	(void)row_str(p->row, "result", "refused");
	(void)plan_state(p);
	*ret = TAKE_PTR(p->report);
	return e->code;
}

static int say_plan(struct plan *p)
{
	const struct cell *facts = row_cell(p->row, "facts"), *undo = row_cell(p->row, "undo"),
			  *title = row_cell(p->row, "title");
	int r = report_headline(p->report, "Would: %s.", title->set ? title->str : p->c->verb->name);

	for (size_t i = 0; r >= 0 && facts->set && i < facts->strs.n; i++)
		r = report_note(p->report, "%s", facts->strs.v[i]);
	if (r >= 0 && undo->set)
		r = report_note(p->report, "Undo: %s", undo->str);
	return r < 0 ? r : report_note(p->report, "Command: %s", p->command);
}

static int rehearse(struct plan *p)
{
	p->report->changed = true;
	if (is_severe(p) && row_str(p->row, "confirm", p->act.change.target) < 0)
		return -ENOMEM;
	if (row_str(p->row, "result", "would") < 0 || plan_state(p) < 0)
		return -ENOMEM;
	return say_plan(p);
}

static int say_notes(struct plan *p)
{
	const struct cell *notes = row_cell(p->row, "notes");
	int r = 0;

	for (size_t i = 0; r >= 0 && notes->set && i < notes->strs.n; i++)
		r = report_note(p->report, "%s", notes->strs.v[i]);
	return r;
}

static int say_done(struct plan *p, const struct act_result *res)
{
	if (streq(res->result, "accepted"))
		return report_headline(p->report, "The kernel has accepted it; the transition of %s goes on.",
				       p->patch);
	if (!p->done_text[0])
		return 0;
	/* files only: nothing was waited for */
	if (res->seconds <= 0)
		return report_headline(p->report, "%s.", p->done_text);
	return report_headline(p->report, "%s, after %.1f s.", p->done_text, res->seconds);
}

static int fill_result(struct plan *p, const struct act_result *res)
{
	int r = row_str(p->row, "txn", p->act.change.txn);

	p->report->changed = res->changed;
	FORMAT(p->report->audit, "%s", res->audit);
	r = r < 0 ? r : row_str(p->row, "result", res->result);
	r = r < 0 ? r : row_tri(p->row, "verified", res->verified);
	if (r >= 0 && res->seconds > 0)
		r = row_real(p->row, "seconds", res->seconds);
	if (r >= 0 && res->says[0])
		r = plan_note(p, "%s", res->says);
	return r < 0 ? r : plan_state(p);
}

static int do_plan(struct plan *p, struct err *e)
{
	struct act_result res = { .verified = -1 };
	int r = plan_drive(p, &res, e);

	if (r < 0 && !res.result[0])
		FORMAT(res.result, "unknown");
	if (fill_result(p, &res) < 0 || unconfirmed_settle(p, &res) < 0)
		return out_of_memory(e);
	if (r >= 0)
		r = say_done(p, &res) < 0 ? out_of_memory(e) : 0;
	else if (streq(res.result, "stalled") || streq(res.result, "timeout"))
		(void)plan_stalled(p, e);
	return say_notes(p) < 0 ? out_of_memory(e) : r;
}

static void use_real_kops(struct plan *p, struct kops *k)
{
	if (p->act.kops)
		return;
	ops_sysfs_init(k, p->c->app->root);
	ops_module_init(k);
	p->act.kops = k;
}

int plan_run(struct plan *p, struct report **ret, struct err *e)
{
	struct kops real = { 0 };
	int r;

	r = act_free(&p->act, e);
	r = r < 0 ? r : unconfirmed_possible(p, e);
	if (r < 0)
		return plan_refuse(p, ret, e);
	if (unconfirmed_tell(p) < 0)
		return out_of_memory(e);
	if (p->c->set.dry_run) {
		r = rehearse(p) < 0 ? out_of_memory(e) : 0;
	} else {
		use_real_kops(p, &real);
		r = plan_confirm(p, e);
		r = r < 0 ? r : unconfirmed_arm(p, e);
		r = r < 0 ? r : do_plan(p, e);
	}
	*ret = TAKE_PTR(p->report);
	return r;
}
