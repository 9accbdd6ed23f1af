// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of a guided rollback. Which change is undone, and by what, is
 * klpsh's own `rollback --dry-run`; after the question it is that very
 * transaction that is named (--of), so that nothing else is undone.
 */
#include "tui/guide.h"

static void forget_wanted(struct guide *g)
{
	for (size_t i = 0; i < g->n_wanted; i++)
		free(g->wanted[i]);
	g->n_wanted = 0;
}

void guide_take_wanted(struct guide *g, const struct jv *after)
{
	forget_wanted(g);
	for (size_t i = 0; i < jv_len(after); i++) {
		const char *name = jv_str(jv_at(after, i), NULL);

		if (name && array_grow(&g->wanted, g->n_wanted, sizeof(*g->wanted)) >= 0 &&
		    (g->wanted[g->n_wanted] = strdup(name)))
			g->n_wanted++;
	}
}

static void on_found(const struct reply *a, void *arg)
{
	struct guide *g = arg;
	struct lines *l = &g->steps[BACK_LOOK].found;
	const char *of = jv_str(a->data, "of"), *title = jv_str(a->data, "title");
	const struct jv *facts = jv_get(a->data, "facts");

	g->query = NULL;
	if (reply_error(a)) {
		guide_note_error(g, BACK_LOOK, a);
		return;
	}
	if (!streq(reply_result(a), "would")) {
		guide_set(g, BACK_LOOK, STEP_FAILED,
			  "nothing to undo: what the last change found is what is enabled");
		return;
	}
	guide_take_wanted(g, jv_get(a->data, "after"));
	FORMAT(g->undoes, "%s", of ? of : "");
	for (size_t i = 0; i < jv_len(facts); i++)
		lines_add(l, STYLE_NORMAL, "%s", jv_str(jv_at(facts, i), NULL));
	guide_set(g, BACK_LOOK, STEP_DONE, "%s", title ? title : "a way back");
}

static void run_found(struct guide *g)
{
	char *words[] = { (char *)"rollback", (char *)"--dry-run" };

	guide_ask(g, BACK_LOOK, words, 2, on_found);
}

static void rollback_told(enum change_event event, const struct reply *a, void *arg)
{
	guide_told(arg, BACK_CONFIRM, event, a);
	guide_look(arg);
}

static void run_rollback(struct guide *g)
{
	char of[sizeof(g->undoes) + 8], *words[] = { (char *)"rollback", of };

	FORMAT(of, "--of=%s", g->undoes);
	lines_done(&g->steps[BACK_CONFIRM].found);
	change_begin(g->tui, words, *g->undoes ? 2 : 1, rollback_told, g);
}

void guide_look_rollback(struct guide *g)
{
	enum step_state s = g->steps[BACK_ROLLBACK].state;

	if (s < STEP_RUNNING || s == STEP_FAILED)
		return;
	if (g->tui->snap->in_transition)
		guide_watch(g, BACK_WATCH, "");
	else if (s != STEP_RUNNING)
		guide_watched(g, BACK_WATCH, "no transition runs", "enabled is what was enabled before");
}

static void on_back_verify(const struct reply *a, void *arg)
{
	struct guide *g = arg;
	struct lines *l = &g->steps[BACK_VERIFY].found;
	size_t missing = 0, enabled = 0;

	g->query = NULL;
	if (reply_error(a)) {
		guide_note_error(g, BACK_VERIFY, a);
		return;
	}
	for (size_t i = 0; i < jv_len(a->data); i++) {
		const struct jv *p = jv_at(a->data, i);

		if (!guide_true(p, "enabled"))
			continue;
		enabled++;
		lines_fact(l, "enabled", "%s", guide_text(p, "name"));
	}
	for (size_t i = 0; i < g->n_wanted; i++)
		if (!guide_true(guide_listed(a->data, g->wanted[i]), "enabled")) {
			missing++;
			lines_fact(l, "missing", "%s", g->wanted[i]);
		}
	if (missing || enabled != g->n_wanted) {
		lines_add(l, STYLE_NORMAL,
			  "x starts over: the next rollback goes on where this one stopped.");
		guide_set(g, BACK_VERIFY, STEP_FAILED,
			  "not the patches from before: %zu missing, %zu too many", missing,
			  enabled + missing - g->n_wanted);
		return;
	}
	guide_set(g, BACK_VERIFY, STEP_DONE, "%zu patch%s enabled, as before", enabled,
		  enabled == 1 ? "" : "es");
}

static void run_back_verify(struct guide *g)
{
	char *words[] = { (char *)"list" };

	guide_ask(g, BACK_VERIFY, words, 1, on_back_verify);
}

const struct step_info guide_rollback_steps[BACK_MAX] = {
	[BACK_LOOK] = { "look",
			"Looks which change was the last, what was enabled before it, and what it takes to "
			"get there.",
			"klpsh rollback --dry-run", "nothing is changed", false, run_found, NULL },
	[BACK_CONFIRM] = { "confirm", "Asks you, with every step of the way back as it would be now.",
			   "klpsh rollback", "nothing is changed before the yes", false, run_rollback, NULL },
	[BACK_ROLLBACK] = { "rollback",
			    "Restores the set of patches from before. Goes by itself after the yes.",
			    "klpsh rollback --yes",
			    "a rollback is a change too: Z once more goes the other way", true,
			    guide_show_transition, guide_show_transition },
	[BACK_WATCH] = { "watch",
			 "Waits for the end of the transition. Goes by itself; Enter shows who blocks.",
			 "klpsh blockers", "V turns it round, P pokes a task that sleeps", true,
			 guide_show_transition, guide_show_transition },
	[BACK_VERIFY] = { "verify", "Compares what is enabled with what was before.", "klpsh list",
			  "nothing is changed", false, run_back_verify, NULL },
};
