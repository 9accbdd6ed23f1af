// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ordering, filtering and selection of a list. Sorting is a total order: ties
 * fall back to the source's own, so rows never dance. In a tree the top rows
 * are sorted and each keeps its children below it.
 */
#include "tui/table.h"

#include "core/fnv.h"
#include "core/text.h"

#include <errno.h>
#include <strings.h>

#define HARD_MIN 6
#define WIDTH_SAMPLE 200 /* rows that column widths are taken from */

void table_init(struct table *t, const struct table_source *source, void *ctx)
{
	*t = (struct table){ .source = source, .ctx = ctx, .sort = -1 };
}

void table_done(struct table *t)
{
	free(t->order);
	free(t->marks);
	filter_done(&t->filter);
	*t = (struct table){ 0 };
}

static size_t row_parent(const struct table *t, size_t i)
{
	return t->source->parent ? t->source->parent(t->ctx, i) : TABLE_NO_PARENT;
}

static size_t row_top(const struct table *t, size_t i)
{
	for (size_t up; (up = row_parent(t, i)) != TABLE_NO_PARENT;)
		i = up;
	return i;
}

static int compare_cells(const struct table *t, size_t a, size_t b)
{
	if (t->source->compare)
		return t->source->compare(t->ctx, a, b, (size_t)t->sort);
	return table_compare_text(t->source->cell, t->ctx, a, b, (size_t)t->sort);
}

static int compare_rows(const void *pa, const void *pb, void *arg)
{
	const struct table *t = arg;
	size_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	size_t top_a = row_top(t, a), top_b = row_top(t, b);
	int r = 0;

	if (top_a == top_b)
		return a < b ? -1 : a > b;
	if (t->sort >= 0)
		r = compare_cells(t, top_a, top_b);
	if (r == 0)
		r = top_a < top_b ? -1 : 1;
	return t->reverse ? -r : r;
}

static bool row_matches(const struct table *t, size_t i)
{
	char cells[TABLE_COLUMNS_MAX][TABLE_CELL_MAX];
	const char *list[TABLE_COLUMNS_MAX];

	for (size_t c = 0; c < t->source->n_columns; c++) {
		t->source->cell(t->ctx, i, c, cells[c], sizeof(cells[c]));
		list[c] = cells[c];
	}
	return filter_match(&t->filter, list, t->source->n_columns);
}

/* A row passes by itself; in a tree also below one that passes, unless it is folded away. */
static bool row_passes(const struct table *t, size_t i, const bool *passes)
{
	size_t up = row_parent(t, i);
	bool own = row_matches(t, i), folded = t->source->folded && t->source->folded(t->ctx, i);

	if (up == TABLE_NO_PARENT)
		return own;
	if (t->filter.inverse)
		return own && passes[up];
	return own || (passes[up] && !folded);
}

/* keep[0..count) what is shown: what passes, with its ancestors. passes: room for the same. */
static void mark_matches(const struct table *t, size_t count, bool *keep, bool *passes)
{
	for (size_t i = 0; i < count; i++) {
		passes[i] = row_passes(t, i, passes);
		for (size_t up = i; passes[i] && up != TABLE_NO_PARENT && !keep[up]; up = row_parent(t, up))
			keep[up] = true;
	}
}

static int filter_rows(struct table *t, size_t count)
{
	bool all = !filter_active(&t->filter), *keep;

	keep = realloc(t->marks, 2 * count + 1);
	if (!keep)
		return -ENOMEM;
	t->marks = keep;
	memset(keep, 0, 2 * count + 1);
	if (!all)
		mark_matches(t, count, keep, keep + count);
	t->n = t->matched = t->total = 0;
	for (size_t i = 0; i < count; i++) {
		bool top = row_parent(t, i) == TABLE_NO_PARENT;
		t->total += top;
		if (!all && !keep[i])
			continue;
		t->matched += top;
		t->order[t->n++] = (uint32_t)i;
	}
	return 0;
}

static void measure(struct table *t)
{
	char cell[TABLE_CELL_MAX];

	for (size_t c = 0; c < t->source->n_columns; c++) {
		const struct column *col = &t->source->columns[c];
		size_t w = MAX((size_t)col->min, strlen(col->title) + 1);

		for (size_t i = 0; i < MIN(t->n, (size_t)WIDTH_SAMPLE); i++) {
			t->source->cell(t->ctx, t->order[i], c, cell, sizeof(cell));
			w = MAX(w, text_width(cell));
		}
		t->width[c] = (unsigned char)MIN(w, (size_t)col->max);
	}
}

static void find_selection(struct table *t)
{
	if (t->n == 0) {
		t->cursor = t->top = 0;
		return;
	}
	if (t->follow)
		t->cursor = t->n - 1;
	else if (t->has_selection && table_select(t, t->selected))
		return;
	t->cursor = MIN(t->cursor, t->n - 1);
	t->selected = t->source->id(t->ctx, t->order[t->cursor]);
	t->has_selection = true;
}

