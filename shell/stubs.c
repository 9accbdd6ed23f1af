/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Placeholders until their own files land in the next commits; nothing here
 * outlives this step.
 */
#include <errno.h>

#include "shell/complete.h"
#include "shell/man.h"
#include "shell/repl.h"
#include "shell/verbs.h"
#include "tui/tui.h"

int repl_run(struct app *app)
{
	return RC_UNSUPPORTED;
}

__attribute__((weak)) int tui_run(struct app *app);
__attribute__((weak)) int tui_run(struct app *app)
{
	return RC_UNSUPPORTED;
}
__attribute__((weak)) const struct tui_key_help tui_keys[1];
__attribute__((weak)) const size_t tui_keys_len = 0;
