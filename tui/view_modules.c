// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Modules: what is loaded, in the kernel's order (newest first), livepatches
 * marked by a word.
 */
#include "core/taint.h"
#include "core/text.h"
#include "tui/patch_detail.h"
#include "tui/view.h"

static const struct modules *modules_of(void *view)
{
	static const struct modules none;
	const struct snapshot *s = ((struct view *)view)->tui->snap;

	return s ? &s->modules : &none;
}

static const struct module *row_of(void *view, size_t i)
{
	return &modules_of(view)->v[i];
}

static size_t modules_count(void *view)
{
	return modules_of(view)->n;
}

static uint64_t modules_id(void *view, size_t i)
{
	return table_hash_str(0, row_of(view, i)->name);
}

enum { COL_NAME, COL_KIND, COL_SIZE, COL_REFS, COL_STATE, COL_TAINTS, COL_HOLDERS };

static const struct column columns[] = {
	[COL_NAME] = { "MODULE", 14, 60, 0, COL_FLEX, "name" },
	[COL_KIND] = { "KIND", 4, 9, 2, 0, "livepatch, or nothing" },
	[COL_SIZE] = { "SIZE", 7, 10, 1, COL_RIGHT, "memory it takes" },
	[COL_REFS] = { "REFS", 4, 6, 3, COL_RIGHT, "references" },
	[COL_STATE] = { "STATE", 5, 9, 4, 0, "as the kernel says" },
	[COL_TAINTS] = { "TAINTS", 6, 8, 5, 0, "letters" },
	[COL_HOLDERS] = { "HELD BY", 7, 60, 6, COL_FLEX, "modules that use it" },
};

static void modules_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct module *m = row_of(view, i);
	const char *s = "";

	switch (column) {
	case COL_NAME:
		s = m->name;
		break;
	case COL_KIND:
		s = m->livepatch ? "livepatch" : "";
		break;
	case COL_SIZE:
		text_bytes(buf, size, m->size);
		return;
	case COL_REFS:
		number_word(buf, size, m->refcount);
		return;
	case COL_STATE:
		s = m->state;
		break;
	case COL_TAINTS:
		s = m->taints ? m->taints : "n/a";
		break;
	default:
		s = m->holders;
	}
	text_clean(buf, size, s ? s : "n/a", strlen(s ? s : "n/a"));
}

static unsigned modules_style(void *view, size_t i, size_t column)
{
	const struct module *m = row_of(view, i);

	if (column == COL_KIND || (column == COL_NAME && m->livepatch))
		return STYLE_HIT;
	return column == COL_STATE && strcmp(m->state, "Live") != 0 ? STYLE_WARN : STYLE_NORMAL;
}

static int modules_compare(void *view, size_t a, size_t b, size_t column)
{
	const struct module *x = row_of(view, a), *y = row_of(view, b);

	switch (column) {
	case COL_KIND:
		return table_compare_numbers(y->livepatch, x->livepatch);
	case COL_SIZE:
		return table_compare_numbers((int64_t)x->size, (int64_t)y->size);
	case COL_REFS:
		return table_compare_numbers(x->refcount, y->refcount);
	case COL_STATE:
		return strcmp(x->state, y->state);
	case COL_TAINTS:
		return strcmp(x->taints ? x->taints : "", y->taints ? y->taints : "");
	case COL_HOLDERS:
		return strcmp(x->holders, y->holders);
	default:
		return strcmp(x->name, y->name);
	}
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = modules_count,
	.id = modules_id,
	.cell = modules_cell,
	.style = modules_style,
	.compare = modules_compare,
};

static void taint_lines(const struct module *m, struct lines *l)
{
	for (const char *c = m->taints; c && *c; c++) {
		const struct taint_flag *f = taint_flag_of_letter(*c);

		if (f)
			lines_fact(l, "", "%c %s: %s", *c, f->name, f->meaning);
	}
}

static void loaded_line(const struct module *m, struct lines *l)
{
	if (m->age)
		lines_fact(l, "loaded", "before %u other%s", m->age, m->age == 1 ? "" : "s");
	else
		lines_fact(l, "loaded", "last of all");
}

/* Read now and for this one alone: the snapshot has them of livepatches only. */
static void id_lines(const struct root *root, const struct module *m, struct lines *l)
{
	struct module_ids ids;

	module_ids_read(root, m->name, &ids);
	if (*ids.version)
		lines_fact(l, "version", "%s", ids.version);
	lines_fact(l, "srcversion", "%s", *ids.srcversion ? ids.srcversion : "n/a");
	lines_fact(l, "build-id", "%s", *ids.build_id ? ids.build_id : "n/a");
}

static void modules_detail(struct view *v, size_t i, struct lines *l)
{
	const struct module *m = row_of(v, i);
	const struct snapshot *s = v->tui->snap;
	const struct patch *p = patches_find(&s->patches, m->name);
	char refs[32];

	number_word(refs, sizeof(refs), m->refcount);
	size_fact(l, m->size);
	lines_fact(l, "references", "%s", refs);
	lines_fact(l, "held by", "%s", *m->holders ? m->holders : "nobody");
	lines_fact(l, "state", "%s", m->state);
	loaded_line(m, l);
	lines_fact(l, "taints", "%s", !m->taints ? "n/a" : *m->taints ? m->taints : "none");
	taint_lines(m, l);
	if (!p) {
		id_lines(v->tui->app->root, m, l);
		return;
	}
	lines_add(l, STYLE_NORMAL, "%s", "");
	lines_add(l, STYLE_HEADING, "The livepatch");
	patch_detail(s, p, l);
}

static void modules_empty(struct view *v, struct lines *l)
{
	const struct err *e = &v->tui->snap->errs[SOURCE_MODULES];

	if (e->code)
		lines_add(l, STYLE_WARN, "The modules cannot be read: %s", e->text);
	else if (!(v->tui->snap->what & SNAPSHOT_MODULES))
		lines_add(l, STYLE_DIM, "reading the modules");
	else
		lines_add(l, STYLE_NORMAL, "No module is loaded.");
}

const struct view_ops view_modules = {
	.title = "Modules",
	.key = '3',
	.needs = NEEDS_FRAME | SNAPSHOT_MODULES,
	.keys = &keymap_modules,
	.source = &source,
	.detail = modules_detail,
	.empty = modules_empty,
};
