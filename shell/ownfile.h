/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that klpsh keeps for its user: $XDG_STATE_HOME/klpsh/NAME, mode 0600,
 * our own regular file or none at all: links are never followed.
 */
#ifndef KLPSH_SHELL_OWNFILE_H
#define KLPSH_SHELL_OWNFILE_H

#include "core/err.h"

/*
 * Open (and make) the file; state_home NULL: from the environment. lost says
 * what does without it, for the message ("no history is kept"). Returns a
 * descriptor for reading and appending, or negative errno with e set: -ELOOP
 * for a link, -EPERM for somebody else's file.
 */
int ownfile_open(const char *state_home, const char *name, const char *lost, struct err *e);

#endif
