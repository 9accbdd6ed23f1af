// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Matching of rows against what was typed. A half-typed `!` or `~` matches
 * everything, so that the list does not flash empty while typing. Expressions
 * are POSIX extended; the matcher is libc's and works on clean text only.
 */
#include "tui/filter.h"

#include <errno.h>

/* Counted repeats inside one another cost libc seconds and gigabytes. */
static bool is_costly(const char *expression)
{
	unsigned repeats = 0;

	for (; *expression; expression++)
		repeats += *expression == '{';
	return repeats > 2;
}

static int filter_parse(struct filter *f, const char *text, struct err *e)
{
	char why[128];
	int r;

	FORMAT(f->text, "%s", text);
	f->needle = f->text;
	if (*f->needle == '!') {
		f->inverse = true;
		f->needle++;
	}
	if (*f->needle != '~')
		return 0;
	f->needle++;
	if (!*f->needle)
		return 0;
	if (is_costly(f->needle))
		return err_set(e, -EINVAL, "not used: more than two counted repeats {..}");
	r = regcomp(&f->regex, f->needle, REG_EXTENDED | REG_ICASE | REG_NOSUB);
	if (r != 0) {
		regerror(r, &f->regex, why, sizeof(why));
		return err_set(e, -EINVAL, "not a regular expression: %s", why);
	}
	f->is_regex = true;
	return 0;
}

int filter_set(struct filter *f, const char *text, struct err *e)
{
	struct filter new = { 0 };
	const char *end;
	int r = filter_parse(&new, text, e);

	if (r < 0)
		return r;
	filter_done(f);
	end = new.needle;
	*f = new;
	f->needle = f->text + (end - new.text);
	return 0;
}

void filter_done(struct filter *f)
{
	if (f->is_regex)
		regfree(&f->regex);
	*f = (struct filter){ 0 };
}

bool filter_active(const struct filter *f)
{
	return f->needle && *f->needle;
}

static bool cell_match(const struct filter *f, const char *cell)
{
	if (f->is_regex)
		return regexec(&f->regex, cell, 0, NULL, 0) == 0;
	return strcasestr(cell, f->needle) != NULL;
}

bool filter_match(const struct filter *f, const char *const *cells, size_t n)
{
	bool found = false;

	if (!filter_active(f))
		return true;
	for (size_t i = 0; i < n && !found; i++)
		found = cell_match(f, cells[i]);
	return found != f->inverse;
}
