// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taint: every flag that is set, what it means, and which module brought it.
 * Set flags come first; bits past the table are shown as unknown.
 */
#include "core/taint.h"
#include "core/text.h"
#include "tui/view.h"

struct taint_data {
	unsigned bits[64];
	size_t n;
};

static void taint_update(struct view *v)
{
	const struct snapshot *s = v->tui->snap;
	struct taint_data *d = v->data;

	if (!d)
		v->data = d = calloc(1, sizeof(*d));
	if (!d)
		return;
	d->n = 0;
	if (!s || !s->taint_known)
		return;
	for (unsigned bit = 0; bit < 64; bit++)
		if (s->taint >> bit & 1)
			d->bits[d->n++] = bit;
}

static const struct taint_data *data_of(void *view)
{
	static const struct taint_data none;
	const struct taint_data *d = ((struct view *)view)->data;

	return d ? d : &none;
}

static size_t taint_count(void *view)
{
	return data_of(view)->n;
}

static uint64_t taint_id(void *view, size_t i)
{
	return data_of(view)->bits[i] + 1;
}

/* Modules whose own taint has the letter, comma-separated. */
static void taint_modules(const struct snapshot *s, char letter, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; letter && i < s->modules.n && at < size; i++) {
		const struct module *m = &s->modules.v[i];

		if (m->taints && strchr(m->taints, letter))
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "", m->name);
	}
}

enum { COL_BIT, COL_LETTER, COL_NAME, COL_MODULES, COL_MEANING };

#define MEANING_WHOLE 120 /* columns for the longest */

static const struct column columns[] = {
	[COL_BIT] = { "BIT", 3, 5, 4, COL_RIGHT, "number of the flag" },
	[COL_LETTER] = { "L", 1, 3, 0, 0, "as in an oops" },
	[COL_NAME] = { "FLAG", 14, 30, 0, COL_FLEX, "what it is" },
	[COL_MODULES] = { "BROUGHT BY", 10, 50, 2, COL_FLEX, "loaded modules that carry it" },
	/* The details have it as well, so it is never cut: it goes first. */
	[COL_MEANING] = { "MEANING", MEANING_WHOLE, MEANING_WHOLE, 9, 0, "in words" },
};

static void taint_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	unsigned bit = data_of(view)->bits[i];
	const struct taint_flag *f = taint_flag_of(bit);
	char raw[TABLE_CELL_MAX];

	switch (column) {
	case COL_BIT:
		snprintf(buf, size, "%u", bit);
		break;
	case COL_LETTER:
		snprintf(buf, size, "%c", f ? f->letter : '?');
		break;
	case COL_NAME:
		if (f)
			snprintf(buf, size, "%s", f->name);
		else
			snprintf(buf, size, "unknown bit %u", bit);
		break;
	case COL_MODULES:
		taint_modules(((struct view *)view)->tui->snap, f ? f->letter : 0, raw, sizeof(raw));
		text_clean(buf, size, *raw ? raw : "-", *raw ? strlen(raw) : 1);
		break;
	default:
		snprintf(buf, size, "%s", f ? f->meaning : "newer than this klpsh");
	}
}

static unsigned taint_style(void *view, size_t i, size_t column)
{
	unsigned bit = data_of(view)->bits[i];

	if (column > COL_NAME)
		return STYLE_NORMAL;
	if (bit == 7 || bit == 4 || bit == 14) /* died, machine check, lockup */
		return STYLE_BAD;
	return bit == 15 ? STYLE_HIT : STYLE_BOLD;
}

/* By the number of the flag, and by text what is text. */
static int taint_compare(void *view, size_t a, size_t b, size_t column)
{
	if (column == COL_BIT)
		return table_compare_numbers(data_of(view)->bits[a], data_of(view)->bits[b]);
	return table_compare_text(taint_cell, view, a, b, column);
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = taint_count,
	.id = taint_id,
	.cell = taint_cell,
	.style = taint_style,
	.compare = taint_compare,
};

static void taint_name(struct view *v, size_t i, char *buf, size_t size)
{
	taint_cell(v, i, COL_NAME, buf, size);
}

static void taint_detail(struct view *v, size_t i, struct lines *l)
{
	unsigned bit = data_of(v)->bits[i];
	const struct taint_flag *f = taint_flag_of(bit);
	const struct snapshot *s = v->tui->snap;
	char who[1024];

	lines_fact(l, "flag", "bit %u, letter %c, value %llu", bit, f ? f->letter : '?', 1ULL << bit);
	lines_fact(l, "whole value", "%llu", (unsigned long long)s->taint);
	if (!f) {
		lines_fact(l, "meaning", "unknown: this bit is newer than this klpsh");
		return;
	}
	taint_modules(s, f->letter, who, sizeof(who));
	lines_fact(l, "name", "%s", f->name);
	lines_fact(l, "meaning", "%s", f->meaning);
	lines_fact(l, "consequence", "%s", f->consequence);
	lines_fact(l, "brought by", "%s", *who ? who : "no module that is loaded now");
}

static void taint_empty(struct view *v, struct lines *l)
{
	const struct snapshot *s = v->tui->snap;

	if (s->taint_known)
		lines_add(l, STYLE_GOOD, "The kernel is not tainted (value 0).");
	else if (s->errs[SOURCE_TAINT].code)
		lines_add(l, STYLE_WARN, "The taint value cannot be read: %s", s->errs[SOURCE_TAINT].text);
	else
		lines_add(l, STYLE_DIM, "reading the taint value");
}

static void taint_done(struct view *v)
{
	free(v->data);
	v->data = NULL;
}

const struct view_ops view_taint = {
	.title = "Taint",
	.key = '4',
	.needs = NEEDS_FRAME | SNAPSHOT_MODULES,
	.below = true,
	.list_first = true,
	.keys = &keymap_taint,
	.source = &source,
	.update = taint_update,
	.name = taint_name,
	.detail = taint_detail,
	.empty = taint_empty,
	.done = taint_done,
};
