/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The REPL's history on disk: $XDG_STATE_HOME/klpsh/history, mode 0600, our
 * own regular file or none at all: links are never followed. Knows no
 * readline.
 */
#ifndef KLPSH_SHELL_HISTFILE_H
#define KLPSH_SHELL_HISTFILE_H

#include "core/err.h"

#define HISTFILE_MAX_LINES 1000
#define HISTFILE_MAX_BYTES (1u << 20)

/*
 * Open (and make) the file; state_home NULL: from the environment. Returns a
 * descriptor for appending, or negative errno with e set: -ELOOP for a link,
 * -EPERM for somebody else's file.
 */
int histfile_open(const char *state_home, struct err *e);
/* Call fn for each line, oldest first, at most the newest HISTFILE_MAX_LINES. */
int histfile_read(int fd, void (*fn)(const char *line, void *arg), void *arg);
/* Append one line. */
int histfile_add(int fd, const char *line);

#endif
