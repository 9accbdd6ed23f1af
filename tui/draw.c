// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one place that draws. Lays the body out (list, detail at the right from
 * 100 columns on, else one pane) and lets frame, list and pager fill it.
 */
#include "core/text.h"
#include "tui/ask.h"
#include "tui/build.h"
#include "tui/frame.h"
#include "tui/glyph.h"

#define BELOW_BOTH 14 /* lines for which a list is cut, so that its details have room */

bool tui_split(const struct tui *t)
{
	return term_columns() >= TUI_SPLIT_COLUMNS && !t->maximized && t->view->ops->detail &&
	       t->view->table.n > 0;
}

static void draw_heading(const struct table *t, struct rect r, const int *widths)
{
	char title[64];
	int x = r.x;

	term_put(r.y, r.x, r.w, STYLE_HEADING, "");
	for (size_t c = 0; c < t->source->n_columns; c++) {
		const struct column *col = &t->source->columns[c];
		int pad;

		if (!widths[c])
			continue;
		FORMAT(title, "%s%s", col->title,
		       t->sort != (int)c ? "" : glyph(t->reverse ? GLYPH_UP : GLYPH_DOWN));
		pad = col->flags & COL_RIGHT ? MAX(widths[c] - (int)text_width(title), 0) : 0;
		term_put(r.y, x + pad, widths[c] - pad, STYLE_HEADING, title);
		x += widths[c] + 1;
	}
}

static void draw_row(const struct table *t, size_t i, struct rect r, const int *widths, bool selected)
{
	unsigned mark = selected ? STYLE_SELECTED : 0;
	char cell[TABLE_CELL_MAX];
	int x = r.x;

	term_put(r.y, r.x, r.w, mark, "");
	for (size_t c = 0; c < t->source->n_columns; c++) {
		unsigned style = t->source->style ? t->source->style(t->ctx, i, c) : STYLE_NORMAL;
		int pad = 0;

		if (!widths[c])
			continue;
		t->source->cell(t->ctx, i, c, cell, sizeof(cell));
		if (t->source->columns[c].flags & COL_RIGHT)
			pad = MAX(widths[c] - (int)text_width(cell), 0);
		term_put(r.y, x + pad, widths[c] - pad, style | mark, cell);
		x += widths[c] + 1;
	}
}

void list_empty(struct view *v, struct lines *l)
{
	if (filter_active(&v->table.filter) && v->table.total > 0)
		lines_add(l, STYLE_DIM, "Nothing here matches /%s. Esc clears the filter.",
			  v->table.filter.text);
	else if (!v->tui->snap)
		lines_add(l, STYLE_DIM, term_ascii() ? "reading..." : "reading…");
	else if (v->ops->empty)
		v->ops->empty(v, l);
}

static void draw_empty(struct view *v, struct rect r)
{
	struct lines raw = { 0 }, l = { 0 };

	list_empty(v, &raw);
	lines_wrap(&l, &raw, (size_t)MAX(r.w - 4, 8));
	for (int i = 0; i < (int)l.n && i < r.h; i++)
		term_put(r.y + i, r.x + 2, r.w - 4, l.v[i].style, l.v[i].text);
	lines_done(&l);
	lines_done(&raw);
}

void list_draw(struct view *v, struct rect r)
{
	struct table *t = &v->table;
	int widths[TABLE_COLUMNS_MAX] = { 0 };

	if (r.h < 2)
		return;
	if (t->n == 0) {
		draw_empty(v, (struct rect){ r.y + 1, r.x, r.h - 1, r.w });
		return;
	}
	v->tui->list_at = r;
	table_layout(t, r.w - 2, widths);
	draw_heading(t, (struct rect){ r.y, r.x + 1, 1, r.w - 1 }, widths);
	table_scroll(t, (size_t)r.h - 1);
	for (int i = 0; i + 1 < r.h && t->top + (size_t)i < t->n; i++) {
		size_t at = t->top + (size_t)i;
		bool selected = at == t->cursor;

		term_put(r.y + 1 + i, r.x, 1, selected ? STYLE_KEY : STYLE_NORMAL, selected ? ">" : "");
		draw_row(t, t->order[at], (struct rect){ r.y + 1 + i, r.x + 1, 1, r.w - 1 }, widths,
			 selected);
	}
}

/*
 * The list as long as it is, the details below; a long one gets more than half.
 * Too low for both: the details alone, or the list where that says more.
 */
static void draw_below(struct view *v, struct rect r)
{
	int n = (int)v->table.n + 1;

	if (r.h >= BELOW_BOTH)
		n = MIN(n, MAX(r.h - 5, 0) * 2 / 3);
	if (r.h >= n + 5) {
		list_draw(v, (struct rect){ r.y, r.x, n, r.w });
		r.y += n;
		r.h -= n;
	} else if (v->ops->list_first) {
		list_draw(v, r);
		return;
	}
	pager_draw(&v->tui->detail, r);
}

static void draw_body(struct tui *t, struct rect r)
{
	struct view *v = t->view;
	int left;

	if (t->in_text) {
		pager_draw(&t->text, r);
		return;
	}
	if (v->ops->head && !(t->in_detail && !tui_split(t))) {
		int n = v->ops->head(v, r, true);
		r.y += n;
		r.h -= n;
	}
	t->detail.focus = t->in_detail;
	if (!tui_split(t)) {
		if (t->in_detail)
			pager_draw(&t->detail, r);
		else if (v->ops->below && v->table.n > 0)
			draw_below(v, r);
		else
			list_draw(v, r);
		return;
	}
	left = r.w * 55 / 100;
	list_draw(v, (struct rect){ r.y, r.x, r.h, left });
	for (int i = 0; i < r.h; i++)
		term_put(r.y + i, r.x + left, 1, STYLE_DIM, glyph(GLYPH_VLINE));
	pager_draw(&t->detail, (struct rect){ r.y, r.x + left + 2, r.h, r.w - left - 2 });
}

static void draw_too_small(void)
{
	char line[64];
	int y = term_lines() / 2;

	FORMAT(line, "too small: %dx%d", term_columns(), term_lines());
	term_put(MAX(y - 1, 0), 0, term_columns(), STYLE_BOLD, line);
	FORMAT(line, "needs %dx%d", TUI_MIN_COLUMNS, TUI_MIN_LINES);
	term_put(y, 0, term_columns(), STYLE_NORMAL, line);
}

void tui_draw_header(struct tui *t)
{
	if (term_lines() < TUI_MIN_LINES || term_columns() < TUI_MIN_COLUMNS)
		return;
	frame_header(t);
	if ((t->paused || t->running || build_runs(t)) && !t->prompt.lead)
		frame_status(t, term_lines() - 2);
	term_show();
}

void tui_draw(struct tui *t)
{
	int lines = term_lines(), y;

	term_erase();
	term_cursor(-1, 0);
	t->list_at = (struct rect){ 0 };
	if (lines < TUI_MIN_LINES || term_columns() < TUI_MIN_COLUMNS) {
		draw_too_small();
		term_show();
		return;
	}
	frame_header(t);
	y = frame_alerts(t, 1);
	if (!t->in_text)
		frame_tabs(t, y++);
	draw_body(t, (struct rect){ y, 0, lines - 2 - y, term_columns() });
	ask_draw(t);
	frame_status(t, lines - 2);
	frame_footer(t, lines - 1);
	term_show();
}
