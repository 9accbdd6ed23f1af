/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing list of styled lines: details, help, a command's output. Every
 * line is clean text (it is made clean here). No terminal here.
 */
#ifndef KLPSH_TUI_LINES_H
#define KLPSH_TUI_LINES_H

#include "core/util.h"

#define LINES_MAX 20000

struct line {
	char *text;
	unsigned style; /* STYLE_* */
	unsigned char indent; /* of the lines it is wrapped into */
};
struct lines {
	struct line *v;
	size_t n;
	bool full; /* LINES_MAX was reached, the rest left out */
};

/* One line, cleaned; control characters in it are made visible. 0 or -ENOMEM. */
int lines_add(struct lines *l, unsigned style, const char *fmt, ...) _printf_(3, 4);
/* "label   value" with the value's continuation lines below the value. */
int lines_fact(struct lines *l, const char *label, const char *fmt, ...) _printf_(3, 4);
/* Text of several lines, each cleaned; tabs become blanks. */
int lines_text(struct lines *l, unsigned style, const char *text, size_t len);
/* A copy of a line that is clean already, with its style and indent. */
int lines_copy(struct lines *l, const struct line *src);
/* src wrapped at word ends to `columns`. */
int lines_wrap(struct lines *dst, const struct lines *src, size_t columns);
/* Free the lines; the list is empty again. */
void lines_done(struct lines *l);

#endif
