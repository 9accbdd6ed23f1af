/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building reports: rows of cells after a shape. Setting a key that the shape
 * does not have is our own bug and trips an assertion in debug builds.
 */
#include "core/report.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>

#include "core/text.h"

static void cell_clear(const struct field *f, struct cell *c)
{
	free(c->human);
	if (!c->set)
		return;
	switch (f->type) {
	case F_STR:
		free(c->str);
		break;
	case F_STRS:
		for (size_t i = 0; i < c->strs.n; i++)
			free(c->strs.v[i]);
		free(c->strs.v);
		break;
	case F_ROW:
		row_free(c->row);
		break;
	case F_ROWS:
		for (size_t i = 0; i < c->rows.n; i++)
			row_free(c->rows.v[i]);
		free(c->rows.v);
		break;
	default:
		break;
	}
}

struct row *row_free(struct row *r)
{
	if (!r)
		return NULL;
	for (size_t i = 0; i < r->shape->n_fields; i++)
		cell_clear(&r->shape->fields[i], &r->cells[i]);
	free(r->cells);
	free(r);
	return NULL;
}

/* A list without elements is an empty list, never null. */
struct row *row_new(const struct shape *shape)
{
	struct row *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->shape = shape;
	r->cells = calloc(shape->n_fields, sizeof(*r->cells));
	if (!r->cells) {
		free(r);
		return NULL;
	}
	for (size_t i = 0; i < shape->n_fields; i++)
		r->cells[i].set = shape->fields[i].type == F_STRS || shape->fields[i].type == F_ROWS;
	return r;
}

struct report *report_new(const struct shape *shape, bool is_list)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->shape = shape;
	r->is_list = is_list;
	return r;
}

struct report *report_free(struct report *r)
{
	if (!r)
		return NULL;
	for (size_t i = 0; i < r->rows.n; i++)
		row_free(r->rows.v[i]);
	free(r->rows.v);
	for (size_t i = 0; i < r->n_notes; i++)
		free(r->notes[i]);
	free(r->notes);
	free(r->headline);
	free(r->text);
	free(r);
	return NULL;
}

static struct row *rows_add(struct rows *rows, const struct shape *shape)
{
	struct row *r;

	if (array_grow(&rows->v, rows->n, sizeof(struct row *)) < 0)
		return NULL;
	r = row_new(shape);
	if (r)
		rows->v[rows->n++] = r;
	return r;
}

struct row *report_add(struct report *r)
{
	return rows_add(&r->rows, r->shape);
}

static int field_index(const struct shape *s, const char *key)
{
	for (size_t i = 0; i < s->n_fields; i++)
		if (streq(s->fields[i].key, key))
			return (int)i;
	return -1;
}

/* The cell for a key of the given type; NULL (and an assertion) for a bug. */
static struct cell *cell_for(struct row *r, const char *key, enum ftype type, enum ftype other)
{
	int i = field_index(r->shape, key);

	assert(i >= 0);
	if (i < 0)
		return NULL;
	assert(r->shape->fields[i].type == type || r->shape->fields[i].type == other);
	if (r->shape->fields[i].type != type && r->shape->fields[i].type != other)
		return NULL;
	return &r->cells[i];
}

const struct cell *row_cell(const struct row *r, const char *key)
{
	int i = field_index(r->shape, key);

	return i < 0 ? NULL : &r->cells[i];
}

struct row *row_add(struct row *parent, const char *key)
{
	struct cell *c = cell_for(parent, key, F_ROWS, F_ROWS);

	if (!c)
		return NULL;
	return rows_add(&c->rows, parent->shape->fields[field_index(parent->shape, key)].sub);
}

struct row *row_sub(struct row *parent, const char *key)
{
	struct cell *c = cell_for(parent, key, F_ROW, F_ROW);

	if (!c)
		return NULL;
	if (!c->set)
		c->row = row_new(parent->shape->fields[field_index(parent->shape, key)].sub);
	c->set = c->row != NULL;
	return c->row;
}

int row_str(struct row *r, const char *key, const char *value)
{
	struct cell *c = cell_for(r, key, F_STR, F_STR);
	char *s = NULL;

	if (!c)
		return -EINVAL;
	if (value) {
		s = strdup(value);
		if (!s)
			return -ENOMEM;
	}
	if (c->set)
		free(c->str);
	c->str = s;
	c->set = s != NULL;
	return 0;
}

/* A formatted string on the heap, NULL when out of memory. */
#define FORMAT_DUP(fmt)                                                                                      \
	({                                                                                                   \
		char *s_ = NULL;                                                                             \
		va_list ap_;                                                                                 \
		int n_;                                                                                      \
                                                                                                             \
		va_start(ap_, fmt);                                                                          \
		n_ = vasprintf(&s_, fmt, ap_);                                                               \
		va_end(ap_);                                                                                 \
		n_ < 0 ? NULL : s_;                                                                          \
	})

