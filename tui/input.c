// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What keys do. A key goes to the line being typed, to the question that is
 * open, else through the maps of keys.h to an action: the text over the
 * screen, the detail pane, the view, the list, everywhere. Nothing here
 * changes the kernel: tui/action and tui/change do, by way of klpsh's verbs.
 */
#include "core/text.h"
#include "tui/action.h"
#include "tui/ask.h"
#include "tui/build_form.h"
#include "tui/change.h"
#include "tui/command.h"
#include "tui/files.h"
#include "tui/global.h"
#include "tui/mouse.h"
#include "tui/view_guide.h"

static enum action find_action(const struct tui *t, int key)
{
	const struct keymap *maps[3] = { t->view->ops->keys, &keymap_list, &keymap_global };
	enum action a = ACT_NONE, own;

	if (t->in_text || t->in_detail) {
		maps[0] = &keymap_text;
		maps[1] = NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(maps) && a == ACT_NONE; i++)
		a = keymap_find(maps[i], key);
	own = t->in_detail && !t->in_text ? keymap_find(t->view->ops->keys, key) : ACT_NONE;
	return a == ACT_NONE && (action_is_change(own) || t->view->ops->keys_in_detail) ? own : a;
}

static void set_filter(struct tui *t, const char *text)
{
	struct err e = { 0 };

	if (filter_set(&t->view->table.filter, text, &e) < 0)
		tui_status(t, STYLE_WARN, " %s", e.text);
	tui_update(t);
}

static void search(struct tui *t, const char *text)
{
	struct pager *p = t->in_text ? &t->text : &t->detail;

	if (!*text)
		tui_status(t, STYLE_DIM, " nothing was searched for yet: / searches");
	else if (pager_search(p, text) < 0)
		tui_status(t, STYLE_WARN, " not found: %s", p->search);
	else
		tui_status(t, STYLE_DIM, " /%s  n: next", p->search);
}

static void prompt_finish(struct tui *t)
{
	char lead = t->prompt.lead, text[PROMPT_MAX];

	FORMAT(text, "%s", t->prompt.text);
	prompt_stop(&t->prompt);
	if (lead == ':') {
		prompt_remember(&t->prompt, text);
		command_run(t, text);
	} else if (lead == '>') {
		tui_write(t, text);
	} else if (lead == PROMPT_LOAD || lead == PROMPT_APPLY) {
		action_file(t, text, lead == PROMPT_APPLY);
	} else if (lead == PROMPT_BUILD) {
		form_typed(t, text);
	} else if (lead != '/') {
		change_typed(t, lead, text);
	} else if (t->in_text || t->in_detail) {
		search(t, text);
	}
}

static void key_to_prompt(struct tui *t, int key)
{
	bool filtering = t->prompt.lead == '/' && !t->in_text && !t->in_detail;

	t->candidates[0] = '\0';
	switch (prompt_key(&t->prompt, key)) {
	case PROMPT_ENTER:
		prompt_finish(t);
		break;
	case PROMPT_CANCEL:
		prompt_stop(&t->prompt);
		if (filtering)
			set_filter(t, "");
		change_untyped(t);
		break;
	case PROMPT_COMPLETE:
		if (t->prompt.lead == ':')
			command_complete(t);
		else if (t->prompt.lead == PROMPT_LOAD || t->prompt.lead == PROMPT_APPLY)
			command_complete_file(
				t, FILES_MODULES | (t->prompt.lead == PROMPT_APPLY ? FILES_PATCHES : 0));
		else if (t->prompt.lead == PROMPT_BUILD)
			form_complete(t);
		break;
	case PROMPT_EDITED:
		t->status[0] = '\0';
		if (filtering)
			set_filter(t, t->prompt.text);
		break;
	case PROMPT_IGNORED:
		return;
	}
	tui_dirty(t);
}

static unsigned act_list(struct tui *t, enum action a)
{
	struct table *tab = &t->view->table;
	long page = MAX(t->list_at.h - 2, 1);

	if ((a == ACT_SORT || a == ACT_REVERSE) && tab->source->steps)
		return REACT_UNKNOWN;
	switch (a) {
	case ACT_UP:
	case ACT_DOWN:
		table_move(tab, a == ACT_UP ? -1 : 1);
		break;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		table_move(tab, a == ACT_PAGE_UP ? -page : page);
		break;
	case ACT_HOME:
		table_home(tab);
		break;
	case ACT_END:
		table_end(tab);
		break;
	case ACT_SORT:
	case ACT_REVERSE:
		if (a == ACT_SORT)
			table_sort_next(tab);
		else
			tab->reverse = !tab->reverse;
		tab->follow = false; /* the last row is no longer the newest */
		break;
	case ACT_FILTER:
		prompt_start(&t->prompt, '/', tab->filter.text);
		break;
	case ACT_CLEAR:
		set_filter(t, "");
		break;
	case ACT_OPEN:
		global_open(t);
		break;
	default:
		return REACT_UNKNOWN;
	}
	if (a != ACT_FILTER && a != ACT_OPEN)
		tab->follow = tab->follow && a != ACT_UP && a != ACT_PAGE_UP && a != ACT_HOME;
	tui_update(t);
	return REACT_REDRAW;
}

static unsigned act_text(struct tui *t, enum action a)
{
	struct pager *p = t->in_text ? &t->text : &t->detail;

	if (pager_act(p, a))
		return REACT_REDRAW;
	if (a == ACT_FILTER) {
		prompt_start(&t->prompt, '/', "");
		return REACT_REDRAW;
	}
	if (a == ACT_NEXT_MATCH) {
		search(t, p->search);
		return REACT_REDRAW;
	}
	return a == ACT_CLEAR ? global_back(t) : REACT_UNKNOWN;
}

/* A change that runs is told first: it goes on without the screens, a build does not. */
static bool may_leave(struct tui *t)
{
	bool again = t->leaving;

	if (!t->running && !build_runs(t))
		return true;
	t->leaving = true;
	tui_status(t, STYLE_WARN, " %s; the same key once more quits",
		   t->running ? "a change still runs and would go on alone"
			      : "a build runs and would be stopped");
	return again;
}

void tui_key(struct tui *t, int key)
{
	unsigned r = REACT_UNKNOWN;
	enum action a;

	if (key == K_MOUSE && (t->prompt.lead || ask_has_keys(t) || change_has_keys(t)))
		return;
	if (t->prompt.lead) {
		key_to_prompt(t, key);
		return;
	}
	if (ask_has_keys(t)) {
		ask_key(t, key);
		return;
	}
	if (change_has_keys(t)) {
		change_key(t, key);
		return;
	}
	if (key == K_MOUSE) {
		mouse_key(t);
		return;
	}
	a = find_action(t, key);
	if (a == ACT_NONE) {
		action_elsewhere(t, key);
		return;
	}
	t->status[0] = '\0';
	t->leaving = t->leaving && (a == ACT_QUIT || a == ACT_BACK);
	if (t->in_text || t->in_detail)
		r = act_text(t, a);
	else if (t->view->ops->act)
		r = t->view->ops->act(t->view, a);
	if ((r & REACT_UNKNOWN) && t->in_detail && !t->in_text && t->view->ops->keys_in_detail)
		r = t->view->ops->act(t->view, a);
	if ((r & REACT_UNKNOWN) && !t->in_text && !t->in_detail)
		r = act_list(t, a);
	if (r & REACT_UNKNOWN)
		r = global_act(t, a);
	if ((r & REACT_QUIT) && may_leave(t))
		tui_end(t, 0);
	tui_dirty(t);
}
