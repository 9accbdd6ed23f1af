/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one question that may be on the screen: of a change of the kernel
 * (tui/change), or of the screens' own, before a build, its end, a trace. Same
 * keys, same minute.
 */
#ifndef KLPSH_TUI_ASK_H
#define KLPSH_TUI_ASK_H

#include "tui/view.h"

/*
 * Open it; the dialog is closed again when `yes` or `no` is called, with why it
 * was none. Without a `no` the status line says so. -EBUSY: another one is open.
 */
int ask_open(struct tui *t, const struct question *q, void (*yes)(struct tui *t),
	     void (*no)(struct tui *t, const char *why));
/* Is it open? Then keys go here. */
bool ask_has_keys(const struct tui *t);
void ask_key(struct tui *t, int key);
/* Each second: it expires. */
void ask_tick(struct tui *t);
void ask_draw(struct tui *t);

#endif
