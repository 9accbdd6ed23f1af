// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tab on the `:` line: asks the shell's completion, puts in what all answers
 * share, and shows them when there is more than one. Candidates are foreign
 * (names of patches), so they are shown clean.
 */
#include "shell/complete.h"

#include "core/text.h"
#include "shell/token.h"
#include "tui/command.h"
#include "tui/files.h"

/* Bytes that all candidates begin with. */
static size_t shared_length(const struct candidates *c)
{
	size_t len = strlen(c->v[0].word);

	for (size_t i = 1; i < c->n; i++)
		for (size_t k = 0; k < len; k++)
			if (c->v[i].word[k] != c->v[0].word[k])
				len = k;
	return len;
}

static void show_candidates(struct tui *t, const struct candidates *c)
{
	char clean[128];
	size_t at = 0;

	for (size_t i = 0; i < c->n && at + 1 < sizeof(t->candidates); i++) {
		text_clean(clean, sizeof(clean), c->v[i].word, strlen(c->v[i].word));
		at += (size_t)snprintf(t->candidates + at, sizeof(t->candidates) - at, " %s ", clean);
	}
}

/* Whole words only, as far as they need no quoting. */
static void take_shared(struct tui *t, const struct candidates *c, size_t start)
{
	char word[PROMPT_MAX];

	size_t len = shared_length(c);
	bool whole = c->n == 1 && len && c->v[0].word[len - 1] != '/' && t->prompt.lead == ':';

	FORMAT(word, "%.*s%s", (int)len, c->v[0].word, whole ? " " : "");
	if (t->prompt.lead == ':' && (strpbrk(word, "'\"\\;#") || !text_is_clean(word)))
		return;
	prompt_replace(&t->prompt, start, word);
}

/* The engine speaks for the command line; here there is neither another shell nor a script. */
static bool belongs_here(const char *word)
{
	return !streq(word, "shell") && !streq(word, "-f") && !streq(word, "-c");
}

static void drop_foreign(struct candidates *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (belongs_here(c->v[i].word)) {
			c->v[kept++] = c->v[i];
			continue;
		}
		free(c->v[i].word);
		free(c->v[i].help);
	}
	c->n = kept;
}

static void take(struct tui *t, const struct candidates *c, size_t start)
{
	if (c->n == 0) {
		FORMAT(t->candidates, " nothing known begins like this");
		return;
	}
	take_shared(t, c, start);
	if (c->n > 1)
		show_candidates(t, c);
}

void command_complete(struct tui *t)
{
	_cleanup_(candidates_free) struct candidates c = { 0 };
	_cleanup_(strv_freep) char **words = NULL;
	char typed[PROMPT_MAX];
	size_t n = 0, start = 0;

	FORMAT(typed, "%.*s", (int)t->prompt.at, t->prompt.text);
	if (tokens_partial(typed, &words, &n, &start) < 0 || n == 0)
		return;
	if (complete_words(t->app, words, n, &c) < 0)
		return;
	if (n == 1)
		drop_foreign(&c);
	if (c.n == 0 && c.files)
		files_complete(words[n - 1], FILES_MODULES | FILES_PATCHES, &c);
	take(t, &c, start);
}

void command_complete_file(struct tui *t, unsigned kinds)
{
	_cleanup_(candidates_free) struct candidates c = { 0 };
	char typed[PROMPT_MAX];

	FORMAT(typed, "%.*s", (int)t->prompt.at, t->prompt.text);
	files_complete(typed, kinds, &c);
	take(t, &c, 0);
}
