// SPDX-License-Identifier: GPL-2.0-or-later
/* What the keys of every screen do. */
#include "tui/global.h"

#include <errno.h>

#include "tui/action.h"
#include "tui/change.h"
#include "tui/command.h"
#include "tui/loglist.h"
#include "tui/view_build.h"

static void toggle_pause(struct tui *t)
{
	t->paused = !t->paused;
	t->paused_at = now_mono();
	sampler_pause(t->sampler, t->paused);
	if (t->paused)
		return;
	t->log_end = loglist_end(t->log);
	tui_update(t);
}

static void change_interval(struct tui *t, bool longer)
{
	static const unsigned steps[] = { 250, 500, 1000, 2000, 5000, 10000, 30000, 60000 };
	unsigned now = t->interval_ms			   ? t->interval_ms
		       : t->snap && t->snap->in_transition ? TUI_BUSY_MS
							   : TUI_IDLE_MS;
	const char *busy = "";
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(steps) && steps[i] < now)
		i++;
	if (longer && t->interval_ms && i + 1 == ARRAY_SIZE(steps))
		t->interval_ms = 0;
	else if (longer)
		t->interval_ms = steps[MIN(i + 1, ARRAY_SIZE(steps) - 1)];
	else
		t->interval_ms = steps[i - (i > 0)];
	tui_apply_interval(t);
	if (t->interval_ms > TUI_BUSY_MS)
		busy = ", every second in a transition";
	if (!t->interval_ms)
		tui_status(t, STYLE_DIM, " reading every 5 s, every second in a transition");
	else
		tui_status(t, STYLE_DIM, " reading every %g s%s", t->interval_ms / 1000.0, busy);
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

unsigned global_back(struct tui *t)
{
	if (t->in_text) {
		tui_close_text(t);
	} else if (t->in_detail) {
		t->in_detail = t->maximized = false;
	} else if (t->maximized && term_columns() >= TUI_SPLIT_COLUMNS) {
		t->maximized = false;
	} else if (t->view != &t->views[VIEW_PATCHES]) {
		tui_show_view(t, VIEW_PATCHES);
	} else {
		return REACT_QUIT;
	}
	return REACT_REDRAW;
}

void global_open(struct tui *t)
{
	if (!t->view->ops->detail || t->view->table.n == 0) {
		tui_status(t, STYLE_DIM, " nothing is selected that has details");
		return;
	}
	t->in_detail = true;
	t->detail_id = t->view->table.selected;
	t->detail.top = 0;
	tui_update(t);
}

static void maximize(struct tui *t)
{
	if (term_columns() < TUI_SPLIT_COLUMNS)
		tui_status(t, STYLE_DIM, " there is one pane only below %d columns; Enter opens the details",
			   TUI_SPLIT_COLUMNS);
	else
		t->maximized = !t->maximized;
}

static void next_pane(struct tui *t)
{
	if (t->in_detail)
		t->in_detail = t->maximized = false;
	else
		global_open(t);
}

static void read_again(struct tui *t)
{
	sampler_refresh(t->sampler);
	tui_changed(t);
	t->audit_known = false;
	tui_read_audit(t);
	tui_status(t, STYLE_DIM, TUI_READING);
}

static void interrupt(struct tui *t)
{
	if (command_running(t))
		command_stop(t);
	else if (!change_interrupt(t))
		tui_status(t, STYLE_DIM, " Q quits, q goes back; Ctrl-C stops a running command");
}

unsigned global_act(struct tui *t, enum action a)
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
		maximize(t);
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
		return global_back(t);
	default:
		return REACT_NONE;
	}
	return REACT_REDRAW;
}
