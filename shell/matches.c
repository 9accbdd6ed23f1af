/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See matches.h.
 */
#include "shell/matches.h"

#include "core/text.h"

#define GAP 2 /* blanks before a word and behind its column */

/* Columns of the longest word; never so many that no description has room. */
static size_t column_width(const struct match *v, size_t n, size_t columns)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		width = MAX(width, text_width(v[i].word));
	return MIN(width, columns - MIN(columns, 2 * GAP + 8));
}

static void print_padded(FILE *out, const char *text, size_t width)
{
	size_t used, len = text_fit(text, width, &used);

	fprintf(out, "%*s%.*s%*s", GAP, "", (int)len, text, (int)(width - used), "");
}

static void print_helped(FILE *out, const struct match *m, size_t width, size_t columns)
{
	size_t room = columns - MIN(columns, width + 2 * GAP + 1);

	if (!*m->help) {
		print_padded(out, m->word, MIN(text_width(m->word), columns - GAP - 1));
	} else {
		print_padded(out, m->word, width);
		fprintf(out, "%*s%.*s", GAP, "", (int)text_fit(m->help, room, NULL), m->help);
	}
	fputc('\n', out);
}

void matches_print(FILE *out, const struct match *v, size_t n, size_t columns, size_t lines)
{
	size_t width = column_width(v, n, columns), most = MAX(lines, 8u) - 3, across = 1, shown;
	bool helped = false;

	for (size_t i = 0; i < n && !helped; i++)
		helped = *v[i].help;
	if (!helped)
		across = MAX(columns / (width + GAP + 1), 1u);
	shown = MIN(n, most * across);
	for (size_t i = 0; i < shown; i++) {
		if (helped) {
			print_helped(out, &v[i], width, columns);
			continue;
		}
		print_padded(out, v[i].word, width);
		if (i % across == across - 1 || i + 1 == shown)
			fputc('\n', out);
	}
	if (shown < n)
		fprintf(out, "%*s... and %zu more\n", GAP, "", n - shown);
}
