// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of a guided apply. That the patch is there and enabled is always
 * the kernel's word, never remembered; that the file is still the one which
 * was inspected is asked of klpsh at each step (the check's SHA-256, --expect).
 */
#include "tui/guide.h"

static void inspect_objects(const struct jv *d, struct lines *l)
{
	const struct jv *objects = jv_get(d, "objects");

	for (size_t i = 0; i < jv_len(objects); i++) {
		const struct jv *o = jv_at(objects, i), *functions = jv_get(o, "functions");

		for (size_t k = 0; k < jv_len(functions); k++)
			lines_fact(l, k ? "" : "replaces", "%s in %s",
				   guide_text(jv_at(functions, k), "name"), guide_text(o, "name"));
	}
}

/* What --expect is to say; of a packed file the check and the dialog tell. */
static void keep_identity(struct guide *g, const struct jv *d)
{
	const char *sha = jv_str(d, "sha256"), *packed = jv_str(d, "compression"),
		   *id = jv_str(d, "build_id");

	FORMAT(g->build_id, "%s", id ? id : "");
	FORMAT(g->sha256, "%s", sha ? sha : "");
	if (sha && packed && streq(packed, "none"))
		FORMAT(g->pin, "sha256:%s", sha);
	else
		g->pin[0] = '\0';
}

static void on_inspect(const struct reply *a, void *arg)
{
	struct guide *g = arg;
	struct lines *l = &g->steps[APPLY_INSPECT].found;
	const char *name = jv_str(a->data, "module");
	bool matches = guide_true(a->data, "matches_running");

	g->query = NULL;
	if (reply_error(a) || !name) {
		guide_note_error(g, APPLY_INSPECT, a);
		return;
	}
	FORMAT(g->patch, "%s", name);
	keep_identity(g, a->data);
	lines_fact(l, "file", "%s", g->file);
	lines_fact(l, "sha256", "%s", *g->sha256 ? g->sha256 : "?");
	inspect_objects(a->data, l);
	if (!guide_true(a->data, "livepatch"))
		guide_set(g, APPLY_INSPECT, STEP_FAILED, "%s is a module, but no livepatch", name);
	else
		guide_set(g, APPLY_INSPECT, matches ? STEP_DONE : STEP_WARNED, "%s, built for %s kernel",
			  name, matches ? "this" : "another");
}

static void run_inspect(struct guide *g)
{
	char *words[] = { (char *)"inspect", g->file };

	guide_ask(g, APPLY_INSPECT, words, 2, on_inspect);
}

static void set_verdict(struct guide *g, const char *verdict, size_t blockers)
{
	enum step_state s = streq(verdict, "fail")		  ? STEP_FAILED
			    : streq(verdict, "pass") && !blockers ? STEP_DONE
								  : STEP_WARNED;

	if (blockers)
		guide_set(g, APPLY_CHECK, s, "%s%zu task%s would block it now",
			  s == STEP_FAILED ? "fail; " : "", blockers, blockers == 1 ? "" : "s");
	else
		guide_set(g, APPLY_CHECK, s, "%s; no task would block it now", verdict);
}

static void on_check(const struct reply *a, void *arg)
{
	struct guide *g = arg;
	const char *verdict = jv_str(a->data, "verdict"), *sha = jv_str(a->data, "sha256");

	g->query = NULL;
	if (!verdict) {
		guide_note_error(g, APPLY_CHECK, a);
		return;
	}
	reply_preflight(a->data, true, &g->steps[APPLY_CHECK].found);
	if (sha && *g->sha256 && !streq(sha, g->sha256))
		guide_set(g, APPLY_CHECK, STEP_FAILED,
			  "the file was changed since it was inspected; x starts over");
	else
		set_verdict(g, verdict, jv_len(jv_get(a->data, "predicted_blockers")));
}

static void run_check(struct guide *g)
{
	char *words[] = { (char *)"check", g->file };

	guide_ask(g, APPLY_CHECK, words, 2, on_check);
}

static void apply_told(enum change_event event, const struct reply *a, void *arg)
{
	struct guide *g = arg;
	const char *pin = a ? jv_str(a->data, "pin") : NULL;

	guide_told(g, APPLY_CONFIRM, event, a);
	if (pin && g->verified) /* what is installed then is what was loaded */
		FORMAT(g->pin, "%s", pin);
	guide_look(g);
}

static void run_confirm(struct guide *g)
{
	char *words[] = { (char *)"load", g->file };

	lines_done(&g->steps[APPLY_CONFIRM].found);
	change_begin_expecting(g->tui, words, 2, g->pin, apply_told, g);
}

static const struct patch *applied(const struct guide *g)
{
	const struct patch *p = *g->patch ? patches_find(&g->tui->snap->patches, g->patch) : NULL;

	if (!p || !p->in_sysfs || (p->build_id && *g->build_id && !streq(p->build_id, g->build_id)))
		return NULL;
	return p;
}

/* It is not there any more: all from the check on is open again. */
static void apply_gone(struct guide *g)
{
	bool left = *g->patch && patches_find(&g->tui->snap->patches, g->patch);

	if (!step_is_behind(g->steps[APPLY_LOAD].state))
		return;
	for (size_t i = APPLY_CHECK; i < g->n; i++) {
		lines_done(&g->steps[i].found);
		g->steps[i] = (struct guide_step){ 0 };
	}
	g->verified = false;
	guide_set(g, APPLY_CHECK, STEP_LATER, "%s was taken out again%s", g->patch,
		  left ? "; its module is left over" : "");
}

void guide_look_apply(struct guide *g)
{
	const struct patch *p = applied(g);

	if (g->steps[APPLY_LOAD].state == STEP_RUNNING && !p)
		return;
	if (!p) {
		apply_gone(g);
		return;
	}
	if (step_is_behind(g->steps[APPLY_INSPECT].state) && g->steps[APPLY_CHECK].state != STEP_RUNNING &&
	    g->steps[APPLY_LOAD].state < STEP_RUNNING) {
		guide_set(g, APPLY_CHECK, STEP_DONE, "it is loaded");
		guide_set(g, APPLY_CONFIRM, STEP_DONE, "it is loaded");
		guide_set(g, APPLY_LOAD, STEP_DONE, "%s is in the kernel", g->patch);
	}
	if (p->transition == 1)
		guide_watch(g, APPLY_WATCH, p->enabled == 0 ? "it is taken out again, " : "");
	else if (p->enabled == 1 && g->steps[APPLY_LOAD].state >= STEP_RUNNING)
		guide_watched(g, APPLY_WATCH, "every task runs it",
			      "enabled, and its functions are those that run");
}

static void on_verify(const struct reply *a, void *arg)
{
	struct guide *g = arg;
	const struct jv *p = guide_listed(a->data, g->patch), *objects = jv_get(p, "objects");
	size_t patched = 0, known = 0;

	g->query = NULL;
	if (reply_error(a)) {
		guide_note_error(g, APPLY_VERIFY, a);
		return;
	}
	for (size_t i = 0; i < jv_len(objects); i++) {
		bool b;

		if (!jv_bool(jv_at(objects, i), "patched", &b))
			continue;
		known++;
		patched += b;
		lines_fact(&g->steps[APPLY_VERIFY].found, b ? "uses it" : "not loaded", "%s",
			   guide_text(jv_at(objects, i), "name"));
	}
	if (!guide_true(p, "enabled") || guide_true(p, "transition"))
		guide_set(g, APPLY_VERIFY, STEP_FAILED, "%s is not enabled", g->patch);
	else if (known && !patched)
		guide_set(g, APPLY_VERIFY, STEP_WARNED, "enabled; none of its %zu objects is loaded", known);
	else
		guide_set(g, APPLY_VERIFY, STEP_DONE, "enabled, %zu of %zu objects use it", patched,
			  jv_len(objects));
}

static void run_verify(struct guide *g)
{
	char *words[] = { (char *)"list" };

	guide_ask(g, APPLY_VERIFY, words, 1, on_verify);
}

static void install_told(enum change_event event, const struct reply *a, void *arg)
{
	struct guide *g = arg;

	if (event == CHANGE_STARTED) {
		guide_set(g, APPLY_INSTALL, STEP_RUNNING, "it is copied");
	} else if (event == CHANGE_DECLINED) {
		guide_set(g, APPLY_INSTALL, STEP_NEXT, "not confirmed, nothing was done");
	} else if (a->rc != RC_OK) {
		guide_note_error(g, APPLY_INSTALL, a);
	} else {
		lines_done(&g->steps[APPLY_INSTALL].found);
		lines_add(&g->steps[APPLY_INSTALL].found, STYLE_NORMAL,
			  "klpsh.service loads what is installed: systemctl enable klpsh");
		guide_set(g, APPLY_INSTALL, STEP_DONE, "installed for each boot of this kernel");
	}
}

static void run_install(struct guide *g)
{
	char *words[] = { (char *)"install", g->file };

	lines_done(&g->steps[APPLY_INSTALL].found);
	change_begin_expecting(g->tui, words, 2, g->pin, install_told, g);
}

const struct step_info guide_apply_steps[APPLY_MAX] = {
	[APPLY_BUILD] = { "build", "Compiles what the patch touches, and makes the module. Asks first.",
			  "klpsh build %s", "nothing in the kernel is changed; K stops it", false,
			  guide_run_build, guide_show_build },
	[APPLY_INSPECT] = { "inspect",
			    "Reads the file: what it is, for which kernel, which functions it replaces.",
			    "klpsh inspect %s", "nothing is changed", false, run_inspect, NULL },
	[APPLY_CHECK] = { "check",
			  "Looks for every reason why the load would fail or stall, and for the tasks that "
			  "would block it now.",
			  "klpsh check %s", "nothing is changed", false, run_check, NULL },
	[APPLY_CONFIRM] = { "confirm", "Asks you, with what the kernel says at that moment.", "klpsh load %s",
			    "nothing is changed before the yes", false, run_confirm, NULL },
	[APPLY_LOAD] = { "load",
			 "Inserts the module; the kernel begins to switch tasks. Goes by itself after the "
			 "yes.",
			 "klpsh load %s --yes",
			 "V turns it round while it is in transition, D disables it later", true,
			 guide_show_transition, guide_show_transition },
	[APPLY_WATCH] = { "watch",
			  "Waits until every task runs the patched functions. Goes by itself; Enter shows "
			  "who blocks.",
			  "klpsh blockers", "V turns it round, P pokes a task that sleeps", true,
			  guide_show_transition, guide_show_transition },
	[APPLY_VERIFY] = { "verify", "Looks whether the patch is enabled and its objects use it.",
			   "klpsh list", "nothing is changed", false, run_verify, NULL },
	[APPLY_INSTALL] = { "install",
			    "Keeps the file so that it is loaded at each boot of this kernel. Leave it out "
			    "with q.",
			    "klpsh install %s --yes", "klpsh uninstall takes it out again", false,
			    run_install, NULL },
};
