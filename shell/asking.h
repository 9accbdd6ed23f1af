/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A question put to the terminal of a line front end.
 */
#ifndef KLPSH_SHELL_ASKING_H
#define KLPSH_SHELL_ASKING_H

#include "shell/verb.h"

/* For app->ask. Only what is typed after the question counts; expires after ASK_EXPIRES_SEC. */
enum answer asking_terminal(struct app *app, const struct ask *ask);

#endif
