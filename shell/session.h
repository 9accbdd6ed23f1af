/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one-shot, scripts and the REPL share: run one command and print its
 * outcome.
 */
#ifndef KLPSH_SHELL_SESSION_H
#define KLPSH_SHELL_SESSION_H

#include "shell/token.h"
#include "shell/verb.h"

/* Ctrl-C and friends set this to the signal's number while a verb runs its own loop. */
extern volatile int session_interrupted;

/*
 * Run words[0..n) and print. where ("FILE:LINE") may be NULL. *ret_failed (may
 * be NULL) tells an error from an exit code that only reports a state, as
 * `status` has. Returns the exit code.
 */
int session_run(struct app *app, char *const *words, size_t n, const char *where, bool *ret_failed);

/*
 * Run what was entered at once, one or more commands. The first that fails is
 * the last, but with keep-going; how many are left is told. Returns the exit
 * code of the last one that ran.
 */
int session_run_all(struct app *app, const struct commands *cmds);

/* Interactive: stdin and stdout are terminals and TERM is not dumb. */
bool session_interactive(void);

#endif
