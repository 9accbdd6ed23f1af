/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See forced.h. The history counts for this boot alone.
 */
#include "shell/forced.h"

#include <errno.h>

#include "core/history.h"
#include "core/sysfacts.h"

struct search {
	const char *name, *boot;
	bool found;
};

/* Records of an earlier boot end it: there are no others behind them. */
static int look(struct history_entry *h, void *arg)
{
	struct search *s = arg;

	if (!h->boot_id)
		return 0;
	if (!streq(h->boot_id, s->boot))
		return 1;
	/* An intent is enough: whether the write came through nobody may know. */
	s->found = streq(h->verb, "force") && streq(h->target, s->name) &&
		   (streq(h->phase, "intent") || streq(h->phase, "outcome"));
	return s->found;
}

static bool in_history(const struct call *c, const char *name)
{
	char boot[37];
	struct search s = { name, boot, false };

	boot_id_read(c->app->root, boot);
	if (boot[0])
		(void)history_walk(app_state_dir(c->app), look, &s, NULL);
	return s.found;
}

bool forced_in_this_boot(const struct call *c, const struct patch *p)
{
	return p->forced == 1 || in_history(c, p->name);
}

int forced_refuse(const struct call *c, const struct patch *p, struct err *e)
{
	if (!forced_in_this_boot(c, p))
		return 0;
	err_rc(e, RC_PERMISSION, -EPERM,
	       "the transition of %s was forced, so a task may still run code that its removal would take "
	       "away",
	       p->name);
	err_hint(e, "it stays until the next reboot");
	return -EPERM;
}
