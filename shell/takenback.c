/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See takenback.h. */
#include "shell/takenback.h"

#include <errno.h>

#include "core/history.h"
#include "shell/goback.h"

struct looking {
	const char *txn;
	const struct patches *patches;
	int answer;
};

static int compare(struct history_entry *en, void *arg)
{
	struct looking *l = arg;
	struct goback g;

	if (!streq(en->txn, l->txn) || !streq(en->phase, "intent"))
		return 0;
	l->answer = goback_compare(en, l->patches, &g, NULL);
	return 1;
}

/* Not to know is not to be through. */
static bool in_transition(const struct patches *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].in_sysfs && p->v[i].transition != 0)
			return true;
	return false;
}

int taken_back(const struct app *app, const char *txn)
{
	struct patches p = { 0 };
	struct looking l = { txn, &p, -ENOENT };
	int r = patches_read(app->root, &p, NULL);

	if (r >= 0 && in_transition(&p))
		l.answer = 0;
	else if (r >= 0)
		r = history_walk(app_state_dir(app), compare, &l, NULL);
	patches_free(&p);
	return r < 0 ? r : l.answer;
}
