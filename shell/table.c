/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Draws a grid with libsmartcols, which cuts the columns that may be cut to
 * the terminal's width. The only file that includes it.
 */
#include "shell/table.h"

#include <errno.h>
#include <libsmartcols.h>

#include "shell/grid.h"

static void tablep(struct libscols_table **t)
{
	scols_unref_table(*t);
}

static int add_columns(struct libscols_table *t, const struct grid *g)
{
	bool first = true;

	for (size_t i = 0; i < g->n_columns; i++) {
		const struct grid_column *c = &g->columns[i];
		int flags = 0;

		if (c->hidden)
			continue;
		flags |= c->flags & FIELD_RIGHT ? SCOLS_FL_RIGHT : 0;
		flags |= c->flags & FIELD_TRUNC ? SCOLS_FL_TRUNC : 0;
		flags |= g->tree && first ? SCOLS_FL_TREE : 0;
		if (!scols_table_new_column(t, c->heading, 0, flags))
			return -ENOMEM;
		first = false;
	}
	return 0;
}

static int fill_line(struct libscols_line *l, const struct grid *g, const struct grid_line *src)
{
	size_t at = 0;

	for (size_t i = 0; i < g->n_columns; i++) {
		const char *text = src->cells[i] ? src->cells[i] : "";
		const char *color = word_color(text);

		if (g->columns[i].hidden)
			continue;
		if (scols_line_set_data(l, at, text) < 0)
			return -ENOMEM;
		if (color)
			scols_cell_set_color(scols_line_get_cell(l, at), color);
		at++;
	}
	return 0;
}

static int add_lines(struct libscols_table *t, const struct grid *g)
{
	_cleanup_free_ struct libscols_line **made = calloc(g->n_lines + 1, sizeof(*made));
	int r = made ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < g->n_lines; i++) {
		ssize_t parent = g->lines[i].parent;

		made[i] = scols_table_new_line(t, parent >= 0 ? made[parent] : NULL);
		r = made[i] ? fill_line(made[i], g, &g->lines[i]) : -ENOMEM;
	}
	return r;
}

/* libsmartcols pads the last column of some tables: nobody needs those blanks. */
static void print_indented(FILE *out, char *text, size_t indent)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strlen(line);

		while (len && line[len - 1] == ' ')
			len--;
		fprintf(out, "%*s%.*s\n", (int)indent, "", (int)len, line);
	}
}

static int draw(FILE *out, const struct grid *g, size_t indent, const struct render_opts *o)
{
	_cleanup_(tablep) struct libscols_table *t = scols_new_table();
	_cleanup_free_ char *text = NULL;
	int r;

	if (!t)
		return -ENOMEM;
	scols_table_enable_colors(t, o->color);
	scols_table_set_column_separator(t, "  ");
	scols_table_enable_noencoding(t, 1); /* the sanitizer has been there */
	scols_table_set_termforce(t, o->width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (o->width)
		scols_table_set_termwidth(t, MAX(o->width, indent + 20) - indent);
	r = add_columns(t, g);
	r = r < 0 ? r : add_lines(t, g);
	r = r < 0 ? r : scols_print_table_to_string(t, &text);
	if (r < 0)
		return r;
	print_indented(out, text, indent);
	return 0;
}

int table_print(FILE *out, const struct shape *shape, const struct rows *rows, size_t indent,
		const struct render_opts *o)
{
	struct grid g;
	int r;

	r = grid_fill(&g, shape, rows);
	if (r >= 0) {
		grid_fit(&g, o->width > indent ? o->width - indent : 0);
		r = draw(out, &g, indent, o);
	}
	grid_done(&g);
	return r;
}
