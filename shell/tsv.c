/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports as tab-separated values, for cut, awk and spreadsheets: the fields
 * of the JSON, flattened. Tabs, newlines and all other controls are made
 * visible by the sanitizer, so a line is always a row.
 */
#include <errno.h>

#include "core/text.h"
#include "shell/render.h"

static int print_cell(FILE *out, const struct field *f, const struct cell *c);

static int print_strs(FILE *out, char *const *v, size_t n)
{
	if (!n)
		fputc('-', out);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *clean = text_clean_dup(v[i], strlen(v[i]));

		if (!clean)
			return -ENOMEM;
		fprintf(out, "%s%s", i ? "," : "", clean);
	}
	return 0;
}

/* Rows inside a cell: scalars joined by ':', their own rows in brackets. */
static int print_rows(FILE *out, const struct rows *rows)
{
	int r = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = rows->v[i];

		fputs(i ? "," : "", out);
		for (size_t j = 0; r >= 0 && j < row->shape->n_fields; j++) {
			bool nested = row->shape->fields[j].type == F_ROWS;

			/* There is no heading here to tell what more would be. */
			if (row->shape->fields[j].flags & (FIELD_NOJSON | FIELD_JSON))
				continue;
			fputs(nested ? "(" : j ? ":" : "", out);
			r = print_cell(out, &row->shape->fields[j], &row->cells[j]);
			fputs(nested ? ")" : "", out);
		}
	}
	return r;
}

static int print_cell(FILE *out, const struct field *f, const struct cell *c)
{
	/* What a table abbreviates is whole here. */
	struct cell bare = c ? *c : (struct cell){ 0 };
	_cleanup_free_ char *text = NULL;

	bare.human = NULL;
	if (!bare.set) {
		fputc('-', out);
		return 0;
	}
	switch (f->type) {
	case F_BOOL:
		fputs(bare.b ? "true" : "false", out);
		return 0;
	case F_STRS:
		return print_strs(out, bare.strs.v, bare.strs.n);
	case F_ROWS:
		return print_rows(out, &bare.rows);
	case F_ROW:
		return print_rows(out, &(struct rows){ &bare.row, 1 });
	case F_REAL:
		fprintf(out, "%.6f", bare.real);
		return 0;
	default:
		text = cell_text(f, &bare);
		fputs(text ? text : "", out);
		return text ? 0 : -ENOMEM;
	}
}

/* The list of rows that makes the lines of a single-row report, or -1. */
static ssize_t main_rows(const struct report *r)
{
	for (size_t i = 0; !r->is_list && i < r->shape->n_fields; i++)
		if (r->shape->fields[i].type == F_ROWS)
			return (ssize_t)i;
	return -1;
}

struct line {
	FILE *out;
	bool heading, started;
	int r;
};

static void put(struct line *l, const char *prefix, const struct field *f, const struct cell *c)
{
	if (f->flags & FIELD_NOJSON || l->r < 0)
		return;
	if (l->started)
		fputc('\t', l->out);
	l->started = true;
	if (l->heading)
		fprintf(l->out, "%s%s%s", prefix, prefix[0] ? "." : "", f->key);
	else if (f->type == F_ROWS && c && c->set && !c->rows.n)
		fputc('-', l->out);
	else
		l->r = print_cell(l->out, f, c);
}

/* One shape's fields; row NULL: all null. `main` has its fields spread out from `inner`. */
static void put_row(struct line *l, const char *prefix, const struct shape *s, const struct row *row,
		    ssize_t main, const struct row *inner)
{
	for (size_t i = 0; i < s->n_fields; i++) {
		const struct field *f = &s->fields[i];
		const struct cell *c = row ? &row->cells[i] : NULL;

		if ((ssize_t)i == main)
			put_row(l, f->key, f->sub, inner, -1, NULL);
		else if (f->type == F_ROW)
			put_row(l, f->key, f->sub, c && c->set ? c->row : NULL, -1, NULL);
		else
			put(l, prefix, f, c);
	}
}

static int print_line(FILE *out, const struct report *r, const struct row *row, const struct row *inner,
		      bool heading)
{
	struct line l = { .out = out, .heading = heading };

	put_row(&l, "", r->shape, row, main_rows(r), inner);
	fputc('\n', out);
	return l.r;
}

static int print_report(FILE *out, const struct report *r)
{
	ssize_t at = main_rows(r);
	int err = 0;

	for (size_t i = 0; err >= 0 && i < r->rows.n; i++) {
		const struct rows *inner = at >= 0 ? &r->rows.v[i]->cells[at].rows : NULL;

		if (!inner || !inner->n)
			err = print_line(out, r, r->rows.v[i], NULL, false);
		for (size_t j = 0; err >= 0 && inner && j < inner->n; j++)
			err = print_line(out, r, r->rows.v[i], inner->v[j], false);
	}
	return err;
}

char *render_tsv(const struct report *r, bool heading)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err = 0;

	if (!out)
		return NULL;
	if (r->shape && heading)
		err = print_line(out, r, NULL, NULL, true);
	if (r->shape && err >= 0)
		err = print_report(out, r);
	if (fclose(out) != 0 || err < 0)
		return NULL;
	return TAKE_PTR(text);
}
