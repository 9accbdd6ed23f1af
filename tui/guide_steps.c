// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the steps of both guides share: how a change with its dialog tells of
 * itself, how a transition is watched, and what is read out of answers.
 */
#include "tui/guide.h"
#include "tui/outcome.h"

const char *guide_text(const struct jv *o, const char *key)
{
	const char *s = jv_str(o, key);

	return s ? s : "?";
}

bool guide_true(const struct jv *o, const char *key)
{
	bool b = false;

	return jv_bool(o, key, &b) && b;
}

void guide_note_error(struct guide *g, size_t i, const struct reply *a)
{
	lines_done(&g->steps[i].found);
	reply_outcome(a, &g->steps[i].found);
	guide_set(g, i, STEP_FAILED, "%s", reply_error(a) ? reply_error(a) : rc_name(a->rc));
}

const struct jv *guide_listed(const struct jv *list, const char *name)
{
	for (size_t i = 0; i < jv_len(list); i++) {
		const char *s = jv_str(jv_at(list, i), "name");
		if (s && streq(s, name))
			return jv_at(list, i);
	}
	return NULL;
}

void guide_told(struct guide *g, size_t ask, enum change_event event, const struct reply *a)
{
	struct lines *l = &g->steps[ask + 1].found;
	const char *result = a ? reply_result(a) : "";

	if (!a && event != CHANGE_STARTED)
		event = CHANGE_DECLINED;
	g->since = now_boot();
	g->verified = event == CHANGE_DONE && !outcome_failed(a) && guide_true(a->data, "verified");
	switch (event) {
	case CHANGE_STARTED:
		guide_set(g, ask, STEP_DONE, "yes was said");
		guide_set(g, ask + 1, STEP_RUNNING, "the kernel is at it");
		break;
	case CHANGE_DECLINED:
		guide_set(g, ask, STEP_NEXT, "not confirmed, nothing was done");
		break;
	case CHANGE_NOT_POSSIBLE:
		guide_note_error(g, ask, a);
		break;
	case CHANGE_NOTHING_TO_DO:
		guide_set(g, ask, STEP_DONE, "nothing to confirm");
		guide_set(g, ask + 1, STEP_DONE, "it is already so");
		break;
	case CHANGE_DONE:
		lines_done(l);
		reply_outcome(a, l);
		if (!outcome_failed(a)) {
			guide_set(g, ask + 1, a->rc == RC_OK ? STEP_DONE : STEP_WARNED, "%s", result);
			break;
		}
		for (size_t i = ask + 1; i < g->n; i++)
			if (i == ask + 1 || g->steps[i].state == STEP_RUNNING)
				guide_set(g, i, STEP_LATER, "%s", "");
		guide_note_error(g, ask, a); /* Enter asks again */
		break;
	}
}

void guide_show_transition(struct guide *g)
{
	tui_show_view(g->tui, VIEW_TRANSITION);
	tui_status(g->tui, STYLE_DIM, " %c takes the guide up again", g->kind == GUIDE_APPLY ? 'A' : 'Z');
}

void guide_watch(struct guide *g, size_t i, const char *lead)
{
	const struct snapshot *s = g->tui->snap;

	guide_set(g, i, STEP_RUNNING, "%s%s%zu of %zu tasks left; Enter shows them", lead,
		  s->stalled ? "stalled: " : "", s->tasks.n, s->tasks.total);
}

void guide_watched(struct guide *g, size_t i, const char *end, const char *seen)
{
	guide_set(g, i, STEP_DONE, "%s", end);
	if (g->verified && !step_is_behind(g->steps[i + 1].state))
		guide_set(g, i + 1, STEP_DONE, "%s", seen);
}
