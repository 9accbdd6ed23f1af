/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a guide is, in a file, so that it can be taken up when the screens
 * that it was begun on are gone. Kept is what the guide was told; what the
 * kernel can say is never read from here.
 */
#ifndef KLPSH_TUI_GUIDE_NOTE_H
#define KLPSH_TUI_GUIDE_NOTE_H

#include "tui/guide.h"

/*
 * Keep it, or remove the file where nothing is done yet, or all is. Nothing
 * is said where that cannot be: the guide goes on without.
 */
void guide_note_keep(const struct guide *g);
/* The steps as they were kept, into a guide that was begun for them. False: there is nothing to take up. */
bool guide_note_recall(struct tui *t, enum guide_kind kind, struct guide *ret);
/* A sentence about what can be taken up, for the status line. False: nothing. */
bool guide_note_hint(struct tui *t, char *buf, size_t size);

#endif
