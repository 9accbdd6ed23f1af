/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol table as text: "address type name[\t[module]]". Kept as the text
 * and searched line by line (a stall asks for a handful of names), and one
 * sorted array of addresses that gives sizes: like the kernel, a symbol ends
 * where the next higher address begins.
 */
#include "core/kallsyms.h"

#include <errno.h>

#define KALLSYMS_MAX (64u << 20)

struct kallsyms {
	char *text;
	size_t len;
	uint64_t *addr;
	size_t n;
};

struct symbol {
	uint64_t addr;
	const char *name, *module;
	size_t name_len, module_len;
};

/* One line; false when it is none of a symbol. */
static bool symbol_parse(const char *line, const char *end, struct symbol *ret)
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
	p += 3;
	tab = memchr(p, '\t', (size_t)(end - p));
	*ret = (struct symbol){ .addr = v, .name = p, .name_len = (size_t)((tab ? tab : end) - p) };
	if (tab && end - tab > 3 && tab[1] == '[' && end[-1] == ']') {
		ret->module = tab + 2;
		ret->module_len = (size_t)(end - 1 - ret->module);
	}
	return true;
}

/* Walk the lines; *at moves on. False at the end. */
static bool next_symbol(const struct kallsyms *k, size_t *at, struct symbol *ret)
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

static int addr_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int addresses(struct kallsyms *k)
{
	struct symbol s;

	for (size_t at = 0; next_symbol(k, &at, &s);) {
		if (array_grow(&k->addr, k->n, sizeof(*k->addr)) < 0)
			return -ENOMEM;
		k->addr[k->n++] = s.addr;
	}
	if (k->n)
		qsort(k->addr, k->n, sizeof(*k->addr), addr_compare);
	/* Hidden addresses are all zero; per-CPU symbols alone begin there. */
	if (k->n && !k->addr[k->n - 1])
		return -EPERM;
	return 0;
}

static int kallsyms_build(char *text, size_t len, struct kallsyms **ret)
{
	struct kallsyms *k = calloc(1, sizeof(*k));
	int r;

	if (!k) {
		free(text);
		return -ENOMEM;
	}
	k->text = text;
	k->len = len;
	r = addresses(k);
	if (r < 0) {
		kallsyms_free(k);
		return r;
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
	return kallsyms_build(copy, len, ret);
}

int kallsyms_read(const struct root *root, struct kallsyms **ret, struct err *e)
{
	size_t len;
	char *text;
	int r;

	r = root_read_file(root, "proc/kallsyms", KALLSYMS_MAX, &text, &len);
	if (r >= 0)
		r = kallsyms_build(text, len, ret);
	if (r < 0)
		return err_set(e, r, "cannot read /proc/kallsyms: %s",
			       r == -EPERM ? "the addresses are hidden" : strerror(-r));
	return 0;
}

struct kallsyms *kallsyms_free(struct kallsyms *k)
{
	if (!k)
		return NULL;
	free(k->text);
	free(k->addr);
	free(k);
	return NULL;
}

static bool symbol_is(const struct symbol *s, const char *object, const char *name)
{
	bool vmlinux = !object || streq(object, "vmlinux");

	if (strlen(name) != s->name_len || memcmp(s->name, name, s->name_len))
		return false;
	if (vmlinux || !s->module)
		return vmlinux && !s->module;
	return strlen(object) == s->module_len && !memcmp(s->module, object, s->module_len);
}

size_t kallsyms_count(const struct kallsyms *k, const char *object, const char *name)
{
	struct symbol s;
	size_t n = 0;

	for (size_t at = 0; next_symbol(k, &at, &s);)
		n += symbol_is(&s, object, name);
	return n;
}

/* First address above addr; 0 when it is the last. */
static uint64_t next_address(const struct kallsyms *k, uint64_t addr)
{
	size_t lo = 0, hi = k->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->addr[mid] <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < k->n ? k->addr[lo] : 0;
}

int kallsyms_size(const struct kallsyms *k, const char *object, const char *name, unsigned sympos,
		  uint64_t *ret)
{
	struct symbol s;
	unsigned pos = 0;

	for (size_t at = 0; next_symbol(k, &at, &s);) {
		uint64_t next;

		if (!symbol_is(&s, object, name) || ++pos != MAX(sympos, 1u))
			continue;
		next = next_address(k, s.addr);
		if (!next)
			return -ENOENT;
		*ret = next - s.addr;
		return 0;
	}
	return -ENOENT;
}
