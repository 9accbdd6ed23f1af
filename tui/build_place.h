/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in the source patches something is: the hunks of a file that are
 * about a function, with their line numbers.
 */
#ifndef KLPSH_TUI_BUILD_PLACE_H
#define KLPSH_TUI_BUILD_PLACE_H

#include "tui/lines.h"

/*
 * Add the hunks of this patch file that touch `file` (a source, or the object
 * made of it) and speak of `function`; of that file all, where none does or it
 * is NULL. Returns how many; 0 too when the patch cannot be read any more.
 */
size_t place_in_patch(const char *patch, const char *file, const char *function, struct lines *l);

#endif