int row_strf(struct row *r, const char *key, const char *fmt, ...)
{
	_cleanup_free_ char *s = FORMAT_DUP(fmt);

	return s ? row_str(r, key, s) : -ENOMEM;
}

/* The cell of a plain value, which is going to have one. */
static struct cell *cell_give(struct row *r, const char *key, enum ftype type)
{
	struct cell *c = cell_for(r, key, type, type);

	if (c)
		c->set = true;
	return c;
}

int row_int(struct row *r, const char *key, int64_t value)
{
	struct cell *c = cell_give(r, key, F_INT);

	if (c)
		c->i = value;
	return c ? 0 : -EINVAL;
}

int row_real(struct row *r, const char *key, double value)
{
	struct cell *c = cell_give(r, key, F_REAL);

	if (c)
		c->real = value;
	return c ? 0 : -EINVAL;
}

int row_bool(struct row *r, const char *key, bool value)
{
	struct cell *c = cell_give(r, key, F_BOOL);

	if (c)
		c->b = value;
	return c ? 0 : -EINVAL;
}

int row_tri(struct row *r, const char *key, int tri)
{
	return tri < 0 ? 0 : row_bool(r, key, tri > 0);
}

int row_time(struct row *r, const char *key, uint64_t wall_us)
{
	struct cell *c = cell_give(r, key, F_TIME);

	if (c)
		c->i = (int64_t)wall_us;
	return c ? 0 : -EINVAL;
}

int row_push(struct row *r, const char *key, const char *value)
{
	struct cell *c = cell_for(r, key, F_STRS, F_STRS);
	char *s;

	if (!c)
		return -EINVAL;
	if (array_grow(&c->strs.v, c->strs.n, sizeof(char *)) < 0)
		return -ENOMEM;
	s = strdup(value);
	if (!s)
		return -ENOMEM;
	c->strs.v[c->strs.n++] = s;
	return 0;
}

int row_human(struct row *r, const char *key, const char *fmt, ...)
{
	int i = field_index(r->shape, key);
	char *s;

	assert(i >= 0);
	if (i < 0)
		return -EINVAL;
	s = FORMAT_DUP(fmt);
	if (!s)
		return -ENOMEM;
	free(r->cells[i].human);
	r->cells[i].human = s;
	return 0;
}

int report_headline(struct report *r, const char *fmt, ...)
{
	char *s = FORMAT_DUP(fmt);

	if (!s)
		return -ENOMEM;
	free(r->headline);
	r->headline = s;
	return 0;
}

int report_note(struct report *r, const char *fmt, ...)
{
	char *s = FORMAT_DUP(fmt);

	if (!s)
		return -ENOMEM;
	/* Room for the NULL behind the last; array_grow begins with four. */
	if ((!r->notes && array_grow(&r->notes, 0, sizeof(char *)) < 0) ||
	    array_grow(&r->notes, r->n_notes + 1, sizeof(char *)) < 0) {
		free(s);
		return -ENOMEM;
	}
	r->notes[r->n_notes++] = s;
	r->notes[r->n_notes] = NULL;
	return 0;
}

static char *strs_join(char *const *v, size_t n)
{
	_cleanup_free_ char *out = strdup("");

	for (size_t i = 0; out && i < n; i++) {
		char *next = NULL;

		if (asprintf(&next, "%s%s%s", out, i ? ", " : "", v[i]) < 0)
			return NULL;
		free(out);
		out = next;
	}
	return out ? text_clean_dup(out, strlen(out)) : NULL;
}

char *cell_text(const struct field *f, const struct cell *c)
{
	char buf[64];

	if (c->human)
		return text_clean_dup(c->human, strlen(c->human));
	if (!c->set)
		return strdup("n/a");
	switch (f->type) {
	case F_STR:
		return text_clean_dup(c->str, strlen(c->str));
	case F_STRS:
		return strs_join(c->strs.v, c->strs.n);
	case F_INT:
		FORMAT(buf, "%lld", (long long)c->i);
		return strdup(buf);
	case F_REAL:
		FORMAT(buf, "%.1f", c->real);
		return strdup(buf);
	case F_BOOL:
		return strdup(c->b ? "yes" : "no");
	case F_TIME:
		text_time(buf, sizeof(buf), (uint64_t)c->i);
		return strdup(buf);
	case F_ROW:
	case F_ROWS:
		FORMAT(buf, "%zu", f->type == F_ROWS ? c->rows.n : 1);
		return strdup(buf);
	}
	return strdup("");
}
