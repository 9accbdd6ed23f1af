/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A question that the screens ask themselves, before something that is no
 * change of the kernel: a build, its end. The dialog is the one of changes
 * (tui/change), with the same keys and the same minute.
 */
#ifndef KLPSH_TUI_ASK_H
#define KLPSH_TUI_ASK_H

#include "tui/view.h"

/* Open it; `yes` is called after a yes, and nothing after a no. -EBUSY: another one is open. */
int ask_open(struct tui *t, const struct question *q, void (*yes)(struct tui *t));
/* Is it open? Then keys go here. */
bool ask_has_keys(const struct tui *t);
void ask_key(struct tui *t, int key);
/* Each second: it expires. */
void ask_tick(struct tui *t);

#endif
