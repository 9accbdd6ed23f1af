/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors to the guides' screens.
 */
#ifndef KLPSH_TUI_VIEW_GUIDE_H
#define KLPSH_TUI_VIEW_GUIDE_H

#include "tui/view.h"

#define PROMPT_APPLY 'A' /* prompt.lead while a file to apply is typed */

/* The guide where it was left; a new one when there is none, or it is through. */
void guide_take_up(struct tui *t, bool apply);
/* At the start: what can be taken up, in the status line. */
void guide_hint(struct tui *t);
/* A new one on the screen that is shown. */
void guide_start_over(struct view *v);
/* The file to apply was typed. */
void guide_apply_file(struct tui *t, const char *path);

#endif
