/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports as JSON. jansson refuses strings that are not valid UTF-8; those
 * are sanitized first, others go out as they are (JSON escapes controls).
 */
#include "core/record.h"

#include <jansson.h>
#include <math.h>

#include "core/text.h"

static json_t *string_json(const char *s)
{
	json_t *j = json_string(s);
	_cleanup_free_ char *clean = NULL;

	if (j)
		return j;
	clean = text_clean_dup(s, strlen(s));
	return clean ? json_string(clean) : NULL;
}

static json_t *row_json(const struct row *r);

static json_t *rows_json(const struct rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < rows->n; i++)
		if (json_array_append_new(list, row_json(rows->v[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *strs_json(char *const *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < n; i++)
		if (json_array_append_new(list, string_json(v[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *cell_json(const struct field *f, const struct cell *c)
{
	char when[64];

	if (!c->set)
		return json_null();
	switch (f->type) {
	case F_STR:
		return string_json(c->str);
	case F_INT:
		return json_integer(c->i);
	case F_REAL:
		return isfinite(c->real) ? json_real(c->real) : json_null();
	case F_BOOL:
		return json_boolean(c->b);
	case F_TIME:
		text_time(when, sizeof(when), (uint64_t)c->i);
		return json_string(when);
	case F_STRS:
		return strs_json(c->strs.v, c->strs.n);
	case F_ROW:
		return row_json(c->row);
	case F_ROWS:
		return rows_json(&c->rows);
	}
	return NULL;
}

static json_t *row_json(const struct row *r)
{
	json_t *o = json_object();

	for (size_t i = 0; o && i < r->shape->n_fields; i++) {
		const struct field *f = &r->shape->fields[i];

		if (f->flags & FIELD_NOJSON)
			continue;
		if (json_object_set_new(o, f->key, cell_json(f, &r->cells[i])) < 0) {
			json_decref(o);
			return NULL;
		}
	}
	return o;
}

static json_t *report_json(const struct report *r)
{
	if (!r || !r->shape)
		return json_null();
	if (r->is_list)
		return rows_json(&r->rows);
	return r->rows.n ? row_json(r->rows.v[0]) : json_null();
}

static json_t *err_json(const struct err *e)
{
	if (!e || !e->code)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s}", "code", rc_name((int)err_exit(e)), "errno",
			 errno_word(e->code), "text", e->text, "hint", e->hint);
}

static char *dump_and_drop(json_t *j)
{
	/* ASCII: a C1 control or a bidi override in it must not steer a terminal. */
	size_t flags = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9);
	char *s = j ? json_dumps(j, flags) : NULL;

	json_decref(j);
	return s;
}

char *record_envelope(char *const *cmd, size_t n_cmd, int rc, const struct report *report,
		      const struct err *e)
{
	return dump_and_drop(json_pack("{s:i, s:o, s:i, s:s, s:b, s:o, s:o, s:n}", "v", 1, "cmd",
				       strs_json(cmd, n_cmd), "rc", rc, "status", rc_name(rc), "changed",
				       report && report->changed, "data", report_json(report), "error",
				       err_json(e), "audit"));
}

char *record_data(const struct report *report)
{
	return dump_and_drop(report_json(report));
}
