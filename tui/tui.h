/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The curses front end's one door. Owns the terminal from tui_run until it
 * returns; reads the kernel only through core/sampler and acts only by running
 * verbs. The table of keys is what footer, help screen and manual are made of.
 */
#ifndef KLPSH_TUI_TUI_H
#define KLPSH_TUI_TUI_H

#include <stddef.h>

struct app;

/* Run the screens until the user quits. Returns the exit code. */
int tui_run(struct app *app);

/* Every key, for the manual page; "all screens" for those that work everywhere. */
struct tui_key_help {
	const char *screen;
	const char *key;
	const char *help;
};
extern const struct tui_key_help tui_keys[];
extern const size_t tui_keys_len;

#endif