int table_update(struct table *t)
{
	size_t count = t->source->count(t->ctx);
	uint32_t *order = realloc(t->order, (count + 1) * sizeof(*order));
	int r;

	if (!order)
		return -ENOMEM;
	t->order = order;
	t->n = 0; /* what was shown is not the source's any more */
	r = filter_rows(t, count);
	if (r < 0)
		return r;
	if (t->n > 1 && (t->sort >= 0 || t->reverse))
		qsort_r(t->order, t->n, sizeof(*t->order), compare_rows, t);
	measure(t);
	find_selection(t);
	return 0;
}

bool table_selected(const struct table *t, size_t *ret)
{
	if (t->n == 0 || !t->has_selection)
		return false;
	*ret = t->order[t->cursor];
	return true;
}

static void set_cursor(struct table *t, size_t cursor)
{
	if (t->n == 0)
		return;
	t->cursor = MIN(cursor, t->n - 1);
	t->selected = t->source->id(t->ctx, t->order[t->cursor]);
	t->has_selection = true;
}

void table_move(struct table *t, long rows)
{
	if (rows < 0)
		set_cursor(t, t->cursor - MIN(t->cursor, (size_t)-rows));
	else
		set_cursor(t, t->cursor + (size_t)rows);
}

void table_home(struct table *t)
{
	set_cursor(t, 0);
}

void table_end(struct table *t)
{
	set_cursor(t, SIZE_MAX);
}

bool table_select(struct table *t, uint64_t id)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->source->id(t->ctx, t->order[i]) != id)
			continue;
		set_cursor(t, i);
		return true;
	}
	return false;
}

void table_scroll(struct table *t, size_t height)
{
	if (height == 0)
		return;
	if (t->cursor < t->top)
		t->top = t->cursor;
	else if (t->cursor >= t->top + height)
		t->top = t->cursor - height + 1;
	if (t->top + height > t->n)
		t->top = t->n > height ? t->n - height : 0;
}

void table_sort_next(struct table *t)
{
	t->sort++;
	if (t->sort >= (int)t->source->n_columns)
		t->sort = -1;
}

void table_row_text(const struct table *t, size_t i, char *buf, size_t size)
{
	char cell[TABLE_CELL_MAX];
	size_t at = 0;

	buf[0] = '\0';
	for (size_t c = 0; c < t->source->n_columns && at < size; c++) {
		t->source->cell(t->ctx, i, c, cell, sizeof(cell));
		at += (size_t)snprintf(buf + at, size - at, "%s%s", c ? "\t" : "", cell);
	}
}

static int layout_total(const struct table *t, const int *widths)
{
	int total = -1;

	for (size_t c = 0; c < t->source->n_columns; c++)
		total += widths[c] ? widths[c] + 1 : 0;
	return total;
}

/* Take what is too much from the flexible columns, widest first; hard: below their minimum too. */
static int shrink(const struct table *t, int *widths, int excess, bool hard)
{
	while (excess > 0) {
		int widest = -1;

		for (size_t c = 0; c < t->source->n_columns; c++) {
			const struct column *col = &t->source->columns[c];
			if ((col->flags & COL_FLEX) && widths[c] > (hard ? HARD_MIN : col->min) &&
			    (widest < 0 || widths[c] > widths[widest]))
				widest = (int)c;
		}
		if (widest < 0)
			break;
		widths[widest]--;
		excess--;
	}
	return excess;
}

static bool drop_one(const struct table *t, int *widths)
{
	int worst = -1;

	for (size_t c = 0; c < t->source->n_columns; c++) {
		const struct column *col = &t->source->columns[c];
		if (widths[c] && col->drop && (worst < 0 || col->drop > t->source->columns[worst].drop))
			worst = (int)c;
	}
	if (worst >= 0)
		widths[worst] = 0;
	return worst >= 0;
}

void table_layout(const struct table *t, int avail, int widths[TABLE_COLUMNS_MAX])
{
	bool gone[TABLE_COLUMNS_MAX] = { false };

	for (;;) {
		for (size_t c = 0; c < t->source->n_columns; c++)
			widths[c] = gone[c] ? 0 : t->width[c];
		if (shrink(t, widths, layout_total(t, widths) - avail, false) <= 0)
			return;
		if (!drop_one(t, widths))
			break;
		for (size_t c = 0; c < t->source->n_columns; c++)
			gone[c] = widths[c] == 0;
	}
	shrink(t, widths, layout_total(t, widths) - avail, true);
}

int table_compare_text(table_cell *cell, void *view, size_t a, size_t b, size_t column)
{
	char x[TABLE_CELL_MAX], y[TABLE_CELL_MAX];

	cell(view, a, column, x, sizeof(x));
	cell(view, b, column, y, sizeof(y));
	return strcasecmp(x, y);
}

int table_compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

uint64_t table_hash(uint64_t before, const void *data, size_t len)
{
	return fnv(before ? before : FNV_START, data, len);
}

uint64_t table_hash_str(uint64_t before, const char *s)
{
	return table_hash(before, s, strlen(s) + 1);
}
