/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of files behind what was typed, for Tab: folders, and the files that are
 * asked for.
 */
#ifndef KLPSH_TUI_FILES_H
#define KLPSH_TUI_FILES_H

#include "shell/complete.h"

enum { /* a mask */
       FILES_FOLDERS = 0, /* they always are offered */
       FILES_MODULES = 1 << 0, /* .ko, packed or not */
       FILES_PATCHES = 1 << 1, /* .patch, .diff */
};

/* What may stand where `typed` stands, sorted; hidden names only where asked for. 0 or -ENOMEM. */
int files_complete(const char *typed, unsigned kinds, struct candidates *ret);
/* The path that was typed: `~/` is the home; what begins with a dash is a file here, not a flag. */
void files_typed(const char *typed, char *path, size_t size);
/* The path as it holds in any folder; "" stays. */
void files_absolute(const char *path, char *buf, size_t size);
/* A path's last part, for lines that have no room for all of it. */
const char *files_last_part(const char *path);
/* Is it a source patch, by its name? */
bool files_is_patch(const char *path);

#endif
