// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Help, made from the same key tables as the footer and the manual: the keys
 * of this screen first, then those that work everywhere, then what columns
 * and words mean.
 */
#include "tui/glyph.h"
#include "tui/view.h"

static void help_map(struct lines *l, const char *title, const struct keymap *m)
{
	lines_add(l, STYLE_HEADING, "%s", title);
	for (size_t i = 0; i < m->n; i++)
		lines_fact(l, m->keys[i].name, "%s", m->keys[i].help);
	lines_add(l, STYLE_NORMAL, "%s", "");
}

static void help_columns(struct lines *l, const struct view_ops *o)
{
	lines_add(l, STYLE_HEADING, "Columns of %s", o->title);
	for (size_t i = 0; i < o->source->n_columns; i++)
		lines_fact(l, o->source->columns[i].title, "%s", o->source->columns[i].help);
	lines_add(l, STYLE_NORMAL, "%s", "");
}

static void help_words(struct lines *l)
{
	lines_add(l, STYLE_HEADING, "Words");
	lines_fact(l, "enabled", "applied and complete");
	lines_fact(l, "enabling", "tasks are being switched to it");
	lines_fact(l, "disabling", "tasks are being switched away from it");
	lines_fact(l, "leftover", "disabled, its module still loaded");
	lines_fact(l, "stalled", "a task is left and none has switched for a while");
	lines_fact(l, "n/a", "this kernel does not say");
	lines_fact(l, glyph(GLYPH_HIT),
		   "with the words `<- blocks`: the stack frame that keeps the task from switching");
}

void tui_help(struct tui *t)
{
	const struct view_ops *o = t->view->ops;
	char title[64];

	FORMAT(title, "Help: %s", o->title);
	tui_open_text(t, title, true);
	FORMAT(title, "Keys of %s", o->title);
	help_map(&t->text.lines, title, o->keys);
	help_map(&t->text.lines, "Keys of every screen", &keymap_global);
	help_map(&t->text.lines, "Keys of lists", &keymap_list);
	help_map(&t->text.lines, "Keys of texts and details", &keymap_text);
	help_columns(&t->text.lines, o);
	help_words(&t->text.lines);
}
