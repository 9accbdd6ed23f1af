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

int params_join(char *const *words, size_t n, char **ret, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r = 0;

	if (!out)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; r >= 0 && i < n; i++) {
		int name = (int)strcspn(words[i], "=");
		const char *quote;

		r = word_check(words[i], e);
		if (r < 0)
			break;
		quote = has_blank(words[i] + name) ? "\"" : "";
		fprintf(out, "%s%.*s=%s%s%s", i ? " " : "", name, words[i], quote, words[i] + name + 1, quote);
	}
	if (fclose(out) != 0 && r >= 0)
		r = err_set(e, -ENOMEM, "out of memory");
	if (r >= 0 && size >= PARAMS_MAX)
		r = err_rc(e, RC_USAGE, -E2BIG, "too many module parameters: %zu bytes, the limit is %d", size,
			   PARAMS_MAX - 1);
	if (r >= 0)
		*ret = TAKE_PTR(text);
	return r;
}
