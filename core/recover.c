// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a killed worker left behind: an intent in the history without an
 * outcome. How far it came only the kernel knows, so the outcome that is
 * added says what the kernel says now.
 */
#include <errno.h>

#include "core/actwork.h"
#include "core/audit.h"
#include "core/journal.h"
#include "core/lock.h"
#include "core/patch.h"

#define OPEN_MAX 32
#define LOOK_BACK 512 /* records */

static void describe(const struct root *root, const struct history_entry *h, char *buf, size_t size)
{
	char path[160];
	int enabled = -1, transition = -1;

	if (!h->target || !patch_name_valid(h->target)) {
		snprintf(buf, size, "look at klpsh status");
		return;
	}
	patch_read_state(root, h->target, &enabled, &transition);
	FORMAT(path, "sys/module/%s/refcnt", h->target);
	if (enabled >= 0)
		snprintf(buf, size, "%s is %s now%s", h->target, enabled ? "enabled" : "disabled",
			 transition == 1 ? ", and in transition" : "");
	else if (root_exists(root, path))
		snprintf(buf, size, "%s is loaded and not applied now", h->target);
	else
		snprintf(buf, size, "%s is not loaded now", h->target);
}

static void change_of(const struct root *root, const struct history_entry *h, struct change *ret)
{
	*ret = (struct change){
		.verb = h->verb ? h->verb : "?",
		.target = h->target ? h->target : "",
		.path = h->path,
		.reason = h->reason,
		.flags = "recovered",
		.pid = (int)getpid(),
	};
	FORMAT(ret->txn, "%s", h->txn ? h->txn : "");
	FORMAT(ret->release, "%s", h->release ? h->release : "");
	FORMAT(ret->boot_id, "%s", h->boot_id ? h->boot_id : "");
	FORMAT(ret->build_id, "%s", h->build_id ? h->build_id : "");
	FORMAT(ret->sha256, "%s", h->sha256 ? h->sha256 : "");
	FORMAT(ret->content, "%s", h->content ? h->content : "");
	login_read(root, &ret->who);
}

static int close_one(const struct root *root, const struct conf *conf, const char *state_dir,
		     const struct history_entry *h, char *sentence, size_t size, struct err *e)
{
	struct change_result res = {
		.phase = PHASE_OUTCOME,
		.result = "unknown",
		.rc = RC_FAILED,
		.code = -EINTR,
		.text = sentence,
		.audit = "off",
	};
	struct history_head head = { 0 };
	struct change c;
	char now[200];
	int r;

	change_of(root, h, &c);
	describe(root, h, now, sizeof(now));
	snprintf(sentence, size, "%s %s by %s was cut off before its outcome was recorded; %s", c.verb,
		 c.target, h->user ? h->user : "?", now);
	if (act_audited(root, conf))
		res.audit = h->audit;
	r = history_append(state_dir, &c, &res, &head, e);
	if (act_audited(root, conf))
		(void)audit_record(&c, &res, r < 0 ? NULL : &head, conf->audit_consumer_kernel, NULL);
	if (root_is_live(root))
		(void)journal_record(&c, &res, r < 0 ? NULL : &head);
	return r;
}

struct look {
	struct history_list list;
	size_t open[OPEN_MAX], n;
};

/* Only reads: most of the time there is nothing to close. */
static int look(const struct root *root, const char *state_dir, struct look *ret, struct err *e)
{
	int r = history_read(state_dir, LOOK_BACK, &ret->list, e);

	ret->n = r < 0 ? 0 : history_open_intents(root, &ret->list, ret->open, OPEN_MAX);
	return r;
}

static bool is_open(const struct look *l, const char *txn)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->list.v[l->open[i]].txn, txn))
			return true;
	return false;
}

/*
 * A worker may write its outcome and end between the reading of the records and
 * the look for its process. So only what was open and dead before is closed,
 * when it is open still: after its death nobody writes that outcome any more.
 */
static int close_all(const struct root *root, const struct conf *conf, const char *state_dir,
		     const struct look *before, void (*tell)(const char *, void *), void *arg, struct err *e)
{
	struct look l = { 0 };
	int n = 0, r = look(root, state_dir, &l, e);

	for (size_t i = 0; r >= 0 && i < l.n; i++) {
		const struct history_entry *h = &l.list.v[l.open[i]];
		char sentence[480];

		if (!is_open(before, h->txn))
			continue;
		r = close_one(root, conf, state_dir, h, sentence, sizeof(sentence), e);
		if (r >= 0 && tell)
			tell(sentence, arg);
		n++;
	}
	history_list_free(&l.list);
	return r < 0 ? r : n;
}

static int recover(const struct root *root, const struct conf *conf, const char *state_dir,
		   const char *run_dir, const struct look *before, void (*tell)(const char *, void *),
		   void *arg, struct err *e)
{
	struct change self = { .verb = "recover", .target = "" };
	int lock, r;

	login_read(root, &self.who);
	/* Who writes right now is alive, and recovers when it next begins. */
	lock = lock_take(run_dir, LOCK_STEP, &self, 200, e);
	if (lock < 0)
		return lock == -EBUSY ? 0 : lock;
	r = close_all(root, conf, state_dir, before, tell, arg, e);
	lock_drop(lock);
	return r;
}

int act_recover(const struct root *root, const struct conf *conf, const char *state_dir, const char *run_dir,
		void (*tell)(const char *sentence, void *arg), void *arg, struct err *e)
{
	struct look l = { 0 };
	int r;

	if (root_is_live(root) && geteuid() != 0)
		return 0;
	r = look(root, state_dir, &l, e);
	if (r >= 0 && l.n)
		r = recover(root, conf, state_dir, run_dir, &l, tell, arg, e);
	history_list_free(&l.list);
	return r;
}
