/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command's words taken apart: the verb, its arguments, its own flags and
 * the global ones, which may stand anywhere behind the verb; `--` ends flags.
 * Everything in the result is borrowed from argv but the two vectors.
 */
#ifndef KLPSH_SHELL_ARGS_H
#define KLPSH_SHELL_ARGS_H

#include "shell/flags.h"

struct parsed {
	const struct verb *verb;
	char **args;
	size_t n_args;
	const char **flag_values;
	struct globals g;
};

/*
 * base: the session's settings. On failure (-EINVAL, exit code 2) ret->g holds
 * what was understood so far and --json wherever it stood, so that the error
 * can be told in the form that was asked for. parsed_done in either case.
 */
int args_parse(const struct verb *v, const struct settings *base, char *const *argv, size_t argc,
	       struct parsed *ret, struct err *e);
void parsed_done(struct parsed *p);

#endif
