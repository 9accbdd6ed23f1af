// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cells of the list of patches, of what sysfs says; an attribute that this
 * kernel lacks is n/a.
 */
#include "tui/patch_row.h"

#include "core/text.h"
#include "tui/patch_detail.h"
#include "tui/term.h"

const struct column patch_columns[COL_MAX] = {
	[COL_NAME] = { "PATCH", 27, 80, 0, COL_FLEX, "patch, object or function" },
	[COL_STATE] = { "STATE", 9, 16, 0, 0, "what the kernel says of it" },
	[COL_AGE] = { "AGE", 6, 12, 4, COL_RIGHT,
		      "how long it has been in that state; ~ inferred: the log has a gap" },
	[COL_OBJECTS] = { "OBJS", 5, 7, 3, COL_RIGHT, "objects patched now, of all" },
	[COL_FUNCS] = { "FUNCS", 5, 6, 8, COL_RIGHT, "functions" },
	[COL_REPLACE] = { "REPLACE", 7, 8, 6, 0, "replaces all others" },
	[COL_ORDER] = { "ORDER", 5, 6, 7, COL_RIGHT,
			"place in the stack; ~ inferred from the order of loading" },
	[COL_REFS] = { "REFS", 4, 6, 5, COL_RIGHT, "references to the module" },
	[COL_BUILD] = { "BUILD-ID", 9, 40, 9, COL_FLEX, "of the loaded module" },
};

static void object_cell(const struct patch_row *r, size_t column, char *buf, size_t size)
{
	buf[0] = '\0';
	if (column == COL_STATE && !r->func)
		snprintf(buf, size, "%s",
			 r->object->patched < 0 ? "n/a"
			 : r->object->patched	? "patched"
						: "not loaded");
	else if (column == COL_STATE && r->func->restore == 1)
		snprintf(buf, size, "to be restored");
	else if (column == COL_FUNCS && !r->func)
		snprintf(buf, size, "%zu", r->object->n_funcs);
}

static void age_cell(const struct patch *p, uint64_t boot_us, char *buf, size_t size)
{
	char age[32];

	text_duration(age, sizeof(age), patch_age(p, boot_us));
	snprintf(buf, size, "%s%s", p->since_known && p->since_inferred ? "~" : "", age);
}

static void objects_cell(const struct patch *p, char *buf, size_t size)
{
	int patched = patch_count_patched(p);

	if (!p->in_sysfs)
		snprintf(buf, size, "-");
	else if (patched < 0)
		snprintf(buf, size, "%zu", patch_count_objects(p));
	else
		snprintf(buf, size, "%d/%zu", patched, patch_count_objects(p));
}

static void funcs_cell(const struct patch *p, char *buf, size_t size)
{
	if (p->in_sysfs)
		snprintf(buf, size, "%zu", patch_count_funcs(p));
	else
		snprintf(buf, size, "-");
}

static void patch_cell(const struct patch *p, uint64_t boot_us, size_t column, char *buf, size_t size)
{
	switch (column) {
	case COL_STATE:
		snprintf(buf, size, "%s%s", patch_state_word(p), p->forced == 1 ? " FORCED" : "");
		break;
	case COL_AGE:
		age_cell(p, boot_us, buf, size);
		break;
	case COL_OBJECTS:
		objects_cell(p, buf, size);
		break;
	case COL_FUNCS:
		funcs_cell(p, buf, size);
		break;
	case COL_REPLACE:
		snprintf(buf, size, "%s", tri_word(p->replace));
		break;
	case COL_ORDER:
		if (p->stack_order < 0)
			snprintf(buf, size, "n/a");
		else
			snprintf(buf, size, "%s%d", p->order_inferred ? "~" : "", p->stack_order);
		break;
	case COL_REFS:
		if (p->refcount < 0)
			snprintf(buf, size, "n/a");
		else
			snprintf(buf, size, "%lld", (long long)p->refcount);
		break;
	case COL_BUILD:
		text_clean(buf, size, p->build_id ? p->build_id : "n/a",
			   p->build_id ? strlen(p->build_id) : 3);
		break;
	default:
		buf[0] = '\0';
	}
}

void patch_row_cell(const struct patch_row *r, uint64_t boot_us, size_t column, char *buf, size_t size)
{
	if (r->object)
		object_cell(r, column, buf, size);
	else
		patch_cell(r->patch, boot_us, column, buf, size);
}

unsigned patch_row_style(const struct patch_row *r, size_t column)
{
	if (r->func)
		return STYLE_NORMAL;
	if (r->object)
		return column == COL_STATE && r->object->patched == 0 ? STYLE_DIM : STYLE_NORMAL;
	if (column != COL_STATE)
		return column == COL_NAME ? STYLE_BOLD : STYLE_NORMAL;
	if (r->patch->transition == 1)
		return STYLE_WARN;
	return r->patch->forced == 1 ? STYLE_BAD : r->patch->enabled == 1 ? STYLE_GOOD : STYLE_DIM;
}

/* The youngest first; of unknown age before them. Only what is between two times counts. */
static int compare_ages(const struct patch *x, const struct patch *y)
{
	if (!x->since_known || !y->since_known)
		return x->since_known - y->since_known;
	return table_compare_numbers(0, (int64_t)(x->since_us - y->since_us));
}

int patch_compare(const struct patch *x, const struct patch *y, size_t column)
{
	switch (column) {
	case COL_STATE:
		return strcmp(patch_state_word(x), patch_state_word(y));
	case COL_AGE:
		return compare_ages(x, y);
	case COL_OBJECTS:
		return table_compare_numbers((int64_t)x->n_objects, (int64_t)y->n_objects);
	case COL_FUNCS:
		return table_compare_numbers((int64_t)patch_count_funcs(x), (int64_t)patch_count_funcs(y));
	case COL_REPLACE:
		return table_compare_numbers(x->replace, y->replace);
	case COL_ORDER:
		return table_compare_numbers(x->stack_order, y->stack_order);
	case COL_REFS:
		return table_compare_numbers(x->refcount, y->refcount);
	case COL_BUILD:
		return strcmp(x->build_id ? x->build_id : "", y->build_id ? y->build_id : "");
	default:
		return strcmp(x->name, y->name);
	}
}
