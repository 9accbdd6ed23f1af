// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Build: first a form, then the phases with what they say, and in the end what
 * came of it: the module and what it changes, or each refusal. The build goes
 * on while other screens are shown (tui/build).
 */
#include "tui/view_build.h"

#include "core/text.h"
#include "tui/action.h"
#include "tui/build_form.h"
#include "tui/build_show.h"
#include "tui/change.h"
#include "tui/command.h"
#include "tui/glyph.h"
#include "tui/view_guide.h"

enum row_kind { ROW_END, ROW_FOUND, ROW_STEP };
#define ID_STEP 1
#define ID_END 100
#define ID_FOUND 1000

struct build_row {
	enum row_kind kind;
	size_t i;
};

static bool is_over(const struct build *b)
{
	return b->state > BUILD_RUNS;
}

/* While it runs the phases come first; afterwards what came of it. */
static struct build_row row_at(const struct build *b, size_t i)
{
	if (!is_over(b))
		return i < BUILD_PHASES ? (struct build_row){ ROW_STEP, i }
					: (struct build_row){ ROW_FOUND, i - BUILD_PHASES };
	if (i == 0)
		return (struct build_row){ ROW_END, 0 };
	if (i <= b->n_found)
		return (struct build_row){ ROW_FOUND, i - 1 };
	return (struct build_row){ ROW_STEP, i - 1 - b->n_found };
}

static const struct build *shown(void *view)
{
	return ((struct view *)view)->tui->build;
}

static size_t run_count(void *view)
{
	const struct build *b = shown(view);

	return b ? BUILD_PHASES + b->n_found + is_over(b) : 0;
}

static uint64_t run_id(void *view, size_t i)
{
	const struct build_row row = row_at(shown(view), i);

	return row.kind == ROW_END ? ID_END : row.i + (row.kind == ROW_STEP ? ID_STEP : ID_FOUND);
}

enum { COL_WHAT, COL_STATE, COL_TIME, COL_SAID };

static const struct column columns[] = {
	[COL_WHAT] = { "WHAT", 12, 12, 0, 0, "a phase of the build, or what came of it" },
	[COL_STATE] = { "STATE", 9, 14, 2, 0, "how far it is; of a finding its kind" },
	[COL_TIME] = { "TIME", 6, 8, 1, COL_RIGHT, "that it took" },
	[COL_SAID] = { "SAID", 20, 255, 0, COL_FLEX, "what was found" },
};

static void step_state(const struct build *b, size_t i, char *buf, size_t size)
{
	const struct build_step *s = &b->steps[i];
	bool here = i == b->step && !s->ended;

	if (s->ended)
		snprintf(buf, size, "%s done", glyph(GLYPH_OK));
	else if (here && b->state == BUILD_RUNS)
		snprintf(buf, size, "%s runs", glyph(GLYPH_HIT));
	else if (here && s->begun)
		snprintf(buf, size, "%s ended", glyph(GLYPH_ALERT));
	else
		snprintf(buf, size, "%s %s", glyph(GLYPH_LEAF), is_over(b) ? "-" : "later");
}

static void step_cell(const struct build *b, size_t i, size_t column, char *buf, size_t size)
{
	const struct build_step *s = &b->steps[i];

	*buf = '\0';
	if (column == COL_WHAT)
		snprintf(buf, size, "%s", build_phase_name(i));
	else if (column == COL_STATE)
		step_state(b, i, buf, size);
	else if (column == COL_TIME && s->ended)
		snprintf(buf, size, "%.2f s", s->seconds);
	else if (column == COL_SAID && s->ended)
		snprintf(buf, size, "%s", s->text);
	else if (column == COL_SAID && b->state == BUILD_RUNS && i == b->step)
		build_progress_here(b, buf, size);
}

static const char *const kind_words[FOUND_KINDS] = {
	[FOUND_REFUSAL] = "refused",
	[FOUND_WARNING] = "warning",
	[FOUND_NOTE] = "note",
};

