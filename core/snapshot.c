/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots taken at once, and what they say in a sentence.
 */
#include "core/snapshot.h"

#include <errno.h>

#include "core/build.h"
#include "core/text.h"

/* The log as far as one snapshot reads it. */
struct log_reader {
	const struct root *root;
	struct kmsg *kmsg; /* NULL: not wanted, or not readable */
	struct transition *track;
	struct err err;
};

static void log_feed(struct log_reader *l)
{
	uint64_t offset = build_log_offset(l->root);
	struct kmsg_record *rec = malloc(sizeof(*rec));
	int r = rec ? 0 : -ENOMEM;

	while (l->kmsg && r >= 0 && (r = kmsg_next(l->kmsg, rec)) > 0)
		transition_log(l->track, rec, offset);
	free(rec);
	if (r >= 0)
		return;
	err_set(&l->err, r, "cannot read the kernel log: %s", strerror(-r));
	l->kmsg = kmsg_free(l->kmsg);
}

static void scan_tasks(const struct root *root, struct snapshot *s)
{
	struct taskset tasks = { 0 };
	enum task_keep keep;

	if (build_needs_tasks(s, &keep))
		build_tasks(s, &tasks, tasks_read(root, keep, &tasks, NULL));
	taskset_free(&tasks);
}

static int explain(const struct root *root, struct snapshot *s, const struct snapshot_opts *o)
{
	_cleanup_(symsizes_free) struct symsizes sizes = { 0 };
	_cleanup_(stacks_free) struct stacks stacks = { 0 };
	struct stall_input in;
	size_t n;
	int r;

	if (!build_needs_stacks(s, &n))
		return 0;
	r = stacks_read(root, s->tasks.v, n, o->stack_timeout_ms ? o->stack_timeout_ms : 1000, &stacks);
	if (r < 0)
		err_set(&s->errs[SOURCE_STACKS], r, "cannot read kernel stacks: %s", strerror(-r));
	in = build_stall_input(s, &stacks, NULL, o->map);
	r = stall_ask_sizes(&in, &sizes);
	if (r < 0)
		return r;
	if (symsizes_pending(&sizes))
		symsizes_resolve(root, &sizes);
	return build_explain(s, &stacks, &sizes, o->map);
}

/* Files and tasks that belong together. 0 or -ENOMEM. */
static int sample(struct log_reader *log, unsigned what, const struct funcmap *map, struct snapshot **ret)
{
	struct snapshot *s = NULL;
	int r = 0;

	for (int i = 0; i < BUILD_TRIES && r >= 0; i++) {
		s = snapshot_free(s);
		r = build_begin(log->root, what, &s);
		if (r < 0)
			return r;
		build_restores(s, map);
		log_feed(log);
		build_target(s, log->track);
		scan_tasks(log->root, s);
		log_feed(log);
		if (build_settled(log->root, s, log->track))
			break;
	}
	*ret = s;
	return 0;
}

int snapshot_take(const struct root *root, unsigned what, const struct snapshot_opts *opts,
		  struct snapshot **ret)
{
	static const struct snapshot_opts none;
	const struct snapshot_opts *o = opts ? opts : &none;
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ struct transition *own = NULL;
	struct log_reader log = { .root = root, .track = o->track };
	int r;

	if (!log.track) {
		log.track = own = malloc(sizeof(*own));
		if (!own)
			return -ENOMEM;
		transition_init(own);
	}
	if (what & SNAPSHOT_LOG)
		(void)kmsg_open(root, true, &log.kmsg, &log.err);
	r = sample(&log, what, o->map, &s);
	if (r >= 0) {
		if (log.err.code)
			build_log_error(s, &log.err);
		build_track(s, log.track, o->stall_after, log.kmsg != NULL);
		r = explain(root, s, o);
	}
	kmsg_free(log.kmsg);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

struct snapshot *snapshot_free(struct snapshot *s)
{
	if (!s)
		return NULL;
	patches_free(&s->patches);
	modules_free(&s->modules);
	taskset_free(&s->tasks);
	blockers_free(&s->blockers);
	free(s);
	return NULL;
}

size_t snapshot_left(const struct snapshot *s)
{
	return s->starting ? 0 : s->tasks.n;
}

enum state_word snapshot_state(const struct snapshot *s)
{
	if (!s->livepatch)
		return STATE_UNSUPPORTED;
	if (!s->in_transition)
		return STATE_READY;
	return s->stalled ? STATE_STALLED : STATE_TRANSITION;
}

const char *state_word_name(enum state_word w)
{
	static const char *const names[] = { "ready", "transition", "stalled", "unsupported" };

	return names[w];
}

static size_t count_enabled(const struct snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->patches.n; i++)
		n += patch_is_enabled(&s->patches.v[i]);
	return n;
}

