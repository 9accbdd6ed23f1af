/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table before it is drawn: columns picked from a shape, cells as clean
 * text, parents of tree lines. Knows no drawing library.
 */
#ifndef KLPSH_SHELL_GRID_H
#define KLPSH_SHELL_GRID_H

#include "core/report.h"

#define GRID_COLUMNS 24

struct grid_column {
	char *heading;
	unsigned flags; /* FIELD_* */
	size_t width; /* of its widest cell, heading included */
	bool hidden;
};
struct grid_line {
	char *cells[GRID_COLUMNS]; /* NULL: empty */
	ssize_t parent; /* index of the line above it in the tree, -1 none */
};
struct grid {
	struct grid_column columns[GRID_COLUMNS];
	size_t n_columns;
	struct grid_line *lines;
	size_t n_lines;
	bool tree;
};

/* 0 or -ENOMEM; grid_done in either case. */
int grid_fill(struct grid *g, const struct shape *shape, const struct rows *rows);
/* Hide wide columns that do not fit into width columns; 0: hide them all. */
void grid_fit(struct grid *g, size_t width);
void grid_done(struct grid *g);

#endif
