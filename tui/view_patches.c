// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patches, the home screen: every livepatch with its state as a word, and the
 * tree of objects and functions below it. Shows what sysfs says; an attribute
 * that this kernel lacks is n/a. Folding belongs to identities, so it outlives
 * new snapshots.
 */
#include "core/text.h"
#include "tui/change.h"
#include "tui/glyph.h"
#include "tui/patch_detail.h"
#include "tui/patch_row.h"
#include "tui/view.h"

#include <errno.h>

#define UNFOLDED_MAX 4096

struct patches_data {
	struct patch_row *rows;
	size_t n;
	uint64_t *unfolded; /* identities */
	size_t n_unfolded;
};

static struct patches_data *data_of(void *view)
{
	return ((struct view *)view)->data;
}

static const struct patch_row *row_of(void *view, size_t i)
{
	return &data_of(view)->rows[i];
}

static uint64_t row_id(const struct patch_row *r)
{
	uint64_t h = table_hash_str(0, r->patch->name);

	if (r->object)
		h = table_hash_str(h, r->object->name);
	if (r->func) {
		h = table_hash_str(h, r->func->name);
		h = table_hash(h, &r->func->sympos, sizeof(r->func->sympos));
	}
	return h;
}

static size_t find_unfolded(const struct patches_data *d, uint64_t id)
{
	for (size_t i = 0; i < d->n_unfolded; i++)
		if (d->unfolded[i] == id)
			return i;
	return SIZE_MAX;
}

static bool is_unfolded(const struct view *v, const struct patch_row *r)
{
	return find_unfolded(v->data, row_id(r)) != SIZE_MAX;
}

/* A filter looks into everything. */
static bool is_searched(const struct view *v)
{
	return filter_active(&v->table.filter) && !v->table.filter.inverse;
}

static size_t add_row(struct patches_data *d, struct patch_row r)
{
	if (array_grow(&d->rows, d->n, sizeof(*d->rows)) < 0)
		return SIZE_MAX;
	d->rows[d->n] = r;
	return d->n++;
}

static void add_object(struct view *v, const struct patch *p, const struct object *o, size_t parent)
{
	struct patches_data *d = v->data;
	bool folded = d->rows[parent].folded || !is_unfolded(v, &d->rows[parent]);
	size_t me = add_row(d, (struct patch_row){ p, o, NULL, parent, folded });

	if (me == SIZE_MAX)
		return;
	folded = folded || !is_unfolded(v, &d->rows[me]);
	for (size_t i = 0; i < o->n_funcs && (!folded || is_searched(v)); i++)
		add_row(d, (struct patch_row){ p, o, &o->funcs[i], me, folded });
}

static void patches_update(struct view *v)
{
	const struct snapshot *s = v->tui->snap;
	struct patches_data *d = v->data;

	if (!d)
		v->data = d = calloc(1, sizeof(*d));
	if (!d)
		return;
	d->n = 0;
	for (size_t i = 0; s && i < s->patches.n; i++) {
		const struct patch *p = &s->patches.v[i];
		size_t me = add_row(d, (struct patch_row){ p, NULL, NULL, TABLE_NO_PARENT, false });

		if (me == SIZE_MAX || (!is_unfolded(v, &d->rows[me]) && !is_searched(v)))
			continue;
		for (size_t o = 0; o < p->n_objects; o++)
			add_object(v, p, &p->objects[o], me);
	}
}

static size_t patches_count(void *view)
{
	return data_of(view) ? data_of(view)->n : 0;
}

static uint64_t patches_id(void *view, size_t i)
{
	return row_id(row_of(view, i));
}

static size_t patches_parent(void *view, size_t i)
{
	return row_of(view, i)->parent;
}

static bool patches_folded(void *view, size_t i)
{
	return row_of(view, i)->folded;
}

/* Is a row below this one on the screen? */
static bool shows_children(const struct view *v, const struct patch_row *r)
{
	const struct patches_data *d = v->data;

	if (is_unfolded(v, r) || !is_searched(v))
		return is_unfolded(v, r);
	for (size_t i = 0; i < v->table.n; i++)
		if (d->rows[v->table.order[i]].parent == (size_t)(r - d->rows))
			return true;
	return false;
}

/* Is there anything below it to be unfolded? */
static bool has_children(const struct patch_row *r)
{
	if (r->func)
		return false;
	return r->object ? r->object->n_funcs > 0 : r->patch->n_objects > 0;
}

static void name_cell(const struct view *v, const struct patch_row *r, char *buf, size_t size)
{
	const char *raw = r->func ? r->func->name : r->object ? r->object->name : r->patch->name;
	const char *mark = !has_children(r)	  ? " "
			   : shows_children(v, r) ? glyph(GLYPH_UNFOLDED)
						  : glyph(GLYPH_FOLDED);
	char clean[256];

	text_clean(clean, sizeof(clean), raw, strlen(raw));
	if (r->func)
		snprintf(buf, size, "    %s %s,%u", glyph(GLYPH_LEAF), clean, r->func->sympos);
	else
		snprintf(buf, size, "%s%s %s", r->object ? "  " : "", mark, clean);
}

static void patches_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct patch_row *r = row_of(view, i);

	if (column == COL_NAME)
		name_cell(view, r, buf, size);
	else
		patch_row_cell(r, ((struct view *)view)->tui->snap->boot_us, column, buf, size);
}

static unsigned patches_style(void *view, size_t i, size_t column)
{
	return patch_row_style(row_of(view, i), column);
}

