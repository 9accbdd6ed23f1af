// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens and closes the dialog for a question of the screens' own. One dialog
 * at a time: where a change asks, or is about to, nothing else does.
 */
#include "tui/ask.h"

#include <errno.h>

#include "tui/change.h"

int ask_open(struct tui *t, const struct question *q, void (*yes)(struct tui *t))
{
	int r;

	if (t->dialog.open || change_has_keys(t))
		return -EBUSY;
	r = dialog_open(&t->dialog, q, now_boot());
	if (r < 0)
		return r;
	t->status[0] = '\0';
	t->ask_yes = yes;
	tui_dirty(t);
	return 0;
}

bool ask_has_keys(const struct tui *t)
{
	return t->ask_yes != NULL;
}

static void ask_close(struct tui *t, const char *why)
{
	char action[sizeof(t->dialog.action)];

	FORMAT(action, "%s", t->dialog.action);
	t->ask_yes = NULL;
	dialog_close(&t->dialog);
	if (why)
		tui_status(t, STYLE_DIM, " %s: %s, nothing was done", action, why);
	tui_dirty(t);
}

void ask_key(struct tui *t, int key)
{
	void (*yes)(struct tui * t) = t->ask_yes;

	switch (dialog_key(&t->dialog, key)) {
	case DIALOG_YES:
		ask_close(t, NULL);
		yes(t);
		break;
	case DIALOG_NO:
		ask_close(t, "cancelled");
		break;
	case DIALOG_MOVED:
		tui_dirty(t);
		break;
	case DIALOG_NOTHING:
		break;
	}
}

void ask_tick(struct tui *t)
{
	if (!ask_has_keys(t))
		return;
	if (dialog_expired(&t->dialog, now_boot()))
		ask_close(t, "nobody answered for a minute");
	else
		tui_dirty(t);
}
