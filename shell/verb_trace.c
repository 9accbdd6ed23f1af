// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `trace`: how often the functions of a loaded livepatch are entered, and
 * whether its own code runs, counted for a while in a private instance of
 * tracefs.
 */
#include <errno.h>

#include "shell/shapes.h"
#include "shell/tracing.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define SECONDS 10.0
#define SECONDS_MAX 60.0
#define NOTES_MAX 6 /* functions that are explained in words; JSON has them all */

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
	{ "verdict", NULL, F_STR, FIELD_JSON, NULL,
	  "of the result: ran, not-run (though it was called), no-occasion, unknown" },
	{ "functions", NULL, F_ROWS, 0, &shape_function, "what was counted" },
};
static const struct shape shape_trace = SHAPE("trace", trace_fields);

static int fill_function(struct row *row, const struct traced *f)
{
	const char *why = traced_why_not(f);
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

static uint64_t sum(const struct tracing *t, bool original)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->list.n; i++)
		n += t->list.v[i].original == original ? t->list.v[i].hits : 0;
	return n;
}

/* Is any function of its own counted? */
static bool own_is_counted(const struct tracing *t)
{
	for (size_t i = 0; i < t->list.n; i++)
		if (!t->list.v[i].original && !traced_why_not(&t->list.v[i]))
			return true;
	return false;
}

static const struct verdict {
	const char *word, *sentence;
} ran = { "ran", "its own code ran" }, not_run = { "not-run", "its own code did not run" },
  no_occasion = { "no-occasion", "its own code had no occasion to run" },
  unknown = { "unknown", "whether its own code ran cannot be told" };

static const struct verdict *verdict(const struct tracing *t)
{
	if (sum(t, false))
		return &ran;
	if (!own_is_counted(t) || t->lost || t->list.cut)
		return &unknown;
	return sum(t, true) ? &not_run : &no_occasion;
}

static int say(struct tracing *t, struct report *rep, double seconds)
{
	uint64_t calls = sum(t, true), entries = sum(t, false), lost = t->lost;
	int r = report_headline(rep, "%s, counted for %.1f s: %s%llu call%s of what it patches; %s.",
				t->c->args[0], seconds, lost ? "at least " : "", (unsigned long long)calls,
				calls == 1 ? "" : "s", verdict(t)->sentence);

	if (r >= 0 && !calls && !entries)
		r = report_note(rep,
				"Nobody called it meanwhile. Do what the fix is about, and count again.");
	if (r >= 0 && lost)
		r = report_note(
			rep,
			"%llu hits came faster than they could be read, so the counts are at least these.",
			(unsigned long long)lost);
	for (size_t i = 0, told = 0; r >= 0 && i < t->list.n && told < NOTES_MAX; i++)
		if (traced_why_not(&t->list.v[i]) && ++told)
			r = report_note(rep, "%s is not counted: %s.", t->list.v[i].name,
					traced_why_not(&t->list.v[i]));
	if (r >= 0 && t->hits >= TRACING_HITS_MAX)
		r = report_note(rep, "It ended at a million hits, so as not to slow the machine down.");
	if (r >= 0 && t->list.cut)
		r = report_note(rep, "The patch has more than %d functions; those behind are not counted.",
				TRACED_MAX);
	return r;
}

static int fill(struct tracing *t, struct row *row)
{
	int r = row_str(row, "patch", t->c->args[0]);

	r = r < 0 ? r : row_real(row, "seconds", tracing_seconds(t));
	r = r < 0 ? r : row_int(row, "calls", (int64_t)sum(t, true));
	r = r < 0 ? r : row_int(row, "entries", (int64_t)sum(t, false));
	for (size_t i = 0; r >= 0 && i < t->list.n; i++) {
		struct row *f = row_add(row, "functions");

		r = f ? fill_function(f, &t->list.v[i]) : -ENOMEM;
	}
	return r;
}

/* How it stands, for programs and screens. Negative: nobody reads. */
static int tell_counts(struct tracing *t)
{
	struct row *row;
	struct report *rep = report_single(&shape_trace, &row);
	int r = rep ? row_str(row, "event", "counts") : -ENOMEM;

	r = r < 0 ? r : fill(t, row);
	if (r >= 0)
		return call_emit(t->c, rep);
	report_free(rep);
	return r;
}

static const char *ended_by(const struct tracing *t)
{
	return *t->c->interrupted ? "signal" : t->hits >= TRACING_HITS_MAX ? "hits" : "time";
}

static int result(struct tracing *t, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	struct row *row;

	rep = report_single(&shape_trace, &row);
	if (!rep || row_str(row, "event", "result") < 0 || row_str(row, "ended", ended_by(t)) < 0 ||
	    row_int(row, "lost", (int64_t)t->lost) < 0 || row_str(row, "verdict", verdict(t)->word) < 0 ||
	    fill(t, row) < 0 || say(t, rep, t->took) < 0)
		return out_of_memory(e);
	if (*t->c->interrupted)
		rep->rc = (enum rc)(RC_SIGNAL + *t->c->interrupted);
	*ret = TAKE_PTR(rep);
	return 0;
}

static int ask_seconds(struct tracing *t, struct err *e)
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

static int find(struct tracing *t, struct err *e)
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
	struct tracing t = { .c = c, .tell = tell_counts };
	int r = ask_seconds(&t, e);

	if (r >= 0 && !root_is_live(c->app->root))
		r = err_rc(e, RC_USAGE, -EINVAL, "a captured tree cannot be traced");
	if (r >= 0 && geteuid() != 0)
		r = err_set(e, -EPERM, "only root can trace");
	r = r < 0 ? r : find(&t, e);
	r = r < 0 ? r : tracing_count(&t, e);
	r = r < 0 ? r : result(&t, ret, e);
	tracing_done(&t);
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
