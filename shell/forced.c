/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See forced.h. The history counts for this boot alone.
 */
#include "shell/forced.h"

#include <errno.h>

#include "core/history.h"
#include "core/sysfacts.h"

#define LOOK_BACK 4096

static bool in_history(const struct call *c, const char *name)
{
	const char *dir = c->app->state_dir ? c->app->state_dir : STATE_DIR;
	struct history_list l = { 0 };
	char boot[37];
	bool found = false;

	boot_id_read(c->app->root, boot);
	if (!boot[0] || history_read(dir, LOOK_BACK, &l, NULL) < 0)
		return false;
	for (size_t i = 0; !found && i < l.n; i++) {
		const struct history_entry *h = &l.v[i];

		/* An intent is enough: whether the write came through nobody may know. */
		found = h->verb && h->target && h->boot_id && h->phase && streq(h->verb, "force") &&
			streq(h->target, name) && streq(h->boot_id, boot) &&
			(streq(h->phase, "intent") || streq(h->phase, "outcome"));
	}
	history_list_free(&l);
	return found;
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
