/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines around the body. Each draws into the line it is given; alerts
 * return the line behind them, because only they change their height.
 */
#ifndef KLPSH_TUI_FRAME_H
#define KLPSH_TUI_FRAME_H

#include "tui/view.h"

/* y: the line to draw in. frame_alerts takes one line or two. */
void frame_header(const struct tui *t);
int frame_alerts(const struct tui *t, int y);
void frame_tabs(const struct tui *t, int y);
void frame_status(const struct tui *t, int y);
void frame_footer(const struct tui *t, int y);

#endif
