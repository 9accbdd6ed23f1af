// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of a guide's steps. Only the first step that is not done may be
 * done, and reading ones once more; what a step does is in guide_steps.
 */
#include "tui/guide.h"

#include <stdarg.h>

#include "core/text.h"
#include "tui/files.h"
#include "tui/guide_note.h"

static const char *const state_words[] = {
	[STEP_LATER] = "later", [STEP_NEXT] = "next",	  [STEP_RUNNING] = "running",
	[STEP_DONE] = "done",	[STEP_WARNED] = "warned", [STEP_FAILED] = "failed",
};

const char *step_state_word(enum step_state s)
{
	return state_words[s];
}

bool step_is_behind(enum step_state s)
{
	return s == STEP_DONE || s == STEP_WARNED;
}

/* The first step that is not behind us is the next one. */
static void guide_order(struct guide *g)
{
	size_t i = g->first;

	while (i < g->n && step_is_behind(g->steps[i].state))
		i++;
	g->current = i;
	for (size_t k = i; k < g->n; k++) {
		enum step_state *s = &g->steps[k].state;

		if (k == i && *s == STEP_LATER)
			*s = STEP_NEXT;
		else if (k > i && *s != STEP_RUNNING)
			*s = STEP_LATER;
	}
	if (g->changed && !g->looking)
		g->changed(g);
}

void guide_init(struct guide *g, struct tui *t, enum guide_kind kind, const char *path)
{
	bool apply = kind == GUIDE_APPLY, source = files_is_patch(path);

	*g = (struct guide){ .tui = t, .kind = kind, .changed = g->changed, .arg = g->arg };
	g->info = apply ? guide_apply_steps : guide_rollback_steps;
	g->n = apply ? (size_t)APPLY_MAX : (size_t)BACK_MAX;
	g->first = apply && !source ? (size_t)APPLY_INSPECT : 0;
	if (source)
		files_absolute(path, g->source, sizeof(g->source));
	else
		files_absolute(path, g->file, sizeof(g->file));
	guide_order(g);
}

void guide_done(struct guide *g)
{
	g->query = query_cancel(g->query);
	if (g->tui)
		change_untell(g->tui, g);
	for (size_t i = 0; i < GUIDE_STEPS_MAX; i++)
		lines_done(&g->steps[i].found);
	for (size_t i = 0; i < g->n_wanted; i++)
		free(g->wanted[i]);
	free(g->wanted);
	g->wanted = NULL;
	g->n_wanted = 0;
	g->n = 0;
}

void guide_set(struct guide *g, size_t i, enum step_state s, const char *fmt, ...)
{
	char raw[256];
	bool news = g->steps[i].state != s;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_clean(g->steps[i].summary, sizeof(g->steps[i].summary), raw, strlen(raw));
	g->steps[i].state = s;
	guide_order(g);
	if (news && !g->recalled)
		guide_note_keep(g);
	tui_dirty(g->tui);
}

void guide_ask(struct guide *g, size_t i, char *const *words, size_t n, query_fn done)
{
	int r;

	g->query = query_cancel(g->query);
	lines_done(&g->steps[i].found);
	r = query_start(g->tui, words, n, done, g, &g->query);
	if (r < 0)
		guide_set(g, i, STEP_FAILED, "cannot run it: %s", strerror(-r));
	else
		guide_set(g, i, STEP_RUNNING, "asking the kernel");
}

void guide_run(struct guide *g, size_t i)
{
	bool runs = g->steps[i].state == STEP_RUNNING;

	if (runs && g->info[i].meanwhile)
		g->info[i].meanwhile(g);
	else if (runs)
		tui_status(g->tui, STYLE_DIM, " %s runs already", g->info[i].name);
	else if (step_is_behind(g->steps[i].state))
		tui_status(g->tui, STYLE_DIM, " %s is done; x starts the whole guide over", g->info[i].name);
	else if (i > g->current)
		tui_status(g->tui, STYLE_WARN, " first: %s", g->info[g->current].name);
	else if (!g->info[i].run)
		tui_status(g->tui, STYLE_DIM, " %s goes by itself", g->info[i].name);
	else
		g->info[i].run(g);
}

static void look_at_kernel(struct guide *g)
{
	if (!g->n || !g->tui->snap || g->tui->snap->boot_us < g->since)
		return;
	if (g->kind == GUIDE_APPLY)
		guide_look_apply(g);
	else
		guide_look_rollback(g);
}

void guide_look(struct guide *g)
{
	bool outer = g->looking;

	g->looking = true;
	guide_look_build(g);
	look_at_kernel(g);
	g->looking = outer;
}
