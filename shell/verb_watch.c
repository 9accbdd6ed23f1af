/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `watch`: a stream of what changes, a line or a JSON object each.
 */
#include <errno.h>
#include <time.h>

#include "core/text.h"
#include "shell/callloop.h"
#include "shell/changes.h"
#include "shell/verbs.h"
#include "shell/view.h"

/* A change shall be told within 100 ms. */
#define BUSY_US 70000
#define PROBE_US 80000

static const struct field watch_fields[] = {
	{ "event", NULL, F_STR, 0, NULL,
	  "state (the first look), transition-began, -ended, -reversed, -stalled, -moving, blockers, "
	  "patch-added, -removed, -state, taint" },
	{ "time", NULL, F_TIME, 0, NULL, "when it was seen" },
	{ "patch", NULL, F_STR, 0, NULL, "the patch it is about, or null" },
	{ "state", NULL, F_STR, 0, NULL, "ready, transition, stalled or unsupported" },
	{ "target", NULL, F_INT, 0, NULL, "of the running transition: 1 patching, 0 unpatching" },
	{ "tasks", NULL, F_INT, 0, NULL, "tasks of the running transition" },
	{ "blockers", NULL, F_INT, 0, NULL, "of those, not yet switched" },
	{ "taint", NULL, F_INT, 0, NULL, "the kernel's taint value" },
	{ "text", NULL, F_STR, 0, NULL, "the same in words" },
};
static const struct shape shape_watch = SHAPE("event", watch_fields);

struct watch {
	struct call *c;
	struct call_loop cl;
	struct changes *changes;
	uint64_t left; /* events to go, 0: no limit */
	int r;
	struct err err;
};

static int fill(struct row *row, const struct notice *ch)
{
	const struct snapshot *s = ch->s;
	int r = row_str(row, "event", change_name(ch->kind));

	r = r < 0 ? r : row_time(row, "time", s->wall_us);
	r = r < 0 ? r : row_str(row, "patch", ch->patch);
	r = r < 0 ? r : row_str(row, "state", state_word_name(snapshot_state(s)));
	r = r < 0 ? r : row_str(row, "text", ch->text);
	if (r >= 0 && s->in_transition && s->target >= 0) {
		r = row_int(row, "target", s->target);
		r = r < 0 ? r : row_int(row, "tasks", (int64_t)s->tasks.total);
		r = r < 0 ? r : row_int(row, "blockers", (int64_t)snapshot_left(s));
	}
	if (r >= 0 && s->taint_known)
		r = row_int(row, "taint", (int64_t)s->taint);
	return r;
}

static int line_text(struct report *rep, const struct notice *ch)
{
	time_t t = (time_t)(ch->s->wall_us / USEC_PER_SEC);
	struct tm tm;
	char when[16] = "";

	if (localtime_r(&t, &tm))
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	return asprintf(&rep->text, "%s  %s\n", when, ch->text) < 0 ? -ENOMEM : 0;
}

static int on_change(const struct notice *ch, void *arg)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	struct watch *w = arg;
	struct row *row;

	if (w->r < 0)
		return w->r;
	rep = report_single(&shape_watch, &row);
	if (!rep || fill(row, ch) < 0 || line_text(rep, ch) < 0)
		return -ENOMEM;
	w->r = call_emit(w->c, TAKE_PTR(rep));
	if (w->r >= 0 && w->left && --w->left == 0)
		w->r = -ECANCELED; /* enough: no event more */
	return w->r;
}

static void on_snapshot(const struct snapshot *s, void *arg)
{
	struct watch *w = arg;

	w->r = snapshot_require(s, &w->err);
	if (w->r >= 0)
		w->r = changes_feed(w->changes, s, on_change, w);
	if (w->r < 0)
		loop_exit(w->cl.loop, 0);
}

static int run_loop(struct watch *w, double seconds, struct err *e)
{
	_cleanup_(sampler_freep) struct sampler *sampler = NULL;
	struct sampler_opts opts = {
		.what = SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_TAINT | SNAPSHOT_LOG,
		.stall_after = w->c->app->conf.stall_after,
		.idle_us = 10 * USEC_PER_SEC,
		.busy_us = BUSY_US,
		.probe_us = PROBE_US,
		.idle_share = 7, /* with the samples in between it stays below a fifth */
		.on_snapshot = on_snapshot,
		.arg = w,
	};
	int r = call_loop_start(&w->cl, w->c, seconds, e);

	r = r < 0 ? r : sampler_new(w->cl.loop, w->c->app->root, &opts, &sampler);
	r = r < 0 ? r : call_loop_run(&w->cl, e);
	if (r < 0)
		return r;
	if (w->err.code)
		*e = w->err;
	else if (w->r < 0 && w->r != -ECANCELED)
		err_set(e, w->r, "cannot write events: %s", strerror(-w->r));
	return e->code;
}

static int watch_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(changes_freep) struct changes *changes = NULL;
	struct watch w = { .c = c };
	double seconds;
	int r;

	r = call_flag_seconds(c, "seconds", &seconds, e);
	r = r < 0 ? r : call_flag_count(c, "count", &w.left, e);
	if (r < 0)
		return r;
	if (changes_new(&changes) < 0)
		return out_of_memory(e);
	w.changes = changes;
	r = run_loop(&w, seconds, e);
	call_loop_done(&w.cl);
	if (r < 0 || !*c->interrupted)
		return r;
	*ret = report_new(NULL, false);
	if (!*ret)
		return out_of_memory(e);
	(*ret)->rc = (enum rc)(RC_SIGNAL + *c->interrupted);
	return 0;
}

static const struct flag watch_flags[] = {
	{ "count", "N", false, "stop after N events" },
	{ "seconds", "S", false, "stop after S seconds" },
};

const struct verb verb_watch = {
	.name = "watch",
	.flags = watch_flags,
	.n_flags = ARRAY_SIZE(watch_flags),
	.help = "a stream of what changes, one line each",
	.details = "The first event says how things are; then transitions that begin, end, stall or are "
		   "reversed, "
		   "the number of blockers, patches that come and go, and the taint. With --json an object a "
		   "line, "
		   "and at the end the envelope of the command. A change is told within a tenth of a second, "
		   "but looking never takes more than a fifth of one processor's time: with thousands of "
		   "tasks or patches it comes later. Ctrl-C ends it.",
	.examples = "klpsh watch  # until Ctrl-C\nklpsh watch --json --seconds=60  # for programs",
	.shape = &shape_watch,
	.stream = true,
	.run = watch_run,
};
