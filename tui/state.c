// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of what is on the screen: another view, details of the selected
 * row, a text over everything, other intervals. Draws nothing.
 */
#include "core/text.h"
#include "tui/command.h"
#include "tui/tui.h"

/* Details follow the selected row; on a new row they start at the top. */
static void update_detail(struct tui *t)
{
	struct table *tab = &t->view->table;
	size_t i;

	pager_clear(&t->detail);
	if (!t->view->ops->detail)
		return;
	if (!table_selected(tab, &i)) {
		FORMAT(t->detail.title, " Details");
		if (t->in_detail)
			lines_add(&t->detail.lines, STYLE_DIM,
				  "What was selected here is gone. q goes back.");
		return;
	}
	if (t->in_detail && t->detail_id != tab->selected) {
		FORMAT(t->detail.title, " Details");
		lines_add(&t->detail.lines, STYLE_WARN, "This is gone now. q goes back to the list.");
		return;
	}
	if (t->detail_id != tab->selected)
		t->detail.top = 0;
	t->detail_id = tab->selected;
	t->detail.title[0] = ' ';
	if (t->view->ops->name)
		t->view->ops->name(t->view, i, t->detail.title + 1, sizeof(t->detail.title) - 1);
	else
		tab->source->cell(tab->ctx, i, 0, t->detail.title + 1, sizeof(t->detail.title) - 1);
	t->view->ops->detail(t->view, i, &t->detail.lines);
}

void tui_update(struct tui *t)
{
	struct view *v = t->view;

	if (v->ops->update)
		v->ops->update(v);
	table_update(&v->table);
	if (t->in_detail || v->ops->below || term_columns() >= TUI_SPLIT_COLUMNS)
		update_detail(t);
}

void tui_apply_interval(struct tui *t)
{
	uint64_t ms = t->interval_ms ? t->interval_ms : TUI_IDLE_MS;

	sampler_set_share(t->sampler, t->interval_ms ? 0 : TUI_IDLE_SHARE); /* who chose it wants it */
	sampler_set(t->sampler, t->view->ops->needs, ms * 1000, MIN(ms, TUI_BUSY_MS) * 1000);
}

void tui_show_view(struct tui *t, enum view_id id)
{
	tui_close_text(t);
	if (t->view != &t->views[id] && t->view->ops->leave)
		t->view->ops->leave(t->view);
	t->in_detail = t->maximized = t->detail.follow = false;
	t->view = &t->views[id];
	tui_apply_interval(t);
	if (t->view->ops->open)
		t->view->ops->open(t->view);
	if (t->snap && (t->view->ops->needs & ~t->snap->what) && !t->paused)
		sampler_refresh(t->sampler);
	tui_update(t);
	tui_dirty(t);
}

void tui_changed(struct tui *t)
{
	for (int i = 0; i < VIEW_MAX; i++)
		if (t->views[i].ops->changed)
			t->views[i].ops->changed(&t->views[i]);
	tui_dirty(t);
}

void tui_open_text(struct tui *t, const char *title, bool wrap)
{
	pager_clear(&t->text);
	FORMAT(t->text.title, " %s", title);
	t->text.wrap = wrap;
	t->text.focus = true;
	t->text.follow = false;
	t->text.top = t->text.left = t->text.found = 0;
	t->in_text = true;
	tui_dirty(t);
}

void tui_close_text(struct tui *t)
{
	command_stop(t);
	pager_clear(&t->text);
	t->in_text = false;
}

void tui_read_audit(struct tui *t)
{
	if (t->audit_known || t->app->root_prefix) /* a captured tree tells nothing of audit */
		return;
	t->audit_err = (struct err){ 0 };
	t->audit_error = audit_query(&t->audit, &t->audit_err);
	t->audit_known = true;
}
