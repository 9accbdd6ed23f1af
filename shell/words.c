/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fields are called and which words carry a colour. A colour never says
 * anything that the word does not.
 */
#include <ctype.h>

#include "shell/table.h"

static char *words_of(const struct field *f)
{
	char *s = strdup(f->title ? f->title : f->key);

	for (char *p = s; p && *p; p++)
		if (*p == '_')
			*p = ' ';
	return s;
}

char *field_heading(const struct field *f)
{
	char *s = words_of(f);

	for (char *p = s; p && *p; p++)
		*p = *p == ' ' ? '-' : (char)toupper((unsigned char)*p);
	return s;
}

char *field_label(const struct field *f)
{
	char *s = words_of(f);

	if (s)
		*s = (char)toupper((unsigned char)*s);
	return s;
}

const char *word_color(const char *word)
{
	static const struct {
		const char *word, *color;
	} colors[] = {
		{ "ready", "green" },	  { "enabled", "green" },    { "pass", "green" },
		{ "enabling", "yellow" }, { "disabling", "yellow" }, { "transition", "yellow" },
		{ "leftover", "yellow" }, { "warn", "yellow" },	     { "stalled", "red" },
		{ "fail", "red" },	  { "unsupported", "red" },  { "reverse-only", "red" },
		{ "poke", "yellow" },	  { "disabled", "yellow" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(colors); i++)
		if (streq(colors[i].word, word))
			return colors[i].color;
	return NULL;
}
