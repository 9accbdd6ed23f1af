/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See ongoing.h. Read from the lock's holder and from the armed files.
 */
#include "shell/ongoing.h"

#include "core/confirm.h"
#include "core/history.h"
#include "core/lock.h"
#include "core/text.h"

static int say(struct report *r, struct row *row, const char *key, const char *text)
{
	if (row_push(row, key, text) < 0)
		return -1;
	return report_note(r, "%s", text);
}

static int say_armed(struct report *r, struct row *row, const char *key, const struct confirm *c)
{
	uint64_t now = now_boot();
	char left[32], verb[32], target[80], text[256];

	text_clean(verb, sizeof(verb), c->verb, strlen(c->verb));
	text_clean(target, sizeof(target), c->target, strlen(c->target));
	text_duration(left, sizeof(left), c->deadline_us > now ? (double)(c->deadline_us - now) / 1e6 : 0);
	FORMAT(text, "%s %s is undone in %s unless somebody says: klpsh confirm %.8s", verb, target, left,
	       c->txn);
	return say(r, row, key, text);
}

int ongoing_fill(const struct call *c, struct report *r, struct row *row, const char *key)
{
	const struct app *app = c->app;
	_cleanup_free_ struct confirm *v = NULL;
	struct err who = { 0 };
	size_t n = 0;
	int k = 0;

	if (geteuid() != 0 || (!root_is_live(app->root) && !app->state_dir))
		return 0;
	if (lock_peek(app->run_dir ? app->run_dir : RUN_DIR, LOCK_WHOLE, &who) > 0)
		k = say(r, row, key, who.text);
	(void)confirm_list(app->state_dir ? app->state_dir : STATE_DIR, &v, &n, NULL);
	for (size_t i = 0; k >= 0 && i < n; i++)
		k = say_armed(r, row, key, &v[i]);
	return k;
}
