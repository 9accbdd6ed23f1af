/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model behind every list: which rows are shown in which order, and which
 * one is selected. The selection is an identity, never an index: it stays on
 * its row through sorting, filtering and new data, and when the row is gone
 * it moves to the one that took its place. Rows are virtual (the source makes
 * cells when asked), so that ten thousand cost little. No terminal here.
 */
#ifndef KLPSH_TUI_TABLE_H
#define KLPSH_TUI_TABLE_H

#include "tui/filter.h"

#define TABLE_COLUMNS_MAX 12
#define TABLE_CELL_MAX 512
#define TABLE_NO_PARENT SIZE_MAX

enum column_flags {
	COL_RIGHT = 1 << 0,
	COL_FLEX = 1 << 1, /* may shrink to its minimum and grow to what it holds */
};

struct column {
	const char *title;
	unsigned char min; /* columns it takes at least */
	unsigned char max; /* and at most */
	unsigned char drop; /* without room the highest goes first; 0 stays */
	unsigned char flags;
	const char *help;
};

/* Clean text of one cell. */
typedef void table_cell(void *ctx, size_t i, size_t column, char *buf, size_t size);

/* Where rows come from. i counts the source's rows in their natural order. */
struct table_source {
	const struct column *columns;
	size_t n_columns;
	size_t (*count)(void *ctx);
	uint64_t (*id)(void *ctx, size_t i);
	table_cell *cell;
	unsigned (*style)(void *ctx, size_t i, size_t column); /* may be NULL */
	/* Below 0, equal, above 0; NULL: by the cells' text. */
	int (*compare)(void *ctx, size_t a, size_t b, size_t column);
	size_t (*parent)(void *ctx, size_t i); /* trees, parents first; NULL: none */
	bool (*folded)(void *ctx, size_t i); /* there for a filter to find only; may be NULL */
	bool steps; /* their order says what comes next, so they are not sorted */
};

struct table {
	const struct table_source *source;
	void *ctx;
	uint32_t *order; /* source indices as shown */
	bool *marks; /* room for filtering, two a row */
	size_t n; /* shown */
	size_t matched, total; /* top rows that pass the filter, and all */
	uint64_t selected; /* identity */
	bool has_selection;
	size_t cursor; /* its place in order, when n > 0 */
	size_t top; /* first row on the screen */
	struct filter filter;
	int sort; /* column, -1: the source's order */
	bool reverse;
	bool follow; /* keep to the last row */
	unsigned char width[TABLE_COLUMNS_MAX]; /* what the cells want */
};

/* Start with a source (borrowed) and its ctx; free. */
void table_init(struct table *t, const struct table_source *source, void *ctx);
void table_done(struct table *t);
/* The source changed: order, filter and find the selection again. */
int table_update(struct table *t);
/* Source index of the selected row; false: there is none. */
bool table_selected(const struct table *t, size_t *ret);
/* Move the selection; it stays within the rows. */
void table_move(struct table *t, long rows);
void table_home(struct table *t);
void table_end(struct table *t);
/* Select the row with this identity, if it is shown. */
bool table_select(struct table *t, uint64_t id);
/* Keep the cursor among `height` visible rows. */
void table_scroll(struct table *t, size_t height);
/* s: the next column; after the last one the source's own order again. */
void table_sort_next(struct table *t);
/* A row's cells joined by tabs, for copying. */
void table_row_text(const struct table *t, size_t i, char *buf, size_t size);
/* Lay columns out in `avail`: widths, 0 for a dropped one. */
void table_layout(const struct table *t, int avail, int widths[TABLE_COLUMNS_MAX]);

/* Below 0, equal, above 0: for a source's compare. */
int table_compare_numbers(int64_t a, int64_t b);
/* The same by the text of two cells, as sorting does where a source has no compare. */
int table_compare_text(table_cell *cell, void *view, size_t a, size_t b, size_t column);

/* An identity from bytes; chain by passing the one before (start with 0). */
uint64_t table_hash(uint64_t before, const void *data, size_t len);
uint64_t table_hash_str(uint64_t before, const char *s);

#endif
