// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Collects bytes up to each newline.
 */
#include "tui/jsonlines.h"

#include "core/text.h"

#define LINE_MAX_BYTES (4u << 20) /* a build's result lists up to 10,000 functions */

static bool make_room(struct jsonlines *l)
{
	size_t size = MAX(l->size * 2, (size_t)4096);
	char *p;

	if (l->n < l->size)
		return true;
	p = size > LINE_MAX_BYTES ? NULL : realloc(l->text, size);
	if (!p)
		return false;
	l->text = p;
	l->size = size;
	return true;
}

static void take_line(const struct jsonlines *l, jsonlines_fn fn, void *arg)
{
	struct jv *doc = NULL;

	if (l->n == 0)
		return;
	if (jv_parse(l->text, l->n, &doc, NULL) < 0)
		doc = NULL;
	fn(arg, doc, l->text, l->n);
	jv_free(doc);
}

void jsonlines_feed(struct jsonlines *l, const char *data, size_t len, jsonlines_fn fn, void *arg)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n') {
			take_line(l, fn, arg);
			l->n = 0;
		} else if (make_room(l)) {
			l->text[l->n++] = data[i];
		}
	}
}

char *jsonlines_dup(const struct jv *o, const char *key)
{
	const char *s = jv_str(o, key);

	return s ? text_clean_dup(s, strlen(s)) : NULL;
}

void jsonlines_text(const struct jv *o, const char *key, char *buf, size_t size)
{
	const char *s = jv_str(o, key);

	text_clean(buf, size, s ? s : "", s ? strlen(s) : 0);
}

void jsonlines_done(struct jsonlines *l)
{
	free(l->text);
	*l = (struct jsonlines){ 0 };
}
