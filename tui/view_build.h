/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * B and K, from any screen (tui/build_key.c).
 */
#ifndef KLPSH_TUI_VIEW_BUILD_H
#define KLPSH_TUI_VIEW_BUILD_H

#include "tui/view.h"

/* B: the Build screen, and there the question whether to begin. */
void build_key(struct tui *t);
/* The same with these patches in the form, in place of those that are there. */
void build_named(struct tui *t, char *const *patches, size_t n);
/* K: the question whether to stop the build that runs. */
void build_stop_key(struct tui *t);

#endif
