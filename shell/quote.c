/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See quote.h.
 */
#include "shell/quote.h"

#include "core/util.h"

static bool is_bare(const char *word)
{
	return *word && *word != '#' && !strpbrk(word, " \t\r;'\"\\");
}

/* With the two escapes that "..." knows; room for every character twice. */
static void put_escaped(char *out, const char *word)
{
	*out++ = '"';
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			*out++ = '\\';
		*out++ = *word;
	}
	*out++ = '"';
	*out = '\0';
}

char *word_quote(const char *word)
{
	size_t len = strlen(word);
	char *out;

	if (strchr(word, '\n'))
		return NULL;
	if (is_bare(word))
		return strdup(word);
	out = malloc(2 * len + 3);
	if (!out)
		return NULL;
	if (strchr(word, '\''))
		put_escaped(out, word);
	else
		snprintf(out, len + 3, "'%s'", word);
	return out;
}

static bool put_command(FILE *out, const struct command *c)
{
	for (size_t i = 0; i < c->n; i++) {
		_cleanup_free_ char *word = word_quote(c->words[i]);

		if (!word)
			return false;
		fprintf(out, "%s%s", i ? " " : "", word);
	}
	return true;
}

char *commands_join(const struct commands *c)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool whole = out != NULL;

	for (size_t i = 0; whole && i < c->n; i++) {
		fputs(i ? "; " : "", out);
		whole = put_command(out, &c->v[i]);
	}
	if (!out || fclose(out) != 0 || !whole)
		return NULL;
	return TAKE_PTR(text);
}
