/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of files behind what was typed, for Tab: folders and module files.
 */
#ifndef KLPSH_TUI_FILES_H
#define KLPSH_TUI_FILES_H

#include "shell/complete.h"

/* What may stand where `typed` stands, sorted; hidden names only where asked for. 0 or -ENOMEM. */
int files_complete(const char *typed, struct candidates *ret);

#endif