/* Only top rows are compared: the tree below them stays. */
static int patches_compare(void *view, size_t a, size_t b, size_t column)
{
	return patch_compare(row_of(view, a)->patch, row_of(view, b)->patch, column);
}

static const struct table_source source = {
	.columns = patch_columns,
	.n_columns = COL_MAX,
	.count = patches_count,
	.id = patches_id,
	.cell = patches_cell,
	.style = patches_style,
	.compare = patches_compare,
	.parent = patches_parent,
	.folded = patches_folded,
};

static void patches_name(struct view *v, size_t i, char *buf, size_t size)
{
	const struct patch_row *r = row_of(v, i);
	const char *raw = r->func ? r->func->name : r->object ? r->object->name : r->patch->name;

	text_clean(buf, size, raw, strlen(raw));
}

static void patches_detail(struct view *v, size_t i, struct lines *l)
{
	const struct patch_row *r = row_of(v, i);

	if (r->func)
		patch_detail_func(v->tui->snap, r->patch, r->object, r->func, l);
	else if (r->object)
		patch_detail_object(r->patch, r->object, l);
	else
		patch_detail(v->tui->snap, r->patch, l);
}

static void patches_empty(struct view *v, struct lines *l)
{
	const struct snapshot *s = v->tui->snap;
	const char *why;

	if (s->livepatch && s->errs[SOURCE_PATCHES].code) {
		lines_add(l, STYLE_WARN, "The patches cannot be read: %s", s->errs[SOURCE_PATCHES].text);
		lines_add(l, STYLE_NORMAL, "%s", s->errs[SOURCE_PATCHES].hint);
		return;
	}
	if (s->livepatch) {
		lines_add(l, STYLE_NORMAL, "No livepatch is loaded. This kernel can take them.");
		if (tui_may_change(v->tui, &why)) {
			lines_add(l, STYLE_NORMAL, "%s", "");
			lines_fact(l, "L", "loads one from a file");
			lines_fact(l, "B", "builds one from a source patch");
			lines_fact(l, "A",
				   "goes step by step from either to one that is verified and loaded at each "
				   "boot");
		}
		return;
	}
	lines_add(l, STYLE_BOLD, "This kernel has no livepatch support.");
	lines_add(l, STYLE_NORMAL,
		  "/sys/kernel/livepatch is missing: the kernel was built without CONFIG_LIVEPATCH%s.",
		  s->sys.livepatch_config == 0 ? " (its configuration says so)" : "");
	lines_add(l, STYLE_NORMAL, "%s", "");
	lines_add(l, STYLE_NORMAL,
		  "To see klpsh at work anyway, in a virtual machine with a kernel that has it:");
	lines_add(l, STYLE_KEY, "    klpsh-lab demo");
	lines_add(l, STYLE_NORMAL, "%s", "");
	lines_add(l, STYLE_DIM, "3 Modules, 4 Taint, 5 Log and 7 System work on this machine as they are.");
}

/* What a glance at it says; the verb itself knows better. */
static bool patch_can(const struct patch *p, enum action a)
{
	switch (a) {
	case ACT_DISABLE:
		return p->enabled == 1 && p->transition != 1;
	case ACT_ENABLE:
		return p->enabled == 0 && p->transition == 1;
	case ACT_UNLOAD:
		return p->transition != 1;
	default:
		return true;
	}
}

static bool patches_can(struct view *v, enum action a)
{
	bool of_row = a == ACT_FOLD || (a >= ACT_UNLOAD && a <= ACT_ENABLE) || a == ACT_TRACE;
	size_t i;

	if (!of_row)
		return true;
	if (!table_selected(&v->table, &i))
		return false;
	return a == ACT_FOLD ? has_children(row_of(v, i)) : patch_can(row_of(v, i)->patch, a);
}

static bool patches_target(struct view *v, enum action a, size_t i, char *buf, size_t size)
{
	snprintf(buf, size, "%s", row_of(v, i)->patch->name);
	return true;
}

static unsigned patches_act(struct view *v, enum action a)
{
	struct patches_data *d = v->data;
	size_t i, at;
	uint64_t id;

	if (a != ACT_FOLD)
		return REACT_UNKNOWN;
	if (!d || !table_selected(&v->table, &i))
		return REACT_NONE;
	if (!has_children(row_of(v, i))) {
		tui_status(v->tui, STYLE_DIM, " %s has nothing to fold",
			   row_of(v, i)->func	  ? "a function"
			   : row_of(v, i)->object ? "this object"
						  : "this patch");
		return REACT_REDRAW;
	}
	id = row_id(row_of(v, i));
	at = find_unfolded(d, id);
	if (at != SIZE_MAX)
		d->unfolded[at] = d->unfolded[--d->n_unfolded];
	else if (d->n_unfolded < UNFOLDED_MAX && array_grow(&d->unfolded, d->n_unfolded, sizeof(id)) >= 0)
		d->unfolded[d->n_unfolded++] = id;
	tui_update(v->tui);
	return REACT_REDRAW;
}

static void patches_done(struct view *v)
{
	struct patches_data *d = v->data;

	if (d) {
		free(d->rows);
		free(d->unfolded);
	}
	free(d);
	v->data = NULL;
}

const struct view_ops view_patches = {
	.title = "Patches",
	.key = '1',
	.needs = NEEDS_FRAME | SNAPSHOT_MODULES,
	.keys = &keymap_patches,
	.source = &source,
	.update = patches_update,
	.name = patches_name,
	.detail = patches_detail,
	.empty = patches_empty,
	.can = patches_can,
	.act = patches_act,
	.target = patches_target,
	.done = patches_done,
};
