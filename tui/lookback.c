// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only what klpsh notes on its stderr counts; that the history cannot be read
 * is the History screen's to say.
 */
#include "tui/lookback.h"

#include "tui/change.h"

static void on_answer(const struct reply *a, void *arg)
{
	static const char lead[] = "klpsh: note: ";
	struct tui *t = arg;

	t->lookback = NULL;
	if (a->said && strncmp(a->said, lead, sizeof(lead) - 1) == 0)
		tui_status(t, STYLE_WARN, " see 8: %s", a->said + sizeof(lead) - 1);
	tui_dirty(t);
}

void lookback_start(struct tui *t)
{
	char *words[] = { (char *)"history", (char *)"--last=1" };
	const char *why;

	if (tui_may_change(t, &why) &&
	    query_start(t, words, ARRAY_SIZE(words), on_answer, t, &t->lookback) < 0)
		t->lookback = NULL;
}

void lookback_done(struct tui *t)
{
	t->lookback = query_forget(t->lookback);
}
