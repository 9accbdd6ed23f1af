/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See prompt.h.
 */
#include "shell/prompt.h"

#include "core/text.h"

/* Why nothing can be changed here. */
static const char *limit(const struct app *app)
{
	if (app->root_prefix)
		return "(captured) ";
	return app->set.read_only ? "(read-only) " : "";
}

void prompt_make(char *buf, size_t size, const struct app *app, const struct snapshot *s)
{
	/* Behind the last dash is the flavour, which is the same on every machine of a kind. */
	const char *dash = strrchr(s->release, '-');
	char host[65], release[65];

	text_clean(host, sizeof(host), s->host, strlen(s->host));
	text_clean(release, sizeof(release), s->release,
		   dash ? (size_t)(dash - s->release) : strlen(s->release));
	snprintf(buf, size, "klpsh %s %s %s%s> ", host, release, limit(app),
		 state_word_name(snapshot_state(s)));
}
