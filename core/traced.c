// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each of the kernel's long tables is read once. A function is known by its
 * address: names may be there more than once, and a filter by name then lets
 * all of them in, of which only the wanted one is counted.
 */
#include "core/traced.h"

#include <errno.h>

#define TABLE_MAX (64u << 20)
/* fentry's call stands at the function's start, behind an endbr64 at most. */
#define ENTRY_BYTES 16

struct table_line {
	const char *name, *module, *rest;
	size_t name_len, module_len;
	uint64_t addr;
	char type;
};

/* A line of a table in memory, without its end; moves *at behind it. */
static bool next_line(char **at, char **line)
{
	char *end;

	if (!**at)
		return false;
	*line = *at;
	end = strchrnul(*at, '\n');
	*at = *end ? end + 1 : end;
	*end = '\0';
	return true;
}

/* "name [module] rest", "name\t[module]" or "name rest". */
static bool parse_name(const char *s, struct table_line *l)
{
	const char *close;

	l->name = s;
	l->name_len = strcspn(s, " \t");
	l->module = NULL;
	l->module_len = 0;
	l->rest = s + l->name_len + strspn(s + l->name_len, " \t");
	if (*l->rest == '[' && (close = strchr(l->rest, ']'))) {
		l->module = l->rest + 1;
		l->module_len = (size_t)(close - l->module);
		l->rest = close + 1;
	}
	return l->name_len > 0;
}

/* "ffffffff81000000 T name\t[module]" */
static bool parse_symbol(char *line, struct table_line *l)
{
	char *end;

	l->addr = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || !end[1] || end[2] != ' ')
		return false;
	l->type = end[1];
	return parse_name(end + 3, l);
}

static bool is_word(const char *s, const char *word, size_t len)
{
	return strlen(s) == len && memcmp(s, word, len) == 0;
}

static bool is_of(const struct traced *t, const struct table_line *l)
{
	if (!is_word(t->name, l->name, l->name_len))
		return false;
	return l->module ? is_word(t->object, l->module, l->module_len) : streq(t->object, "vmlinux");
}

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

/* The originals by name: the tables have hundreds of thousands of lines. */
struct index {
	struct index_name {
		const char *name;
		size_t i; /* in the list */
		unsigned seen; /* how many symbols of it in its object came by */
	} * v;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct index_name *)a)->name, ((const struct index_name *)b)->name);
}

static int index_make(const struct traced_list *l, struct index *ret)
{
	ret->v = calloc(l->n + 1, sizeof(*ret->v));
	if (!ret->v)
		return -ENOMEM;
	for (; ret->n < l->n; ret->n++)
		ret->v[ret->n] = (struct index_name){ .name = l->v[ret->n].name, .i = ret->n };
	qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
	return 0;
}

static void index_done(struct index *x)
{
	free(x->v);
}

/* Below 0, 0 or above it, as strcmp. */
static int compare_word(const char *s, const char *word, size_t len)
{
	int c = strncmp(s, word, len);

	return c ? c : s[len] != '\0';
}

/* The first of the line's name; x->n: it is not there. */
static size_t index_find(const struct index *x, const struct table_line *l)
{
	size_t i = COUNT_BEFORE(x->n, k, compare_word(x->v[k].name, l->name, l->name_len) < 0);

	return i < x->n && compare_word(x->v[i].name, l->name, l->name_len) == 0 ? i : x->n;
}

struct walk {
	struct traced_list *l;
	struct index x;
	const char *patch;
	bool any; /* an address that is not hidden */
	size_t number; /* of the line that is read */
	void (*found)(struct walk *w, struct index_name *n, struct table_line *line);
};

static bool is_text(char type)
{
	return strchr("tTwW", type) != NULL;
}

/* For each original of that name and object. */
static void each_original(struct walk *w, struct table_line *line)
{
	for (size_t k = index_find(&w->x, line);
	     k < w->x.n && compare_word(w->x.v[k].name, line->name, line->name_len) == 0; k++)
		if (is_of(&w->l->v[w->x.v[k].i], line))
			w->found(w, &w->x.v[k], line);
}

/* Positions count every symbol of the name in its object, in the table's order. */
static void found_symbol(struct walk *w, struct index_name *n, struct table_line *line)
{
	struct traced *t = &w->l->v[n->i];

	t->namesakes += is_text(line->type);
	if (++n->seen != t->sympos)
		return;
	t->addr = line->addr;
	t->position = t->namesakes;
}

static bool is_own(const struct walk *w, const struct table_line *line)
{
	return line->module && is_word(w->patch, line->module, line->module_len);
}

/* The patch's own functions are few, and all at the list's end. */
static void each_own(struct walk *w, const struct table_line *line,
		     void (*fn)(struct walk *w, struct traced *t))
{
	for (size_t i = w->l->n; is_own(w, line) && i-- > 0 && !w->l->v[i].original;)
		if (is_word(w->l->v[i].name, line->name, line->name_len))
			fn(w, &w->l->v[i]);
}

static void count_namesake(struct walk *w, struct traced *t)
{
	t->namesakes++;
}

static int add_own(struct walk *w, const struct table_line *line)
{
	struct traced *t;
	bool before = w->l->cut;
	int r;

	each_own(w, line, count_namesake);
	r = add(w->l, w->patch, line->name, line->name_len, (struct traced){ .addr = line->addr });
	if (r < 0 || (w->l->cut && !before) || !w->l->n)
		return r;
	t = &w->l->v[w->l->n - 1];
	t->namesakes = 1;
	for (size_t i = w->l->n - 1; i-- > 0 && !w->l->v[i].original;)
		if (streq(w->l->v[i].name, t->name)) {
			t->namesakes = w->l->v[i].namesakes;
			break;
		}
	t->position = t->namesakes;
	return 0;
}

