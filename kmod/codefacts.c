/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pass a table. */
#include "kmod/codefacts.h"

#include <errno.h>

/* Index of the file's name that a line is about, -1 none. */
static int find_name(const struct codefacts *f, const struct funcline *l)
{
	int i;

	if (!f->aliases.use)
		return nameset_find(&f->names, l->module, l->module_len, l->name, l->name_len);
	i = nameset_find(&f->aliases.names, l->module, l->module_len, l->name, l->name_len);
	return i < 0 ? -1 : (int)f->aliases.of[i];
}

static void take_traceable(void *arg, const struct funcline *l)
{
	struct codefacts *f = arg;
	int i = find_name(f, l);

	if (i >= 0)
		f->traceable[i]++;
}

static void take_entry(void *arg, const struct funcline *l)
{
	struct codefacts *f = arg;
	int i = find_name(f, l);

	if (i >= 0)
		f->entry[i] |= l->flags;
}

/* An empty list of what can be traced is no list. */
static void read_traceable(const struct root *root, struct codefacts *f)
{
	if (!functable_read(root, FUNCTABLE_TRACEABLE, take_traceable, f, &f->traceable_err))
		err_set(&f->traceable_err, -ENODATA,
			"/sys/kernel/tracing/available_filter_functions is empty");
}

static void read_enabled(const struct root *root, struct codefacts *f)
{
	functable_read(root, FUNCTABLE_ENABLED, take_entry, f, &f->enabled_err);
}

/* A name that means more than this one function proves nothing. */
static void take_alias(void *arg, int index, const char *name, size_t len)
{
	struct codefacts *f = arg;
	struct code_aliases *a = &f->aliases;
	_cleanup_free_ char *copy = NULL;

	if ((size_t)index >= f->functions)
		return;
	copy = strndup(name, len);
	if (!copy || array_grow(&a->strings, a->n, sizeof(*a->strings)) < 0 ||
	    array_grow(&a->owners, a->n, sizeof(*a->owners)) < 0) {
		a->failed = true;
		return;
	}
	if (kallsyms_count(f->kallsyms, f->names.v[index].object, copy) != 1)
		return;
	a->owners[a->n] = (size_t)index;
	a->strings[a->n++] = TAKE_PTR(copy);
}

/*
 * ftrace's tables show one name an address, and of a function with several it
 * need not be the one that the file uses (x86: __do_sys_X for __x64_sys_X).
 * Find the others' names. 1: there are some, 0, -ENOMEM.
 */
static int find_aliases(struct codefacts *f)
{
	struct code_aliases *a = &f->aliases;
	int r;

	kallsyms_aliases(f->kallsyms, &f->names, take_alias, f);
	if (!a->n || a->failed)
		return a->failed ? -ENOMEM : 0;
	a->of = calloc(a->n, sizeof(*a->of));
	r = a->of ? nameset_init(&a->names, a->n) : -ENOMEM;
	for (size_t i = 0; r >= 0 && i < a->n; i++) {
		r = nameset_add(&a->names, f->names.v[a->owners[i]].object, a->strings[i]);
		if (r >= 0)
			a->of[r] = a->owners[i];
	}
	return r < 0 ? r : 1;
}

static void aliases_done(struct code_aliases *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->strings[i]);
	free(a->strings);
	free(a->owners);
	free(a->of);
	nameset_done(&a->names);
}

/* Once more by the other names, for functions that the table should have shown. */
static int read_by_alias(const struct root *root, struct codefacts *f)
{
	int r = f->kallsyms ? find_aliases(f) : 0;

	if (r <= 0)
		return r;
	f->aliases.use = true;
	if (!f->traceable_err.code)
		read_traceable(root, f);
	if (!f->enabled_err.code)
		read_enabled(root, f);
	f->aliases.use = false;
	return 0;
}

static bool lacks_traceable(const struct codefacts *f)
{
	for (size_t i = 0; i < f->functions; i++)
		if (f->symbols[i] && !f->traceable[i])
			return true;
	return false;
}

static bool lacks_redirection(const struct codefacts *f)
{
	for (size_t i = 0; i < f->functions; i++)
		if (!(f->entry[i] & FUNC_IPMODIFY))
			return true;
	return false;
}

static int read_tables(const struct root *root, struct codefacts *f)
{
	int r = 0;

	if (kallsyms_read_names(root, &f->kallsyms, &f->kallsyms_err) >= 0 &&
	    !kallsyms_count_all(f->kallsyms, &f->names, f->symbols))
		err_set(&f->kallsyms_err, -ENODATA, "/proc/kallsyms is empty");
	read_traceable(root, f);
	read_enabled(root, f);
	if (lacks_traceable(f))
		r = read_by_alias(root, f);
	functable_read(root, FUNCTABLE_KPROBES, take_entry, f, &f->kprobes_err);
	return r;
}

static size_t count_names(const struct inspect *i)
{
	size_t n = i->n_relocs;

	for (size_t k = 0; k < i->n_objects; k++)
		n += i->objects[k].n_funcs;
	return n;
}

static int add_names(const struct inspect *i, struct nameset *set, size_t *ret_functions)
{
	int r = 0;

	for (size_t k = 0; r >= 0 && k < i->n_objects; k++)
		for (size_t j = 0; r >= 0 && j < i->objects[k].n_funcs; j++)
			r = nameset_add(set, i->objects[k].name, i->objects[k].funcs[j].old_name);
	*ret_functions = set->n;
	for (size_t k = 0; r >= 0 && k < i->n_relocs; k++)
		r = nameset_add(set, i->relocs[k].object, i->relocs[k].symbol);
	return r;
}

static int codefacts_init(const struct inspect *file, struct codefacts *ret)
{
	struct codefacts f = { 0 };
	size_t n = count_names(file);
	int r = nameset_init(&f.names, n);

	r = r < 0 ? r : add_names(file, &f.names, &f.functions);
	if (r >= 0) {
		f.symbols = calloc(n + 1, sizeof(*f.symbols));
		f.traceable = calloc(n + 1, sizeof(*f.traceable));
		f.entry = calloc(n + 1, sizeof(*f.entry));
	}
	if (!f.symbols || !f.traceable || !f.entry) {
		codefacts_done(&f);
		return -ENOMEM;
	}
	*ret = f;
	return 0;
}

int codefacts_read(const struct preflight_input *in, struct codefacts *ret)
{
	int r = codefacts_init(in->file, ret);

	return r < 0 ? r : read_tables(in->root, ret);
}

int codefacts_read_enabled(const struct root *root, const struct inspect *file, struct codefacts *ret)
{
	int r = codefacts_init(file, ret);

	if (r < 0)
		return r;
	read_enabled(root, ret);
	if (ret->enabled_err.code || !lacks_redirection(ret))
		return 0;
	if (kallsyms_read_names(root, &ret->kallsyms, &ret->kallsyms_err) < 0)
		return 0;
	/* Traceable or not is not asked here. */
	err_set(&ret->traceable_err, -ENODATA, "not read");
	return read_by_alias(root, ret);
}

void codefacts_done(struct codefacts *f)
{
	nameset_done(&f->names);
	aliases_done(&f->aliases);
	free(f->symbols);
	free(f->traceable);
	free(f->entry);
	kallsyms_free(f->kallsyms);
	*f = (struct codefacts){ 0 };
}

int codefacts_find(const struct codefacts *f, const char *object, const char *name)
{
	return nameset_find(&f->names, object, strlen(object), name, strlen(name));
}
