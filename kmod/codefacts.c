/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass a table. Lines as kernel/trace/ftrace.c (t_show) and
 * kernel/kprobes.c (report_probe) print them:
 *   name [module]
 *   name [module] (1) R I D O M	tramp: ...
 *   ffffffff81000000  k  name+0x0  module [FTRACE]
 */
#include "kmod/codefacts.h"

#include <errno.h>

#define TABLE_MAX (64u << 20)

struct line {
	const char *name, *module, *rest; /* rest: behind both */
	size_t name_len, module_len, rest_len;
};

/* "name [module] rest" or "name rest"; false for none and for a line that goes on. */
static bool line_parse(const char *p, const char *end, struct line *ret)
{
	const char *sp = memchr(p, ' ', (size_t)(end - p)), *close;
	struct line l = { .name = p, .name_len = (size_t)((sp ? sp : end) - p) };

	if (!l.name_len || *p == '\t')
		return false;
	l.rest = sp ? sp + 1 : end;
	if (l.rest < end && *l.rest == '[' && (close = memchr(l.rest, ']', (size_t)(end - l.rest)))) {
		l.module = l.rest + 1;
		l.module_len = (size_t)(close - l.module);
		l.rest = close + 1;
	}
	l.rest_len = (size_t)(end - l.rest);
	*ret = l;
	return true;
}

/* Index of the file's name that a line is about, -1 none. */
static int find_name(const struct codefacts *f, const char *module, size_t module_len, const char *name,
		     size_t len)
{
	int i;

	if (!f->aliases.use)
		return nameset_find(&f->names, module, module_len, name, len);
	i = nameset_find(&f->aliases.names, module, module_len, name, len);
	return i < 0 ? -1 : (int)f->aliases.of[i];
}

static void take_traceable(struct codefacts *f, const char *p, const char *end)
{
	struct line l;
	int i = line_parse(p, end, &l) ? find_name(f, l.module, l.module_len, l.name, l.name_len) : -1;

	if (i >= 0)
		f->traceable[i]++;
}

/* Letters and blanks behind the count; what follows them are names. */
static void take_enabled(struct codefacts *f, const char *p, const char *end)
{
	struct line l;
	const char *at;
	int i = line_parse(p, end, &l) ? find_name(f, l.module, l.module_len, l.name, l.name_len) : -1;

	if (i < 0)
		return;
	at = memchr(l.rest, ')', l.rest_len);
	while (at && ++at < end && (*at == ' ' || (*at >= 'A' && *at <= 'Z')))
		f->entry[i] |= *at == 'I' ? ENTRY_IPMODIFY : *at == 'D' ? ENTRY_DIRECT : 0;
}

static bool has_word(const char *p, const char *end, const char *word)
{
	return memmem(p, (size_t)(end - p), word, strlen(word)) != NULL;
}

/* The next word at *p; *p moves behind it. */
static size_t next_word(const char **p, const char *end, const char **ret)
{
	size_t n = 0;

	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
	*ret = *p;
	while (*p + n < end && (*p)[n] != ' ' && (*p)[n] != '\t')
		n++;
	*p += n;
	return n;
}

static void take_kprobe(struct codefacts *f, const char *p, const char *end)
{
	const char *at = p, *word, *name, *module, *plus;
	size_t len, module_len;
	int i;

	if (!has_word(p, end, "[FTRACE]"))
		return;
	next_word(&at, end, &word);
	next_word(&at, end, &word);
	len = next_word(&at, end, &name);
	module_len = next_word(&at, end, &module);
	plus = memrchr(name, '+', len);
	if (!plus)
		return;
	if (!module_len || *module == '[')
		module = NULL;
	i = find_name(f, module, module_len, name, (size_t)(plus - name));
	if (i >= 0)
		f->entry[i] |= ENTRY_KPROBE;
}

static void each_line(struct codefacts *f, const char *text, size_t len,
		      void (*take)(struct codefacts *, const char *, const char *))
{
	const char *end = text + len;

	for (const char *p = text; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		take(f, p, nl ? nl : end);
		p = nl ? nl + 1 : end;
	}
}

/* Read one table of a file system that may be mounted at either place. Its length. */
static size_t read_table(const struct root *root, struct codefacts *f, const char *const paths[2],
			 void (*take)(struct codefacts *, const char *, const char *), struct err *e)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int r = root_read_file(root, paths[0], TABLE_MAX, &text, &len);

	if (r == -ENOENT && paths[1])
		r = root_read_file(root, paths[1], TABLE_MAX, &text, &len);
	if (r >= 0)
		each_line(f, text, len, take);
	else if (r == -ENOENT)
		err_set(e, r, "there is no /%s; it may not be mounted", paths[0]);
	else
		err_set(e, r, "/%s cannot be read: %s", paths[0], strerror(-r));
	return r < 0 ? 0 : len;
}

/* An empty list of what can be traced is no list. */
static void read_traceable(const struct root *root, struct codefacts *f)
{
	static const char *const paths[2] = { "sys/kernel/tracing/available_filter_functions",
					      "sys/kernel/debug/tracing/available_filter_functions" };

	if (!read_table(root, f, paths, take_traceable, &f->traceable_err) && !f->traceable_err.code)
		err_set(&f->traceable_err, -ENODATA, "/%s is empty", paths[0]);
}

static void read_enabled(const struct root *root, struct codefacts *f)
{
	static const char *const paths[2] = { "sys/kernel/tracing/enabled_functions",
					      "sys/kernel/debug/tracing/enabled_functions" };

	read_table(root, f, paths, take_enabled, &f->enabled_err);
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
		if (!(f->entry[i] & ENTRY_IPMODIFY))
			return true;
	return false;
}

static int read_tables(const struct root *root, struct codefacts *f)
{
	static const char *const kprobes[2] = { "sys/kernel/debug/kprobes/list", NULL };
	int r = 0;

	if (kallsyms_read_names(root, &f->kallsyms, &f->kallsyms_err) >= 0 &&
	    !kallsyms_count_all(f->kallsyms, &f->names, f->symbols))
		err_set(&f->kallsyms_err, -ENODATA, "/proc/kallsyms is empty");
	read_traceable(root, f);
	read_enabled(root, f);
	if (lacks_traceable(f))
		r = read_by_alias(root, f);
	read_table(root, f, kprobes, take_kprobe, &f->kprobes_err);
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
