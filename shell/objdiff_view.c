/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See objdiff_view.h. For people: one line a function, sentences for what is
 * refused and left out. Puts values into a report, decides nothing but the
 * exit code.
 */
#include "shell/objdiff_view.h"

#include <errno.h>

#include "shell/view.h"

static const struct field function_fields[] = {
	{ "change", NULL, F_STR, 0, NULL, "changed, new, dropped or same" },
	{ "name", "function", F_STR, 0, NULL, "the function, in the patched object unless it is dropped" },
	{ "included", NULL, F_BOOL, FIELD_JSON, NULL, "it goes into the patch" },
	{ "why", NULL, F_STR, FIELD_TRUNC, NULL, "the first difference, or what was overlooked" },
};
static const struct shape shape_function = SHAPE("function", function_fields);

static const struct field refusal_fields[] = {
	{ "code", NULL, F_STR, 0, NULL, "which rule, a word that stays" },
	{ "file", NULL, F_STR, 0, NULL, "the object" },
	{ "function", NULL, F_STR, 0, NULL, "the function or variable, null: none" },
	{ "section", NULL, F_STR, 0, NULL, "the section, null: none" },
	{ "why", NULL, F_STR, 0, NULL, "what is in the way" },
	{ "technique", NULL, F_STR, 0, NULL, "what to do instead" },
};
static const struct shape shape_refusal = SHAPE("refusal", refusal_fields);

static const struct field count_fields[] = {
	{ "changed", NULL, F_INT, 0, NULL, "functions" },
	{ "new", NULL, F_INT, 0, NULL, "functions" },
	{ "dropped", NULL, F_INT, 0, NULL, "functions" },
	{ "same", NULL, F_INT, 0, NULL, "functions" },
	{ "overlooked", NULL, F_INT, 0, NULL, "functions of these that differ in line numbers alone" },
	{ "refusals", NULL, F_INT, 0, NULL, "also those that are too many to be listed" },
};
static const struct shape shape_counts = SHAPE("counts", count_fields);

static const struct field objdiff_fields[] = {
	{ "orig", NULL, F_STR, FIELD_JSON, NULL, "the original object" },
	{ "patched", NULL, F_STR, FIELD_JSON, NULL, "the patched object" },
	{ "functions", NULL, F_ROWS, 0, &shape_function, "those that differ; with --all every one" },
	{ "variables", NULL, F_STRS, FIELD_JSON, NULL, "variables that go into the patch" },
	{ "refusals", NULL, F_ROWS, FIELD_JSON, &shape_refusal, "why no patch can be made of it" },
	{ "left_out", NULL, F_ROWS, FIELD_JSON, &shape_refusal, "what does not go into the patch, and why" },
	{ "counts", NULL, F_ROW, FIELD_JSON, &shape_counts, "sums" },
	{ "output", NULL, F_STR, FIELD_JSON, NULL, "the object that was written, null: none" },
};
const struct shape shape_objdiff = SHAPE("objdiff", objdiff_fields);

static int add_function(struct row *parent, const struct objdiff_function *f)
{
	struct row *row = row_add(parent, "functions");
	int r = row ? row_str(row, "change", f->change) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "name", f->name);
	r = r < 0 ? r : row_bool(row, "included", f->included);
	r = r < 0 ? r : row_str(row, "why", f->why);
	return r < 0 || f->why ? r : row_human(row, "why", " ");
}

/* Those that are the same count; they are shown when something was overlooked. */
static int add_functions(const struct objdiff_view *v, struct row *row)
{
	size_t shown = v->d->n_functions - (v->all ? 0 : v->d->n_same - v->d->n_overlooked);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < shown; i++)
		r = add_function(row, &v->d->functions[i]);
	for (size_t i = 0; r >= 0 && i < v->d->n_variables; i++)
		r = row_push(row, "variables", v->d->variables[i]);
	return r;
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static int add_refusal(struct row *parent, const struct refusal *f)
{
	struct row *row = row_add(parent, f->warning ? "left_out" : "refusals");
	int r = row ? row_str(row, "code", refusal_word(f->code)) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "file", f->file);
	r = r < 0 ? r : row_str(row, "function", or_null(f->function));
	r = r < 0 ? r : row_str(row, "section", or_null(f->section));
	r = r < 0 ? r : row_str(row, "why", f->why);
	return r < 0 ? r : row_str(row, "technique", f->warning ? NULL : refusal_technique(f->code));
}

