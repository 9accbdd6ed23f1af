/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors to the guides' screens.
 */
#ifndef KLPSH_TUI_VIEW_GUIDE_H
#define KLPSH_TUI_VIEW_GUIDE_H

#include "tui/view.h"

struct guide;

#define PROMPT_APPLY 'A' /* prompt.lead while a file to apply is typed */

/* The guide where it was left; a new one when there is none, or it is through. */
void guide_take_up(struct tui *t, bool apply);
/* The guided apply, NULL: none was begun. */
struct guide *guide_apply_of(struct tui *t);
/* Has it something behind it, and something before it? */
bool guide_is_begun(struct tui *t);
/* A build has ended: it may be the guide's. */
void guide_build_ended(struct tui *t);
/* At the start: what can be taken up, in the status line. */
void guide_hint(struct tui *t);
/* A new one on the screen that is shown. */
void guide_start_over(struct view *v);
/* The file to apply was typed. */
void guide_apply_file(struct tui *t, const char *path);

#endif
