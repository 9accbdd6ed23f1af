/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills a grid from rows. Nested rows without a human text become lines of a
 * tree; a field of theirs goes into the column of the same heading.
 */
#include "shell/grid.h"

#include <errno.h>

#include "core/text.h"
#include "shell/table.h"

#define COLUMN_GAP 2

static bool is_branch(const struct field *f, const struct rows *rows)
{
	size_t at;

	if (f->type != F_ROWS || (f->flags & FIELD_JSON))
		return false;
	for (size_t i = 0; i < rows->n; i++) {
		at = (size_t)(f - rows->v[i]->shape->fields);
		if (rows->v[i]->cells[at].human)
			return false;
	}
	return true;
}

/* Column with this heading, made when it is new; -1 when there is no room. */
static int column_of(struct grid *g, const struct field *f)
{
	_cleanup_free_ char *heading = field_heading(f);
	struct grid_column *c;

	if (!heading)
		return -ENOMEM;
	for (size_t i = 0; i < g->n_columns; i++)
		if (streq(g->columns[i].heading, heading))
			return (int)i;
	if (g->n_columns == GRID_COLUMNS)
		return -E2BIG;
	c = &g->columns[g->n_columns];
	c->flags = f->flags;
	c->width = text_width(heading);
	c->heading = TAKE_PTR(heading);
	return (int)g->n_columns++;
}

static int fill_cell(struct grid *g, size_t line, const struct field *f, const struct cell *cell)
{
	int i = column_of(g, f);
	char *text;

	if (i < 0)
		return i;
	text = cell_text(f, cell);
	if (!text)
		return -ENOMEM;
	free(g->lines[line].cells[i]);
	g->lines[line].cells[i] = text;
	g->columns[i].width = MAX(g->columns[i].width, text_width(text));
	return 0;
}

static int fill_rows(struct grid *g, const struct rows *rows, ssize_t parent);

static int fill_row(struct grid *g, const struct rows *siblings, const struct row *row, ssize_t parent)
{
	size_t line = g->n_lines;
	int r;

	r = array_grow(&g->lines, g->n_lines, sizeof(*g->lines));
	if (r < 0)
		return r;
	g->lines[g->n_lines++] = (struct grid_line){ .parent = parent };
	g->tree |= parent >= 0;
	for (size_t i = 0; r >= 0 && i < row->shape->n_fields; i++) {
		const struct field *f = &row->shape->fields[i];

		if (!(f->flags & FIELD_JSON) && f->type != F_ROW && !is_branch(f, siblings))
			r = fill_cell(g, line, f, &row->cells[i]);
	}
	for (size_t i = 0; r >= 0 && i < row->shape->n_fields; i++)
		if (is_branch(&row->shape->fields[i], siblings))
			r = fill_rows(g, &row->cells[i].rows, (ssize_t)line);
	return r;
}

static int fill_rows(struct grid *g, const struct rows *rows, ssize_t parent)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < rows->n; i++)
		r = fill_row(g, rows, rows->v[i], parent);
	return r;
}

int grid_fill(struct grid *g, const struct shape *shape, const struct rows *rows)
{
	memset(g, 0, sizeof(*g));
	return fill_rows(g, rows, -1);
}

void grid_fit(struct grid *g, size_t width)
{
	size_t used = 0;

	for (size_t i = 0; i < g->n_columns; i++) {
		g->columns[i].hidden = g->columns[i].flags & FIELD_WIDE;
		if (!g->columns[i].hidden)
			used += g->columns[i].width + COLUMN_GAP;
	}
	for (size_t i = 0; i < g->n_columns; i++) {
		size_t more = g->columns[i].width + COLUMN_GAP;

		if (!g->columns[i].hidden || used + more > width)
			continue;
		g->columns[i].hidden = false;
		used += more;
	}
}

void grid_done(struct grid *g)
{
	for (size_t i = 0; i < g->n_columns; i++)
		free(g->columns[i].heading);
	for (size_t i = 0; i < g->n_lines; i++)
		for (size_t j = 0; j < GRID_COLUMNS; j++)
			free(g->lines[i].cells[j]);
	free(g->lines);
	memset(g, 0, sizeof(*g));
}
