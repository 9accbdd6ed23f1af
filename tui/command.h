/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The `:` line: a verb run in a child of its own, its output read from a pipe
 * by the loop into the full-screen text. The loop never waits for it.
 */
#ifndef KLPSH_TUI_COMMAND_H
#define KLPSH_TUI_COMMAND_H

#include "tui/view.h"

/* Run what was typed (without the colon). What it prints goes to t->text. */
void command_run(struct tui *t, const char *line);
/* Stop a running one; harmless when none runs. */
void command_stop(struct tui *t);
/* This program, its flags and n words; NULL-terminated, words borrowed. Heap. */
char **tui_argv(const struct tui *t, char *const *words, size_t n);
/* The same with --json among its flags. */
char **tui_argv_json(const struct tui *t, char *const *words, size_t n);
bool command_running(const struct tui *t);
/* A verb that reads this file, its output over the screen. */
void command_look(struct tui *t, const char *verb, const char *file);
/* Complete the prompt's word; more than one answer goes to t->candidates. */
void command_complete(struct tui *t);
/* The same where the whole line is a file's name; kinds as in tui/files.h. */
void command_complete_file(struct tui *t, unsigned kinds);

#endif
