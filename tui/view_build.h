/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * B and K, from any screen.
 */
#ifndef KLPSH_TUI_VIEW_BUILD_H
#define KLPSH_TUI_VIEW_BUILD_H

#include "tui/view.h"

/* B: the Build screen, and there the question whether to begin. */
void build_key(struct tui *t);
/* K: the question whether to stop the build that runs. */
void build_stop_key(struct tui *t);

#endif
