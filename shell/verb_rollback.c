// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `rollback`: back to the patches that the last change found. Which change and
 * which steps is decided by shell/goback; the bytes come from the store and
 * are verified before anything is touched.
 */
#include <errno.h>

#include "core/text.h"
#include "kmod/store.h"
#include "shell/goback.h"
#include "shell/loading.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define REFS_SEC 10.0 /* for a disabled module to be let go */

struct rolling {
	struct plan plan;
	struct snapshot *snap;
	struct history_list history;
	const struct history_entry *what,
		*stuck; /* stuck: the unfinished rollback that is taken up, or NULL */
	struct goback g;
	struct image *images[GOBACK_MAX]; /* by index into what->before */
	char *params; /* for the records: of all that is loaded */
};

static void rolling_done(struct rolling *r)
{
	plan_done(&r->plan);
	free(r->params);
	snapshot_free(r->snap);
	history_list_free(&r->history);
	for (size_t i = 0; i < GOBACK_MAX; i++)
		image_free(r->images[i]);
}

static const char *lost_hint(void)
{
	return "find the module file elsewhere and load that: klpsh load FILE";
}

/* The bytes of one former patch. Missing or altered: exit 5, naming the file. */
static int fetch(struct rolling *r, size_t index, struct err *e)
{
	const struct patch_ref *ref = &r->what->before[index];
	const char *dir = r->plan.act.state_dir;
	struct err why = { 0 };
	char sha[65];
	int k;

	FORMAT(sha, "%s", ref->sha256);
	if (!sha[0] && store_find(dir, ref->name, ref->build_id, sha) < 0) {
		err_rc(e, RC_NOT_FOUND, -ENOENT, "the file of %s (build-id %s) is not in the store %s/store",
		       ref->name, ref->build_id[0] ? ref->build_id : "unknown", dir);
		err_hint(e, "%s", lost_hint());
		return -ENOENT;
	}
	k = store_get(dir, sha, &r->images[index], &why);
	if (k >= 0)
		return 0;
	err_rc(e, k == -EPERM ? RC_PERMISSION : RC_NOT_FOUND, k, "%s cannot be brought back: %s", ref->name,
	       why.text);
	err_hint(e, "%s", lost_hint());
	return k;
}

static int fetch_all(struct rolling *r, struct err *e)
{
	int k = 0;

	for (size_t i = r->g.same; k >= 0 && i < r->what->n_before; i++)
		k = fetch(r, i, e);
	return k;
}

/* Would it load? What is only in the way until the steps before it are done does not count. */
static int check_image(struct rolling *r, const struct image *i, struct err *e)
{
	const struct call *c = r->plan.c;
	struct preflight p = { 0 };
	int k = preflight_run(&(struct preflight_input){ c->app->root, r->snap, i->inspect, &c->app->map },
			      &p);

	if (k < 0)
		return out_of_memory(e);
	for (size_t n = 0; k >= 0 && n < p.n; n++) {
		if (p.v[n].result != CHECK_FAIL || streq(p.v[n].id, "already-loaded"))
			continue;
		k = err_rc(e, RC_FAILED, -EINVAL, "%s would not load again: %s", i->inspect->name,
			   p.v[n].evidence);
		if (p.v[n].hint)
			err_hint(e, "%s", p.v[n].hint);
	}
	preflight_done(&p);
	return k;
}

static int check_images(struct rolling *r, struct err *e)
{
	int k = 0;

	for (size_t i = r->g.same; k >= 0 && i < r->what->n_before; i++)
		k = check_image(r, r->images[i], e);
	return k;
}

static const char *step_word(enum goback_kind kind)
{
	static const char *const words[] = { "disable", "remove", "load" };

	return words[kind];
}

/* What a module to be loaded had been loaded with; NULL: not by klpsh, so nobody knows. */
static const char *params_of(const struct rolling *r, const struct goback_step *s)
{
	return r->what->before[s->index].params;
}

