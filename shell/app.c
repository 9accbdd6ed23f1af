/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Life of struct app. /etc/klpsh.conf counts for the running machine only: a
 * captured tree has no policy of its own that this machine must obey.
 */
#include "shell/app.h"

#include <errno.h>
#include <sys/utsname.h>

#include "core/history.h"
#include "core/lock.h"

static int release_read(const struct root *root, char *buf, size_t size)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct utsname u;
	int r;

	if (root_is_live(root)) {
		if (uname(&u) < 0)
			return -errno;
		snprintf(buf, size, "%s", u.release);
		return 0;
	}
	r = snapshot_take(root, 0, &(struct snapshot_opts){ 0 }, &s);
	if (r < 0)
		return r;
	snprintf(buf, size, "%s", s->release);
	return 0;
}

int app_open(struct app *app, const char *prefix, const struct settings *set, struct err *e)
{
	char release[65] = "";
	int r;

	memset(app, 0, sizeof(*app));
	app->set = *set;
	app->conf.stall_after = STALL_AFTER_DEFAULT;
	transition_init(&app->track);
	r = root_open(prefix, &app->root, e);
	if (r < 0)
		return r;
	app->root_prefix = root_is_live(app->root) ? NULL : prefix;
	if (!app->root_prefix)
		(void)conf_read(CONF_PATH, &app->conf, &app->conf_err);
	if (!app->conf.stall_after)
		app->conf.stall_after = STALL_AFTER_DEFAULT;
	(void)release_read(app->root, release, sizeof(release));
	r = origin_new(app->root, release, app->conf.module_dirs, app->conf.n_module_dirs, &app->origin);
	if (r < 0)
		return err_set(e, r, "cannot prepare the search for module files: %s", strerror(-r));
	app->map = origin_funcmap(app->origin);
	return 0;
}

const char *app_state_dir(const struct app *app)
{
	return app->state_dir ? app->state_dir : STATE_DIR;
}

const char *app_run_dir(const struct app *app)
{
	return app->run_dir ? app->run_dir : RUN_DIR;
}

void app_clear_warnings(struct app *app)
{
	for (size_t i = 0; i < app->n_warnings; i++)
		free(app->warnings[i]);
	free(app->warnings);
	app->warnings = NULL;
	app->n_warnings = 0;
}

void app_close(struct app *app)
{
	app_clear_warnings(app);
	app->origin = origin_free(app->origin);
	conf_free(&app->conf);
	app->root = root_free(app->root);
}
