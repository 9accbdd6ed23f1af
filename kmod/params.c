// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Joins module parameters. Names are held to the letters that the kernel's own
 * modules use; values go out as they are, in double quotes where they have
 * white space.
 */
#include "kmod/params.h"

#include <ctype.h>
#include <errno.h>

static int bad(struct err *e, const char *word, const char *why)
{
	err_rc(e, RC_USAGE, -EINVAL, "%s: %s", word, why);
	err_hint(e, "module parameters are words of the form NAME=VALUE");
	return -EINVAL;
}

static int word_check(const char *word, struct err *e)
{
	size_t name = strcspn(word, "=");

	if (!word[name])
		return bad(e, word, "not a module parameter: there is no \"=\" in it");
	if (!name)
		return bad(e, word, "the parameter has no name");
	for (size_t i = 0; i < name; i++)
		if (!isalnum((unsigned char)word[i]) && !strchr("_-.", word[i]))
			return bad(e, word, "a parameter's name has letters, digits and _ - . only");
	for (size_t i = name; word[i]; i++)
		if (iscntrl((unsigned char)word[i]) && word[i] != '\t')
			return bad(e, word, "there is a control character in the parameter's value");
	if (strchr(word + name, '"'))
		return bad(e, word, "the kernel takes no double quote in a parameter's value");
	return 0;
}

static bool has_blank(const char *s)
{
	while (*s && !isspace((unsigned char)*s))
		s++;
	return *s;
}

/* Add one word to the string. */
static int params_add(char **text, const char *word)
{
	int name = (int)strcspn(word, "=");
	const char *quote = has_blank(word + name) ? "\"" : "";
	char *more;

	if (asprintf(&more, "%s%s%.*s=%s%s%s", *text, **text ? " " : "", name, word, quote, word + name + 1,
		     quote) < 0)
		return -ENOMEM;
	free(*text);
	*text = more;
	return 0;
}

int params_join(char *const *words, size_t n, char **ret, struct err *e)
{
	_cleanup_free_ char *text = strdup("");
	int r = text ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		r = word_check(words[i], e);
		if (r < 0)
			return r;
		r = params_add(&text, words[i]);
		if (r >= 0 && strlen(text) >= PARAMS_MAX)
			return err_rc(e, RC_USAGE, -E2BIG,
				      "too many module parameters: the limit is %d bytes", PARAMS_MAX - 1);
	}
	if (r < 0)
		return err_set(e, r, "out of memory");
	*ret = TAKE_PTR(text);
	return 0;
}
