// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `trace`: how often the functions of a loaded livepatch are entered, and
 * whether its own code runs, counted for a while in a private instance of
 * tracefs.
 */
#include <errno.h>

#include "core/text.h"
#include "core/traced.h"
#include "core/tracer.h"
#include "shell/callloop.h"
#include "shell/shapes.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define SECONDS 10.0
#define SECONDS_MAX 60.0
#define HITS_MAX 1000000
#define TICK_US 50000
#define NOTES_MAX 6 /* functions that are explained in words; JSON has them all */

struct trace {
	struct call *c;
	struct call_loop cl;
	struct traced_list list;
	struct tracer *tracer;
	struct loop_source *tick;
	double seconds; /* asked for */
	uint64_t begun, next; /* CLOCK_MONOTONIC; of the next event */
	uint64_t hits;
	int r;
};

static const struct field function_fields[] = {
	{ "name", "function", F_STR, 0, NULL, "the function" },
	{ "object", NULL, F_STR, 0, NULL, "vmlinux or a module; of the patch's own: the patch" },
	{ "sympos", NULL, F_INT, FIELD_JSON, NULL, "of an original: which one of that name, from 1" },
	{ "kind", NULL, F_STR, 0, NULL,
	  "original: a function that the livepatch replaces; own: one of its own" },
	{ "entered", NULL, F_INT, FIELD_RIGHT, NULL, "how often; null: it cannot be traced" },
	{ "why", NULL, F_STR, FIELD_JSON, NULL, "why it cannot be traced" },
	{ "others", NULL, F_STR, FIELD_JSON, NULL,
	  "who else hooks it: ftrace, kprobes, BPF; null: nobody seen" },
	{ "hooks", "others", F_STR, FIELD_TRUNC | FIELD_NOJSON, NULL, "who else hooks it" },
};
static const struct shape shape_function = SHAPE("function", function_fields);

static const struct field trace_fields[] = {
	{ "event", NULL, F_STR, FIELD_JSON, NULL, "counts, each second, or result" },
	{ "patch", NULL, F_STR, FIELD_JSON, NULL, "the livepatch" },
	{ "seconds", NULL, F_REAL, FIELD_JSON, NULL, "that were counted" },
	{ "ended", NULL, F_STR, FIELD_JSON, NULL, "why it ended: time, hits (a million) or signal" },
	{ "calls", NULL, F_INT, FIELD_JSON, NULL, "of the originals" },
	{ "entries", NULL, F_INT, FIELD_JSON, NULL, "of the patch's own functions" },
	{ "lost", NULL, F_INT, FIELD_JSON, NULL,
	  "hits that were overwritten: the counts are at least so many" },
	{ "functions", NULL, F_ROWS, 0, &shape_function, "what was counted" },
};
static const struct shape shape_trace = SHAPE("trace", trace_fields);

static int tell_counts(struct trace *t);

static void on_hit(void *arg, uint64_t ip)
{
	struct trace *t = arg;

	traced_hit(&t->list, ip);
}

static void progress(struct trace *t)
{
	char line[128];

	FORMAT(line, "counting, %.0f of %.0f s, %llu hits; Ctrl-C ends it",
	       (double)(now_mono() - t->begun) / USEC_PER_SEC, t->seconds, (unsigned long long)t->hits);
	call_progress(t->c, line);
}

static int on_tick(struct loop_source *s, void *arg)
{
	struct trace *t = arg;
	int64_t n = tracer_read(t->tracer, on_hit, t);

	if (n < 0)
		t->r = (int)n;
	else
		t->hits += (uint64_t)n;
	if (n >= 0 && t->c->set.json && now_mono() >= t->next) {
		t->next += USEC_PER_SEC;
		t->r = tell_counts(t);
	}
	if (t->r < 0 || t->hits >= HITS_MAX) {
		loop_exit(t->cl.loop, 0);
		return 0;
	}
	progress(t);
	return loop_timer_set(s, TICK_US);
}

