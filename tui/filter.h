/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user typed behind `/`: a part of the text (case does not matter),
 * `!` in front inverts, `~` makes it a regular expression. No terminal here.
 */
#ifndef KLPSH_TUI_FILTER_H
#define KLPSH_TUI_FILTER_H

#include "core/err.h"

#include <regex.h>

struct filter {
	char text[128]; /* as typed; "": no filter */
	bool inverse;
	bool is_regex;
	const char *needle; /* into text */
	regex_t regex;
};

/* "" clears. -EINVAL for a bad expression, the old filter stays then. */
int filter_set(struct filter *f, const char *text, struct err *e);
void filter_done(struct filter *f);
bool filter_active(const struct filter *f);
/* Does a row of these cells pass? Cells are looked at one by one. */
bool filter_match(const struct filter *f, const char *const *cells, size_t n);

#endif
