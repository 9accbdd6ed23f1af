/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `history`: what was changed, by whom and how it ended. For programs a row a
 * record; for people a row a transaction, the outcome beside its intent.
 */
#include "core/history.h"

#include <errno.h>
#include <inttypes.h>

#include "core/text.h"
#include "shell/callloop.h"
#include "shell/change.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field history_fields[] = {
	{ "time", NULL, F_TIME, 0, NULL, "when" },
	{ "txn", NULL, F_STR, FIELD_JSON, NULL, "joins the records of one change" },
	{ "auid", NULL, F_INT, FIELD_JSON, NULL, "login uid, which the kernel keeps across su and sudo" },
	{ "user", NULL, F_STR, 0, NULL, "name of the login uid, without one of the uid" },
	{ "tty", NULL, F_STR, FIELD_WIDE, NULL, "terminal" },
	{ "origin", NULL, F_STR, FIELD_WIDE | FIELD_TRUNC, NULL,
	  "where the login came from by its own record: a host, local or ?" },
	{ "verb", NULL, F_STR, 0, NULL, "what was done" },
	{ "target", NULL, F_STR, FIELD_TRUNC, NULL, "to what" },
	{ "phase", NULL, F_STR, FIELD_WIDE, NULL, "intent, outcome, refused or declined" },
	{ "result", NULL, F_STR, 0, NULL, "how it ended" },
	{ "errno", NULL, F_STR, FIELD_JSON, NULL, "of a failure" },
	{ "audit", NULL, F_STR, 0, NULL, "of the intent: recorded, off or not-written" },
	{ "number", NULL, F_INT, FIELD_JSON, NULL, "place in the chain, from 1" },
	{ "rc", NULL, F_INT, FIELD_JSON, NULL, "exit code" },
	{ "text", NULL, F_STR, FIELD_JSON, NULL, "the error's sentence" },
	{ "reason", NULL, F_STR, FIELD_WIDE | FIELD_TRUNC, NULL, "given with --reason" },
	{ "flags", NULL, F_STR, FIELD_JSON, NULL, "flags worth keeping" },
	{ "params", NULL, F_STR, FIELD_JSON, NULL, "parameters of the module" },
	{ "of", NULL, F_STR, FIELD_JSON, NULL, "the change that this one undid or confirmed" },
	{ "path", NULL, F_STR, FIELD_JSON, NULL, "of the file" },
	{ "build_id", NULL, F_STR, FIELD_JSON, NULL, "of the patch" },
	{ "sha256", NULL, F_STR, FIELD_JSON, NULL, "of the file" },
	{ "content", NULL, F_STR, FIELD_JSON, NULL, "of the file uncompressed" },
	{ "kernel", NULL, F_STR, FIELD_JSON, NULL, "release of the kernel" },
	{ "boot_id", NULL, F_STR, FIELD_JSON, NULL, "of the boot" },
	{ "inverse", NULL, F_STR, FIELD_WIDE, NULL,
	  "the verb that takes it back in the kernel, if it is still in effect; null: none, or it took no "
	  "effect" },
	{ "before", NULL, F_STRS, FIELD_JSON, NULL, "patches enabled before, oldest first" },
};
static const struct shape shape_history = SHAPE("record", history_fields);

static const struct field verify_fields[] = {
	{ "whole", NULL, F_BOOL, FIELD_JSON, NULL, "nothing was altered, removed or cut off" },
	{ "records", NULL, F_INT, FIELD_JSON, NULL, "in the chain" },
	{ "first", NULL, F_INT, FIELD_JSON, NULL, "number of the oldest" },
	{ "last", NULL, F_INT, FIELD_JSON, NULL, "number of the newest" },
	{ "bad", NULL, F_INT, FIELD_JSON, NULL, "number of the first that does not fit" },
	{ "findings", NULL, F_STRS, FIELD_JSON, NULL, "sentences" },
	{ "audit_checked", NULL, F_BOOL, FIELD_JSON, NULL, "compared with the audit log" },
	{ "audit_heads", NULL, F_INT, FIELD_JSON, NULL, "outcomes there that were compared" },
	{ "journal_checked", NULL, F_BOOL, FIELD_JSON, NULL, "compared with the journal" },
	{ "journal_heads", NULL, F_INT, FIELD_JSON, NULL, "outcomes there that were compared" },
};
static const struct shape shape_verify = SHAPE("check", verify_fields);

