/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every mark the screens draw, with its ASCII twin. Each is one column wide.
 * Meaning never hangs on a glyph alone: a word stands beside it.
 */
#ifndef KLPSH_TUI_GLYPH_H
#define KLPSH_TUI_GLYPH_H

#include "core/util.h"

enum glyph {
	GLYPH_FOLDED,
	GLYPH_UNFOLDED,
	GLYPH_LEAF,
	GLYPH_MORE, /* text was cut */
	GLYPH_VLINE,
	GLYPH_HLINE,
	GLYPH_BAR,
	GLYPH_BAR_REST,
	GLYPH_UP,
	GLYPH_DOWN,
	GLYPH_HIT,
	GLYPH_OK,
	GLYPH_ALERT,
	GLYPH_ARROW,
	GLYPH_MAX,
};

/* The glyph as the terminal can show it (term_ascii). */
const char *glyph(enum glyph g);
/* A bar of eight heights: level 0 (nothing) to 8 (full). */
const char *glyph_level(unsigned level);

#endif
