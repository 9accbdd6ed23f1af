/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `wait NAME`: until its transition ends. Only looks: whatever ends the
 * waiting, the kernel goes on as before.
 */
#include <errno.h>
#include <math.h>

#include "core/text.h"
#include "shell/callloop.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define WAIT_PERIOD_US 250000

static const struct field wait_fields[] = {
	{ "patch", NULL, F_STR, FIELD_JSON, NULL, "the patch that was waited for" },
	{ "result", NULL, F_STR, FIELD_JSON, NULL,
	  "none (no transition ran), ended, gone, stalled, timeout or interrupted" },
	{ "state", NULL, F_STR, FIELD_JSON, NULL, "its state at the end of the waiting; null: gone" },
	{ "seconds", NULL, F_REAL, FIELD_JSON, NULL, "how long it took" },
	{ "tasks", NULL, F_INT, FIELD_JSON, NULL, "tasks of the transition; null: it has ended" },
	{ "done", NULL, F_INT, FIELD_JSON, NULL, "of those, already switched" },
	{ "blockers", NULL, F_INT, FIELD_JSON, NULL, "tasks that have not switched" },
};
static const struct shape shape_wait = SHAPE("wait", wait_fields);

struct wait {
	struct call *c;
	struct call_loop cl;
	const char *name;
	struct sampler *sampler;
	uint64_t begun_us;
	bool stop_at_stall, seen; /* seen: in transition at least once */
	const char *result;
	struct err err;
};

static void finish(struct wait *w, const char *result)
{
	w->result = result;
	loop_exit(w->cl.loop, 0);
}

static void show_progress(struct wait *w, const struct snapshot *s)
{
	char line[256], since[32];

	text_duration(since, sizeof(since), (double)(now_mono() - w->begun_us) / (double)USEC_PER_SEC);
	FORMAT(line, "waiting for %s: %zu of %zu tasks left, %s", w->name, snapshot_left(s), s->tasks.total,
	       since);
	call_progress(w->c, line);
}

static void on_snapshot(const struct snapshot *s, void *arg)
{
	struct wait *w = arg;
	const struct patch *p = patches_find(&s->patches, w->name);

	if (snapshot_require(s, &w->err) < 0)
		return finish(w, "failed");
	if (s->errs[SOURCE_PATCHES].code && !s->patches.n) {
		w->err = s->errs[SOURCE_PATCHES];
		return finish(w, "failed");
	}
	if (!p && !w->seen) {
		patch_not_found(s, w->name, &w->err);
		return finish(w, "failed");
	}
	if (!p)
		return finish(w, "gone");
	if (p->transition != 1)
		return finish(w, w->seen ? "ended" : "none");
	w->seen = true;
	if (s->stalled && w->stop_at_stall)
		return finish(w, "stalled");
	/* A deadline of 0 asks once. */
	if (w->c->set.wait == 0)
		return finish(w, "timeout");
	show_progress(w, s);
}

static int sentence(struct wait *w, struct report *r, const struct patch *p)
{
	const char *state = p ? patch_state_word(p) : "gone";

	if (streq(w->result, "none"))
		return report_headline(r, "%s is not in transition: it is %s.", w->name, state);
	if (streq(w->result, "ended"))
		return report_headline(r, "The transition of %s has ended: it is %s.", w->name, state);
	if (streq(w->result, "gone"))
		return report_headline(r, "The transition of %s has ended: it is gone.", w->name);
	return 0;
}

static int fill(struct wait *w, struct report *rep, struct row *row)
{
	const struct snapshot *s = sampler_snapshot(w->sampler);
	const struct patch *p = s ? patches_find(&s->patches, w->name) : NULL;
	int r = row_str(row, "patch", w->name);

	r = r < 0 ? r : row_str(row, "result", w->result);
	r = r < 0 ? r : row_str(row, "state", p ? patch_state_word(p) : NULL);
	r = r < 0 ? r : row_real(row, "seconds", (double)(now_mono() - w->begun_us) / (double)USEC_PER_SEC);
	r = r < 0 ? r : sentence(w, rep, p);
	if (r < 0 || !p || p->transition != 1 || s->target < 0)
		return r;
	r = row_int(row, "tasks", (int64_t)s->tasks.total);
	r = r < 0 ? r : row_int(row, "done", (int64_t)s->tasks.by_state[s->target + 1]);
	return r < 0 ? r : row_int(row, "blockers", (int64_t)snapshot_left(s));
}