static void found_cell(const struct finding *f, size_t column, char *buf, size_t size)
{
	char where[400];

	*buf = '\0';
	finding_where(f, where, sizeof(where));
	if (column == COL_WHAT && f->kind == FOUND_FUNCTION)
		snprintf(buf, size, "%s",
			 f->what && streq(f->what, "lines") ? "same"
			 : f->what			    ? f->what
							    : "?");
	else if (column == COL_WHAT)
		snprintf(buf, size, "%s", kind_words[f->kind]);
	else if (column == COL_STATE && f->what && (f->kind == FOUND_REFUSAL || f->kind == FOUND_WARNING))
		snprintf(buf, size, "%s", f->what);
	else if (column == COL_SAID)
		snprintf(buf, size, "%s%s%s", where, *where && f->text ? ": " : "", f->text ? f->text : "");
}

static void end_cell(const struct build *b, size_t column, char *buf, size_t size)
{
	char counts[160];

	build_counts(b, counts, sizeof(counts));
	*buf = '\0';
	if (column == COL_WHAT)
		snprintf(buf, size, "%s", b->form.check ? "check" : "module");
	else if (column == COL_STATE)
		snprintf(buf, size, "%s %s", glyph(b->state == BUILD_BUILT ? GLYPH_OK : GLYPH_ALERT),
			 build_state_word(b->state));
	else if (column == COL_TIME)
		snprintf(buf, size, "%.1f s", (double)(b->ended - b->began) / USEC_PER_SEC);
	else if (b->state == BUILD_BUILT && *b->module)
		text_clean(buf, size, b->module, strlen(b->module));
	else if (b->state == BUILD_BUILT)
		snprintf(buf, size, "it can be built: %s", counts);
	else
		snprintf(buf, size, "%s", b->error);
}

static void run_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct build *b = shown(view);
	const struct build_row row = row_at(b, i);

	if (row.kind == ROW_END)
		end_cell(b, column, buf, size);
	else if (row.kind == ROW_STEP)
		step_cell(b, row.i, column, buf, size);
	else
		found_cell(&b->found[row.i], column, buf, size);
}

static unsigned found_style(const struct finding *f)
{
	static const unsigned styles[FOUND_KINDS] = {
		[FOUND_REFUSAL] = STYLE_BAD,
		[FOUND_WARNING] = STYLE_WARN,
		[FOUND_FUNCTION] = STYLE_NORMAL,
		[FOUND_NOTE] = STYLE_DIM,
	};

	return styles[f->kind];
}

static unsigned run_style(void *view, size_t i, size_t column)
{
	const struct build *b = shown(view);
	const struct build_row row = row_at(b, i);

	if (row.kind == ROW_FOUND)
		return column == COL_WHAT ? found_style(&b->found[row.i]) : STYLE_NORMAL;
	if (row.kind == ROW_END)
		return column <= COL_STATE ? build_state_style(b->state) : STYLE_NORMAL;
	if (column != COL_STATE)
		return b->steps[row.i].begun ? STYLE_NORMAL : STYLE_DIM;
	return b->steps[row.i].ended ? STYLE_GOOD : row.i == b->step ? STYLE_WARN : STYLE_DIM;
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = run_count,
	.id = run_id,
	.cell = run_cell,
	.style = run_style,
	.steps = true,
};

static void view_name(struct view *v, size_t i, char *buf, size_t size)
{
	const struct build *b = v->tui->build;
	const struct build_row row = row_at(b, i);
	char where[400];

	if (b->state == BUILD_FORM) {
		form_name(b, i, buf, size);
	} else if (row.kind == ROW_END) {
		snprintf(buf, size, "Build: %s", build_state_word(b->state));
	} else if (row.kind == ROW_STEP) {
		snprintf(buf, size, "Phase %zu of %d: %s", row.i + 1, BUILD_PHASES, build_phase_name(row.i));
	} else {
		finding_where(&b->found[row.i], where, sizeof(where));
		found_cell(&b->found[row.i], COL_WHAT, buf, size);
		snprintf(buf + strlen(buf), size - strlen(buf), "%s%s", *where ? ": " : "", where);
	}
}

