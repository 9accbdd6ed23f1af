/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs by name: where PATH has them, and the environment they get. Knows
 * nothing of processes, starts nothing.
 */
#ifndef KLPSH_BUILDER_PROGRAM_H
#define KLPSH_BUILDER_PROGRAM_H

#include <limits.h>

#include "core/err.h"

/*
 * The first program of that name in PATH, whose relative folders are passed
 * over; a name with a slash is taken as it is. 0, or -ENOENT with e set:
 * "gcc-12 is not installed".
 */
int program_find(const char *name, char path[PATH_MAX], struct err *e);

/*
 * Our environment with the variables of `add` (NULL-terminated, may be NULL)
 * in it. The vector is the caller's, the strings stay whose they are; NULL
 * when out of memory.
 */
const char **program_env(const char *const *add);

#endif
