/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was entered, for Arrow-Up and for the next session.
 */
#ifndef KLPSH_SHELL_REMEMBER_H
#define KLPSH_SHELL_REMEMBER_H

#include "shell/token.h"

/* Take up what earlier sessions left. Descriptor of the history's file, -1 none. */
int remember_open(void);

/*
 * One line stays as it was typed; of several the commands become one line that
 * does the same. cmds: what text was parsed to, NULL when it could not be. fd:
 * of the history's file, -1 none.
 */
void remember_text(int fd, const char *text, const struct commands *cmds);

#endif
