/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `klpsh shell`: the verbs at a prompt. One loop drives the line editor, the
 * sampler that watches transitions in the background, and the signals.
 */
#ifndef KLPSH_SHELL_REPL_H
#define KLPSH_SHELL_REPL_H

#include "shell/verb.h"

/* Read and run lines until `quit` or Ctrl-D. Returns the exit code: of the last verb. */
int repl_run(struct app *app);

#endif
