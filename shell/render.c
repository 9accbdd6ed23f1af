/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports as text for people. Foreign strings are cleaned cell by cell and
 * line by line here, so a verb may put in what it found.
 */
#include "shell/render.h"

#include <errno.h>

#include "core/text.h"

/* Columns of the next word, its blank included. */
static size_t word_columns(const char *s, size_t *ret_bytes)
{
	char buf[256];

	*ret_bytes = strcspn(s, " ");
	FORMAT(buf, "%.*s", (int)MIN(*ret_bytes, sizeof(buf) - 1), s);
	return text_width(buf);
}

/* A sentence on lines of at most width columns (0: one line). */
static void print_sentence(FILE *out, const char *line, size_t width)
{
	_cleanup_free_ char *clean = text_clean_dup(line, strlen(line));
	size_t at = 0, bytes;

	for (const char *p = clean ? clean : "?"; *p; p += bytes + (p[bytes] == ' ')) {
		size_t columns = word_columns(p, &bytes);

		if (width && at && at + 1 + columns > width) {
			fputs("\n  ", out);
			at = 2;
		} else if (p != clean) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)bytes, p);
		at += columns;
	}
	fputc('\n', out);
}

/* A label's line: scalars and lists of strings; rows are drawn under it. */
static bool is_line(const struct field *f)
{
	return !(f->flags & FIELD_JSON) && f->type != F_ROWS;
}

static size_t label_width(const struct row *row, size_t indent)
{
	size_t width = 0;

	for (size_t i = 0; i < row->shape->n_fields; i++) {
		const struct field *f = &row->shape->fields[i];
		_cleanup_free_ char *label = is_line(f) ? field_label(f) : NULL;

		if (label)
			width = MAX(width, text_width(label) + indent);
		if (label && f->type == F_ROW && row->cells[i].set)
			width = MAX(width, label_width(row->cells[i].row, indent + 2));
	}
	return width;
}

static void print_value(FILE *out, const char *text, const struct render_opts *o)
{
	const char *color = o->color ? word_color(text) : NULL;
	const char *sgr = !color ? NULL : streq(color, "red") ? "31" : streq(color, "green") ? "32" : "33";

	if (sgr)
		fprintf(out, "\033[%sm%s\033[0m\n", sgr, text);
	else
		fprintf(out, "%s\n", text);
}

static int print_lines(FILE *out, const struct row *row, size_t indent, size_t width,
		       const struct render_opts *o)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < row->shape->n_fields; i++) {
		const struct field *f = &row->shape->fields[i];
		const struct cell *c = &row->cells[i];
		_cleanup_free_ char *label = is_line(f) ? field_label(f) : NULL;
		_cleanup_free_ char *text = NULL;

		if (!label)
			continue;
		if (f->type == F_ROW && c->set) {
			fprintf(out, "%*s%s:\n", (int)indent, "", label);
			r = print_lines(out, c->row, indent + 2, width, o);
			continue;
		}
		/* An empty list, or a part that is not there, is "none". */
		if (!c->human && ((f->type == F_STRS && !c->strs.n) || f->type == F_ROW))
			text = strdup("none");
		else
			text = cell_text(f, c);
		if (!text)
			return -ENOMEM;
		fprintf(out, "%*s%s:%*s  ", (int)indent, "", label, (int)(width - indent - text_width(label)),
			"");
		print_value(out, text, o);
	}
	return r;
}

static int print_tables(FILE *out, const struct row *row, bool after, const struct render_opts *o)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < row->shape->n_fields; i++) {
		const struct field *f = &row->shape->fields[i];
		_cleanup_free_ char *label = NULL;

		if (f->type != F_ROWS || (f->flags & FIELD_JSON) || !row->cells[i].rows.n)
			continue;
		label = field_label(f);
		fprintf(out, "%s%s:\n", after ? "\n" : "", label ? label : f->key);
		r = table_print(out, f->sub, &row->cells[i].rows, 2, o);
		after = true;
	}
	return r;
}

static int print_single(FILE *out, const struct report *r, const struct render_opts *o)
{
	const struct row *row = r->rows.v[0];
	size_t width = label_width(row, 0);
	bool after = r->headline != NULL;
	int err;

	if (width && after)
		fputc('\n', out);
	err = print_lines(out, row, 0, width, o);
	return err < 0 ? err : print_tables(out, row, after || width, o);
}

static int print_body(FILE *out, const struct report *r, const struct render_opts *o)
{
	if (r->text) {
		fputs(r->text, out);
		return 0;
	}
	if (!r->shape || !r->rows.n)
		return 0;
	if (!r->is_list)
		return print_single(out, r, o);
	if (r->headline)
		fputc('\n', out);
	return table_print(out, r->shape, &r->rows, 0, o);
}

char *render_text(const struct report *r, const struct render_opts *o)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return NULL;
	if (r->headline)
		print_sentence(out, r->headline, o->width);
	err = print_body(out, r, o);
	if (r->n_notes && (r->headline || r->rows.n || r->text))
		fputc('\n', out);
	for (size_t i = 0; i < r->n_notes; i++)
		print_sentence(out, r->notes[i], o->width);
	if (fclose(out) != 0 || err < 0)
		return NULL;
	return TAKE_PTR(text);
}
