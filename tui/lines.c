// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of lines. The only place where a detail's or a command's text becomes
 * lines, so the only place that has to clean it.
 */
#include "tui/lines.h"

#include "core/text.h"
#include "tui/term.h"

#include <errno.h>
#include <stdarg.h>

#define LABEL_COLUMNS 13
#define NARROW 48 /* columns below which values are not kept under each other */

static int lines_push(struct lines *l, unsigned style, unsigned char indent, char *text)
{
	if (!text)
		return -ENOMEM;
	if (l->n >= LINES_MAX) {
		l->full = true;
		free(text);
		return 0;
	}
	if (array_grow(&l->v, l->n, sizeof(*l->v)) < 0) {
		free(text);
		return -ENOMEM;
	}
	l->v[l->n++] = (struct line){ .text = text, .style = style, .indent = indent };
	return 0;
}

int lines_add(struct lines *l, unsigned style, const char *fmt, ...)
{
	char raw[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	return lines_push(l, style, 0, text_clean_dup(raw, strlen(raw)));
}

int lines_fact(struct lines *l, const char *label, const char *fmt, ...)
{
	char raw[2048];
	int n = snprintf(raw, sizeof(raw), "%-*.64s ", LABEL_COLUMNS - 1, label);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw + n, sizeof(raw) - (size_t)n, fmt, ap);
	va_end(ap);
	return lines_push(l, STYLE_NORMAL, LABEL_COLUMNS, text_clean_dup(raw, strlen(raw)));
}

/* Tabs to blanks up to the next stop, counted in bytes as a program means them. */
static char *untab(const char *s, size_t len)
{
	char *out = malloc(len * 8 + 1);
	size_t at = 0;

	if (!out)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (s[i] != '\t') {
			out[at++] = s[i];
			continue;
		}
		do
			out[at++] = ' ';
		while (at % 8);
	}
	out[at] = '\0';
	return out;
}

int lines_text(struct lines *l, unsigned style, const char *text, size_t len)
{
	while (len > 0) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? (size_t)(nl - text) : len;
		char *flat = untab(text, n), *clean = flat ? text_clean_dup(flat, strlen(flat)) : NULL;
		int r;

		free(flat);
		r = lines_push(l, style, 0, clean);
		if (r < 0)
			return r;
		n = MIN(n + 1, len);
		text += n;
		len -= n;
	}
	return 0;
}

int lines_copy(struct lines *l, const struct line *src)
{
	return lines_push(l, src->style, src->indent, strdup(src->text));
}

/*
 * Bytes of s that go on one line of `columns`: up to the last blank, if the
 * word behind it fits on a line of `next` columns; else the word is cut.
 */
static size_t wrap_point(const char *s, size_t columns, size_t next)
{
	size_t n = text_fit(s, columns, NULL), lead = strspn(s, " "), cut;

	if (s[n] == '\0')
		return n;
	for (cut = n; cut > lead && s[cut] != ' '; cut--)
		;
	if (cut > lead && strcspn(s + cut + 1, " ") <= next)
		return cut;
	return MAX(n, (size_t)1);
}

static int wrap_line(struct lines *dst, const struct line *src, size_t columns)
{
	size_t indent = columns < NARROW ? 2 : src->indent, at = 0;
	bool first = true;

	do {
		size_t pad = first ? 0 : indent;
		size_t n = wrap_point(src->text + at, columns - pad, columns - indent);
		char *piece = calloc(1, pad + n + 1);
		int r;

		if (!piece)
			return -ENOMEM;
		memset(piece, ' ', pad);
		memcpy(piece + pad, src->text + at, n);
		r = lines_push(dst, src->style, src->indent, piece);
		if (r < 0)
			return r;
		for (at += n; src->text[at] == ' '; at++)
			;
		first = false;
	} while (src->text[at]);
	return 0;
}

int lines_wrap(struct lines *dst, const struct lines *src, size_t columns)
{
	columns = MAX(columns, (size_t)8);
	for (size_t i = 0; i < src->n; i++) {
		int r = wrap_line(dst, &src->v[i], columns);
		if (r < 0)
			return r;
	}
	return 0;
}

void lines_done(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].text);
	free(l->v);
	*l = (struct lines){ 0 };
}
