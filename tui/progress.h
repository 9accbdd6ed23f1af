/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The picture of a running transition: direction, bar, curve of tasks left,
 * next kernel signal, drawn or as lines. Reads a snapshot only.
 */
#ifndef KLPSH_TUI_PROGRESS_H
#define KLPSH_TUI_PROGRESS_H

#include "core/snapshot.h"
#include "tui/pager.h"

/* Draw at the top of r; returns the lines taken (at most half of r). */
int progress_draw(const struct snapshot *s, struct rect r);

/* The same in words, with the bar and without the curve: for texts and files. */
void progress_lines(const struct snapshot *s, struct lines *l);

#endif
