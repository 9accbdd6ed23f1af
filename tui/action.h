/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capital keys that change the kernel, by way of tui/change.
 */
#ifndef KLPSH_TUI_ACTION_H
#define KLPSH_TUI_ACTION_H

#include "tui/view.h"

#define PROMPT_LOAD '@' /* prompt.lead while a file to load is typed */
#define PROMPT_BUILD '%' /* a field of the Build screen */

bool action_is_change(enum action a);
/* Does it make sense now, as far as the view's own `can` does not say? For the footer. */
bool action_valid(const struct tui *t, enum action a);
void action_start(struct tui *t, enum action a);
/* Trace this livepatch, wherever it was named. */
void action_trace(struct tui *t, const char *patch);
/* The file to load was typed, by itself or for the guide. */
void action_file(struct tui *t, const char *typed, bool guided);
/* A key of no map here: where it would act, if it is an action at all. */
void action_elsewhere(struct tui *t, int key);

#endif
