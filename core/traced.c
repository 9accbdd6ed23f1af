// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each of the kernel's long tables is read once. A function is known by its
 * address: names may be there more than once, and a filter by name then lets
 * all of them in, of which only the wanted one is counted.
 */
#include "core/traced.h"

#include <errno.h>

#include "core/hooks.h"
#include "core/kallsyms.h"

/* fentry's call stands at the function's start, behind an endbr64 at most. */
#define ENTRY_BYTES 16

static int add(struct traced_list *l, const char *object, const char *name, size_t len, struct traced t)
{
	if (l->n >= (t.original ? TRACED_MAX / 2 : TRACED_MAX)) {
		l->cut = true;
		return 0;
	}
	if (array_grow(&l->v, l->n, sizeof(*l->v)) < 0)
		return -ENOMEM;
	t.object = strdup(object);
	t.name = strndup(name, len);
	l->v[l->n++] = t;
	return t.object && t.name ? 0 : -ENOMEM;
}

static int add_originals(struct traced_list *l, const struct patch *p)
{
	int r = 0;

	for (size_t i = 0; i < p->n_objects; i++)
		for (size_t k = 0; r >= 0 && k < p->objects[i].n_funcs; k++) {
			const struct func *f = &p->objects[i].funcs[k];

			if (f->restore != 1)
				r = add(l, p->objects[i].name, f->name, strlen(f->name),
					(struct traced){ .sympos = MAX(f->sympos, 1u), .original = true });
		}
	return r;
}

struct walk {
	struct traced_list *l;
	const char *patch;
	struct nameset names; /* of the list: the tables have hundreds of thousands of lines */
	size_t *first; /* a name's first place in the list */
	struct link {
		size_t next; /* place of the name's next, 0 none */
		size_t symbols; /* of the name that came by */
	} * links; /* one a place */
	struct hook *hooks; /* one a name */
	int r;
};

static void walk_done(struct walk *w)
{
	nameset_done(&w->names);
	free(w->first);
	free(w->links);
	free(w->hooks);
}

static int index_names(struct walk *w)
{
	size_t n = w->l->n;
	int r = nameset_init(&w->names, n);

	w->first = calloc(n + 1, sizeof(*w->first));
	w->links = calloc(n + 1, sizeof(*w->links));
	w->hooks = calloc(n + 1, sizeof(*w->hooks));
	if (r < 0 || !w->first || !w->links || !w->hooks)
		return -ENOMEM;
	for (size_t i = n; i-- > 0;) { /* so that the first comes first */
		int name = nameset_add(&w->names, w->l->v[i].object, w->l->v[i].name);

		if (name < 0)
			return name;
		w->links[i].next = w->first[name];
		w->first[name] = i + 1;
	}
	return 0;
}

/* The first place, from 1, of a name of the tables; 0: it is not wanted. */
static size_t find_first(const struct walk *w, const char *module, size_t module_len, const char *name,
			 size_t len)
{
	int i = nameset_find(&w->names, module, module_len, name, len);

	return i < 0 ? 0 : w->first[i];
}

static void take_own(void *arg, const struct kallsyms_symbol *s)
{
	struct walk *w = arg;

	if (w->r < 0 || !s->module || !kallsyms_is_text(s) || strlen(w->patch) != s->module_len ||
	    memcmp(w->patch, s->module, s->module_len))
		return;
	w->r = add(w->l, w->patch, s->name, s->name_len, (struct traced){ .addr = s->addr });
}

/* Positions count every symbol of the name in its object, in the table's order. */
static void take_symbol(void *arg, const struct kallsyms_symbol *s)
{
	struct walk *w = arg;

	for (size_t i = find_first(w, s->module, s->module_len, s->name, s->name_len); i;
	     i = w->links[i - 1].next) {
		struct traced *t = &w->l->v[i - 1];

		t->namesakes += kallsyms_is_text(s);
		if (t->original ? ++w->links[i - 1].symbols != t->sympos : s->addr != t->addr)
			continue;
		t->addr = s->addr;
		t->position = t->namesakes;
	}
}

static int read_symbols(const struct root *root, struct walk *w, struct err *e)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k = NULL;
	int r = kallsyms_read(root, &k, e);

	if (r == -EPERM) {
		err_set(e, r, "the kernel hides its addresses, so that no entry could be told");
		err_hint(e, "sysctl kernel.kptr_restrict; root sees them unless it is 2");
	}
	if (r < 0)
		return r;
	kallsyms_each(k, take_own, w);
	r = w->r < 0 ? w->r : index_names(w);
	if (r < 0)
		return err_set(e, r, "out of memory");
	kallsyms_each(k, take_symbol, w);
	return 0;
}

