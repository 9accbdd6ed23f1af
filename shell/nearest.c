/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Edit distance over three rolling rows. Bounded: words over NEAREST_MAX
 * bytes are nobody's typing error.
 */
#include "shell/nearest.h"

#include <ctype.h>

static size_t min3(size_t a, size_t b, size_t c)
{
	return MIN(MIN(a, b), c);
}

static bool differ(char a, char b)
{
	return tolower((unsigned char)a) != tolower((unsigned char)b);
}

size_t nearest_distance(const char *a, const char *b)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la >= NEAREST_MAX || lb >= NEAREST_MAX)
		return NEAREST_MAX;
	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *row = rows[i % 3], *up = rows[(i + 2) % 3], *upup = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + differ(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && !differ(a[i - 1], b[j - 2]) && !differ(a[i - 2], b[j - 1]))
				row[j] = MIN(row[j], upup[j - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

bool nearest_close(const char *word, size_t distance)
{
	size_t len = strlen(word);

	return distance < len && distance <= (len < 4 ? 1 : len < 7 ? 2 : 3);
}

void nearest_try(struct nearest *n, const char *other)
{
	size_t d = nearest_distance(n->word, other);

	if (d >= n->least)
		return;
	n->least = d;
	n->best = other;
}

const char *nearest_found(const struct nearest *n)
{
	return n->best && nearest_close(n->word, n->least) ? n->best : NULL;
}
