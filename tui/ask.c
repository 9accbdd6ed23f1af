// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens and closes the dialog, and hands the answer to who asked.
 */
#include "tui/ask.h"

#include <errno.h>

int ask_open(struct tui *t, const struct question *q, void (*yes)(struct tui *t),
	     void (*no)(struct tui *t, const char *why))
{
	int r = ask_has_keys(t) ? -EBUSY : dialog_open(&t->dialog, q, now_boot());

	if (r < 0)
		return r;
	t->status[0] = '\0';
	t->ask_yes = yes;
	t->ask_no = no;
	tui_dirty(t);
	return 0;
}

bool ask_has_keys(const struct tui *t)
{
	return t->dialog.open;
}

static void ask_close(struct tui *t)
{
	dialog_close(&t->dialog);
	tui_dirty(t);
}

static void say_no(struct tui *t, const char *why)
{
	char action[sizeof(t->dialog.action)];

	FORMAT(action, "%s", t->dialog.action);
	ask_close(t);
	if (t->ask_no)
		t->ask_no(t, why);
	else
		tui_status(t, STYLE_DIM, " %s: %s, nothing was done", action, why);
}

void ask_key(struct tui *t, int key)
{
	switch (dialog_key(&t->dialog, key)) {
	case DIALOG_YES:
		ask_close(t);
		t->ask_yes(t);
		break;
	case DIALOG_NO:
		say_no(t, "cancelled");
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
	if (dialog_expired(&t->dialog, now_boot()))
		say_no(t, "nobody answered for a minute");
	if (ask_has_keys(t))
		tui_dirty(t);
}

void ask_draw(struct tui *t)
{
	int lines = term_lines(), top = lines < 16 ? 1 : 4;

	if (ask_has_keys(t))
		dialog_draw(&t->dialog, (struct rect){ top, 0, lines - 2 - top, term_columns() }, now_boot());
}
