// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The capital keys: which verb each is, what it acts on (the selected row's
 * identity, asked of the view), and whether it makes sense now. Whether it is
 * possible klpsh itself says, in the dry run that comes next.
 */
#include "tui/action.h"

#include "tui/change.h"
#include "tui/files.h"
#include "tui/trace.h"
#include "tui/view_guide.h"

static const struct {
	enum action act;
	const char *verb;
	bool of_row; /* acts on what is selected */
} actions[] = {
	{ ACT_LOAD, "load", false },	      { ACT_UNLOAD, "unload", true },
	{ ACT_DISABLE, "disable", true },     { ACT_ENABLE, "enable", true },
	{ ACT_POKE, "poke", true },	      { ACT_TURN_ROUND, "reverse", false },
	{ ACT_APPLY, "guided apply", false }, { ACT_ROLLBACK, "guided rollback", false },
	{ ACT_TRACE, "trace", true },
};

bool action_is_change(enum action a)
{
	return a >= ACT_CHANGE_FIRST && a <= ACT_CHANGE_LAST;
}

static const char *action_verb(enum action a, bool *ret_of_row)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (actions[i].act == a) {
			*ret_of_row = actions[i].of_row;
			return actions[i].verb;
		}
	return NULL;
}

/* The identity that is shown: in the details those of a row that is still there. */
static bool row_target(struct tui *t, enum action a, char *buf, size_t size)
{
	struct view *v = t->view;
	size_t i;

	if (!table_selected(&v->table, &i) || (t->in_detail && t->detail_id != v->table.selected))
		return false;
	return v->ops->target(v, a, i, buf, size);
}

bool action_valid(const struct tui *t, enum action a)
{
	const char *why;

	if (!tui_may_change(t, &why) || !t->snap || !t->snap->livepatch)
		return false;
	if (a == ACT_TURN_ROUND)
		return t->snap->in_transition;
	return (a != ACT_LOAD && a != ACT_APPLY && a != ACT_ROLLBACK) || !t->snap->in_transition;
}

void action_start(struct tui *t, enum action a)
{
	char target[256];
	bool of_row = false;
	const char *verb = action_verb(a, &of_row), *why;

	if (!tui_may_change(t, &why))
		tui_status(t, STYLE_WARN, " %s: %s", verb, why);
	else if (a == ACT_APPLY || a == ACT_ROLLBACK)
		guide_take_up(t, a == ACT_APPLY);
	else if (t->snap && !t->snap->livepatch)
		tui_status(t, STYLE_WARN, " %s: this kernel has no livepatch support", verb);
	else if (a == ACT_LOAD)
		prompt_ask(&t->prompt, PROMPT_LOAD, "livepatch file to load: ");
	else if (a == ACT_TURN_ROUND && t->snap && !t->snap->in_transition)
		tui_status(t, STYLE_WARN, " reverse: no transition runs, so there is nothing to turn round");
	else if (!of_row)
		change_target(t, verb, NULL);
	else if (!row_target(t, a, target, sizeof(target)))
		tui_status(t, STYLE_WARN, " %s: nothing that it could act on is selected", verb);
	else if (a == ACT_TRACE)
		trace_ask(t, target);
	else
		change_target(t, verb, target);
}

void action_trace(struct tui *t, const char *patch)
{
	const char *why;

	if (!tui_may_change(t, &why))
		tui_status(t, STYLE_WARN, " trace: %s", why);
	else
		trace_ask(t, patch);
}

void action_file(struct tui *t, const char *typed, bool guided)
{
	char path[PROMPT_MAX * 2];

	files_typed(typed, path, sizeof(path));
	if (!*typed)
		tui_status(t, STYLE_DIM, " no file was named, nothing was done");
	else if (guided)
		guide_apply_file(t, path);
	else
		change_target(t, "load", path);
}

/* A key of the list or the screen below what is open. */
static const struct key *key_below(const struct tui *t, int key)
{
	const struct key *k = keymap_key(t->view->ops->keys, key);

	return k ? k : keymap_key(&keymap_list, key);
}

void action_elsewhere(struct tui *t, int key)
{
	const struct key *k = t->in_text || t->in_detail ? key_below(t, key) : NULL;

	if (k) {
		tui_status(t, STYLE_DIM, " %s (%s) is a key of the list: q goes back to it", k->name,
			   *k->label ? k->label : k->help);
		return;
	}
	for (int i = 0; i < VIEW_MAX; i++) {
		const struct view_ops *o = t->views[i].ops;

		k = keymap_key(o->keys, key);
		if (!k)
			continue;
		tui_status(t, STYLE_DIM, " %s (%s) is a key of the screen %c %s", k->name, k->label, o->key,
			   o->title);
		return;
	}
}