/* Is there a patch of which nobody can tell whether it is in transition? */
static bool transition_unknown(const struct snapshot *s)
{
	for (size_t i = 0; i < s->patches.n; i++)
		if (s->patches.v[i].transition == TRI_UNKNOWN && s->patches.v[i].err.code)
			return true;
	return false;
}

static char *ready_sentence(const struct snapshot *s)
{
	size_t n = count_enabled(s);
	char *out = NULL;
	int r;

	if (s->errs[SOURCE_PATCHES].code && (!s->patches.n || transition_unknown(s)))
		r = asprintf(&out, "unknown: %s", s->errs[SOURCE_PATCHES].text);
	else if (!n)
		r = asprintf(&out, "ready: no livepatch is enabled, no transition runs");
	else
		r = asprintf(&out, "ready: %zu livepatch%s enabled, no transition runs", n,
			     n == 1 ? "" : "es");
	return r < 0 ? NULL : out;
}

/* "; kworker/u4:1 (tid 57) is in uninterruptible sleep in ..." for the first. */
static char *blocker_words(const struct snapshot *s)
{
	_cleanup_free_ char *comm = NULL;
	const struct blocker *b;
	char *out = NULL;
	int r;

	if (!s->blockers.n)
		return strdup("");
	b = &s->blockers.v[0];
	comm = text_clean_dup(b->task.comm, strlen(b->task.comm));
	r = asprintf(&out, "; %s%s (%d): %s", s->blockers.n > 1 ? "first " : "", comm ? comm : "?",
		     b->task.tid, b->reason);
	return r < 0 ? NULL : out;
}

static char *transition_sentence(const struct snapshot *s)
{
	_cleanup_free_ char *who = blocker_words(s);
	const char *verb = s->target == 1 ? "applying" : s->target == 0 ? "taking out" : "changing";
	const char *state = s->stalled ? "stalled" : "in transition";
	size_t left = snapshot_left(s);
	char age[32], *out = NULL;
	int r;

	text_duration(age, sizeof(age), transition_age(&s->transition, s->boot_us));
	if (s->starting)
		r = asprintf(&out, "%s: %s is about to be %s, its callbacks run", state,
			     s->in_transition->name, s->target ? "applied" : "taken out");
	else if (!(s->what & (SNAPSHOT_TASKS | SNAPSHOT_BLOCKERS)))
		r = asprintf(&out, "%s: %s %s", state, verb, s->in_transition->name);
	else if (!left && s->errs[SOURCE_TASKS].code)
		r = asprintf(&out, "%s: %s %s for %s, which tasks are left is not known: %s", state, verb,
			     s->in_transition->name, age, s->errs[SOURCE_TASKS].text);
	else if (s->target < 0)
		r = asprintf(&out, "%s: %s %s, which way is not known: %s", state, verb,
			     s->in_transition->name, s->errs[SOURCE_PATCHES].text);
	else if (!left)
		r = asprintf(&out, "%s: %s %s for %s. %s", state, verb, s->in_transition->name, age,
			     stall_idle_sentence());
	else
		r = asprintf(&out, "%s: %s %s for %s, %s%zu of %zu task%s left%s", state, verb,
			     s->in_transition->name, age, s->tasks.unreadable ? "at least " : "", left,
			     s->tasks.total, s->tasks.total == 1 ? "" : "s", who ? who : "");
	return r < 0 ? NULL : out;
}

char *snapshot_sentence(const struct snapshot *s)
{
	_cleanup_free_ char *raw = NULL;

	switch (snapshot_state(s)) {
	case STATE_UNSUPPORTED:
		return strdup("unsupported: this kernel has no livepatch support (CONFIG_LIVEPATCH)");
	case STATE_READY:
		raw = ready_sentence(s);
		break;
	default:
		raw = transition_sentence(s);
	}
	/* Names of patches, modules and functions are a stranger's, too. */
	return raw ? text_clean_dup(raw, strlen(raw)) : NULL;
}
