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
#include "tui/mouse.h"
#include "tui/view_build.h"
#include "tui/view_guide.h"

#include <errno.h>

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

	if (pager_search(p, text) < 0)
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

static void toggle_pause(struct tui *t)
{
	t->paused = !t->paused;
	t->paused_at = now_mono();
	sampler_pause(t->sampler, t->paused);
	if (!t->paused)
		sampler_refresh(t->sampler);
}

static void change_interval(struct tui *t, bool longer)
{
	static const unsigned steps[] = { 250, 500, 1000, 2000, 5000, 10000, 30000, 60000 };
	unsigned now = t->interval_ms ? t->interval_ms : t->snap && t->snap->in_transition ? 1000 : 5000;
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(steps) && steps[i] < now)
		i++;
	if (longer)
		i = MIN(i + 1, ARRAY_SIZE(steps) - 1);
	else if (i > 0)
		i--;
	t->interval_ms = steps[i];
	tui_apply_interval(t);
	if (steps[i] < 1000)
		tui_status(t, STYLE_DIM, " reading every %u ms", steps[i]);
	else
		tui_status(t, STYLE_DIM, " reading every %u s", steps[i] / 1000);
}

static void copy_row(struct tui *t)
{
	char text[TABLE_COLUMNS_MAX * 128];
	size_t i;
	int r;

	if (t->in_text || !table_selected(&t->view->table, &i)) {
		tui_status(t, STYLE_DIM, " no row is selected, nothing to copy");
		return;
	}
	table_row_text(&t->view->table, i, text, sizeof(text));
	r = term_copy(text);
	if (r == -EOPNOTSUPP)
		tui_status(t, STYLE_WARN, " this kind of terminal has no clipboard sequence (OSC 52)");
	else if (r < 0)
		tui_status(t, STYLE_WARN, " not copied: %s", strerror(-r));
	else
		tui_status(t, STYLE_DIM, " handed to the terminal's clipboard (OSC 52)");
}

static unsigned go_back(struct tui *t)
{
	if (t->in_text) {
		tui_close_text(t);
	} else if (t->in_detail) {
		t->in_detail = t->maximized = false;
	} else if (t->maximized) {
		t->maximized = false;
	} else if (t->view != &t->views[VIEW_PATCHES]) {
		tui_show_view(t, VIEW_PATCHES);
	} else {
		return REACT_QUIT;
	}
	return REACT_REDRAW;
}

static void open_detail(struct tui *t)
{
	if (!t->view->ops->detail || t->view->table.n == 0)
		return;
	t->in_detail = true;
	t->detail_id = t->view->table.selected;
	t->detail.top = 0;
	tui_update(t);
}

static void next_pane(struct tui *t)
{
	if (t->in_detail)
		t->in_detail = t->maximized = false;
	else
		open_detail(t);
}

static void read_again(struct tui *t)
{
	sampler_refresh(t->sampler);
	tui_changed(t);
	t->audit_known = false;
	tui_read_audit(t);
	tui_status(t, STYLE_DIM, " reading again");
}

static void interrupt(struct tui *t)
{
	if (command_running(t))
		command_stop(t);
	else if (!change_interrupt(t))
		tui_status(t, STYLE_DIM, " Q quits, q goes back; Ctrl-C stops a running command");
}

static unsigned act_global(struct tui *t, enum action a)
{
	switch (a) {
	case ACT_VIEW_PATCHES ... ACT_VIEW_HISTORY:
		tui_show_view(t, (enum view_id)(a - ACT_VIEW_PATCHES));
		break;
	case ACT_VIEW_HELP:
		tui_help(t);
		break;
	case ACT_TEXT:
		tui_text_view(t);
		break;
	case ACT_WRITE:
		tui_write_ask(t);
		break;
	case ACT_COMMAND:
		prompt_start(&t->prompt, ':', "");
		break;
	case ACT_COPY:
		copy_row(t);
		break;
	case ACT_PAUSE:
		toggle_pause(t);
		break;
	case ACT_REFRESH:
		read_again(t);
		break;
	case ACT_SLOWER:
	case ACT_FASTER:
		change_interval(t, a == ACT_SLOWER);
		break;
	case ACT_NEXT_PANE:
		next_pane(t);
		break;
	case ACT_MAXIMIZE:
		t->maximized = !t->maximized;
		break;
	case ACT_GLYPHS:
		term_set_ascii(!term_ascii());
		tui_update(t);
		break;
	case ACT_REDRAW:
		term_redraw();
		break;
	case ACT_SUSPEND:
		term_suspend();
		break;
	case ACT_INTERRUPT:
		interrupt(t);
		break;
	case ACT_CHANGE_FIRST ... ACT_CHANGE_LAST:
		action_start(t, a);
		break;
	case ACT_BUILD:
		build_key(t);
		break;
	case ACT_STOP_BUILD:
		build_stop_key(t);
		break;
	case ACT_QUIT:
		return REACT_QUIT;
	case ACT_BACK:
		return go_back(t);
	default:
		return REACT_NONE;
	}
	return REACT_REDRAW;
}

static unsigned act_list(struct tui *t, enum action a)
{
	struct table *tab = &t->view->table;
	long page = MAX(term_lines() - 8, 1);

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
		table_sort_next(tab);
		break;
	case ACT_REVERSE:
		tab->reverse = !tab->reverse;
		break;
	case ACT_FILTER:
		prompt_start(&t->prompt, '/', tab->filter.text);
		break;
	case ACT_CLEAR:
		set_filter(t, "");
		break;
	case ACT_OPEN:
		open_detail(t);
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
	return a == ACT_CLEAR ? go_back(t) : REACT_UNKNOWN;
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
		r = act_global(t, a);
	if ((r & REACT_QUIT) && may_leave(t))
		tui_end(t, 0);
	tui_dirty(t);
}
