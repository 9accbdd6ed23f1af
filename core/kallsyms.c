/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol table as text: "address type name[\t[module]]". Kept as the text
 * and searched line by line, for a stall asks for a handful of names. Like for
 * the kernel, a symbol ends where the next higher one of its object begins; in
 * a module (find_kallsyms_symbol) only its text counts, whose own end the table
 * does not tell.
 */
#include "core/kallsyms.h"

#include <errno.h>

#define KALLSYMS_MAX (64u << 20)

struct kallsyms {
	char *text;
	size_t len;
	bool hidden; /* the addresses */
};

/* One line; false when it is none of a symbol. */
static bool symbol_parse(const char *line, const char *end, struct kallsyms_symbol *ret)
{
	const char *p = line, *tab;
	uint64_t v = 0;

	for (; p < end && p - line < 16; p++) {
		int c = *p, d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (d < 0)
			break;
		v = v << 4 | (unsigned)d;
	}
	if (p == line || end - p < 4 || p[0] != ' ' || p[2] != ' ')
		return false;
	*ret = (struct kallsyms_symbol){ .addr = v, .type = p[1], .name = p + 3 };
	p += 3;
	tab = memchr(p, '\t', (size_t)(end - p));
	ret->name_len = (size_t)((tab ? tab : end) - p);
	if (tab && end - tab > 3 && tab[1] == '[' && end[-1] == ']') {
		ret->module = tab + 2;
		ret->module_len = (size_t)(end - 1 - ret->module);
	}
	return true;
}

/* Walk the lines; *at moves on. False at the end. */
static bool next_symbol(const struct kallsyms *k, size_t *at, struct kallsyms_symbol *ret)
{
	while (*at < k->len) {
		const char *line = k->text + *at, *nl = memchr(line, '\n', k->len - *at);
		const char *end = nl ? nl : k->text + k->len;

		*at = (size_t)(end - k->text) + 1;
		if (symbol_parse(line, end, ret))
			return true;
	}
	return false;
}

/* Hidden addresses are all zero; per-CPU symbols alone begin there. */
static bool addresses_hidden(const struct kallsyms *k)
{
	struct kallsyms_symbol s;
	size_t at = 0;
	bool any = false;

	while (next_symbol(k, &at, &s)) {
		if (s.addr)
			return false;
		any = true;
	}
	return any;
}

/* Takes the text over. */
static int kallsyms_build(char *text, size_t len, bool names_only, struct kallsyms **ret)
{
	struct kallsyms *k = calloc(1, sizeof(*k));

	if (!k) {
		free(text);
		return -ENOMEM;
	}
	k->text = text;
	k->len = len;
	k->hidden = addresses_hidden(k);
	if (k->hidden && !names_only) {
		kallsyms_free(k);
		return -EPERM;
	}
	*ret = k;
	return 0;
}

int kallsyms_parse(const char *text, size_t len, struct kallsyms **ret)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return kallsyms_build(copy, len, false, ret);
}

static int read_table(const struct root *root, bool names_only, struct kallsyms **ret, struct err *e)
{
	size_t len;
	char *text;
	int r;

	r = root_read_file(root, "proc/kallsyms", KALLSYMS_MAX, &text, &len);
	if (r >= 0)
		r = kallsyms_build(text, len, names_only, ret);
	if (r < 0)
		return err_set(e, r, "cannot read /proc/kallsyms: %s",
			       r == -EPERM ? "the addresses are hidden" : strerror(-r));
	return 0;
}

int kallsyms_read(const struct root *root, struct kallsyms **ret, struct err *e)
{
	return read_table(root, false, ret, e);
}

int kallsyms_read_names(const struct root *root, struct kallsyms **ret, struct err *e)
{
	return read_table(root, true, ret, e);
}

bool kallsyms_hidden(const struct kallsyms *k)
{
	return k->hidden;
}

struct kallsyms *kallsyms_free(struct kallsyms *k)
{
	if (!k)
		return NULL;
	free(k->text);
	free(k);
	return NULL;
}

static bool in_object(const struct kallsyms_symbol *s, const char *object)
{
	bool vmlinux = !object || streq(object, "vmlinux");

	if (vmlinux || !s->module)
		return vmlinux && !s->module;
	return strlen(object) == s->module_len && !memcmp(s->module, object, s->module_len);
}

