/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows as an aligned table, or as a tree where rows hold rows. The only owner
 * of libsmartcols. Every cell passes the sanitizer before it gets there.
 */
#ifndef KLPSH_SHELL_TABLE_H
#define KLPSH_SHELL_TABLE_H

#include "core/report.h"

struct render_opts {
	size_t width; /* columns of the terminal; 0: no terminal, nothing is cut */
	bool color;
};

/*
 * Append the table to out, every line behind `indent` blanks. Fields that are
 * for JSON only make no column; wide ones do where there is room. An F_ROWS
 * field is a column where its cells have a human text, else its rows are the
 * branches of a tree. 0 or negative errno.
 */
int table_print(FILE *out, const struct shape *shape, const struct rows *rows, size_t indent,
		const struct render_opts *o);

/* Heading of a field in a table, or its label in a list: "stack_order" as "order". Heap. */
char *field_heading(const struct field *f);
char *field_label(const struct field *f);
/* Colour of a word that means something ("stalled" is red), or NULL. */
const char *word_color(const char *word);

#endif
