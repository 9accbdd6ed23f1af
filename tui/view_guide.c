// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guided apply (A) and guided rollback (Z): the steps as a list, below it what
 * the selected one will do, its command line, what was found, what can be
 * undone. Left with q, taken up again with the same key; the steps themselves
 * are tui/guide's.
 */
#include "tui/view_guide.h"

#include "core/text.h"
#include "tui/action.h"
#include "tui/glyph.h"
#include "tui/guide.h"
#include "tui/guide_note.h"

struct guide_data {
	struct guide g;
	size_t shown; /* the current step at the last look */
};

static const struct guide *guide_of(void *view)
{
	static const struct guide none;
	struct guide_data *d = ((struct view *)view)->data;

	return d ? &d->g : &none;
}

static enum guide_kind kind_of(const struct view *v)
{
	return v->ops == &view_apply ? GUIDE_APPLY : GUIDE_ROLLBACK;
}

static size_t guide_count(void *view)
{
	const struct guide *g = guide_of(view);

	return g->n - g->first;
}

/* Rows begin with the first step that is needed. */
static size_t step_of(void *view, size_t row)
{
	return row + guide_of(view)->first;
}

static uint64_t guide_id(void *view, size_t i)
{
	return step_of(view, i) + 1;
}

enum { COL_STEP, COL_STATE, COL_FOUND };

static const struct column columns[] = {
	[COL_STEP] = { "STEP", 11, 12, 0, 0, "in this order" },
	[COL_STATE] = { "STATE", 9, 11, 0, 0, "next: Enter does it" },
	[COL_FOUND] = { "FOUND", 10, 120, 0, COL_FLEX, "what came out of it" },
};

static const char *state_mark(enum step_state s)
{
	switch (s) {
	case STEP_NEXT:
	case STEP_RUNNING:
		return glyph(GLYPH_HIT);
	case STEP_DONE:
		return glyph(GLYPH_OK);
	case STEP_WARNED:
	case STEP_FAILED:
		return glyph(GLYPH_ALERT);
	default:
		return glyph(GLYPH_LEAF);
	}
}

static void guide_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct guide *g = guide_of(view);
	size_t step = step_of(view, i);

	if (column == COL_STEP)
		snprintf(buf, size, "%zu %s", i + 1, g->info[step].name);
	else if (column == COL_STATE)
		snprintf(buf, size, "%s %s", state_mark(g->steps[step].state),
			 step_state_word(g->steps[step].state));
	else
		snprintf(buf, size, "%s", g->steps[step].summary);
}

static unsigned step_style(enum step_state s)
{
	static const unsigned styles[] = {
		[STEP_LATER] = STYLE_DIM, [STEP_NEXT] = STYLE_KEY,    [STEP_RUNNING] = STYLE_WARN,
		[STEP_DONE] = STYLE_GOOD, [STEP_WARNED] = STYLE_WARN, [STEP_FAILED] = STYLE_BAD,
	};

	return styles[s];
}

static unsigned guide_style(void *view, size_t i, size_t column)
{
	return column == COL_STATE ? step_style(guide_of(view)->steps[step_of(view, i)].state) : STYLE_NORMAL;
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = guide_count,
	.id = guide_id,
	.cell = guide_cell,
	.style = guide_style,
	.steps = true,
};

static void guide_name(struct view *v, size_t i, char *buf, size_t size)
{
	const struct guide *g = guide_of(v);

	snprintf(buf, size, "Step %zu of %zu: %s", i + 1, g->n - g->first, g->info[step_of(v, i)].name);
}

static void guide_command(const struct guide *g, size_t i, struct lines *l)
{
	const char *command = g->info[i].command, *at = strstr(command, "%s"), *file = g->file;
	char text[PATH_MAX + 64];

	if (i == APPLY_BUILD && *g->source)
		file = g->source;
	else if (!*file)
		file = "MODULE, once it is built";

	if (at)
		FORMAT(text, "%.*s%s%s", (int)(at - command), command, file, at + 2);
	else
		FORMAT(text, "%s", command);
	lines_fact(l, "The same as", "%s", text);
}

static void guide_detail(struct view *v, size_t row, struct lines *l)
{
	const struct guide *g = guide_of(v);
	size_t i = step_of(v, row);
	const struct guide_step *s = &g->steps[i];

	if (*s->summary)
		lines_add(l, step_style(s->state), "%s: %s", step_state_word(s->state), s->summary);
	for (size_t k = 0; k < s->found.n; k++)
		lines_copy(l, &s->found.v[k]);
	if (step_is_behind(s->state) && g->current < g->n)
		lines_add(l, STYLE_KEY, "Enter goes on to %s.", g->info[g->current].name);
	if (l->n)
		lines_add(l, STYLE_NORMAL, "%s", "");
	lines_add(l, STYLE_NORMAL, "%s", g->info[i].what);
	guide_command(g, i, l);
	lines_fact(l, "Way back", "%s", g->info[i].undo);
}