/* Report and error may both be there: data says how far it was. */
static int conclude(struct wait *w, struct report *r, struct err *e)
{
	const struct snapshot *s = sampler_snapshot(w->sampler);
	size_t left = s ? snapshot_left(s) : 0;

	if (streq(w->result, "interrupted")) {
		call_warn(w->c, "the waiting was interrupted; the transition of %s goes on in the kernel",
			  w->name);
		r->rc = (enum rc)(RC_SIGNAL + *w->c->interrupted);
		return 0;
	}
	if (!streq(w->result, "stalled") && !streq(w->result, "timeout"))
		return 0;
	if (streq(w->result, "stalled"))
		err_rc(e, RC_STALLED, -ETIMEDOUT, "the transition of %s has stalled, %zu task%s left",
		       w->name, left, left == 1 ? "" : "s");
	else
		err_rc(e, RC_STALLED, -ETIMEDOUT, "the transition of %s still runs, %zu task%s left", w->name,
		       left, left == 1 ? "" : "s");
	err_hint(e, "klpsh blockers says who and what helps; the kernel goes on trying");
	return -ETIMEDOUT;
}

static int run_loop(struct wait *w, struct err *e)
{
	struct sampler_opts opts = {
		.what = SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG,
		.stall_after = w->c->app->conf.stall_after,
		.idle_us = WAIT_PERIOD_US,
		.busy_us = WAIT_PERIOD_US,
		.on_snapshot = on_snapshot,
		.arg = w,
	};
	/* --wait=0 must still look once. */
	int r = call_loop_start(&w->cl, w->c, w->c->set.wait > 0 ? w->c->set.wait : -1, e);

	r = r < 0 ? r : sampler_new(w->cl.loop, w->c->app->root, &opts, &w->sampler);
	r = r < 0 ? r : call_loop_run(&w->cl, e);
	if (r >= 0 && !w->result)
		w->result = *w->c->interrupted ? "interrupted" : "timeout";
	return r;
}

static int wait_run(struct call *c, struct report **ret, struct err *e)
{
	struct wait w = {
		.c = c,
		.name = c->args[0],
		.begun_us = now_mono(),
		.stop_at_stall = c->set.wait < 0,
	};
	_cleanup_(report_freep) struct report *rep = NULL;
	struct row *row;
	int r;

	r = run_loop(&w, e);
	call_progress(c, NULL);
	if (r >= 0 && w.err.code) {
		*e = w.err;
		r = e->code;
	}
	if (r >= 0) {
		rep = report_single(&shape_wait, &row);
		r = rep ? fill(&w, rep, row) : -ENOMEM;
		if (r >= 0)
			r = conclude(&w, rep, e);
		*ret = r >= 0 || r == -ETIMEDOUT ? TAKE_PTR(rep) : NULL;
	}
	sampler_free(w.sampler);
	call_loop_done(&w.cl);
	return r;
}

static const struct arg wait_args[] = { { "NAME", ARG_PATCH } };

const struct verb verb_wait = {
	.name = "wait",
	.args = wait_args,
	.n_args = ARRAY_SIZE(wait_args),
	.help = "wait until a livepatch's transition has ended",
	.details =
		"Returns 0 when the transition has ended or none runs, 5 when there is no such patch, 7 at "
		"the "
		"first stall. --wait=SEC waits that long instead, stall or not, and then returns 7; --wait=0 "
		"asks once; --wait alone waits without a limit. Ctrl-C ends the waiting, not the transition.",
	.examples = "klpsh wait livepatch_fix && echo done  # 7 at the first stall\n"
		    "klpsh wait livepatch_fix --wait=60  # a minute at most",
	.shape = &shape_wait,
	.run = wait_run,
};
