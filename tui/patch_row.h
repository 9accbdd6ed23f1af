/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row of the Patches screen, which is a patch, one of its objects or one of
 * their functions: what stands in its columns. Its name with the fold mark is
 * the screen's own.
 */
#ifndef KLPSH_TUI_PATCH_ROW_H
#define KLPSH_TUI_PATCH_ROW_H

#include "core/patch.h"
#include "tui/table.h"

struct patch_row {
	const struct patch *patch;
	const struct object *object; /* NULL: the patch itself */
	const struct func *func; /* NULL: patch or object */
	size_t parent;
	bool folded; /* there because of a filter only */
};

enum patch_column {
	COL_NAME,
	COL_STATE,
	COL_AGE,
	COL_OBJECTS,
	COL_FUNCS,
	COL_REPLACE,
	COL_ORDER,
	COL_REFS,
	COL_BUILD,
	COL_MAX,
};
extern const struct column patch_columns[COL_MAX];

/* Clean text of one cell, at this CLOCK_BOOTTIME; of COL_NAME nothing. */
void patch_row_cell(const struct patch_row *r, uint64_t boot_us, size_t column, char *buf, size_t size);
unsigned patch_row_style(const struct patch_row *r, size_t column);
/* Order of two patches by a column. */
int patch_compare(const struct patch *x, const struct patch *y, size_t column);

#endif