static int read_symbols(const struct root *root, struct walk *w)
{
	_cleanup_free_ char *text = NULL;
	char *at, *line;
	int r = root_read_file(root, "proc/kallsyms", TABLE_MAX, &text, NULL);

	w->found = found_symbol;
	for (at = text; r >= 0 && next_line(&at, &line);) {
		struct table_line s;

		if (!parse_symbol(line, &s))
			continue;
		w->any = w->any || s.addr;
		each_original(w, &s);
		if (is_own(w, &s) && is_text(s.type))
			r = add_own(w, &s);
	}
	return r;
}

static int read_table(const struct root *root, const char *name, char **ret)
{
	static const char *const folders[] = { "sys/kernel/tracing", "sys/kernel/debug/tracing" };
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(folders) && r < 0; i++) {
		char path[128];

		FORMAT(path, "%s/%s", folders[i], name);
		r = root_read_file(root, path, TABLE_MAX, ret, NULL);
	}
	return r;
}

/* The kernel lists them by address, as kallsyms does: the n-th of a name is the n-th function. */
static void see(struct walk *w, struct traced *t)
{
	if (++t->seen == t->position)
		t->line = w->number;
}

static void found_traceable(struct walk *w, struct index_name *n, struct table_line *line)
{
	see(w, &w->l->v[n->i]);
}

static int read_traceable(const struct root *root, struct walk *w)
{
	_cleanup_free_ char *text = NULL;
	char *at, *line;
	int r = read_table(root, "available_filter_functions", &text);

	w->found = found_traceable;
	for (at = text; r >= 0 && next_line(&at, &line);) {
		struct table_line l;

		w->number++;
		if (!parse_name(line, &l))
			continue;
		each_original(w, &l);
		each_own(w, &l, see);
	}
	for (size_t i = 0; i < w->l->n; i++)
		if (w->l->v[i].seen != w->l->v[i].namesakes)
			w->l->v[i].line = 0; /* some have no entry: which one is meant is not told */
	return r;
}

static void add_other(struct traced *t, const char *what)
{
	char *before = t->others;

	if (before && strstr(before, what))
		return;
	if (asprintf(&t->others, "%s%s%s", before ? before : "", before ? ", " : "", what) < 0)
		t->others = before;
	else
		free(before);
}

/* "name (2) R I D M tramp: ...": the letters end where something else begins. */
static void found_enabled(struct walk *w, struct index_name *n, struct table_line *line)
{
	struct traced *t = &w->l->v[n->i];
	const char *at = strchr(line->rest, '(');
	long users = at ? strtol(at + 1, NULL, 10) : 0;
	char what[64];

	at = at ? strchr(at, ')') : NULL;
	users -= t->kprobe;
	for (at = at ? at + 1 : ""; *at == ' ' || (*at >= 'A' && *at <= 'Z'); at++) {
		users -= *at == 'D' || *at == 'I'; /* I: livepatch itself */
		if (*at == 'D')
			add_other(t, "a BPF program or another direct call");
	}
	if (users > 0) {
		FORMAT(what, "%ld other user%s of ftrace", users, users == 1 ? "" : "s");
		add_other(t, what);
	}
	if (t->others && t->namesakes > 1)
		add_other(t, "or those are of a namesake");
}

static void read_enabled(const struct root *root, struct walk *w)
{
	_cleanup_free_ char *text = NULL;
	char *at, *line;
	int r = read_table(root, "enabled_functions", &text);

	w->found = found_enabled;
	for (at = text; r >= 0 && next_line(&at, &line);) {
		struct table_line l;

		if (*line != ' ' && *line != '\t' && parse_name(line, &l))
			each_original(w, &l);
	}
}

static void found_kprobe(struct walk *w, struct index_name *n, struct table_line *line)
{
	add_other(&w->l->v[n->i], "a kprobe");
	w->l->v[n->i].kprobe = strstr(line->rest, "[FTRACE]") != NULL;
}

/* "ffffffff81000000  k  name+0x0  module [FTRACE]" (kernel/kprobes.c, report_probe). */
static void read_kprobes(const struct root *root, struct walk *w)
{
	_cleanup_free_ char *text = NULL;
	char *at, *line;
	int r = root_read_file(root, "sys/kernel/debug/kprobes/list", TABLE_MAX, &text, NULL);

	w->found = found_kprobe;
	for (at = text; r >= 0 && next_line(&at, &line);) {
		struct table_line l = { 0 };
		char name[256] = "", module[64] = "";

		if (sscanf(line, "%*x %*s %255[^+ ]+%*s %63[^[ \n]", name, module) < 1)
			continue;
		l.name = name;
		l.name_len = strlen(name);
		l.module = *module ? module : NULL;
		l.module_len = strlen(module);
		l.rest = line;
		each_original(w, &l);
	}
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
	int r = index_make(w->l, &w->x);

	r = r < 0 ? r : read_symbols(root, w);
	if (r < 0)
		return err_set(e, r, "cannot read /proc/kallsyms: %s", strerror(-r));
	if (!w->any) {
		err_set(e, -EPERM, "the kernel hides its addresses, so that no entry could be told");
		err_hint(e, "sysctl kernel.kptr_restrict; root sees them unless it is 2");
		return -EPERM;
	}
	r = read_traceable(root, w);
	if (r < 0)
		return err_rc(e, RC_UNSUPPORTED, r, "tracefs says nothing of functions: %s", strerror(-r));
	read_kprobes(root, w);
	read_enabled(root, w);
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
	struct walk w = { .l = ret, .patch = p->name };
	int r = add_originals(ret, p);

	r = r < 0 ? err_set(e, r, "out of memory") : read_all(root, &w, e);
	index_done(&w.x);
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
