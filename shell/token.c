/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tokenizer: one pass, a word buffer as large as the text, a position for
 * messages. See token.h for the rules.
 */
#include "shell/token.h"

#include <errno.h>

#include "core/root.h"

struct lexer {
	const char *text, *p;
	char *word; /* room for the whole text */
	size_t len;
	bool in_word; /* also for '' */
	size_t word_start;
	unsigned line;
	size_t n_words;
	bool more; /* ends in a continuation */
	bool partial; /* the end of the text closes quotes */
	struct commands out;
	struct command cur;
};

static int end_word(struct lexer *l, struct err *e)
{
	char *copy;

	if (!l->in_word || !l->word)
		return 0;
	if (++l->n_words > TOKEN_WORDS_MAX)
		return err_rc(e, RC_USAGE, -E2BIG, "more than %d words on one line", TOKEN_WORDS_MAX);
	copy = strndup(l->word, l->len);
	/* Two slots: the word and the NULL behind it. */
	if (!copy || array_grow(&l->cur.words, l->cur.n, sizeof(char *)) < 0 ||
	    array_grow(&l->cur.words, l->cur.n + 1, sizeof(char *)) < 0) {
		free(copy);
		return err_set(e, -ENOMEM, "out of memory");
	}
	if (!l->cur.n)
		l->cur.line = l->line;
	l->cur.words[l->cur.n++] = copy;
	l->cur.words[l->cur.n] = NULL;
	l->len = 0;
	l->in_word = false;
	return 0;
}

static void command_clear(struct command *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->words[i]);
	free(c->words);
	*c = (struct command){ 0 };
}

static int end_command(struct lexer *l, struct err *e)
{
	int r = end_word(l, e);

	if (r < 0 || !l->cur.n)
		return r;
	if (array_grow(&l->out.v, l->out.n, sizeof(*l->out.v)) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	l->out.v[l->out.n++] = l->cur;
	l->cur = (struct command){ 0 };
	return 0;
}

static void put(struct lexer *l, char c)
{
	l->word[l->len++] = c;
}

static void start_word(struct lexer *l)
{
	if (!l->in_word)
		l->word_start = (size_t)(l->p - l->text);
	l->in_word = true;
}

static size_t column(const struct lexer *l, const char *at)
{
	const char *start = at;

	while (start > l->text && start[-1] != '\n')
		start--;
	return (size_t)(at - start) + 1;
}

/* l->p stands on the opening quote; afterwards on the closing one. */
static int quoted(struct lexer *l, struct err *e)
{
	const char *open = l->p;
	char q = *open;

	start_word(l);
	for (l->p++; *l->p && *l->p != q && *l->p != '\n'; l->p++) {
		if (q == '"' && *l->p == '\\' && (l->p[1] == '"' || l->p[1] == '\\'))
			l->p++;
		put(l, *l->p);
	}
	if (*l->p == q)
		return 0;
	if (l->partial) {
		l->p--;
		return 0;
	}
	err_rc(e, RC_USAGE, -EINVAL, "the quote %c in column %zu is not closed on its line", q,
	       column(l, open));
	return -EINVAL;
}

static void skip_comment(struct lexer *l)
{
	while (l->p[1] && l->p[1] != '\n')
		l->p++;
}

/* A backslash: at a line's end it continues, elsewhere it is a character. */
static void backslash(struct lexer *l)
{
	if (!l->p[1] || (l->p[1] == '\n' && !l->p[2])) {
		l->more = !l->partial;
		l->p += l->p[1] == '\n';
	} else if (l->p[1] == '\n') {
		l->p++;
	} else {
		start_word(l);
		put(l, '\\');
	}
}

static int one_char(struct lexer *l, struct err *e)
{
	int r;

	switch (*l->p) {
	case '\n':
		r = end_command(l, e);
		l->line++;
		return r;
	case ';':
		return end_command(l, e);
	case ' ':
	case '\t':
	case '\r':
		return end_word(l, e);
	case '\'':
	case '"':
		return quoted(l, e);
	case '\\':
		backslash(l);
		return 0;
	case '#':
		if (!l->in_word) {
			skip_comment(l);
			return 0;
		}
		/* fall through */
	default:
		start_word(l);
		put(l, *l->p);
		return 0;
	}
}

static int lex(struct lexer *l, struct err *e)
{
	int r = 0;

	if (strlen(l->text) > TOKEN_TEXT_MAX)
		return err_rc(e, RC_USAGE, -E2BIG, "a line of more than %d bytes", TOKEN_TEXT_MAX);
	l->word = malloc(strlen(l->text) + 1);
	if (!l->word)
		return err_set(e, -ENOMEM, "out of memory");
	for (l->p = l->text; r >= 0 && *l->p; l->p++)
		r = one_char(l, e);
	return r;
}

void commands_free(struct commands *c)
{
	for (size_t i = 0; i < c->n; i++)
		command_clear(&c->v[i]);
	free(c->v);
	*c = (struct commands){ 0 };
}

int tokens_parse(const char *text, struct commands *ret, struct err *e)
{
	struct lexer l = { .text = text };
	int r = lex(&l, e);

	if (r >= 0 && !l.more)
		r = end_command(&l, e);
	if (r >= 0 && l.more)
		r = 1;
	if (r == 0)
		*ret = l.out;
	else
		commands_free(&l.out);
	command_clear(&l.cur);
	free(l.word);
	return r;
}

int tokens_partial(const char *text, char ***ret, size_t *ret_n, size_t *ret_start)
{
	struct lexer l = { .text = text, .partial = true };
	int r = lex(&l, NULL);

	if (r >= 0 && !l.in_word) {
		l.in_word = true;
		l.word_start = strlen(text);
	}
	if (r >= 0)
		r = end_word(&l, NULL);
	if (r >= 0) {
		*ret = l.cur.words;
		*ret_n = l.cur.n;
		*ret_start = l.word_start;
		l.cur = (struct command){ 0 };
	}
	command_clear(&l.cur);
	commands_free(&l.out);
	free(l.word);
	return r;
}
