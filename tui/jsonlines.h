/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb that streams says with --json, put together from the pieces in
 * which it comes: a value a line, bounded.
 */
#ifndef KLPSH_TUI_JSONLINES_H
#define KLPSH_TUI_JSONLINES_H

#include "core/json.h"

struct jsonlines { /* of a line that is not complete */
	char *text;
	size_t n, size;
};

/* A line; doc NULL: it is no JSON, and this is its text. */
typedef void (*jsonlines_fn)(void *arg, const struct jv *doc, const char *text, size_t len);

/* Bytes as they come; a line longer than any event is cut, and then no JSON. */
void jsonlines_feed(struct jsonlines *l, const char *data, size_t len, jsonlines_fn fn, void *arg);
/* A member's text, clean: on the heap, NULL where there is none; or into a buffer, "" then. */
char *jsonlines_dup(const struct jv *o, const char *key);
void jsonlines_text(const struct jv *o, const char *key, char *buf, size_t size);
void jsonlines_done(struct jsonlines *l);

#endif