/* The kernel lists them by address, as kallsyms does: the n-th of a name is the n-th function. */
static void take_traceable(void *arg, const struct funcline *f)
{
	struct walk *w = arg;

	for (size_t i = find_first(w, f->module, f->module_len, f->name, f->name_len); i;
	     i = w->links[i - 1].next) {
		struct traced *t = &w->l->v[i - 1];

		if (++t->seen == t->position)
			t->line = f->number;
	}
}

static int read_traceable(const struct root *root, struct walk *w, struct err *e)
{
	struct err closed = { 0 };
	int r = functable_read(root, FUNCTABLE_TRACEABLE, take_traceable, w, &closed);

	if (r < 0)
		return err_rc(e, RC_UNSUPPORTED, r, "tracefs says nothing of functions: %s", closed.text);
	for (size_t i = 0; i < w->l->n; i++)
		if (w->l->v[i].seen != w->l->v[i].namesakes)
			w->l->v[i].line = 0; /* some have no entry: which one is meant is not told */
	return 0;
}

static int take_others(struct traced *t, const struct hook *h)
{
	char words[160];

	hook_words(h, words, sizeof(words));
	if (!*words)
		return 0;
	return asprintf(&t->others, "%s%s", words, t->namesakes > 1 ? ", or those are of a namesake" : "") < 0
		       ? (t->others = NULL, -ENOMEM)
		       : 0;
}

static int read_hooks(const struct root *root, struct walk *w)
{
	int r = 0;

	hooks_read(root, &w->names, w->hooks, NULL, NULL);
	for (size_t i = 0; r >= 0 && i < w->names.n; i++)
		for (size_t k = w->first[i]; r >= 0 && k; k = w->links[k - 1].next)
			if (w->l->v[k - 1].original)
				r = take_others(&w->l->v[k - 1], &w->hooks[i]);
	return r;
}

static void drop(struct traced *t)
{
	free(t->object);
	free(t->name);
	free(t->others);
}

/* Own code that ftrace does not see at all is no function that could be counted: .cold parts, init. */
static void drop_untraceable(struct traced_list *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].original || l->v[i].seen)
			l->v[kept++] = l->v[i];
		else
			drop(&l->v[i]);
	}
	l->n = kept;
}

static int read_all(const struct root *root, struct walk *w, struct err *e)
{
	int r = read_symbols(root, w, e);

	r = r < 0 ? r : read_traceable(root, w, e);
	if (r < 0)
		return r;
	if (read_hooks(root, w) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	drop_untraceable(w->l);
	return 0;
}

static int by_address(const void *a, const void *b, void *list)
{
	const struct traced *v = list, *x = &v[*(const size_t *)a], *y = &v[*(const size_t *)b];

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int order(struct traced_list *l)
{
	l->by_addr = calloc(l->n + 1, sizeof(*l->by_addr));
	if (!l->by_addr)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		l->by_addr[i] = i;
	qsort_r(l->by_addr, l->n, sizeof(*l->by_addr), by_address, l->v);
	return 0;
}

int traced_read(const struct root *root, const struct patch *p, struct traced_list *ret, struct err *e)
{
	_cleanup_(walk_done) struct walk w = { .l = ret, .patch = p->name };
	int r = add_originals(ret, p);

	r = r < 0 ? err_set(e, r, "out of memory") : read_all(root, &w, e);
	return r < 0 ? r : order(ret) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

void traced_hit(struct traced_list *l, uint64_t ip)
{
	size_t i = COUNT_BEFORE(l->n, k, l->v[l->by_addr[k]].addr <= ip);
	uint64_t addr = i ? l->v[l->by_addr[i - 1]].addr : 0;

	if (!addr || ip - addr >= ENTRY_BYTES)
		return;
	while (i > 0 && l->v[l->by_addr[i - 1]].addr == addr) /* other names of it, too */
		l->v[l->by_addr[--i]].hits++;
}

const char *traced_why_not(const struct traced *t)
{
	if (!t->addr)
		return "it is not in the kernel: its module is not loaded";
	if (!t->seen)
		return "ftrace does not see it by this name";
	return t->line ? NULL : "ftrace sees some of that name only, and does not tell which";
}

void traced_filter(const struct traced *t, char *buf, size_t size)
{
	bool module = !streq(t->object, "vmlinux");

	snprintf(buf, size, "%s%s%s", t->name, module ? ":mod:" : "", module ? t->object : "");
}

void traced_done(struct traced_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		drop(&l->v[i]);
	free(l->v);
	free(l->by_addr);
	*l = (struct traced_list){ 0 };
}
