/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scripts: -f FILE, -f -, -c WORDS, stdin, and `source`. Line by line, so that
 * a program at the other end of a pipe gets each answer before it asks on.
 */
#ifndef KLPSH_SHELL_SCRIPT_H
#define KLPSH_SHELL_SCRIPT_H

#include "shell/verb.h"

/*
 * Run a file ("-": stdin). e is set only when it cannot be opened or read.
 * The exit code: of the first error, else 10 where --keep-going met errors,
 * else of the last command.
 */
int script_run_file(struct app *app, const char *path, struct err *e);
/* The words of -c. */
int script_run_words(struct app *app, const char *words, struct err *e);

#endif