static int fill_strings(struct row *row, const struct history_entry *h)
{
	const struct {
		const char *key, *value;
	} cells[] = {
		{ "txn", h->txn },	   { "user", h->user },		{ "tty", h->tty },
		{ "origin", h->origin },   { "verb", h->verb },		{ "target", h->target },
		{ "phase", h->phase },	   { "result", h->result },	{ "errno", h->errno_name },
		{ "audit", h->audit },	   { "text", h->text },		{ "reason", h->reason },
		{ "flags", h->flags },	   { "params", h->params },	{ "of", h->of },
		{ "path", h->path },	   { "build_id", h->build_id }, { "sha256", h->sha256 },
		{ "content", h->content }, { "kernel", h->release },	{ "boot_id", h->boot_id },
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(cells); i++)
		r = row_str(row, cells[i].key, cells[i].value);
	return r;
}

static int fill(struct row *row, const struct history_entry *h)
{
	int r = row ? fill_strings(row, h) : -ENOMEM;

	r = r < 0 ? r : row_time(row, "time", h->wall_us);
	r = r < 0 ? r : row_int(row, "number", (int64_t)h->number);
	r = r < 0 ? r : row_int(row, "rc", h->rc);
	r = r < 0 ? r : row_str(row, "inverse", change_inverse(h->verb, h->phase, h->result));
	if (h->auid >= 0)
		r = r < 0 ? r : row_int(row, "auid", h->auid);
	for (size_t i = 0; r >= 0 && i < h->n_before; i++)
		r = row_push(row, "before", h->before[i].name);
	return r;
}

/* "2026-11-21 11:40:12", without the fraction. */
static int human_time(struct row *row, uint64_t wall_us)
{
	char t[64];

	text_time(t, sizeof(t), wall_us);
	return row_human(row, "time", "%.10s %.8s", t, strlen(t) > 11 ? t + 11 : "");
}

static int human_cells(struct row *row, const struct history_entry *h)
{
	static const char *const may_lack[] = { "tty",	  "origin", "target", "audit",
						"reason", "user",   "inverse" };
	int r = human_time(row, h->wall_us);

	if (r >= 0 && h->result && h->errno_name)
		r = row_human(row, "result", "%s (%s)", h->result, h->errno_name);
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(may_lack); i++)
		if (!row_cell(row, may_lack[i])->set)
			r = row_human(row, may_lack[i], "-");
	return r;
}

struct txn_row {
	const char *txn;
	size_t at; /* index in the list */
};

