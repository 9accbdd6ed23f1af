// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads Module.symvers: one export a line, fields separated by tabs: checksum,
 * name, module, kind, and since 5.4 a namespace.
 */
#include <errno.h>

#include "builder/symvers.h"
#include "builder/taketext.h"
#include "core/modname.h"

/* The next field of a line that is cut up in place; NULL when there is none. */
static char *next_field(char **at)
{
	char *field = *at, *tab;

	if (!field)
		return NULL;
	tab = strchr(field, '\t');
	*at = tab ? tab + 1 : NULL;
	if (tab)
		*tab = '\0';
	return field;
}

/* Hexadecimal digits and nothing else: strtoul would take blanks, signs and another 0x. */
static int parse_crc(const char *s, uint32_t *ret)
{
	size_t n;

	if (s[0] != '0' || s[1] != 'x')
		return -EBADMSG;
	n = strspn(s + 2, "0123456789abcdefABCDEF");
	if (n == 0 || n > 8 || s[2 + n])
		return -EBADMSG;
	*ret = (uint32_t)strtoul(s + 2, NULL, 16);
	return 0;
}

static int parse_line(char *line, struct export *ret)
{
	char *at = line;
	const char *crc = next_field(&at), *name = next_field(&at), *module = next_field(&at),
		   *kind = next_field(&at), *ns = next_field(&at);

	if (!kind || !name[0] || !module[0] || parse_crc(crc, &ret->crc) < 0)
		return -EBADMSG;
	ret->name = name;
	ret->module = module;
	ret->gpl = strstr(kind, "_GPL") != NULL;
	ret->ns = ns ? ns : "";
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct export *)a)->name, ((const struct export *)b)->name);
}

static int parse_lines(const char *path, struct symvers *s, struct err *e)
{
	size_t line = 0;

	for (char *p = s->text, *next; *p; p = next) {
		char *nl = strchrnul(p, '\n');

		line++;
		next = *nl ? nl + 1 : nl;
		*nl = '\0';
		if (!*p)
			continue;
		if (array_grow(&s->v, s->n, sizeof(*s->v)) < 0)
			return err_set(e, -ENOMEM, "out of memory");
		if (parse_line(p, &s->v[s->n]) < 0) {
			err_set(e, -EBADMSG, "%s:%zu: not a line of a Module.symvers", path, line);
			err_hint(e, "give the Module.symvers of the kernel's headers with --symvers FILE");
			return -EBADMSG;
		}
		s->n++;
	}
	return 0;
}

int symvers_parse(const char *path, char *text, size_t len, struct symvers *ret, struct err *e)
{
	struct symvers s = { 0 };
	int r = take_text(path, text, len, SYMVERS_MAX_BYTES, &s.text, e);

	if (r < 0)
		return r;
	r = parse_lines(path, &s, e);
	if (r < 0) {
		symvers_done(&s);
		return r;
	}
	if (s.n)
		qsort(s.v, s.n, sizeof(*s.v), by_name);
	*ret = s;
	return 0;
}

static bool is_kernels(const struct export *x)
{
	return streq(x->module, "vmlinux");
}

static size_t drop_kernels(struct symvers *s)
{
	size_t n = 0, dropped;

	for (size_t i = 0; i < s->n; i++)
		if (!is_kernels(&s->v[i]))
			s->v[n++] = s->v[i];
	dropped = s->n - n;
	s->n = n;
	return dropped;
}

/* Both are in the order of names. */
static size_t merge(const struct symvers *a, const struct symvers *b, struct export *to)
{
	size_t i = 0, k = 0, n = 0;

	while (i < a->n || k < b->n) {
		int c = i == a->n ? 1 : k == b->n ? -1 : strcmp(a->v[i].name, b->v[k].name);

		if (c == 0 && is_kernels(&a->v[i]))
			k++;
		else if (c == 0)
			i++;
		else
			to[n++] = c < 0 ? a->v[i++] : b->v[k++];
	}
	return n;
}

ssize_t symvers_join(struct symvers *s, struct symvers *more)
{
	size_t dropped = drop_kernels(more);
	struct symvers *taken = calloc(1, sizeof(*taken)), **end = &s->joined;
	struct export *v = calloc(s->n + more->n + 1, sizeof(*v));

	if (!taken || !v) {
		free(taken);
		free(v);
		symvers_done(more);
		return -ENOMEM;
	}
	s->n = merge(s, more, v);
	free(s->v);
	s->v = v;
	*taken = *more;
	*more = (struct symvers){ 0 };
	while (*end)
		end = &(*end)->joined;
	*end = taken;
	return (ssize_t)dropped;
}

void symvers_done(struct symvers *s)
{
	if (s->joined)
		symvers_done(s->joined);
	free(s->joined);
	free(s->text);
	free(s->v);
	*s = (struct symvers){ 0 };
}

const struct export *symvers_find(const struct symvers *s, const char *name)
{
	const struct export key = { .name = name };

	return s->n ? bsearch(&key, s->v, s->n, sizeof(*s->v), by_name) : NULL;
}

void export_module(const struct export *x, char *dst, size_t size)
{
	const char *slash = strrchr(x->module, '/');

	(void)snprintf(dst, size, "%s", slash ? slash + 1 : x->module);
	modname_make(dst);
}
