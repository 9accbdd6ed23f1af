/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as text for people, or as tab-separated values. JSON is made by
 * core/record. Pure: a report in, a string out.
 */
#ifndef KLPSH_SHELL_RENDER_H
#define KLPSH_SHELL_RENDER_H

#include "shell/table.h"

/*
 * For people: headline, then a table (list) or labelled lines with tables
 * under them (one row), then notes. Heap, "" when there is nothing to say,
 * NULL when out of memory.
 */
char *render_text(const struct report *r, const struct render_opts *o);

/*
 * Tab-separated values: a heading line of JSON keys (left out when heading is
 * false), then a line a row. A nested row makes dotted columns
 * ("transition.patch"). The first list of rows in a single-row report makes
 * the lines, the fields around it are repeated in each. Other nested rows are
 * one cell: `a:b(c:d,e:f),g:h()`. null is "-", booleans true and false.
 */
char *render_tsv(const struct report *r, bool heading);

#endif
