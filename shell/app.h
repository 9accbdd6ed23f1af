/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens and closes what every verb needs: the root, the site's policy, the
 * files that loaded patches came from. Reads nothing of livepatching itself.
 */
#ifndef KLPSH_SHELL_APP_H
#define KLPSH_SHELL_APP_H

#include "shell/verb.h"

/*
 * Fill app for a prefix (NULL: the running machine). set is copied. A policy
 * that cannot be read is kept in app->conf_err and is not a failure here.
 * Close with app_close, also after a failure.
 */
int app_open(struct app *app, const char *prefix, const struct settings *set, struct err *e);
void app_close(struct app *app);

/* Drop the warnings of the last call. */
void app_clear_warnings(struct app *app);

#endif
