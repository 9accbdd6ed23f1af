/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See ongoing.h. Read from the lock's holder and from the armed files.
 */
#include "shell/ongoing.h"

#include "core/history.h"
#include "core/lock.h"
#include "core/sysfacts.h"
#include "core/text.h"
#include "shell/takenback.h"
#include "shell/unconfirmed.h"

/* The words may come from a file. */
static int say(struct report *r, struct row *row, const char *key, const char *raw)
{
	char text[640];

	text_clean(text, sizeof(text), raw, strlen(raw));
	if (row_push(row, key, text) < 0)
		return -1;
	return report_note(r, "%s", text);
}

/* How things stand with one that waits; watched: by a process that will undo it. */
static int say_armed(struct report *r, struct row *row, const char *key, const struct confirm *c,
		     bool watched)
{
	uint64_t now = now_boot();
	char left[32], text[640];

	if (watched) {
		text_duration(left, sizeof(left),
			      c->deadline_us > now ? (double)(c->deadline_us - now) / 1e6 : 0);
		FORMAT(text, "%s %s is undone in %s unless somebody says: klpsh confirm %.8s", c->verb,
		       c->target, left, c->txn);
	} else if (c->failed[0]) {
		unconfirmed_failed(c, text, sizeof(text));
	} else if (now < c->deadline_us) {
		FORMAT(text,
		       "%s %s waits to be confirmed, and nobody watches it: klpsh history takes it up again, "
		       "klpsh confirm %.8s keeps it",
		       c->verb, c->target, c->txn);
	} else {
		FORMAT(text,
		       "%s %s was not confirmed, and nobody was there to undo it: klpsh history takes that "
		       "up again",
		       c->verb, c->target);
	}
	return say(r, row, key, text);
}

static int say_all_armed(const struct app *app, struct report *r, struct row *row, const char *key)
{
	const char *dir = app_state_dir(app);
	_cleanup_free_ struct confirm *v = NULL;
	char boot[37];
	size_t n = 0;
	int k = 0;

	(void)confirm_list(dir, &v, &n, NULL);
	boot_id_read(app->root, boot);
	for (size_t i = 0; k >= 0 && i < n; i++)
		if (streq(v[i].boot_id, boot) && taken_back(app, v[i].txn) != 1)
			k = say_armed(r, row, key, &v[i], confirm_is_watched(dir, v[i].txn));
	return k;
}

int ongoing_fill(const struct call *c, struct report *r, struct row *row, const char *key)
{
	const struct app *app = c->app;
	struct err who = { 0 };
	int k = 0;

	if (geteuid() != 0 || (!root_is_live(app->root) && !app->state_dir))
		return 0;
	if (lock_peek(app_run_dir(app), LOCK_WHOLE, &who) > 0)
		k = say(r, row, key, who.text);
	return k < 0 ? k : say_all_armed(app, r, row, key);
}