static int begin(struct trace *t, struct err *e)
{
	const char **filters = calloc(t->list.n + 1, sizeof(*filters));
	char(*text)[512] = calloc(t->list.n + 1, sizeof(*text));
	size_t n = 0;
	int r = filters && text ? 0 : out_of_memory(e);

	for (size_t i = 0; r == 0 && i < t->list.n; i++)
		if (t->list.v[i].traceable && t->list.v[i].addr) {
			traced_filter(&t->list.v[i], text[n], sizeof(text[n]));
			filters[n] = text[n];
			n++;
		}
	if (r == 0 && !n) {
		r = err_rc(e, RC_UNSUPPORTED, -ENOENT, "none of its functions can be traced");
		err_hint(e, "its objects are not loaded, or ftrace does not see their functions");
	}
	r = r < 0 ? r : tracer_begin(t->c->app->root, filters, n, &t->tracer, e);
	free(filters);
	free(text);
	return r;
}

static int count(struct trace *t, struct err *e)
{
	int r = begin(t, e);

	r = r < 0 ? r : call_loop_start(&t->cl, t->c, t->seconds, e);
	r = r < 0 ? r : loop_add_timer(t->cl.loop, on_tick, t, &t->tick);
	r = r < 0 ? r : tracer_go(t->tracer, e);
	if (r < 0)
		return r;
	t->begun = t->next = now_mono();
	r = loop_timer_set(t->tick, TICK_US);
	r = r < 0 ? r : call_loop_run(&t->cl, e);
	tracer_halt(t->tracer);
	call_progress(t->c, NULL);
	if (r >= 0 && t->r >= 0) /* what came at the end */
		t->hits += (uint64_t)MAX(tracer_read(t->tracer, on_hit, t), 0);
	return r < 0 ? r : t->r < 0 ? err_set(e, t->r, "the trace cannot be read: %s", strerror(-t->r)) : 0;
}

static const char *why_not(const struct traced *f)
{
	if (!f->addr)
		return "it is not in the kernel: its module is not loaded";
	return f->traceable ? NULL : "ftrace does not see it";
}

static int fill_function(struct row *row, const struct traced *f)
{
	const char *why = why_not(f);
	int r = row_str(row, "name", f->name);

	r = r < 0 ? r : row_str(row, "object", f->object);
	if (r >= 0 && f->original)
		r = row_int(row, "sympos", f->sympos);
	r = r < 0 ? r : row_str(row, "kind", f->original ? "original" : "own");
	if (r >= 0 && !why)
		r = row_int(row, "entered", (int64_t)f->hits);
	r = r < 0 ? r : row_str(row, "why", why);
	r = r < 0 ? r : row_str(row, "others", f->others);
	return r < 0 ? r : row_str(row, "hooks", f->others ? f->others : "nobody");
}

static uint64_t sum(const struct trace *t, bool original)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->list.n; i++)
		n += t->list.v[i].original == original ? t->list.v[i].hits : 0;
	return n;
}

static int say(struct trace *t, struct report *rep, double seconds, uint64_t lost)
{
	uint64_t calls = sum(t, true), entries = sum(t, false);
	int r = report_headline(rep, "%s, counted for %.1f s: %s%llu call%s of what it patches; %s.",
				t->c->args[0], seconds, lost ? "at least " : "", (unsigned long long)calls,
				calls == 1 ? "" : "s",
				entries ? "its own code ran"
				: calls ? "its own code did not run"
					: "its own code had no occasion to run");

	if (r >= 0 && !calls && !entries)
		r = report_note(rep,
				"Nobody called it meanwhile. Do what the fix is about, and count again.");
	if (r >= 0 && lost)
		r = report_note(
			rep,
			"%llu hits came faster than they could be read, so the counts are at least these.",
			(unsigned long long)lost);
	for (size_t i = 0, told = 0; r >= 0 && i < t->list.n && told < NOTES_MAX; i++)
		if (why_not(&t->list.v[i]) && ++told)
			r = report_note(rep, "%s is not counted: %s.", t->list.v[i].name,
					why_not(&t->list.v[i]));
	if (r >= 0 && t->hits >= HITS_MAX)
		r = report_note(rep, "It ended at a million hits, so as not to slow the machine down.");
	if (r >= 0 && t->list.cut)
		r = report_note(rep, "The patch has more than %d functions; those behind are not counted.",
				TRACED_MAX);
	return r;
}

static double seconds_so_far(const struct trace *t)
{
	return (double)(now_mono() - t->begun) / USEC_PER_SEC;
}