static int by_txn(const void *a, const void *b)
{
	const struct txn_row *x = a, *y = b;
	int c = strcmp(x->txn, y->txn);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

static bool is_phase(const struct history_entry *h, enum change_phase phase)
{
	return streq(h->phase, change_phase_word(phase));
}

/* Of each intent the record that closed it: indexes, SIZE_MAX for none. Of other records themselves. */
static size_t *pair_up(const struct history_list *l)
{
	struct txn_row *ends = calloc(l->n + 1, sizeof(*ends));
	size_t *ret = calloc(l->n + 1, sizeof(*ret)), n = 0;

	for (size_t i = 0; ends && i < l->n; i++)
		if (!is_phase(&l->v[i], PHASE_INTENT))
			ends[n++] = (struct txn_row){ l->v[i].txn, i };
	if (ends && n)
		qsort(ends, n, sizeof(*ends), by_txn);
	for (size_t i = 0; ends && ret && i < l->n; i++) {
		size_t low = COUNT_BEFORE(n, k, strcmp(ends[k].txn, l->v[i].txn) < 0);

		ret[i] = !is_phase(&l->v[i], PHASE_INTENT)		? i
			 : low < n && streq(ends[low].txn, l->v[i].txn) ? ends[low].at
									: SIZE_MAX;
	}
	free(ends);
	return ret;
}

/* Intents without an outcome: does the one who made it still work on it? */
static int mark_open(const struct call *c, const struct history_list *l, struct row **rows)
{
	size_t open[64], n = history_open_intents(c->app->root, l, open, ARRAY_SIZE(open));
	int r = 0;

	for (size_t i = 0; r >= 0 && i < l->n; i++)
		if (rows[i])
			r = row_human(rows[i], "result", "running");
	for (size_t i = 0; r >= 0 && i < n; i++)
		if (rows[open[i]])
			r = row_human(rows[open[i]], "result", "cut off");
	return r;
}

/* A row a transaction: at the intent's place, with the outcome's words and the time it began. */
static int add_merged(struct call *c, struct report *rep, const struct history_list *l)
{
	_cleanup_free_ size_t *ends = pair_up(l);
	_cleanup_free_ struct row **open = calloc(l->n + 1, sizeof(*open));
	_cleanup_free_ bool *told = calloc(l->n + 1, sizeof(*told));
	int r = ends && open && told ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < l->n; i++) {
		bool alone = ends[i] == SIZE_MAX;
		const struct history_entry *h = &l->v[alone ? i : ends[i]];
		struct row *row;

		if (!alone && told[ends[i]])
			continue;
		row = report_add(rep);
		r = fill(row, h);
		r = r < 0 ? r : human_cells(row, h);
		r = r < 0 ? r : human_time(row, l->v[i].wall_us);
		if (alone)
			open[i] = row;
		else
			told[ends[i]] = true;
	}
	return r < 0 ? r : mark_open(c, l, open);
}

static int add_records(struct report *rep, const struct history_list *l)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < l->n; i++)
		r = fill(report_add(rep), &l->v[i]);
	return r;
}

/* The newest `last` of what is shown: rows, not records. */
static void keep_last(struct report *rep, size_t last)
{
	size_t drop = last && rep->rows.n > last ? rep->rows.n - last : 0;

	for (size_t i = 0; i < drop; i++)
		row_free(rep->rows.v[i]);
	if (!drop)
		return;
	memmove(rep->rows.v, rep->rows.v + drop, (rep->rows.n - drop) * sizeof(struct row *));
	rep->rows.n -= drop;
}

/* So many records that `last` rows come of them: an intent and an outcome each, and some that run beside. */
static size_t records_for(const struct call *c, uint64_t last)
{
	if (!last || last > 1000000)
		return 0;
	return c->set.json || c->set.plain ? (size_t)last : 2 * (size_t)last + 64;
}

static int list_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(history_list_free) struct history_list l = { 0 };
	_cleanup_(report_freep) struct report *rep = NULL;
	uint64_t last;
	int r = call_flag_count(c, "last", &last, e);

	r = r < 0 ? r : history_read(app_state_dir(c->app), records_for(c, last), &l, e);
	if (r < 0)
		return r;
	rep = report_new(&shape_history, true);
	r = !rep ? -ENOMEM : c->set.json || c->set.plain ? add_records(rep, &l) : add_merged(c, rep, &l);
	if (r < 0)
		return out_of_memory(e);
	keep_last(rep, (size_t)MIN(last, SIZE_MAX));
	if (!l.n)
		report_headline(rep, "No change was ever recorded on this machine.");
	if (l.damaged)
		call_warn(c, "%zu line%s of the history cannot be read; klpsh history --verify says more",
			  l.damaged, l.damaged == 1 ? "" : "s");
	*ret = TAKE_PTR(rep);
	return 0;
}

static int fill_check(struct row *row, const struct history_check *k)
{
	int r = row_bool(row, "whole", !k->bad);

	r = r < 0 ? r : row_int(row, "records", (int64_t)k->records);
	if (k->records) {
		r = r < 0 ? r : row_int(row, "first", (int64_t)k->first);
		r = r < 0 ? r : row_int(row, "last", (int64_t)k->last);
	}
	if (k->bad)
		r = r < 0 ? r : row_int(row, "bad", (int64_t)k->bad);
	for (size_t i = 0; r >= 0 && i < k->n_findings; i++)
		r = row_push(row, "findings", k->findings[i]);
	r = r < 0 ? r : row_bool(row, "audit_checked", k->audit_checked);
	r = r < 0 ? r : row_int(row, "audit_heads", (int64_t)k->audit_heads);
	r = r < 0 ? r : row_bool(row, "journal_checked", k->journal_checked);
	return r < 0 ? r : row_int(row, "journal_heads", (int64_t)k->journal_heads);
}

