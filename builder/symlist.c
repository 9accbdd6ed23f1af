// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See symlist.h. A line is "ADDRESS TYPE NAME", behind it a tab and "[module]"
 * in those of modules (kernel/kallsyms.c, s_show()). Addresses are not needed,
 * so hidden ones will do.
 */
#include "builder/symlist.h"

#include <errno.h>

#include "builder/taketext.h"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '?' || c == '-';
}

/* Cut a line up in place. *ret_module: NULL for one of vmlinux. */
static int parse_line(char *line, struct listed *ret, const char **ret_module)
{
	char *p = line, *tab;

	while (is_hex(*p))
		p++;
	if (p == line || p - line > 16 || p[0] != ' ' || !is_letter(p[1]) || p[2] != ' ' || !p[3])
		return -EBADMSG;
	ret->type = p[1];
	ret->name = p + 3;
	tab = p + 3 + strcspn(p + 3, "\t ");
	*ret_module = NULL;
	if (!*tab)
		return 0;
	*tab++ = '\0';
	tab += strspn(tab, "\t ");
	if (*tab != '[' || tab[strlen(tab) - 1] != ']')
		return -EBADMSG;
	tab[strlen(tab) - 1] = '\0';
	*ret_module = tab + 1;
	return 0;
}

static int take_line(struct symlist *s, char *line, const char *object)
{
	struct listed found;
	const char *module;
	int r = parse_line(line, &found, &module);

	if (r < 0 || !streq(module ? module : "vmlinux", object))
		return r;
	if (s->n == SYMLIST_MAX)
		return -EFBIG;
	if (array_grow(&s->v, s->n, sizeof(*s->v)) < 0)
		return -ENOMEM;
	found.order = (uint32_t)s->n;
	s->v[s->n++] = found;
	return 0;
}

static int failed(const char *path, size_t line, int r, struct err *e)
{
	if (r == -ENOMEM)
		return err_set(e, r, "out of memory");
	if (r == -EFBIG)
		return err_set(e, r, "%s has more than %u symbols", path, SYMLIST_MAX);
	err_set(e, r, "%s:%zu: not a line of address, type and name", path, line);
	err_hint(e, "klpsh kallsyms IMAGE writes such a list, and /proc/kallsyms is one");
	return r;
}

static int parse_lines(const char *path, struct symlist *s, const char *object, struct err *e)
{
	size_t line = 0;

	for (char *p = s->text, *next; *p; p = next) {
		char *nl = strchrnul(p, '\n');
		int r;

		line++;
		next = *nl ? nl + 1 : nl;
		*nl = '\0';
		r = *p ? take_line(s, p, object) : 0;
		if (r < 0)
			return failed(path, line, r, e);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : x->order < y->order ? -1 : x->order > y->order;
}

int symlist_parse(const char *path, char *text, size_t len, const char *object, struct symlist *ret,
		  struct err *e)
{
	struct symlist s = { .kernel = streq(object, "vmlinux") };
	int r = take_text(path, text, len, SYMLIST_MAX_BYTES, &s.text, e);

	if (r < 0)
		return r;
	r = memchr(s.text, '\0', len) ? failed(path, 1, -EBADMSG, e) : parse_lines(path, &s, object, e);
	if (r < 0) {
		symlist_done(&s);
		return r;
	}
	if (s.n)
		qsort(s.v, s.n, sizeof(*s.v), by_name);
	*ret = s;
	return 0;
}

void symlist_done(struct symlist *s)
{
	free(s->text);
	free(s->v);
	*s = (struct symlist){ 0 };
}

static size_t first_of(const struct symlist *s, const char *name)
{
	return COUNT_BEFORE(s->n, i, strcmp(s->v[i].name, name) < 0);
}

static bool can_be(const struct symlist *s, char type, enum symlist_bind bind)
{
	bool global = type >= 'A' && type <= 'Z';

	return !s->kernel || bind == SYMLIST_ANY || global == (bind == SYMLIST_GLOBAL);
}

size_t symlist_find(const struct symlist *s, const char *name, enum symlist_bind bind, unsigned *ret_position,
		    size_t *ret_all)
{
	size_t first = first_of(s, name), all = 0, n = 0;

	for (; first + all < s->n && streq(s->v[first + all].name, name); all++)
		if (can_be(s, s->v[first + all].type, bind) && n++ == 0)
			*ret_position = (unsigned)all + 1;
	*ret_all = all;
	return n;
}
