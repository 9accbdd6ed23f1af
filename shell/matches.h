/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list below the line when several words fit. Knows no readline.
 */
#ifndef KLPSH_SHELL_MATCHES_H
#define KLPSH_SHELL_MATCHES_H

#include "core/util.h"

struct match {
	char *word; /* clean */
	const char *help; /* clean, "" none */
};

/*
 * Print n matches on a screen of so many columns and lines: with descriptions
 * one a line and cut at the edge, without them side by side; what would not
 * fit on the screen is counted.
 */
void matches_print(FILE *out, const struct match *v, size_t n, size_t columns, size_t lines);

#endif
