/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has a change been taken back, by whom ever? The enabled patches are asked,
 * and the history for what the change had found, not what was done since.
 */
#ifndef KLPSH_SHELL_TAKENBACK_H
#define KLPSH_SHELL_TAKENBACK_H

#include "shell/verb.h"

/*
 * 1: no transition runs, and those patches are enabled that the change txn had
 * found; 0; negative errno: that cannot be known.
 */
int taken_back(const struct app *app, const char *txn);

#endif
