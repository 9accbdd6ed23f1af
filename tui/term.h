/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal: the one door to ncurses. Styles are meanings, not colours;
 * text is given in columns and must be clean (core/text) already; keys come
 * out decoded. Nobody else writes to the terminal while it is open.
 */
#ifndef KLPSH_TUI_TERM_H
#define KLPSH_TUI_TERM_H

#include "core/err.h"

enum style {
	STYLE_NORMAL,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_BAR, /* the header and the current tab */
	STYLE_HEADING, /* column titles */
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_ALERT, /* stalled and worse */
	STYLE_KEY, /* a key's name in the footer */
	STYLE_HIT, /* what is to be found: patched frames, matches */
	STYLE_MAX,
};
#define STYLE_SELECTED 0x100 /* or'ed: the selected row */

/* Keys that are no characters; characters are their code points. */
enum keycode {
	KEY_CODE_BASE = 0x110000,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PGUP,
	K_PGDN,
	K_HOME,
	K_END,
	K_BACKSPACE,
	K_DELETE,
	K_BACKTAB,
	K_MOUSE, /* see term_mouse_at */
	K_UNKNOWN,
};
#define K_ENTER '\r'
#define K_TAB '\t'
#define K_ESC 27
#define K_CTRL(c) ((c)&0x1f)

enum theme { THEME_DEFAULT, THEME_LIGHT, THEME_MONO };

/* Take the terminal over. color as in struct settings: 0 never. */
int term_open(int color, struct err *e);
/* Give it back as it was. Does nothing when it is not open. */
void term_close(void);
int term_lines(void);
int term_columns(void);

/* Draw text into exactly `columns` columns: cut with a mark, or padded. */
void term_put(int y, int x, int columns, unsigned style, const char *text);
void term_fill(int y, int x, int columns, unsigned style, const char *glyph);
/* Start a picture from nothing; show what was drawn since. */
void term_erase(void);
void term_show(void);
/* Where the cursor stands while a line is typed; y < 0: hidden. */
void term_cursor(int y, int x);

/* Next key, 0: none now. */
int term_key(void);
/* The size may have changed: ask the terminal. */
void term_resize(void);
/* Repaint everything with the next term_show. */
void term_redraw(void);
/* Stop as a job (Ctrl-Z) and come back clean. */
void term_suspend(void);
/* Something else had the terminal (SIGCONT): take it again. */
void term_resume(void);

/* ASCII marks instead of UTF-8 ones? */
bool term_ascii(void);
void term_set_ascii(bool on);

/* Report the mouse, or leave it to the terminal (off at the start). */
void term_set_mouse(bool on);
struct term_mouse {
	int y, x;
	int wheel; /* -1 up, 1 down, 0: a click with the first button */
};
/* What the last K_MOUSE was. False: nothing that means anything here. */
bool term_mouse_at(struct term_mouse *ret);

/* Copy to the clipboard of the user's terminal (OSC 52). -EOPNOTSUPP, -E2BIG. */
int term_copy(const char *text);

#endif
