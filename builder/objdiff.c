// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See objdiff.h. Reads what it is told to, compares, and always writes the
 * result out in memory, so that what cannot be named is refused whether or not
 * somebody wants the object.
 */
#include "builder/objdiff.h"

#include <errno.h>

#include "builder/naming.h"
#include "kmod/decompress.h"

struct objdiff_parts {
	struct object *a, *b;
	struct table_sizes sizes;
	struct symlist symbols;
	struct symvers exports;
	struct diff *d; /* NULL: a table could not be read, which is refused */
};

static int read_symbols(struct objdiff_parts *p, const struct objdiff_options *opt, struct err *e)
{
	char *text;
	size_t len;
	int r;

	if (!opt->symbols)
		return 0;
	r = file_read(opt->symbols, SYMLIST_MAX_BYTES, &text, &len, e);
	return r < 0 ? r : symlist_parse(opt->symbols, text, len, opt->object, &p->symbols, e);
}

static int read_exports(struct objdiff_parts *p, const struct objdiff_options *opt, struct err *e)
{
	char *text;
	size_t len;
	int r;

	if (!opt->symvers)
		return 0;
	r = file_read(opt->symvers, SYMVERS_MAX_BYTES, &text, &len, e);
	return r < 0 ? r : symvers_parse(opt->symvers, text, len, &p->exports, e);
}

static int read_object(const char *path, struct object **ret, struct err *e)
{
	int r = object_read(path, ret, e);

	if (r == -ENOEXEC)
		err_hint(e, "give two .o files of the kernel's compiler, as gcc -c writes them for x86_64");
	return r;
}

static int read_all(struct objdiff_parts *p, const struct objdiff_options *opt, struct err *e)
{
	int r = opt->sizes ? table_sizes_parse(opt->sizes, &p->sizes, e) : 0;

	r = r < 0 ? r : read_symbols(p, opt, e);
	r = r < 0 ? r : read_exports(p, opt, e);
	r = r < 0 ? r : read_object(opt->orig, &p->a, e);
	return r < 0 ? r : read_object(opt->patched, &p->b, e);
}

static int compare(struct objdiff *d, const struct objdiff_options *opt, struct err *e)
{
	struct objdiff_parts *p = d->parts;
	const struct diff_options how = { .file = opt->patched, .sizes = &p->sizes, .lines = true };
	int r = diff_make(p->a, p->b, &how, &d->refusals, &p->d, e);

	return r == -EPERM ? 0 : r; /* refused before anything could be compared */
}

static int extract(struct objdiff *d, const struct objdiff_options *opt, struct err *e)
{
	struct objdiff_parts *p = d->parts;
	struct naming naming = {
		.object = opt->object,
		.file = opt->patched,
		.d = p->d,
		.symbols = opt->symbols ? &p->symbols : NULL,
		.exports = opt->symvers ? &p->exports : NULL,
		.to = &d->refusals,
	};
	const struct extract_options how = { .file = opt->patched,
					     .resolve = naming_resolve,
					     .arg = &naming };
	struct extract x = { 0 };
	int r;

	if (!p->d || refusals_count(&d->refusals) || diff_is_empty(p->d))
		return 0;
	r = extract_make(p->d, &how, &d->refusals, &x, e);
	d->bytes = TAKE_PTR(x.bytes);
	d->len = x.len;
	extract_done(&x);
	return r;
}

static const char *change_word(enum change c)
{
	static const char *const words[] = {
		[CHANGE_NONE] = "same",	    [CHANGE_LINES] = "same", [CHANGE_CODE] = "changed",
		[CHANGE_CHILD] = "changed", [CHANGE_NEW] = "new",    [CHANGE_DROPPED] = "dropped",
	};

	return words[c];
}

static int add_function(struct objdiff *d, const struct thing *t, const struct diff_mark *m)
{
	if (array_grow(&d->functions, d->n_functions, sizeof(*d->functions)) < 0)
		return -ENOMEM;
	d->n_overlooked += m->change == CHANGE_LINES;
	d->functions[d->n_functions++] = (struct objdiff_function){
		.name = t->name,
		.change = change_word((enum change)m->change),
		.why = m->why,
		.included = m->included,
	};
	return 0;
}

static int add_functions(struct objdiff *d, const struct things *t, const struct diff_mark *marks,
			 enum change change)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < t->n; i++)
		if (t->v[i].kind == THING_FUNC && marks[i].change == change)
			r = add_function(d, &t->v[i], &marks[i]);
	return r;
}

static int add_variables(struct objdiff *d, const struct diff *from)
{
	for (size_t i = 0; i < from->b.t.n; i++) {
		const struct thing *t = &from->b.t.v[i];

		if (t->kind != THING_DATA || !from->marks[i].included)
			continue;
		if (array_grow(&d->variables, d->n_variables, sizeof(*d->variables)) < 0)
			return -ENOMEM;
		d->variables[d->n_variables++] = t->name;
	}
	return 0;
}

static int tell(struct objdiff *d, const struct diff *from)
{
	static const enum change order[] = { CHANGE_CODE,    CHANGE_CHILD, CHANGE_NEW,
					     CHANGE_DROPPED, CHANGE_LINES, CHANGE_NONE };
	int r = add_variables(d, from);

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(order); i++)
		r = order[i] == CHANGE_DROPPED ? add_functions(d, &from->a.t, from->lost, order[i])
					       : add_functions(d, &from->b.t, from->marks, order[i]);
	d->compared = true;
	d->same = diff_is_empty(from) && !from->n_dropped;
	d->n_changed = from->n_changed;
	d->n_new = from->n_new;
	d->n_dropped = from->n_dropped;
	d->n_same = from->n_same;
	return r;
}

int objdiff_make(const struct objdiff_options *opt, struct objdiff **ret, struct err *e)
{
	_cleanup_(objdiff_freep) struct objdiff *d = calloc(1, sizeof(*d));
	int r;

	if (d)
		d->parts = calloc(1, sizeof(*d->parts));
	if (!d || !d->parts)
		return err_set(e, -ENOMEM, "out of memory");
	r = read_all(d->parts, opt, e);
	r = r < 0 ? r : compare(d, opt, e);
	r = r < 0 ? r : extract(d, opt, e);
	if (r < 0)
		return r;
	if (d->parts->d && tell(d, d->parts->d) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	*ret = TAKE_PTR(d);
	return 0;
}

static void parts_free(struct objdiff_parts *p)
{
	if (!p)
		return;
	diff_free(p->d);
	object_free(p->a);
	object_free(p->b);
	symlist_done(&p->symbols);
	symvers_done(&p->exports);
	free(p);
}

struct objdiff *objdiff_free(struct objdiff *d)
{
	if (!d)
		return NULL;
	parts_free(d->parts);
	refusals_done(&d->refusals);
	free(d->functions);
	free(d->variables);
	free(d->bytes);
	free(d);
	return NULL;
}
