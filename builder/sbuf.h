/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text that grows, for what the builder generates. A failure is kept and
 * told at the end, so that the lines in between need no checks.
 */
#ifndef KLPSH_BUILDER_SBUF_H
#define KLPSH_BUILDER_SBUF_H

#include "core/util.h"

#define SBUF_MAX (64u << 20)

struct sbuf {
	char *p;
	size_t len, cap;
	int error; /* the first, a negative errno */
};

void sbuf_add(struct sbuf *b, const char *fmt, ...) _printf_(2, 3);
/* Within double quotes of C: quotes, backslashes and everything that is not printable ASCII escaped. */
void sbuf_add_c(struct sbuf *b, const char *text);
/* The text, the caller's to free, or the error; b is empty then. */
int sbuf_take(struct sbuf *b, char **ret);

#endif
