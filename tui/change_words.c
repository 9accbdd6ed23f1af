// SPDX-License-Identifier: GPL-2.0-or-later
/* A change's words: those it was asked for with, and those it is run with. */
#include "tui/change_own.h"

#include "core/text.h"
#include "tui/files.h"

struct change_run *change_run_free(struct change_run *c)
{
	if (!c)
		return NULL;
	for (size_t i = 0; i < c->n_words; i++)
		free(c->words[i]);
	free(c->words);
	free(c->pin);
	free(c->before);
	free(c->confirm);
	for (size_t i = 0; i < ARRAY_SIZE(c->flags); i++)
		free(c->flags[i]);
	free(c);
	return NULL;
}

char **change_run_words(const struct change_run *c, char *const *flags, size_t n_flags, size_t *ret)
{
	char **words = calloc(c->n_words + n_flags, sizeof(*words));
	size_t n = 0;

	if (!words)
		return NULL;
	words[n++] = c->words[0];
	for (size_t i = 0; i < n_flags; i++)
		if (flags[i])
			words[n++] = flags[i];
	for (size_t i = 1; i < c->n_words; i++)
		words[n++] = c->words[i];
	*ret = n;
	return words;
}

/*
 * Words of a flag that the screens set themselves, 0: it is none. The name that
 * --confirm gives is a script's yes; here it is typed, and a no is recorded by
 * these very words.
 */
static size_t own_flag(const char *word)
{
	static const struct {
		const char *name;
		bool takes_value;
	} own[] = {
		{ "--yes", false },	     { "--json", false },   { "--plain", false },
		{ "--no-input", false },     { "--confirm", true }, { "--expect", true },
		{ "--expect-before", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		size_t len = strlen(own[i].name);

		if (streq(word, own[i].name))
			return own[i].takes_value ? 2 : 1;
		if (own[i].takes_value && strncmp(word, own[i].name, len) == 0 && word[len] == '=')
			return 1;
	}
	return 0;
}

struct change_run *change_run_new(struct tui *t, char *const *words, size_t n)
{
	struct change_run *c = calloc(1, sizeof(*c));
	char raw[256];
	size_t at = 0;
	bool flags_end = false;

	if (!c)
		return NULL;
	c->tui = t;
	c->words = calloc(n + 1, sizeof(*c->words));
	if (!c->words)
		return change_run_free(c);
	for (size_t i = 0; i < n; i++) {
		size_t own;

		flags_end = flags_end || streq(words[i], "--");
		own = i && !flags_end ? own_flag(words[i]) : 0;
		if (own) {
			i += own - 1;
			continue;
		}
		c->words[c->n_words] = strdup(words[i]);
		if (!c->words[c->n_words])
			return change_run_free(c);
		c->n_words++;
		if (words[i][0] != '-' && at < sizeof(raw))
			at += (size_t)snprintf(raw + at, sizeof(raw) - at, "%s%s", at ? " " : "",
					       files_last_part(words[i]));
	}
	text_clean(c->label, sizeof(c->label), raw, strlen(raw));
	return c;
}
