// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tab on the `:` line: asks the shell's completion, puts in what all answers
 * share, and shows them when there is more than one.
 */
#include "core/text.h"
#include "shell/token.h"
#include "tui/command.h"

/* Names that begin with the word: verbs first word, then patches of the screen. */
struct found {
	const char *names[64];
	size_t n;
};

static void found_add(struct found *f, const char *name, const char *prefix)
{
	if (f->n < ARRAY_SIZE(f->names) && strncmp(name, prefix, strlen(prefix)) == 0)
		f->names[f->n++] = name;
}

static size_t shared(const struct found *f)
{
	size_t len = strlen(f->names[0]);

	for (size_t i = 1; i < f->n; i++)
		for (size_t k = 0; k < len; k++)
			if (f->names[i][k] != f->names[0][k])
				len = k;
	return len;
}

static void show_found(struct tui *t, const struct found *f)
{
	size_t at = 0;

	for (size_t i = 0; i < f->n && at < sizeof(t->candidates); i++)
		at += (size_t)snprintf(t->candidates + at, sizeof(t->candidates) - at, " %s ", f->names[i]);
}

static void find_names(const struct tui *t, char **words, size_t n, struct found *f)
{
	const char *word = words[n - 1];

	if (n == 1) {
		for (size_t i = 0; i < verbs_len; i++)
			if (verbs[i]->danger == DANGER_NONE)
				found_add(f, verbs[i]->name, word);
		return;
	}
	for (size_t i = 0; t->snap && i < t->snap->patches.n; i++)
		found_add(f, t->snap->patches.v[i].name, word);
}

void command_complete(struct tui *t)
{
	_cleanup_(strv_freep) char **words = NULL;
	struct found f = { 0 };
	char typed[PROMPT_MAX], both[PROMPT_MAX];
	size_t n = 0, start = 0;

	FORMAT(typed, "%.*s", (int)t->prompt.at, t->prompt.text);
	if (tokens_partial(typed, &words, &n, &start) < 0 || n == 0)
		return;
	find_names(t, words, n, &f);
	if (f.n == 0) {
		FORMAT(t->candidates, " nothing begins with %s", words[n - 1]);
		return;
	}
	FORMAT(both, "%.*s%s", (int)shared(&f), f.names[0], f.n == 1 ? " " : "");
	prompt_replace(&t->prompt, start, both);
	if (f.n > 1)
		show_found(t, &f);
}
