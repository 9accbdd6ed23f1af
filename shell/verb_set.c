/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `set`: the settings of a session. One table of names; a name alone shows,
 * a name and a value changes.
 */
#include <errno.h>

#include "shell/flags.h"
#include "shell/nearest.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field set_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "name of the setting" },
	{ "value", NULL, F_STR, 0, NULL, "its value now" },
	{ "meaning", NULL, F_STR, FIELD_NOJSON, NULL, "what it does" },
};
static const struct shape shape_setting = SHAPE("setting", set_fields);

enum setting_id { SET_JSON, SET_PLAIN, SET_COLOR, SET_KEEP_GOING, SET_ECHO, SET_READ_ONLY, SET_STALL_AFTER };

static const struct setting {
	enum setting_id id;
	const char *name, *values, *meaning;
} settings[] = {
	{ SET_JSON, "json", "on or off", "one JSON object a command" },
	{ SET_PLAIN, "plain", "on or off", "tab-separated values" },
	{ SET_COLOR, "color", "auto, always or never", "colour in tables" },
	{ SET_KEEP_GOING, "keep-going", "on or off", "scripts go on after an error" },
	{ SET_ECHO, "echo", "on or off", "scripts show their lines" },
	{ SET_READ_ONLY, "read-only", "on", "nothing can be changed; cannot be taken back" },
	{ SET_STALL_AFTER, "stall-after", "seconds, 1 to 86400", "a transition is stalled after that" },
};

static bool *bool_of(struct app *app, enum setting_id id)
{
	switch (id) {
	case SET_JSON:
		return &app->set.json;
	case SET_PLAIN:
		return &app->set.plain;
	case SET_KEEP_GOING:
		return &app->set.keep_going;
	case SET_ECHO:
		return &app->set.echo;
	case SET_READ_ONLY:
		return &app->set.read_only;
	default:
		return NULL;
	}
}

static int bad_value(const struct setting *s, const char *value, struct err *e)
{
	return err_rc(e, RC_USAGE, -EINVAL, "%s is %s, not \"%s\"", s->name, s->values, value);
}

static int change_bool(struct app *app, const struct setting *s, const char *value, struct err *e)
{
	bool on = streq(value, "on");

	if (!on && !streq(value, "off"))
		return bad_value(s, value, e);
	if (s->id == SET_READ_ONLY && !on && app->set.read_only)
		return err_set(e, -EROFS, "read-only cannot be taken back in this session");
	*bool_of(app, s->id) = on;
	/* The two forms of output exclude each other: the last word counts. */
	if (on && s->id == SET_JSON)
		app->set.plain = false;
	if (on && s->id == SET_PLAIN)
		app->set.json = false;
	return 0;
}

static int change(struct app *app, const struct setting *s, const char *value, struct err *e)
{
	uint64_t n;

	switch (s->id) {
	case SET_COLOR:
		return color_parse(value, &app->set.color) < 0 ? bad_value(s, value, e) : 0;
	case SET_STALL_AFTER:
		if (parse_u64(value, &n) < 0 || n < 1 || n > 86400)
			return bad_value(s, value, e);
		app->conf.stall_after = (unsigned)n;
		return 0;
	default:
		return change_bool(app, s, value, e);
	}
}

static int add_row(struct report *r, struct app *app, const struct setting *s)
{
	struct row *row = report_add(r);
	int err;

	if (!row)
		return -ENOMEM;
	err = row_str(row, "name", s->name);
	err = err < 0 ? err : row_str(row, "meaning", s->meaning);
	if (err < 0)
		return err;
	if (s->id == SET_COLOR)
		return row_str(row, "value", color_word(app->set.color));
	if (s->id == SET_STALL_AFTER)
		return row_strf(row, "value", "%u", app->conf.stall_after);
	return row_str(row, "value", *bool_of(app, s->id) ? "on" : "off");
}

static const struct setting *find(const char *name, struct err *e)
{
	struct nearest near = NEAREST_TO(name);
	const char *meant;

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (streq(settings[i].name, name))
			return &settings[i];
		nearest_try(&near, settings[i].name);
	}
	meant = nearest_found(&near);
	err_rc(e, RC_USAGE, -EINVAL, "there is no setting \"%s\"", name);
	err_hint(e, meant ? "did you mean %s?" : "set alone lists them", meant ? meant : "");
	return NULL;
}

static int set_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *r = NULL;
	const struct setting *s = NULL;
	int err = 0;

	if (c->n_args) {
		s = find(c->args[0], e);
		if (!s)
			return e->code;
	}
	if (c->n_args > 1)
		return change(c->app, s, c->args[1], e);
	r = report_new(&shape_setting, true);
	if (!r)
		return out_of_memory(e);
	for (size_t i = 0; err >= 0 && i < ARRAY_SIZE(settings); i++)
		if (!s || s == &settings[i])
			err = add_row(r, c->app, &settings[i]);
	if (err < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(r);
	return 0;
}

static const struct arg set_args[] = {
	{ "NAME", ARG_OPTION, .optional = true },
	{ "VALUE", ARG_WORD, .optional = true },
};

const struct verb verb_set = {
	.name = "set",
	.args = set_args,
	.n_args = ARRAY_SIZE(set_args),
	.help = "show or change the settings of this session",
	.details = "Settings last until the session ends; klpsh never writes a configuration file.",
	.examples = "set  # all of them\nset json on  # from now on, JSON",
	.shape = &shape_setting,
	.shell_only = true,
	.run = set_run,
};