/* Which parameters go to the kernel, for the records. */
static int name_params(struct rolling *r)
{
	for (size_t i = 0; i < r->g.n; i++) {
		const struct goback_step *s = &r->g.v[i];
		const char *params = s->kind == GOBACK_LOAD ? params_of(r, s) : NULL;
		char *more;

		if (!params || !*params)
			continue;
		if (asprintf(&more, "%s%s%s: %s", r->params ? r->params : "", r->params ? "; " : "", s->name,
			     params) < 0)
			return -ENOMEM;
		free(r->params);
		r->params = more;
	}
	r->plan.act.change.params = r->params;
	return 0;
}

static int step_fact(struct rolling *r, size_t at)
{
	const struct goback_step *s = &r->g.v[at];
	const char *params;

	if (s->kind != GOBACK_LOAD)
		return plan_fact(&r->plan, "step %zu: %s %s", at + 1, step_word(s->kind), s->name);
	params = params_of(r, s);
	if (!params)
		return plan_fact(&r->plan,
				 "step %zu: load %s, from the store; its parameters are not known, so "
				 "without any",
				 at + 1, s->name);
	return plan_fact(&r->plan, "step %zu: load %s, from the store%s%s", at + 1, s->name,
			 *params ? ", with " : "", params);
}

static int step_facts(struct rolling *r)
{
	int k = 0;

	for (size_t i = 0; k >= 0 && i < r->g.n; i++)
		k = step_fact(r, i);
	return k;
}

static int name_list(struct rolling *r, bool before, char **ret)
{
	size_t n = before ? r->what->n_before : r->g.n_now;
	char *text = strdup(n ? "" : "none");

	for (size_t i = 0; text && i < n; i++) {
		const char *name = before ? r->what->before[i].name : r->g.now[i]->name;
		char *more;

		if (asprintf(&more, "%s%s%s", text, i ? ", " : "", name) < 0)
			more = NULL;
		free(text);
		text = more;
	}
	*ret = text;
	return text ? 0 : -ENOMEM;
}

static int rollback_facts(struct rolling *r)
{
	_cleanup_free_ char *now = NULL, *then = NULL;
	const struct history_entry *w = r->what;
	char when[64];
	int k = name_list(r, false, &now);

	for (size_t i = 0; k >= 0 && i < w->n_before; i++)
		k = row_push(r->plan.row, "after", w->before[i].name);
	k = k < 0 ? k : name_list(r, true, &then);
	if (k >= 0 && r->g.gap)
		k = plan_fact(&r->plan, "between the steps the kernel runs unpatched");
	text_time(when, sizeof(when), w->wall_us);
	k = k < 0 ? k
		  : plan_fact(&r->plan, "undoes: %s %s, by %s at %s", w->verb, w->target,
			      w->user ? w->user : "?", when);
	k = k < 0 ? k : plan_fact(&r->plan, "enabled now: %s", now);
	k = k < 0 ? k : plan_fact(&r->plan, "enabled afterwards: %s", then);
	k = k < 0 ? k : step_facts(r);
	return k < 0 ? k
		     : plan_undo(&r->plan,
				 "klpsh rollback again brings back what is enabled now, as far as the "
				 "store has it");
}

/* The worker inserts from memory, or by policy from the stored file. */
static void keep_images(struct rolling *r)
{
	struct act *a = &r->plan.act;

	for (size_t i = r->g.same; i < r->what->n_before; i++)
		a->keep_fds[a->n_keep_fds++] = a->conf->load_from_file ? r->images[i]->file
								       : r->images[i]->memfd;
}

/* What goes is pinned, and what comes is sealed bytes. */
static int rollback_pins(struct rolling *r, struct err *e)
{
	struct act *a = &r->plan.act;
	struct pin pin;
	int k = 0;

	for (size_t i = 0; k >= 0 && i < r->g.n && a->n_pins < ARRAY_SIZE(a->pins); i++) {
		if (r->g.v[i].kind != GOBACK_REMOVE)
			continue;
		k = pin_patch(a->root, r->g.v[i].name, &pin, e);
		k = k < 0 ? k : plan_pin(&r->plan, &pin, e);
	}
	for (size_t i = r->g.same; k >= 0 && i < r->what->n_before && a->n_pins < ARRAY_SIZE(a->pins); i++) {
		pin_bytes(r->what->before[i].name, r->images[i]->content, &pin);
		k = plan_pin(&r->plan, &pin, e);
	}
	return k;
}