static bool symbol_is(const struct kallsyms_symbol *s, const char *object, const char *name)
{
	return strlen(name) == s->name_len && !memcmp(s->name, name, s->name_len) && in_object(s, object);
}

void kallsyms_each(const struct kallsyms *k, void (*take)(void *arg, const struct kallsyms_symbol *s),
		   void *arg)
{
	struct kallsyms_symbol s;

	for (size_t at = 0; next_symbol(k, &at, &s);)
		take(arg, &s);
}

bool kallsyms_is_text(const struct kallsyms_symbol *s)
{
	return strchr("tTwW", s->type) != NULL;
}

size_t kallsyms_count(const struct kallsyms *k, const char *object, const char *name)
{
	struct kallsyms_symbol s;
	size_t n = 0;

	for (size_t at = 0; next_symbol(k, &at, &s);)
		n += symbol_is(&s, object, name);
	return n;
}

size_t kallsyms_count_all(const struct kallsyms *k, const struct nameset *set, size_t *counts)
{
	struct kallsyms_symbol s;
	size_t n = 0;

	for (size_t at = 0; next_symbol(k, &at, &s); n++) {
		int i = nameset_find(set, s.module, s.module_len, s.name, s.name_len);

		if (i >= 0)
			counts[i]++;
	}
	return n;
}

struct group { /* lines of one address */
	size_t begin, end;
	struct kallsyms_symbol first;
	bool wanted;
};

/* Tell each wanted name of the group of every other name in it. */
static void tell_group(const struct kallsyms *k, const struct group *g, const struct nameset *set,
		       void (*found)(void *, int, const char *, size_t), void *arg)
{
	struct kallsyms_symbol s, other;

	for (size_t at = g->begin; at < g->end && next_symbol(k, &at, &s);) {
		int i = nameset_find(set, s.module, s.module_len, s.name, s.name_len);

		for (size_t b = g->begin; i >= 0 && b < g->end && next_symbol(k, &b, &other);)
			if (other.name != s.name)
				found(arg, i, other.name, other.name_len);
	}
}

void kallsyms_aliases(const struct kallsyms *k, const struct nameset *set,
		      void (*found)(void *arg, int index, const char *name, size_t len), void *arg)
{
	struct group g = { 0 };
	struct kallsyms_symbol s;
	size_t at = 0;

	while (!k->hidden && next_symbol(k, &at, &s)) {
		if (s.addr != g.first.addr || !s.module != !g.first.module) {
			if (g.wanted)
				tell_group(k, &g, set, found, arg);
			g = (struct group){ .begin = (size_t)(s.name - k->text), .first = s };
			/* Back to where its line begins. */
			while (g.begin && k->text[g.begin - 1] != '\n')
				g.begin--;
		}
		g.wanted |= nameset_find(set, s.module, s.module_len, s.name, s.name_len) >= 0;
		g.end = at;
	}
	if (g.wanted)
		tell_group(k, &g, set, found, arg);
}

/* Where the object's next symbol above addr begins; 0 when there is none. */
static uint64_t next_address(const struct kallsyms *k, const char *object, uint64_t addr)
{
	uint64_t best = 0;
	struct kallsyms_symbol s;

	for (size_t at = 0; next_symbol(k, &at, &s);) {
		if (s.addr <= addr || (best && s.addr >= best) || !in_object(&s, object))
			continue;
		if (!s.module || kallsyms_is_text(&s))
			best = s.addr;
	}
	return best;
}

int kallsyms_size(const struct kallsyms *k, const char *object, const char *name, unsigned sympos,
		  uint64_t *ret)
{
	struct kallsyms_symbol s;
	unsigned pos = 0;

	for (size_t at = 0; next_symbol(k, &at, &s);) {
		uint64_t next;

		if (!symbol_is(&s, object, name) || ++pos != MAX(sympos, 1u))
			continue;
		next = next_address(k, object, s.addr);
		if (!next)
			return -ENOENT;
		*ret = next - s.addr;
		return 0;
	}
	return -ENOENT;
}