static int tell_compared(struct report *rep, const struct history_check *k)
{
	if (k->audit_checked && k->journal_checked)
		return report_note(rep,
				   "Compared with the audit log (outcomes there: %zu) and the journal (%zu).",
				   k->audit_heads, k->journal_heads);
	if (k->audit_checked || k->journal_checked)
		return report_note(rep, "Compared with the %s (outcomes there: %zu); the %s holds none.",
				   k->audit_checked ? "audit log" : "journal",
				   k->audit_checked ? k->audit_heads : k->journal_heads,
				   k->audit_checked ? "journal" : "audit log");
	return report_note(rep, "Neither the audit log nor the journal holds outcomes of these records, so a "
				"history that was rewritten as a whole would not show.");
}

static int tell_check(struct report *rep, const struct history_check *k)
{
	int r = 0;

	if (k->bad)
		r = report_headline(rep, "The history is broken, first at record %" PRIu64 ".", k->bad);
	else if (k->records)
		r = report_headline(rep, "The history is whole: records %" PRIu64 " to %" PRIu64 ".",
				    k->first, k->last);
	else
		r = report_headline(rep, "No change was ever recorded on this machine.");
	for (size_t i = 0; r >= 0 && i < k->n_findings; i++)
		r = report_note(rep, "%s", k->findings[i]);
	return r < 0 || (!k->records && !k->bad) ? r : tell_compared(rep, k);
}

static int verify_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(history_check_free) struct history_check k = { 0 };
	_cleanup_(report_freep) struct report *rep = NULL;
	struct row *row;
	int r = history_verify(app_state_dir(c->app), &k, e);

	if (r < 0)
		return r;
	rep = report_single(&shape_verify, &row);
	if (!rep || fill_check(row, &k) < 0 || tell_check(rep, &k) < 0)
		return out_of_memory(e);
	rep->rc = k.bad ? RC_FAILED : RC_OK;
	*ret = TAKE_PTR(rep);
	return 0;
}

static int history_run(struct call *c, struct report **ret, struct err *e)
{
	int r;

	if (c->app->root_prefix && !c->app->state_dir)
		return err_rc(e, RC_USAGE, -EINVAL, "%s is a captured tree, which has no history of changes",
			      c->app->root_prefix);
	if (call_flag(c, "verify") && call_flag(c, "last"))
		return err_rc(e, RC_USAGE, -EINVAL, "--verify checks all there is: leave --last out");
	if (!call_flag(c, "verify"))
		change_recover(c);
	r = call_flag(c, "verify") ? verify_run(c, ret, e) : list_run(c, ret, e);
	if (r == -EACCES && geteuid() != 0)
		err_hint(e, "the history is root's: sudo klpsh history");
	return r;
}

static const struct flag history_flags[] = {
	{ "last", "N", false, "only the newest N" },
	{ "verify", NULL, false, "check that no record was altered, removed or cut off" },
};

const struct verb verb_history = {
	.name = "history",
	.flags = history_flags,
	.n_flags = ARRAY_SIZE(history_flags),
	.help = "what was changed: who, when, what, how it ended",
	.details =
		"Newest last, for people a line a change; with --json or --plain a row a record, of which a "
		"change has two, its intent and its outcome. Refused and declined tries are there too. A "
		"result "
		"of \"cut off\" means that klpsh was killed in between; as root, this closes it with what "
		"the kernel says now. --verify "
		"follows the chain of hashes through the records and compares it with the outcomes in the "
		"audit "
		"log and in the journal, which finds records that were altered, removed or cut off: exit 1 "
		"then. "
		"Needs root.",
	.examples = "klpsh history --last=10  # the newest changes\nklpsh history --verify  # is it whole?",
	.shape = &shape_history,
	.run = history_run,
};
