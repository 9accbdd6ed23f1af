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

int complete_print(struct app *app, char *const *words, size_t n)
{
	return RC_UNSUPPORTED;
}

int man_print(FILE *out, const char *template, const struct man_key *keys, size_t n_keys, struct err *e)
{
	return err_set(e, -ENOSYS, "not there yet");
}

static int soon(struct call *c, struct report **ret, struct err *e)
{
	return err_set(e, -ENOSYS, "not there yet");
}

const struct verb verb_log = { .name = "log", .help = "kernel log", .run = soon };
const struct verb verb_watch = { .name = "watch", .help = "stream of changes", .run = soon };
const struct verb verb_wait = { .name = "wait", .help = "wait for a transition", .run = soon };

__attribute__((weak)) int tui_run(struct app *app);
__attribute__((weak)) int tui_run(struct app *app)
{
	return RC_UNSUPPORTED;
}
__attribute__((weak)) const struct tui_key_help tui_keys[1];
__attribute__((weak)) const size_t tui_keys_len = 0;