static void view_detail(struct view *v, size_t i, struct lines *l)
{
	struct tui *t = v->tui;
	struct build *b = t->build;
	const struct build_row row = row_at(b, i);

	if (!t->in_detail) /* what comes is to be seen, until somebody reads */
		t->detail.follow = b->state == BUILD_RUNS && row.kind == ROW_STEP && row.i == b->step;
	if (b->state == BUILD_FORM)
		form_detail(b, i, l);
	else if (row.kind == ROW_END)
		build_show_end(b, l);
	else if (row.kind == ROW_STEP)
		build_show_step(b, row.i, l);
	else
		build_show_finding(b, &b->found[row.i], l);
}

static void view_empty(struct view *v, struct lines *l)
{
	lines_add(l, STYLE_BAD, "No memory for a build.");
}

/* The row of what runs, or of what came of it: why it was refused before that it was. */
static uint64_t newest(const struct build *b)
{
	if (!is_over(b))
		return MIN(b->step, (size_t)BUILD_PHASES - 1) + ID_STEP;
	for (size_t i = 0; i < b->n_found; i++)
		if (b->found[i].kind == FOUND_REFUSAL)
			return i + ID_FOUND;
	return ID_END;
}

/* Its form first, then what the build says; who is at the newest row stays with it. */
static void view_update(struct view *v)
{
	struct build *b = build_of(v->tui);
	bool form = !b || b->state == BUILD_FORM;

	if (v->table.source != (form ? &build_form_source : &source)) {
		v->table.source = form ? &build_form_source : &source;
		if (b)
			b->followed = 0;
	}
	if (form || b->followed == newest(b) || v->tui->in_detail ||
	    (b->followed && v->table.selected != b->followed))
		return;
	table_update(&v->table);
	b->followed = newest(b);
	table_select(&v->table, b->followed);
}

static bool built(const struct tui *t)
{
	return t->build && t->build->state == BUILD_BUILT && *t->build->module;
}

static bool view_can(struct view *v, enum action a)
{
	const struct build *b = v->tui->build;

	switch (a) {
	case ACT_INSPECT:
	case ACT_CHECK:
		return built(v->tui);
	case ACT_RESTART:
		return b && is_over(b);
	case ACT_LOAD:
		return built(v->tui);
	default:
		return true;
	}
}

static void begin_anew(struct tui *t)
{
	if (t->build->state == BUILD_RUNS) {
		tui_status(t, STYLE_WARN, " a build runs; K stops it");
		return;
	}
	build_clear(t->build);
	tui_update(t);
	table_home(&t->view->table);
}

static unsigned view_act(struct view *v, enum action a)
{
	struct tui *t = v->tui;
	char path[PATH_MAX];
	const char *why;
	size_t i;

	if (!t->build)
		return REACT_UNKNOWN;
	if (a == ACT_OPEN && t->build->state == BUILD_FORM && table_selected(&v->table, &i)) {
		form_enter(t, i);
		tui_update(t);
	} else if (a == ACT_RESTART && t->build->state != BUILD_FORM) {
		begin_anew(t);
	} else if ((a == ACT_INSPECT || a == ACT_CHECK) && built(t)) {
		command_look(t, a == ACT_INSPECT ? "inspect" : "check", t->build->module);
	} else if (a == ACT_INSPECT || a == ACT_CHECK) {
		tui_status(t, STYLE_WARN, " no module was built here yet");
	} else if (a == ACT_LOAD && built(t)) {
		change_target(t, "load", t->build->module);
	} else if (a == ACT_APPLY && built(t) && tui_may_change(t, &why) && !guide_is_begun(t)) {
		build_module_path(t->build, path, sizeof(path));
		guide_apply_file(t, path);
	} else {
		return REACT_UNKNOWN;
	}
	return REACT_REDRAW;
}

const struct view_ops view_build = {
	.title = "Build",
	.key = '6',
	.needs = NEEDS_FRAME,
	.keys = &keymap_build,
	.source = &build_form_source,
	.below = true,
	.keys_in_detail = true,
	.update = view_update,
	.name = view_name,
	.detail = view_detail,
	.empty = view_empty,
	.can = view_can,
	.act = view_act,
};