static int tell_refusal(struct report *rep, const struct refusal *f)
{
	char place[300] = "";

	if (*f->function && *f->section)
		FORMAT(place, "%s in %s: ", f->function, f->section);
	else if (*f->function || *f->section)
		FORMAT(place, "%s: ", *f->function ? f->function : f->section);
	if (f->warning)
		return report_note(rep, "Left out: %s%s.", place, f->why);
	return report_note(rep, "Refused (%s): %s%s. What helps: %s.", refusal_word(f->code), place, f->why,
			   refusal_technique(f->code));
}

static int add_refusals(const struct objdiff_view *v, struct report *rep, struct row *row)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < v->d->refusals.n; i++) {
		r = add_refusal(row, &v->d->refusals.v[i]);
		r = r < 0 ? r : tell_refusal(rep, &v->d->refusals.v[i]);
	}
	if (r >= 0 && v->d->refusals.missed)
		r = report_note(rep, "Refused for %zu more reasons.", v->d->refusals.missed);
	return r;
}

static int add_counts(const struct objdiff_view *v, struct row *parent)
{
	struct row *row = row_sub(parent, "counts");
	int r = row ? row_int(row, "refusals", (int64_t)refusals_count(&v->d->refusals)) : -ENOMEM;

	if (!v->d->compared)
		return r;
	r = r < 0 ? r : row_int(row, "changed", (int64_t)v->d->n_changed);
	r = r < 0 ? r : row_int(row, "new", (int64_t)v->d->n_new);
	r = r < 0 ? r : row_int(row, "dropped", (int64_t)v->d->n_dropped);
	r = r < 0 ? r : row_int(row, "same", (int64_t)v->d->n_same);
	return r < 0 ? r : row_int(row, "overlooked", (int64_t)v->d->n_overlooked);
}

static int headline(const struct objdiff_view *v, struct report *rep)
{
	const struct objdiff *d = v->d;

	if (!d->compared)
		return report_headline(rep, "%s: it cannot be compared.", v->c->args[1]);
	if (d->same && !refusals_count(&d->refusals))
		return report_headline(rep, "%s: no difference in %zu functions.", v->c->args[1], d->n_same);
	return report_headline(rep, "%s: %zu changed, %zu new, %zu dropped, %zu the same.", v->c->args[1],
			       d->n_changed, d->n_new, d->n_dropped, d->n_same);
}

/* What became of -o. */
static int tell_output(const struct objdiff_view *v, struct report *rep)
{
	const char *wanted = call_flag(v->c, "output");
	int r;

	if (!wanted)
		return 0;
	if (!v->output)
		return report_note(rep, "%s was not written%s.", wanted,
				   refusals_count(&v->d->refusals) ? ""
								   : ": there is nothing to put into it");
	r = report_note(rep, "%s: %zu bytes.", wanted, v->d->len);
	return r < 0 || v->named
		       ? r
		       : report_note(rep, "What stays the kernel's is undefined in it under its own "
					  "name; --symbols gives it the names that livepatch "
					  "resolves.");
}

static enum rc exit_of(const struct objdiff_view *v)
{
	if (refusals_count(&v->d->refusals))
		return RC_REFUSED;
	return v->d->same ? RC_SAME : RC_OK;
}

int objdiff_report(const struct objdiff_view *v, struct report **ret)
{
	struct row *row;
	_cleanup_(report_freep) struct report *rep = report_single(&shape_objdiff, &row);
	int r = rep ? row_str(row, "orig", v->c->args[0]) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "patched", v->c->args[1]);
	r = r < 0 || !v->output ? r : row_str(row, "output", v->output);
	if (r >= 0)
		r = add_functions(v, row);
	r = r < 0 ? r : add_counts(v, row);
	r = r < 0 ? r : headline(v, rep);
	r = r < 0 ? r : add_refusals(v, rep, row);
	r = r < 0 ? r : tell_output(v, rep);
	if (r < 0)
		return r;
	rep->rc = exit_of(v);
	*ret = TAKE_PTR(rep);
	return 0;
}
