/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mouse, once `:set mouse on` was said: it selects rows and scrolls, and
 * does nothing else.
 */
#ifndef KLPSH_TUI_MOUSE_H
#define KLPSH_TUI_MOUSE_H

#include "tui/view.h"

/* A K_MOUSE that no question and no typed line has. */
void mouse_key(struct tui *t);
/* "mouse" and "on" or "off" behind `set`. False: it is about something else. */
bool mouse_set(struct tui *t, char *const *words, size_t n);

#endif
