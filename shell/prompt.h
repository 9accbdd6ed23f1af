/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands before the line that is typed: where we are, and how things are.
 */
#ifndef KLPSH_SHELL_PROMPT_H
#define KLPSH_SHELL_PROMPT_H

#include "shell/verb.h"

/* "klpsh lab 6.1.0-50 (captured) stalled> ", clean. */
void prompt_make(char *buf, size_t size, const struct app *app, const struct snapshot *s);

#endif