static int do_step(struct rolling *r, const struct goback_step *s, struct err *e)
{
	struct act *a = &r->plan.act;
	enum act_wait_end end;
	const char *params;
	int k;

	switch (s->kind) {
	case GOBACK_DISABLE:
		k = act_enable(a, s->name, 0, e);
		return k < 0 ? k : act_wait(a, s->name, &end, e);
	case GOBACK_REMOVE:
		k = act_wait_refs(a, s->name, REFS_SEC, e);
		return k < 0 ? k : act_remove(a, s->name, e);
	case GOBACK_LOAD:
		params = params_of(r, s);
		k = loading_insert(a, r->images[s->index], params ? params : "", e);
		return k < 0 ? k : act_wait(a, s->name, &end, e);
	}
	return -EINVAL;
}

/* Half-way is a state of its own: say where it stands and how to go on. */
static void tell_half_way(const struct rolling *r, size_t done, struct err *e)
{
	const struct err why = *e;
	const struct goback_step *s = &r->g.v[done];
	enum rc rc = err_exit(&why) == RC_STALLED ? RC_STALLED : RC_PARTIAL;

	err_rc(e, rc, why.code, "step %zu of %zu (%s %s): %s", done + 1, r->g.n, step_word(s->kind), s->name,
	       why.text);
	err_hint(e, "the steps before it are done; klpsh rollback goes on with the rest%s%s",
		 why.hint[0] ? "; " : "", why.hint);
}

static int rollback_do(struct act *a, struct err *e)
{
	struct rolling *r = a->arg;

	for (size_t i = 0; i < r->g.n; i++) {
		int k = do_step(r, &r->g.v[i], e);

		if (k < 0 && a->result.changed)
			tell_half_way(r, i, e);
		if (k < 0)
			return k;
	}
	return 0;
}

/* The same set as then, and each patch that came back as it should be. */
static int rollback_verify(struct act *a, struct err *e)
{
	const struct rolling *r = a->arg;
	struct patches now = { 0 };
	struct goback g;
	int k = patches_read(a->root, &now, e);

	if (k < 0)
		return k;
	k = goback_compare(r->what, &now, &g, e);
	patches_free(&now);
	a->result.verified = k < 0 ? -1 : k;
	if (k == 0)
		k = err_rc(e, RC_FAILED, -EIO, "the enabled patches are not those that were enabled before");
	for (size_t i = r->g.same; k >= 0 && i < r->what->n_before; i++)
		k = loading_verify(a, r->images[i], e);
	return MIN(k, 0);
}

static int check_wait(const struct rolling *r, struct err *e)
{
	if (r->plan.act.wait != 0 || r->g.n < 2)
		return 0;
	err_rc(e, RC_USAGE, -EINVAL,
	       "--wait=0 cannot be had: this takes %zu steps, and each waits for the one before", r->g.n);
	return -EINVAL;
}

static int rollback_plan(struct rolling *r, struct err *e)
{
	struct act *a = &r->plan.act;

	a->change.target = r->what->target;
	a->change.of = r->what->txn;
	a->caps = CHANGE_CAP_MODULE;
	a->run = rollback_do;
	a->verify = rollback_verify;
	a->arg = r;
	plan_says(&r->plan, "%s %s is undone", r->what->verb, r->what->target);
	keep_images(r);
	for (size_t i = 0; i < r->g.n && !r->plan.patch[0]; i++)
		if (r->g.v[i].kind != GOBACK_REMOVE)
			FORMAT(r->plan.patch, "%s", r->g.v[i].name);
	if (plan_title(&r->plan, "Roll back: %s %s", r->what->verb, r->what->target) < 0 ||
	    row_str(r->plan.row, "target", r->what->target) < 0 ||
	    row_str(r->plan.row, "of", r->what->txn) < 0 || name_params(r) < 0 || rollback_facts(r) < 0)
		return out_of_memory(e);
	return rollback_pins(r, e);
}

