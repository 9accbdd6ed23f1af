/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb returns: typed values with named fields. One field table (a
 * shape) per report gives the columns of the text table, the TSV and the keys
 * of the JSON alike. Renderers live in core/record (JSON) and shell/ (text,
 * TSV); the TUI reads the values. Never prints.
 */
#ifndef KLPSH_CORE_REPORT_H
#define KLPSH_CORE_REPORT_H

#include "core/err.h"

enum ftype {
	F_STR, /* string or null */
	F_INT, /* signed integer or null */
	F_REAL, /* number or null (seconds with a fraction) */
	F_BOOL, /* true, false or null */
	F_TIME, /* wall-clock microseconds; RFC 3339 in JSON; or null */
	F_STRS, /* list of strings */
	F_ROW, /* one nested row (sub) or null */
	F_ROWS, /* list of nested rows (sub) */
};

enum fflags {
	FIELD_RIGHT = 1 << 0, /* align right in a table */
	FIELD_TRUNC = 1 << 1, /* may be cut to fit the terminal */
	FIELD_JSON = 1 << 2, /* in JSON only, no column and no line */
	FIELD_WIDE = 1 << 3, /* a column only where there is room or --plain */
	FIELD_NOJSON = 1 << 4, /* for people only */
};

struct shape;
struct field {
	const char *key; /* JSON key, TSV heading */
	const char *title; /* column heading or label; NULL: key */
	enum ftype type;
	unsigned flags;
	const struct shape *sub; /* F_ROW, F_ROWS */
	const char *help; /* one line for the manual, may be NULL */
};
struct shape {
	const char *name; /* "patch", "blocker" */
	const struct field *fields;
	size_t n_fields;
};
#define SHAPE(sname, table)                                                                                  \
	{                                                                                                    \
		.name = (sname), .fields = (table), .n_fields = ARRAY_SIZE(table)                            \
	}

struct row;
struct rows {
	struct row **v;
	size_t n;
};
struct cell {
	bool set; /* false: null */
	union {
		char *str; /* as it came; sanitized by the renderers */
		int64_t i; /* also F_TIME */
		double real;
		bool b;
		struct row *row;
		struct rows rows;
		struct {
			char **v;
			size_t n;
		} strs;
	};
	char *human; /* what a table shows instead of the bare value, or NULL */
};
struct row {
	const struct shape *shape;
	struct cell *cells; /* one a field, same order */
};

struct report {
	const struct shape *shape; /* of the row or of each row */
	bool is_list; /* data is a list of rows, else exactly one row */
	struct rows rows;
	char *headline; /* first line for people, NULL: none */
	char **notes; /* lines behind it, for people (NULL-terminated) or NULL */
	size_t n_notes;
	char *text; /* free-form body for people instead of table (help, source) */
	enum rc rc; /* exit code this report means (status: 6, 7, 3) */
	bool changed;
	char audit[16]; /* of a change: "recorded", "off", "not-written"; "" none */
};

/* All return NULL when out of memory, or -ENOMEM. The report owns its rows. */
struct report *report_new(const struct shape *shape, bool is_list);
struct report *report_free(struct report *r);
DEFINE_CLEANUP(struct report, report_free)

struct row *row_new(const struct shape *shape);
struct row *row_free(struct row *r);
/* Append a new row to the report (or to a F_ROWS cell); owned there. */
struct row *report_add(struct report *r);
struct row *row_add(struct row *parent, const char *key);
/* Give a F_ROW cell its row. */
struct row *row_sub(struct row *parent, const char *key);

/*
 * Set a field by key. A key that the shape lacks, or a value of the wrong
 * type, is a bug: it trips an assertion in debug builds and gives -EINVAL.
 */
int row_str(struct row *r, const char *key, const char *value /* NULL: null */);
int row_strf(struct row *r, const char *key, const char *fmt, ...) _printf_(3, 4);
int row_int(struct row *r, const char *key, int64_t value);
int row_real(struct row *r, const char *key, double value);
int row_bool(struct row *r, const char *key, bool value);
/* -1 leaves null. */
int row_tri(struct row *r, const char *key, int tri);
int row_time(struct row *r, const char *key, uint64_t wall_us);
/* Append one string to a F_STRS field. */
int row_push(struct row *r, const char *key, const char *value);
/* What a table shows for the field instead of the bare value. */
int row_human(struct row *r, const char *key, const char *fmt, ...) _printf_(3, 4);

/* The cell of a key, NULL when the shape has none. */
const struct cell *row_cell(const struct row *r, const char *key);

int report_headline(struct report *r, const char *fmt, ...) _printf_(2, 3);
int report_note(struct report *r, const char *fmt, ...) _printf_(2, 3);

/*
 * A cell as one line for people: null is "n/a", a bool "yes"/"no", strings
 * sanitized, lists joined by ", ". Heap; NULL when out of memory.
 */
char *cell_text(const struct field *f, const struct cell *c);

#endif
