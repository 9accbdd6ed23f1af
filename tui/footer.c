// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last line: the keys that do something now, or what the question or the
 * line being typed takes.
 */
#include "tui/frame.h"

#include "core/text.h"
#include "tui/action.h"
#include "tui/ask.h"
#include "tui/build.h"
#include "tui/change.h"
#include "tui/view_guide.h"

static bool key_valid(const struct tui *t, enum action a)
{
	const struct view *v = t->view;
	const char *why;

	if (a == ACT_BACK && v == &t->views[VIEW_PATCHES] && !t->in_detail && !t->in_text)
		return false;
	if (action_is_change(a) && (t->in_text || !action_valid(t, a)))
		return false;
	if ((a == ACT_APPLY || a == ACT_ROLLBACK) && v != &t->views[VIEW_PATCHES])
		return false;
	if (a == ACT_STOP_BUILD)
		return build_runs(t);
	if (a == ACT_BUILD)
		return !build_runs(t) && build_possible(t, &why) &&
		       (v == &t->views[VIEW_BUILD] || v == &t->views[VIEW_PATCHES]);
	if (a == ACT_NEXT_PANE) /* else it is known from other programs */
		return v->ops->below && !t->in_text && !t->in_detail &&
		       t->detail.wrapped.n > (size_t)MAX(t->detail.height, 0);
	if (t->in_text || (t->in_detail && !action_is_change(a)))
		return a != ACT_RIGHT || (t->in_text && !t->text.wrap);
	if ((a == ACT_SORT || a == ACT_OPEN) && v->table.n == 0)
		return false;
	if (a == ACT_FILTER && v->table.total == 0)
		return false;
	if (a == ACT_SORT && v->table.source->steps)
		return false;
	return !v->ops->can || v->ops->can((struct view *)v, a);
}

/* Width of a key in the footer; drawn at x unless x is negative. */
static int footer_key(const struct key *k, int y, int x)
{
	int name = (int)text_width(k->name), label = (int)strlen(k->label);

	if (x >= 0) {
		term_put(y, x, name, STYLE_KEY, k->name);
		term_put(y, x + name, label + 1, STYLE_NORMAL, "");
		term_put(y, x + name + 1, label, STYLE_NORMAL, k->label);
	}
	return name + label + 3;
}

/* So many at most, `?` among them: it shows the rest. */
#define KEYS_MAX 7

struct footer {
	const struct tui *t;
	int y, x, end;
	int n; /* keys drawn */
};

static bool any_key(enum action a)
{
	return true;
}

/* What is done to the kernel, and builds: before what only looks. */
static bool is_deed(enum action a)
{
	return action_is_change(a) || a == ACT_BUILD || a == ACT_STOP_BUILD;
}

static bool is_look(enum action a)
{
	return !is_deed(a);
}

/* In the details only the changes of a view's own keys are left. */
static void footer_map(struct footer *f, const struct keymap *m, bool (*wanted)(enum action))
{
	const struct tui *t = f->t;

	for (size_t i = 0; m && i < m->n && f->n < KEYS_MAX - 1; i++) {
		const struct key *k = &m->keys[i];

		if (k->act == ACT_VIEW_HELP || !wanted(k->act) ||
		    (t->in_detail && m == t->view->ops->keys && !action_is_change(k->act)))
			continue;
		if (!*k->label || !key_valid(t, k->act) || f->x + footer_key(k, f->y, -1) > f->end)
			continue;
		f->x += footer_key(k, f->y, f->x);
		f->n++;
	}
}

static const char *prompt_help(const struct tui *t)
{
	if (*t->candidates)
		return t->candidates;
	switch (t->prompt.lead) {
	case ':':
		return " Enter run  Tab complete  Esc leave";
	case '>':
		return " the file's name  Enter write  Esc leave";
	case PROMPT_LOAD:
		return " Enter look at it  Tab complete  Esc leave";
	case PROMPT_APPLY:
		return " a livepatch or a source patch  Enter take it  Tab complete  Esc leave";
	case PROMPT_BUILD:
		return " Enter take it  Tab complete  Esc leave";
	case '=':
	case '#':
		return " Enter go on  Esc leave, nothing is done";
	default:
		return t->in_text || t->in_detail ? " Enter search  Esc leave"
						  : " Enter keep  Esc clear  ! inverts  ~ regex";
	}
}

void frame_footer(const struct tui *t, int y)
{
	const struct key *help = keymap_key(&keymap_global, '?');
	int w = term_columns();
	struct footer f = { t, y, 1, w - footer_key(help, y, -1), 0 };

	term_put(y, 0, w, STYLE_NORMAL, "");
	if (t->prompt.lead) {
		term_put(y, 0, w, STYLE_DIM, prompt_help(t));
		return;
	}
	if (change_has_keys(t) || ask_has_keys(t)) {
		term_put(y, 0, w, STYLE_DIM,
			 t->dialog.open ? " y yes  n no  Tab other button  Enter take it  Up Down scroll"
					: " Esc leave, nothing is done");
		return;
	}
	if (!t->in_text)
		footer_map(&f, t->view->ops->keys, any_key);
	if (!t->in_text && !t->in_detail)
		footer_map(&f, &keymap_global, is_deed);
	footer_map(&f, t->in_text || t->in_detail ? &keymap_text : &keymap_list, any_key);
	footer_map(&f, &keymap_global, is_look);
	footer_key(help, y, f.x);
}
