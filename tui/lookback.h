/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * At the start, once: what an earlier klpsh left unfinished. klpsh's own
 * `history` closes such records, takes up again what nobody watches, and says
 * so; the screens hand it on.
 */
#ifndef KLPSH_TUI_LOOKBACK_H
#define KLPSH_TUI_LOOKBACK_H

#include "tui/view.h"

/* Asks, where changes may be made at all; the answer goes to the status line. */
void lookback_start(struct tui *t);
void lookback_done(struct tui *t);

#endif
