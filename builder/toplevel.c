// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See toplevel.h. Both versions are walked side by side; of each only the
 * lines outside of bodies are looked at.
 */
#include "builder/toplevel.h"

struct walk {
	const char *p, *end;
	bool inside, header; /* header: the line before could be a function's, it ends in ')' */
	bool directive; /* it goes on in this line */
};

static size_t trimmed(const char *p, size_t len)
{
	while (len && strchr(" \t\r", p[len - 1]))
		len--;
	return len;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Does something begin at the margin that no body has: neither indented nor a label? */
static bool begins_anew(const char *p, size_t len)
{
	return is_name(p[0]) && p[len - 1] != ':';
}

static bool is_line_marker(const char *p, size_t len)
{
	return len > 6 && memcmp(p, "#line ", 6) == 0;
}

/* Is this line outside? It has at least one character. */
static bool see(struct walk *w, const char *p, size_t len)
{
	bool outside;

	if (w->directive || p[0] == '#') {
		w->directive = p[len - 1] == '\\';
		return true;
	}
	if (p[0] == '}' || begins_anew(p, len))
		w->inside = false;
	outside = !w->inside;
	if (p[0] == '{' && len == 1 && w->header)
		w->inside = true;
	w->header = p[len - 1] == ')';
	return outside;
}

/* The next line outside of bodies, trimmed; false at the end. */
static bool next(struct walk *w, const char **ret, size_t *ret_len)
{
	while (w->p < w->end) {
		const char *line = w->p, *nl = memchr(line, '\n', (size_t)(w->end - line));
		size_t len = trimmed(line, (size_t)((nl ? nl : w->end) - line));

		w->p = nl ? nl + 1 : w->end;
		if (!len) {
			w->directive = false;
			continue;
		}
		if (is_line_marker(line, len) || !see(w, line, len))
			continue;
		*ret = line;
		*ret_len = len;
		return true;
	}
	return false;
}

bool toplevel_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct walk wa = { .p = a, .end = a + a_len }, wb = { .p = b, .end = b + b_len };

	for (;;) {
		const char *la, *lb;
		size_t na, nb;
		bool more_a = next(&wa, &la, &na), more_b = next(&wb, &lb, &nb);

		if (!more_a || !more_b)
			return more_a == more_b;
		if (na != nb || memcmp(la, lb, na) != 0)
			return false;
	}
}
