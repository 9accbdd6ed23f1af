/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The word somebody most likely meant: edit distance with swapped neighbours
 * counted once (optimal string alignment). Pure; knows no verbs.
 */
#ifndef KLPSH_SHELL_NEAREST_H
#define KLPSH_SHELL_NEAREST_H

#include "core/util.h"

#define NEAREST_MAX 64 /* longer words have no neighbours */

/* Edits from a to b, small and capital letters alike; NEAREST_MAX when either is too long. */
size_t nearest_distance(const char *a, const char *b);
/* Is this distance small enough for a word of that length to be a typing error? */
bool nearest_close(const char *word, size_t distance);

/* The nearest of several words. */
struct nearest {
	const char *word; /* as it was typed */
	const char *best; /* borrowed; NULL: none so far */
	size_t least;
};
#define NEAREST_TO(w)                                                                                        \
	{                                                                                                    \
		.word = (w), .least = NEAREST_MAX                                                            \
	}
void nearest_try(struct nearest *n, const char *other);
/* The best that was tried, NULL when none is a typing error away. */
const char *nearest_found(const struct nearest *n);

#endif
