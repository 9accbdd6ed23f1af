/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index of all #include lines of a tree, for builder/includes only. Text:
 * a line for a file's path, then for each of its includes one that begins
 * with `"` or `<` and goes on with the name.
 */
#ifndef KLPSH_BUILDER_INCLUDES_INDEX_H
#define KLPSH_BUILDER_INCLUDES_INDEX_H

#include "builder/includes.h"

/* The tree's index, read where it is there, else made and kept. ret is NUL-terminated and the caller's. */
int includes_index(const struct ktree *t, char **ret, size_t *ret_len, struct err *e);

#endif
