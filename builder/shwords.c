// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See shwords.h. The text is foreign: a quote that is never closed, a
 * backslash at the end and every character that a shell would act on mark the
 * step as more than words; nothing is guessed.
 */
#include "builder/shwords.h"

#include <errno.h>

/* A step while it is read; word has room for the whole text. */
struct lexer {
	const char *text;
	size_t len, at;
	char *word;
	size_t n;
	bool in_word;
	struct words *out;
};

int words_add(struct words *w, const char *text, size_t len)
{
	char *copy;
	int r;

	if (w->n >= WORDS_MAX)
		return -E2BIG;
	/* two at a time: there is always room for the NULL */
	r = array_grow(&w->v, w->n, 2 * sizeof(*w->v));
	if (r < 0)
		return r;
	copy = strndup(text, len);
	if (!copy)
		return -ENOMEM;
	w->v[w->n++] = copy;
	w->v[w->n] = NULL;
	return 0;
}

int words_add_str(struct words *w, const char *text)
{
	return words_add(w, text, strlen(text));
}

int words_add_all(struct words *w, const char *const *v)
{
	int r = 0;

	for (; v && *v && r >= 0; v++)
		r = words_add_str(w, *v);
	return r;
}

bool words_has(const struct words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (streq(w->v[i], word))
			return true;
	return false;
}

void words_clear(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	*w = (struct words){ 0 };
}

static void put(struct lexer *x, char c)
{
	x->word[x->n++] = c;
	x->in_word = true;
}

static int end_word(struct lexer *x)
{
	int r = x->in_word ? words_add(x->out, x->word, x->n) : 0;

	x->in_word = false;
	x->n = 0;
	return r;
}

/* Behind an opening single quote. */
static void single_quoted(struct lexer *x)
{
	x->in_word = true;
	while (x->at < x->len && x->text[x->at] != '\'')
		put(x, x->text[x->at++]);
	if (x->at++ >= x->len)
		x->out->has_syntax = true;
}

/* A backslash stands at `at`; in double quotes it is itself before most characters. */
static void escaped(struct lexer *x, bool quoted)
{
	char c = x->at + 1 < x->len ? x->text[x->at + 1] : '\0';

	x->at++;
	if (!c || c == '\n') {
		x->out->has_syntax = true;
		return;
	}
	if (quoted && !strchr("$`\"\\", c))
		put(x, '\\');
	put(x, c);
	x->at++;
}

/* Behind an opening double quote. */
static void double_quoted(struct lexer *x)
{
	x->in_word = true;
	while (x->at < x->len && x->text[x->at] != '"') {
		char c = x->text[x->at];

		if (c == '\\') {
			escaped(x, true);
			continue;
		}
		if (c == '$' || c == '`')
			x->out->has_syntax = true;
		put(x, c);
		x->at++;
	}
	if (x->at++ >= x->len)
		x->out->has_syntax = true;
}

/* One character outside of quotes. 0, 1 at the step's end, negative errno. */
static int plain(struct lexer *x)
{
	char c = x->text[x->at];

	if (c == '\\') {
		escaped(x, false);
		return 0;
	}
	x->at++;
	if (c == ';')
		return 1;
	if (c == ' ' || c == '\t')
		return end_word(x);
	if (c == '\'') {
		single_quoted(x);
	} else if (c == '"') {
		double_quoted(x);
	} else {
		if (strchr("$`|&<>()*?[~#\n", c) || (unsigned char)c < ' ')
			x->out->has_syntax = true;
		put(x, c);
	}
	return 0;
}

int words_step(const char *text, size_t len, size_t *at, struct words *ret)
{
	struct words got = { 0 };
	_cleanup_free_ char *room = NULL;
	struct lexer x = { text, len, *at, NULL, 0, false, &got };
	int r = 0;

	if (*at >= len)
		return 0;
	/* a word is never longer than what it is written as */
	room = x.word = malloc(len - *at + 2);
	if (!room)
		return -ENOMEM;
	while (!r && x.at < len)
		r = plain(&x);
	r = r < 0 ? r : end_word(&x);
	if (r < 0) {
		words_clear(&got);
		return r;
	}
	words_clear(ret);
	*ret = got;
	*at = MIN(x.at, len);
	return 1;
}