/* Which change, and what it takes. 1: nothing to do. */
static int rollback_find(struct rolling *r, const char *name, struct err *e)
{
	const struct act *a = &r->plan.act;
	bool replaces;
	int k = history_read(a->state_dir, 0, &r->history, e);

	k = k < 0 ? k
		  : goback_find(&r->history, a->change.boot_id, &r->snap->patches, name,
				call_flag(r->plan.c, "of"), &r->what, &r->stuck, e);
	k = k < 0 ? k : goback_compare(r->what, &r->snap->patches, &r->g, e);
	k = k < 0 ? k : fetch_all(r, e);
	if (k < 0)
		return k;
	replaces = r->g.same < r->what->n_before && r->images[r->g.same]->inspect->replace == 1;
	k = goback_steps(r->what, &r->snap->patches, replaces, &r->g, e);
	if (k >= 0 && r->stuck)
		goback_leftovers(r->stuck, &r->snap->patches, &r->g);
	if (k >= 0 && !r->g.n)
		return 1;
	k = k < 0 ? k : check_wait(r, e);
	return k < 0 ? k : check_images(r, e);
}

static int nothing_to_do(struct rolling *r, struct report **ret)
{
	char text[256];

	FORMAT(text,
	       "Nothing to undo: the enabled patches are those that the last change (%s %s) found. "
	       "klpsh rollback NAME undoes the change of NAME.",
	       r->what->verb, r->what->target);
	return plan_already(&r->plan, text, ret);
}

static int rollback_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(rolling_done) struct rolling r = { 0 };
	const char *name = c->n_args ? c->args[0] : NULL;
	int k = call_livepatch(c, SNAPSHOT_MODULES | SNAPSHOT_SYSTEM | SNAPSHOT_LOG, &r.snap, e);

	k = k < 0 ? k : plan_begin(&r.plan, c, name ? name : "", e);
	if (k < 0)
		return k;
	k = rollback_find(&r, name, e);
	if (k > 0)
		return nothing_to_do(&r, ret);
	k = k < 0 ? k : rollback_plan(&r, e);
	return k < 0 ? plan_refuse(&r.plan, ret, e) : plan_run(&r.plan, ret, e);
}

static const struct arg rollback_args[] = { { "NAME", ARG_PATCH, .optional = true } };
static const struct flag rollback_flags[] = {
	{ "of", "TXN", false, "only if the change to undo is this transaction" },
	CHANGE_FLAGS,
	CHANGE_WAIT_FLAGS,
};

const struct verb verb_rollback = {
	.name = "rollback",
	.args = rollback_args,
	.n_args = ARRAY_SIZE(rollback_args),
	.flags = rollback_flags,
	.n_flags = ARRAY_SIZE(rollback_flags),
	.danger = DANGER_MODERATE,
	.help = "restore the patches that the last change found",
	.details =
		"Brings back the set of livepatches that was enabled before the last change of this boot "
		"that klpsh made, as its history tells. A patch that was loaded on top is disabled and "
		"removed. After an atomic replace the former patches are loaded from the store: where the "
		"lowest of them is an atomic replace itself, in one transition without a gap; else the new "
		"one is disabled first, and until the former ones are loaded the kernel runs unpatched. "
		"The question says so.\n\n"
		"With NAME it undoes the change of NAME, which must be the last one that had an effect. It "
		"is refused when the bytes of a former patch are missing or altered (exit 5), and after a "
		"forced transition. Former patches get the module parameters that klpsh loaded them with. "
		"A rollback that did not get through is taken up by the next one.",
	.examples = "klpsh rollback --dry-run  # what it would do, step by step\n"
		    "klpsh rollback  # ask, then do it",
	.shape = &shape_change,
	.run = rollback_run,
};
