// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The glyph table. Owns nothing but constants; which of the twins is shown is
 * the terminal's decision.
 */
#include "tui/glyph.h"
#include "tui/term.h"

static const char *const glyphs[GLYPH_MAX][2] = {
	[GLYPH_FOLDED] = { "▸", "+" }, [GLYPH_UNFOLDED] = { "▾", "-" }, [GLYPH_LEAF] = { "·", "." },
	[GLYPH_MORE] = { "…", "~" },   [GLYPH_VLINE] = { "│", "|" },	[GLYPH_HLINE] = { "─", "-" },
	[GLYPH_BAR] = { "█", "#" },    [GLYPH_BAR_REST] = { "░", "." }, [GLYPH_UP] = { "▲", "^" },
	[GLYPH_DOWN] = { "▼", "v" },   [GLYPH_HIT] = { "►", ">" },	[GLYPH_OK] = { "●", "*" },
	[GLYPH_ALERT] = { "!", "!" },  [GLYPH_ARROW] = { "→", ">" },
};

const char *glyph(enum glyph g)
{
	return glyphs[g][term_ascii()];
}

const char *glyph_level(unsigned level)
{
	static const char *const fine[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const plain[] = { " ", ".", ".", ":", ":", "|", "|", "#", "#" };

	level = MIN(level, 8U);
	return term_ascii() ? plain[level] : fine[level];
}
