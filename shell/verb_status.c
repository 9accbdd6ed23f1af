/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `status`: the on-call answer in its first line and its exit code: 0 ready,
 * 6 in transition, 7 stalled, 3 no livepatching.
 */
#include <errno.h>
#include <inttypes.h>

#include "core/audit.h"
#include "core/taint.h"
#include "core/text.h"
#include "shell/ongoing.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field transition_fields[] = {
	{ "patch", NULL, F_STR, 0, NULL, "patch in transition" },
	{ "target", NULL, F_INT, 0, NULL, "1 patching, 0 unpatching" },
	{ "tasks", NULL, F_INT, 0, NULL, "tasks that were read" },
	{ "done", NULL, F_INT, 0, NULL, "of those, already switched" },
	{ "blockers", NULL, F_INT, 0, NULL, "tasks that have not switched" },
	{ "since", NULL, F_REAL, 0, NULL, "seconds since it began" },
	{ "since_inferred", NULL, F_BOOL, FIELD_JSON, NULL, "first seen then: the log does not tell" },
	{ "next_signal", "next signal", F_REAL, 0, NULL, "seconds to the kernel's next signal, about" },
};
static const struct shape shape_transition = SHAPE("transition", transition_fields);

static const struct field status_fields[] = {
	{ "kernel", NULL, F_STR, 0, NULL, "release of the kernel" },
	{ "host", NULL, F_STR, FIELD_JSON, NULL, "name of the machine" },
	{ "livepatch", NULL, F_BOOL, FIELD_JSON, NULL, "this kernel has livepatching" },
	{ "state", NULL, F_STR, 0, NULL, "ready, transition, stalled or unsupported" },
	{ "patches", NULL, F_INT, 0, NULL, "livepatches enabled or in transition" },
	{ "leftover", NULL, F_INT, FIELD_JSON, NULL, "disabled ones whose module is still loaded" },
	{ "transition", NULL, F_ROW, 0, &shape_transition, "the one that runs, or null" },
	{ "taint", NULL, F_INT, 0, NULL, "the kernel's taint value" },
	{ "audit", NULL, F_STR, 0, NULL, "the audit system: on, no daemon, off, unknown" },
	{ "ongoing", NULL, F_STRS, FIELD_JSON, NULL,
	  "what klpsh has under way: a change, one to be confirmed" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
static const struct shape shape_status = SHAPE("status", status_fields);

static enum rc state_rc(enum state_word w)
{
	static const enum rc codes[] = {
		[STATE_READY] = RC_OK,
		[STATE_TRANSITION] = RC_BUSY,
		[STATE_STALLED] = RC_STALLED,
		[STATE_UNSUPPORTED] = RC_UNSUPPORTED,
	};

	return codes[w];
}

static int fill_seconds(struct row *row, const char *key, double seconds, const char *about)
{
	char text[32];

	if (seconds < 0)
		return 0;
	text_duration(text, sizeof(text), seconds);
	if (row_real(row, key, seconds) < 0)
		return -ENOMEM;
	return row_human(row, key, "%s%s", about, text);
}

static int fill_transition(struct row *parent, const struct snapshot *s)
{
	struct row *row = row_sub(parent, "transition");
	const struct transition *t = &s->transition;
	int r;

	if (!row)
		return -ENOMEM;
	r = row_str(row, "patch", s->in_transition->name);
	r = r < 0 ? r : row_int(row, "target", s->target);
	r = r < 0 ? r : row_human(row, "target", s->target ? "patching" : "unpatching");
	r = r < 0 ? r : row_int(row, "tasks", (int64_t)s->tasks.total);
	if (r >= 0 && s->target >= 0)
		r = row_int(row, "done", (int64_t)s->tasks.by_state[s->target + 1]);
	r = r < 0 ? r : row_int(row, "blockers", (int64_t)snapshot_left(s));
	r = r < 0 ? r : row_bool(row, "since_inferred", t->since_inferred);
	r = r < 0 ? r : fill_seconds(row, "since", transition_age(t, s->boot_us), "");
	return r < 0 ? r
		     : fill_seconds(row, "next_signal", transition_next_signal(t, s->boot_us), "in about ");
}

static int fill_counts(struct row *row, const struct snapshot *s)
{
	size_t live = 0;

	for (size_t i = 0; i < s->patches.n; i++)
		live += s->patches.v[i].in_sysfs;
	if (s->errs[SOURCE_PATCHES].code && s->livepatch && !s->patches.n)
		return 0;
	if (row_int(row, "patches", (int64_t)live) < 0)
		return -ENOMEM;
	if (s->patches.n > live)
		row_human(row, "patches", "%zu, and %zu leftover", live, s->patches.n - live);
	return row_int(row, "leftover", (int64_t)(s->patches.n - live));
}

static int fill_taint(struct row *row, const struct snapshot *s)
{
	char letters[80];

	if (!s->taint_known)
		return 0;
	taint_letters(s->taint, letters, sizeof(letters));
	if (row_int(row, "taint", (int64_t)s->taint) < 0)
		return -ENOMEM;
	if (!s->taint)
		return row_human(row, "taint", "0, not tainted");
	return row_human(row, "taint", "%" PRIu64 " (%s)", s->taint, letters);
}

/* A captured tree has no audit system to ask. */
static int fill_audit(struct call *c, struct row *row)
{
	struct audit_info info = { 0 };
	int r;

	if (c->app->root_prefix)
		return 0;
	r = audit_query(&info, NULL);
	return row_str(row, "audit", audit_word(&info, r));
}

static int fill(struct call *c, const struct snapshot *s, struct report *r, struct row *row)
{
	_cleanup_free_ char *sentence = snapshot_sentence(s);
	int err;

	if (!sentence)
		return -ENOMEM;
	err = report_headline(r, "%s", sentence);
	err = err < 0 ? err : row_str(row, "kernel", s->release[0] ? s->release : NULL);
	err = err < 0 ? err : row_str(row, "host", s->host);
	err = err < 0 ? err : row_bool(row, "livepatch", s->livepatch);
	err = err < 0 ? err : row_str(row, "state", state_word_name(snapshot_state(s)));
	err = err < 0 ? err : fill_counts(row, s);
	if (err >= 0 && s->in_transition)
		err = fill_transition(row, s);
	err = err < 0 ? err : fill_taint(row, s);
	err = err < 0 ? err : fill_audit(c, row);
	err = err < 0 ? err : ongoing_fill(c, r, row, "ongoing");
	return err < 0 ? err : call_source_errors(c, s, row);
}

static int status_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(report_freep) struct report *r = NULL;
	struct row *row;
	int err;

	err = call_snapshot(c, SNAPSHOT_PATCHES | SNAPSHOT_TAINT | SNAPSHOT_BLOCKERS | SNAPSHOT_LOG, &s, e);
	if (err < 0)
		return err;
	/* Not to know is not to be ready. */
	if (s->livepatch && !s->patches.n && s->errs[SOURCE_PATCHES].code) {
		*e = s->errs[SOURCE_PATCHES];
		return e->code;
	}
	r = report_single(&shape_status, &row);
	if (!r || fill(c, s, r, row) < 0)
		return out_of_memory(e);
	if (c->app->conf_err.code)
		call_warn(c, "%s; nothing can be changed until that is mended", c->app->conf_err.text);
	if (!s->livepatch)
		report_note(r, "klpsh-lab demo shows klpsh on a kernel that has livepatching.");
	else if (s->in_transition)
		report_note(r, "klpsh blockers shows who holds the transition up, and what helps.");
	r->rc = state_rc(snapshot_state(s));
	*ret = TAKE_PTR(r);
	return 0;
}

const struct verb verb_status = {
	.name = "status",
	.help = "is it done, and if not, who holds it up",
	.details =
		"The first line answers; the exit code says the same: 0 ready, 6 in transition, 7 stalled, "
		"3 this kernel has no livepatching.",
	.examples = "klpsh status  # the answer in words\n"
		    "klpsh status >/dev/null && echo ready  # the answer as an exit code",
	.shape = &shape_status,
	.run = status_run,
};
