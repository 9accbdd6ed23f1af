/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scrollable, searchable text: the detail pane, help, the text view, a
 * command's output. Wraps (details) or moves sideways (tables as text).
 */
#ifndef KLPSH_TUI_PAGER_H
#define KLPSH_TUI_PAGER_H

#include "core/err.h"
#include "tui/keys.h"
#include "tui/lines.h"

struct rect {
	int y, x, h, w;
};

struct pager {
	char title[192];
	struct lines lines;
	bool wrap;
	bool follow;
	bool focus;
	size_t top, left;
	char search[128];
	size_t found; /* line of the last match + 1, 0: none */
	struct lines wrapped; /* lines for `width` columns */
	int width;
	int height; /* rows of text at the last drawing */
};

/* The lines have changed: wrap anew at the next drawing. */
void pager_changed(struct pager *p);
void pager_clear(struct pager *p);
/* Title line and text. */
void pager_draw(struct pager *p, struct rect r);
/* Did it understand the action? */
bool pager_act(struct pager *p, enum action a);
/* Find text from behind the last place found, round the end. -ENOENT. */
int pager_search(struct pager *p, const char *text);
void pager_done(struct pager *p);

#endif
