/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keys of every screen do, and going back and into details. */
#ifndef KLPSH_TUI_GLOBAL_H
#define KLPSH_TUI_GLOBAL_H

#include "tui/view.h"

/* Do an action of keymap_global. REACT_*. */
unsigned global_act(struct tui *t, enum action a);
/* Out of the text, the details, the screen; on the home screen it quits. REACT_*. */
unsigned global_back(struct tui *t);
/* Give the keys to the selected row's details. */
void global_open(struct tui *t);

#endif
