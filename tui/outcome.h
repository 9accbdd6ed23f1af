/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a change ended, told to the person.
 */
#ifndef KLPSH_TUI_OUTCOME_H
#define KLPSH_TUI_OUTCOME_H

#include "tui/reply.h"
#include "tui/view.h"

/* Did it fail? A wait that ended while the kernel goes on is no failure. */
bool outcome_failed(const struct reply *a);
/* One line for the status: it came to its end, or its waiting did. */
void outcome_status(struct tui *t, const char *label, const struct reply *a);
/* All of it over the screen, unless something else has the keys: then the status line has to do. */
void outcome_text(struct tui *t, const char *label, const char *how, const struct reply *a);

#endif
