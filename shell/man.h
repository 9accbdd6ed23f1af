/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manual page: prose from a template, everything that a table knows from
 * the table.
 */
#ifndef KLPSH_SHELL_MAN_H
#define KLPSH_SHELL_MAN_H

#include "core/err.h"

/* A key of the screens; main.c fills it from the TUI's table. */
struct man_key {
	const char *screen, *key, *help;
};

/*
 * Copy the template (a path) to out, with lines @VERBS@, @FLAGS@, @EXIT@,
 * @KEYS@ and @DATA@ replaced by roff made from the tables, and @VERSION@
 * anywhere. 0 or negative errno with e set.
 */
int man_print(FILE *out, const char *template, const struct man_key *keys, size_t n_keys, struct err *e);

#endif
