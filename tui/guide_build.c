// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first step of a guided apply that begins with a source patch: the build
 * of these screens (tui/build), begun with its own question. What became of it
 * is looked up there; nothing is told back.
 */
#include "tui/build_form.h"
#include "tui/build_show.h"
#include "tui/guide.h"
#include "tui/view_guide.h"

/* The build that this guide began; NULL: something else has its place. */
static const struct build *own_build(const struct guide *g)
{
	const struct build *b = g->tui->build;

	return b && g->build_serial && b->serial == g->build_serial && b->state != BUILD_FORM ? b : NULL;
}

static struct build_form form_of(const struct guide *g)
{
	struct build_form f = { .n_patches = 1 };

	FORMAT(f.patches[0], "%s", g->source);
	return f;
}

/* Yes was said. */
static void begin(struct tui *t)
{
	struct guide *g = guide_apply_of(t);
	struct build_form form;
	int r;

	if (!g || !*g->source)
		return;
	form = form_of(g);
	r = build_start(t->build, &form);
	if (r < 0) {
		tui_status(t, STYLE_BAD, " build: cannot run it: %s", strerror(-r));
		return;
	}
	g->build_serial = t->build->serial;
	lines_done(&g->steps[APPLY_BUILD].found);
	guide_look(g);
	tui_update(t);
}

void guide_run_build(struct guide *g)
{
	const struct build *b = build_of(g->tui);
	struct build_form form = form_of(g);

	if (!b)
		return;
	if (b->state == BUILD_RUNS)
		tui_status(g->tui, STYLE_WARN, " another build runs; 6 shows it, K stops it");
	else
		form_ask(g->tui, &form, begin);
}

void guide_show_build(struct guide *g)
{
	tui_show_view(g->tui, VIEW_BUILD);
	tui_status(g->tui, STYLE_DIM, " A takes the guide up again");
}

static void note_refusals(const struct build *b, struct lines *l)
{
	char where[400];

	for (size_t i = 0; i < b->n_found; i++) {
		const struct finding *f = &b->found[i];

		if (f->kind != FOUND_REFUSAL && f->kind != FOUND_WARNING)
			continue;
		finding_where(f, where, sizeof(where));
		lines_fact(l, f->kind == FOUND_REFUSAL ? "refused" : "warning", "%s", where);
		lines_fact(l, "", "%s", f->text ? f->text : "");
		if (f->technique)
			lines_fact(l, "What helps", "%s.", f->technique);
	}
}

static void note_functions(const struct build *b, struct lines *l)
{
	static const char *const words[] = { "changed", "new", "dropped" };

	for (size_t w = 0; w < ARRAY_SIZE(words); w++)
		for (size_t i = 0; i < b->n_found; i++) {
			const struct finding *f = &b->found[i];

			if (f->kind == FOUND_FUNCTION && f->what && streq(f->what, words[w]))
				lines_fact(l, words[w], "%s in %s", f->function ? f->function : "?",
					   f->file ? f->file : "?");
		}
}

static void build_ended(struct guide *g, const struct build *b)
{
	struct lines *l = &g->steps[APPLY_BUILD].found;
	char counts[160];

	g->build_serial = 0;
	if (b->state != BUILD_BUILT || !*b->module) {
		if (*b->hint)
			lines_fact(l, "What helps", "%s", b->hint);
		note_refusals(b, l);
		lines_add(l, STYLE_DIM, "6 shows all that was said, with the places in the patch.");
		guide_set(g, APPLY_BUILD, STEP_FAILED, "%s",
			  *b->error ? b->error : build_state_word(b->state));
		return;
	}
	build_module_path(b, g->file, sizeof(g->file));
	build_counts(b, counts, sizeof(counts));
	lines_fact(l, "module", "%s", g->file);
	note_functions(b, l);
	note_refusals(b, l);
	guide_set(g, APPLY_BUILD, STEP_DONE, "%s", counts);
}

void guide_look_build(struct guide *g)
{
	const struct build *b = own_build(g);
	char here[160];

	if (!b && g->build_serial) { /* its place was taken before it was looked at */
		g->build_serial = 0;
		guide_set(g, APPLY_BUILD, STEP_FAILED, "what it came to was not kept; Enter builds again");
	}
	if (!b)
		return;
	if (b->state == BUILD_RUNS) {
		build_progress_here(b, here, sizeof(here));
		guide_set(g, APPLY_BUILD, STEP_RUNNING, "%s, %s; Enter shows it",
			  b->step < BUILD_PHASES ? build_phase_name(b->step) : "it ends", here);
		return;
	}
	build_ended(g, b);
}
