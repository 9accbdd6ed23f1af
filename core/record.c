/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports as JSON: each field by its type, in the order of its shape.
 */
#include "core/record.h"

#include "core/json.h"
#include "core/text.h"

static struct jv *row_json(const struct row *r);

static struct jv *rows_json(const struct rows *rows)
{
	_cleanup_(jv_freep) struct jv *list = jv_list();

	for (size_t i = 0; i < rows->n; i++)
		if (jv_add(list, row_json(rows->v[i])) < 0)
			return NULL;
	return TAKE_PTR(list);
}

static struct jv *strs_json(char *const *v, size_t n)
{
	_cleanup_(jv_freep) struct jv *list = jv_list();

	for (size_t i = 0; i < n; i++)
		if (jv_add(list, jv_new_str(v[i])) < 0)
			return NULL;
	return TAKE_PTR(list);
}

static struct jv *cell_json(const struct field *f, const struct cell *c)
{
	char when[64];

	if (!c->set)
		return jv_null();
	switch (f->type) {
	case F_STR:
		return jv_new_str(c->str);
	case F_INT:
		return jv_new_int(c->i);
	case F_REAL:
		return jv_new_real(c->real);
	case F_BOOL:
		return jv_new_bool(c->b);
	case F_TIME:
		text_time(when, sizeof(when), (uint64_t)c->i);
		return jv_new_str(when);
	case F_STRS:
		return strs_json(c->strs.v, c->strs.n);
	case F_ROW:
		return row_json(c->row);
	case F_ROWS:
		return rows_json(&c->rows);
	}
	return NULL;
}

static struct jv *row_json(const struct row *r)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();

	for (size_t i = 0; i < r->shape->n_fields; i++) {
		const struct field *f = &r->shape->fields[i];

		if (f->flags & FIELD_NOJSON)
			continue;
		if (jv_set(o, f->key, cell_json(f, &r->cells[i])) < 0)
			return NULL;
	}
	return TAKE_PTR(o);
}

static struct jv *report_json(const struct report *r)
{
	if (!r || !r->shape)
		return jv_null();
	if (r->is_list)
		return rows_json(&r->rows);
	return r->rows.n ? row_json(r->rows.v[0]) : jv_null();
}

static struct jv *err_json(const struct err *e)
{
	_cleanup_(jv_freep) struct jv *o = NULL;

	if (!e || !e->code)
		return jv_null();
	o = jv_object();
	if (jv_set(o, "code", jv_new_str(rc_name((int)err_exit(e)))) < 0 ||
	    jv_set(o, "errno", jv_new_str(errno_word(e->code))) < 0 ||
	    jv_set(o, "text", jv_new_str(e->text)) < 0 || jv_set(o, "hint", jv_new_str(e->hint)) < 0)
		return NULL;
	return TAKE_PTR(o);
}

char *record_envelope(char *const *cmd, size_t n_cmd, int rc, const struct report *report,
		      const struct err *e)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();
	const char *audit = report && report->audit[0] ? report->audit : NULL;

	if (jv_set(o, "v", jv_new_int(1)) < 0 || jv_set(o, "cmd", strs_json(cmd, n_cmd)) < 0 ||
	    jv_set(o, "rc", jv_new_int(rc)) < 0 || jv_set(o, "status", jv_new_str(rc_name(rc))) < 0 ||
	    jv_set(o, "changed", jv_new_bool(report && report->changed)) < 0 ||
	    jv_set(o, "data", report_json(report)) < 0 || jv_set(o, "error", err_json(e)) < 0 ||
	    jv_set(o, "audit", jv_new_str(audit)) < 0)
		return NULL;
	return jv_dump(o);
}

char *record_data(const struct report *report)
{
	_cleanup_(jv_freep) struct jv *data = report_json(report);

	return jv_dump(data);
}