static void guide_empty(struct view *v, struct lines *l)
{
	lines_add(l, STYLE_NORMAL,
		  "No guide is begun. A takes a livepatch or a source patch, Z goes back to what the last "
		  "change found.");
}

static void on_changed(struct guide *g)
{
	struct view *v = g->arg;

	if (v->tui->view == v)
		tui_update(v->tui);
}

static void select_current(struct view *v)
{
	const struct guide *g = guide_of(v);

	table_select(&v->table, MIN(g->current, g->n - 1) + 1);
}

/* Steps that go by themselves take the selection along; what was found is left to be read. */
static void guide_update(struct view *v)
{
	struct guide_data *d = v->data;
	size_t before;

	if (!d)
		return;
	before = d->shown;
	guide_look(&d->g);
	d->shown = d->g.current;
	if (before < d->g.current && d->g.steps[before].found.n && !d->g.info[before].by_itself)
		return;
	if (before != d->g.current)
		select_current(v);
}

static unsigned guide_act(struct view *v, enum action a)
{
	struct guide_data *d = v->data;
	size_t i;

	if (!d || (a != ACT_OPEN && a != ACT_RESTART))
		return REACT_UNKNOWN;
	if (a == ACT_RESTART) {
		guide_start_over(v);
		return REACT_REDRAW;
	}
	if (!table_selected(&v->table, &i))
		return REACT_NONE;
	i = step_of(v, i);
	if (step_is_behind(d->g.steps[i].state) && i != d->g.current && d->g.current < d->g.n)
		select_current(v);
	else
		guide_run(&d->g, i);
	tui_update(v->tui);
	return REACT_REDRAW;
}

static void guide_forget(struct view *v)
{
	struct guide_data *d = v->data;

	if (d)
		guide_done(&d->g);
	free(d);
	v->data = NULL;
}

static struct guide *guide_new(struct view *v, const char *path)
{
	struct guide_data *d = calloc(1, sizeof(*d));

	guide_forget(v);
	if (!d)
		return NULL;
	v->data = d;
	d->g.changed = on_changed;
	d->g.arg = v;
	guide_init(&d->g, v->tui, kind_of(v), path);
	guide_note_keep(&d->g); /* of an earlier one nothing is left */
	select_current(v);
	return &d->g;
}

void guide_start_over(struct view *v)
{
	if (kind_of(v) == GUIDE_APPLY)
		prompt_ask(&v->tui->prompt, PROMPT_APPLY, "file to apply: ");
	else if (guide_new(v, ""))
		tui_update(v->tui);
}

/* One that was begun on screens that are gone. */
static bool guide_recall(struct view *v)
{
	struct guide_data *d;

	if (guide_of(v)->n)
		return false;
	guide_forget(v);
	d = calloc(1, sizeof(*d));
	if (!d || !guide_note_recall(v->tui, kind_of(v), &d->g)) {
		if (d)
			guide_done(&d->g);
		free(d);
		return false;
	}
	d->g.changed = on_changed;
	d->g.arg = v;
	d->shown = d->g.current;
	v->data = d;
	table_update(&v->table); /* so that its step can be selected */
	return true;
}

struct guide *guide_apply_of(struct tui *t)
{
	struct guide_data *d = t->views[VIEW_APPLY].data;

	return d ? &d->g : NULL;
}

void guide_build_ended(struct tui *t)
{
	struct guide *g = guide_apply_of(t);

	if (g)
		guide_look(g);
}

bool guide_is_begun(struct tui *t)
{
	const struct guide *g = guide_apply_of(t);

	return g && g->n && g->current > g->first && g->current < g->n;
}

void guide_hint(struct tui *t)
{
	char line[384];

	if (guide_note_hint(t, line, sizeof(line)))
		tui_status(t, STYLE_WARN, "%s", line);
}

void guide_take_up(struct tui *t, bool apply)
{
	struct view *v = &t->views[apply ? VIEW_APPLY : VIEW_ROLLBACK];
	const struct guide *g = guide_of(v);

	if ((g->n && g->current < g->n) || guide_recall(v)) {
		select_current(v);
		tui_show_view(t, apply ? VIEW_APPLY : VIEW_ROLLBACK);
		return;
	}
	if (!apply)
		tui_show_view(t, VIEW_ROLLBACK);
	guide_start_over(v);
}

void guide_apply_file(struct tui *t, const char *path)
{
	struct guide *g = guide_new(&t->views[VIEW_APPLY], path);

	if (g)
		tui_show_view(t, VIEW_APPLY);
}

#define GUIDE_OPS(t, k, map)                                                                                 \
	{                                                                                                    \
		.title = (t), .key = (k), .needs = NEEDS_FRAME, .keys = (map), .source = &source,            \
		.below = true, .update = guide_update, .name = guide_name, .detail = guide_detail,           \
		.empty = guide_empty, .act = guide_act, .done = guide_forget                                 \
	}

const struct view_ops view_apply = GUIDE_OPS("Apply", 'A', &keymap_guide);
const struct view_ops view_rollback = GUIDE_OPS("Rollback", 'Z', &keymap_guide);
