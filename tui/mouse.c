// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Off at the start, so that the terminal's own selecting and pasting work.
 * Never acts: a click is not a yes, and not an Enter.
 */
#include "tui/mouse.h"

#define WHEEL_ROWS 3

static bool is_within(struct rect r, const struct term_mouse *m)
{
	return m->y >= r.y && m->y < r.y + r.h && m->x >= r.x && m->x < r.x + r.w;
}

static void scroll(struct tui *t, const struct term_mouse *m)
{
	enum action a = m->wheel < 0 ? ACT_UP : ACT_DOWN;

	if (t->in_text || !is_within(t->list_at, m)) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			pager_act(t->in_text ? &t->text : &t->detail, a);
		return;
	}
	table_move(&t->view->table, m->wheel * WHEEL_ROWS);
	tui_update(t);
}

static void choose(struct tui *t, const struct term_mouse *m)
{
	struct table *tab = &t->view->table;
	size_t row;

	if (t->in_text || !is_within(t->list_at, m) || m->y == t->list_at.y)
		return;
	row = tab->top + (size_t)(m->y - t->list_at.y - 1);
	if (row >= tab->n)
		return;
	t->in_detail = false;
	table_select(tab, tab->source->id(tab->ctx, tab->order[row]));
	tui_update(t);
}

void mouse_key(struct tui *t)
{
	struct term_mouse m;

	if (!term_mouse_at(&m))
		return;
	if (m.wheel)
		scroll(t, &m);
	else
		choose(t, &m);
	tui_dirty(t);
}

bool mouse_set(struct tui *t, char *const *words, size_t n)
{
	bool on = n == 3 && streq(words[2], "on");

	if (n < 2 || !streq(words[1], "mouse"))
		return false;
	if (!on && !(n == 3 && streq(words[2], "off"))) {
		tui_status(t, STYLE_WARN, " set mouse on, or set mouse off");
		return true;
	}
	term_set_mouse(on);
	tui_status(t, STYLE_DIM,
		   on ? " the mouse selects and scrolls; set mouse off gives it back"
		      : " the mouse is the terminal's again");
	return true;
}
