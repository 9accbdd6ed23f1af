// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the worker, once and in this order: lock, the patches that were seen,
 * intent, pins, do, wait, outcome. Whatever happens after the intent, an
 * outcome is recorded; when the worker is killed in between, act_recover finds
 * the intent alone.
 */
#include "core/actwork.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "core/audit.h"
#include "core/confirm.h"
#include "core/journal.h"
#include "core/lock.h"
#include "core/task.h"

#define CHANGE_LOCK_WAIT_MS 200 /* over the moment of a lock_peek */
#define WRITE_LOCK_WAIT_MS 15000

static void tell(struct act *a, const struct act_msg *m)
{
	/* A front end that is gone is no reason to stop. */
	(void)send(a->channel, m, sizeof(*m), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void tell_text(struct act *a, enum act_msg_kind kind, const char *fmt, va_list ap)
{
	struct act_msg m = { .kind = kind };
	struct err clean;
	char raw[sizeof(clean.text)];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	err_set(&clean, -EIO, "%s", raw);
	FORMAT(m.text, "%s", clean.text);
	tell(a, &m);
}

void act_phase(struct act *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_text(a, ACT_MSG_PHASE, fmt, ap);
	va_end(ap);
}

void act_note(struct act *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_text(a, ACT_MSG_NOTE, fmt, ap);
	va_end(ap);
}

int act_write_begin(struct act *a, struct err *e)
{
	if (a->write_lock >= 0)
		return 0;
	a->write_lock = lock_take(a->run_dir, LOCK_STEP, &a->change, WRITE_LOCK_WAIT_MS, e);
	return MIN(a->write_lock, 0);
}

void act_write_end(struct act *a)
{
	a->write_lock = a->write_lock >= 0 ? lock_drop(a->write_lock) : -1;
}

/* A verb that helps a stuck transition runs beside one that only waits for it. */
static int take_locks(struct act *a, struct err *e)
{
	int r = lock_take(a->run_dir, LOCK_WHOLE, &a->change, CHANGE_LOCK_WAIT_MS, e);

	if (r >= 0)
		a->lock = r;
	else if (r != -EBUSY || !a->interrupts)
		return r;
	return act_write_begin(a, e);
}

/* 1 recorded, 0 the policy wants none, negative errno. */
static int audit_by_policy(struct act *a, const struct change_result *r, const struct history_head *head,
			   struct err *e)
{
	if (!act_audited(a->root, a->conf))
		return 0;
	return audit_record(&a->change, r, head, a->conf->audit_consumer_kernel, e);
}

static int not_recorded(struct act *a, int r, const struct err *why, struct err *e)
{
	bool required = conf_audit_policy(a->conf, a->root) == AUDIT_REQUIRED;

	if (!required) {
		act_note(a, "Not fully recorded: %s.", why->text);
		return 0;
	}
	err_rc(e, RC_AUDIT, r, "not recorded, so not done: %s", why->text);
	if (why->hint[0])
		err_hint(e, "%s", why->hint);
	return r;
}

static int record_intent(struct act *a, struct err *e)
{
	struct change_result res = { .phase = PHASE_INTENT, .result = "pending" };
	struct history_head head = { 0 };
	struct err why = { 0 };
	int r, h;

	r = audit_by_policy(a, &res, NULL, &why);
	FORMAT(a->result.audit, "%s", r > 0 ? "recorded" : r == 0 ? "off" : "not-written");
	if (r < 0 && not_recorded(a, r, &why, e) < 0)
		return r;
	res.audit = a->result.audit;
	h = history_append(a->state_dir, &a->change, &res, &head, &why);
	if (h < 0 && not_recorded(a, h, &why, e) < 0)
		return h;
	if (root_is_live(a->root))
		(void)journal_record(&a->change, &res, &head);
	act_phase(a, "recorded");
	return 0;
}

static void record_outcome(struct act *a, int r, const struct err *e, enum change_phase phase)
{
	struct change_result res = {
		.phase = phase,
		.result = a->result.result,
		.rc = r < 0 ? (int)err_exit(e) : RC_OK,
		.code = r < 0 ? r : 0,
		.text = r < 0 ? e->text : NULL,
		.audit = a->result.audit[0] ? a->result.audit : NULL,
	};
	struct history_head head = { 0 };
	struct err why = { 0 };

	if (history_append(a->state_dir, &a->change, &res, &head, &why) < 0)
		act_note(a, "the outcome is not in the history: %s", why.text);
	a->result.number = head.number;
	/* Why the intent was not written was told already. */
	if (audit_by_policy(a, &res, head.number ? &head : NULL, &why) < 0 &&
	    !streq(a->result.audit, "not-written"))
		act_note(a, "the outcome is not in the audit log: %s", why.text);
	if (root_is_live(a->root))
		(void)journal_record(&a->change, &res, head.number ? &head : NULL);
}

static int verify_pins(struct act *a, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < a->n_pins; i++)
		r = pin_verify(a->root, &a->pins[i], e);
	return r;
}

/* What to call an end that no step has named. */
static void name_result(struct act *a, int r)
{
	if (a->result.result[0])
		return;
	FORMAT(a->result.result, "%s", r < 0 ? "failed" : "done");
}

/* What would undo it waits for it: whoever has disarmed that has done so in vain. */
static int verify_armed(const struct act *a, struct err *e)
{
	struct confirm c;

	if (!a->to_confirm || confirm_find(a->state_dir, a->change.txn, &c, NULL) >= 0)
		return 0;
	err_set(e, -ESTALE, "the undoing of it was disarmed before it began, so nothing was done");
	err_hint(e, "say it again");
	return -ESTALE;
}

static int do_it(struct act *a, struct err *e)
{
	int r = verify_pins(a, e);

	r = r < 0 ? r : verify_armed(a, e);
	if (r < 0)
		return r;
	r = a->run(a, e);
	if (a->did_us)
		a->result.seconds = (double)(now_mono() - a->did_us) / (double)USEC_PER_SEC;
	if (r >= 0 && a->verify && !streq(a->result.result, "accepted"))
		r = a->verify(a, e);
	return r;
}

static int work(struct act *a, struct err *e)
{
	enum change_phase phase = PHASE_OUTCOME;
	int r = take_locks(a, e);

	r = r < 0 ? r : act_verify_before(a, e);
	r = r < 0 ? r : record_intent(a, e);
	if (r < 0) {
		FORMAT(a->result.result, "refused");
		phase = PHASE_REFUSED;
	} else {
		r = do_it(a, e);
	}
	name_result(a, r);
	if (r < 0 && !e->code)
		err_set(e, r, "%s failed: %s", a->change.verb, strerror(-r));
	record_outcome(a, r, e, phase);
	return r;
}

void act_work(struct act *a)
{
	struct act_msg m = { .kind = ACT_MSG_RESULT };
	struct err e = { 0 };
	struct task self;
	int r;

	a->lock = a->write_lock = a->wanted = -1;
	a->result = (struct act_result){ .verified = -1 };
	a->change.pid = (int)getpid();
	if (task_read(a->root, a->change.pid, &self) >= 0)
		a->change.pid_start = self.start;
	FORMAT(a->result.txn, "%s", a->change.txn);
	r = work(a, &e);
	a->result.code = r < 0 ? r : 0;
	if (r < 0)
		a->result.err = e;
	m.result = a->result;
	act_write_end(a);
	if (a->lock >= 0)
		lock_drop(a->lock);
	/* Nothing is held any more, so a front end that is stopped may take its time. */
	(void)send(a->channel, &m, sizeof(m), MSG_NOSIGNAL);
	_exit(0);
}