static int fill(struct trace *t, struct row *row, uint64_t lost)
{
	int r = row_str(row, "patch", t->c->args[0]);

	r = r < 0 ? r : row_real(row, "seconds", seconds_so_far(t));
	r = r < 0 ? r : row_int(row, "calls", (int64_t)sum(t, true));
	r = r < 0 ? r : row_int(row, "entries", (int64_t)sum(t, false));
	r = r < 0 ? r : row_int(row, "lost", (int64_t)lost);
	for (size_t i = 0; r >= 0 && i < t->list.n; i++) {
		struct row *f = row_add(row, "functions");

		r = f ? fill_function(f, &t->list.v[i]) : -ENOMEM;
	}
	return r;
}

/* How it stands, for programs and screens. Negative: nobody reads. */
static int tell_counts(struct trace *t)
{
	struct row *row;
	struct report *rep = report_single(&shape_trace, &row);
	int r = rep ? row_str(row, "event", "counts") : -ENOMEM;

	r = r < 0 ? r : fill(t, row, 0);
	if (r >= 0)
		return call_emit(t->c, rep);
	report_free(rep);
	return r;
}

static const char *ended_by(const struct trace *t)
{
	return *t->c->interrupted ? "signal" : t->hits >= HITS_MAX ? "hits" : "time";
}

static int result(struct trace *t, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	uint64_t lost = tracer_lost(t->tracer);
	struct row *row;

	rep = report_single(&shape_trace, &row);
	if (!rep || row_str(row, "event", "result") < 0 || row_str(row, "ended", ended_by(t)) < 0 ||
	    fill(t, row, lost) < 0 || say(t, rep, seconds_so_far(t), lost) < 0)
		return out_of_memory(e);
	if (*t->c->interrupted)
		rep->rc = (enum rc)(RC_SIGNAL + *t->c->interrupted);
	*ret = TAKE_PTR(rep);
	return 0;
}

static int ask_seconds(struct trace *t, struct err *e)
{
	int r = call_flag_seconds(t->c, "seconds", &t->seconds, e);

	if (r < 0)
		return r;
	if (t->seconds < 0)
		t->seconds = SECONDS;
	if (t->seconds > SECONDS_MAX)
		return err_rc(e, RC_USAGE, -EINVAL,
			      "--seconds is at most %.0f: tracing costs the traced functions time",
			      SECONDS_MAX);
	return 0;
}

static int find(struct trace *t, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	const struct patch *p;
	int r = call_livepatch(t->c, SNAPSHOT_PATCHES, &s, e);

	if (r < 0)
		return r;
	p = patches_find(&s->patches, t->c->args[0]);
	return p ? traced_read(t->c->app->root, p, &t->list, e) : patch_not_found(s, t->c->args[0], e);
}

static int trace_run(struct call *c, struct report **ret, struct err *e)
{
	struct trace t = { .c = c };
	int r = ask_seconds(&t, e);

	if (r >= 0 && !root_is_live(c->app->root))
		r = err_rc(e, RC_USAGE, -EINVAL, "a captured tree cannot be traced");
	r = r < 0 ? r : find(&t, e);
	r = r < 0 ? r : count(&t, e);
	r = r < 0 ? r : result(&t, ret, e);
	loop_remove(t.tick);
	call_loop_done(&t.cl);
	tracer_free(t.tracer);
	traced_done(&t.list);
	return r;
}

static const struct arg trace_args[] = { { "NAME", ARG_PATCH } };
static const struct flag trace_flags[] = {
	{ "seconds", "S", .help = "count for S seconds, at most 60 (10)" },
};

const struct verb verb_trace = {
	.name = "trace",
	.args = trace_args,
	.n_args = ARRAY_SIZE(trace_args),
	.flags = trace_flags,
	.n_flags = ARRAY_SIZE(trace_flags),
	.danger = DANGER_MILD,
	.helps = true,
	.help = "count for some seconds how often the functions of a livepatch are entered",
	.details =
		"Shows whether the new code really runs: entries of the functions that the livepatch "
		"replaces, "
		"and of its own. They are counted by the kernel's function tracer in a private instance of "
		"tracefs, filtered to these functions, for at most 60 seconds or a million hits; the "
		"instance "
		"is removed whatever happens. What cannot be traced says so instead of 0. Who else hooks an "
		"original (ftrace, kprobes, BPF) is listed. Calls of traced functions take a little longer "
		"meanwhile. Ctrl-C ends it, and tells what was counted.",
	.examples = "klpsh trace livepatch_fix  # for ten seconds\n"
		    "klpsh trace livepatch_fix --seconds=60 --json  # for programs",
	.shape = &shape_trace,
	.stream = true,
	.run = trace_run,
};
