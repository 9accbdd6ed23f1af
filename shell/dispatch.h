/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks that stand between a parsed command and its verb. verb_dispatch
 * itself is declared in shell/verb.h.
 */
#ifndef KLPSH_SHELL_DISPATCH_H
#define KLPSH_SHELL_DISPATCH_H

#include "shell/verb.h"

/*
 * May this verb run with these settings? -EROFS (exit 4) where nothing may be
 * changed. Whether it was confirmed is the plan's to see (shell/change).
 */
int danger_check(const struct verb *v, const struct settings *set, const struct app *app, struct err *e);

#endif
