/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Global flags and the reading of one flag word. Global flags have no
 * one-letter twins but -h and -V: `-f` is a script, so force can never hide
 * behind it. A verb that others know by its letters (-o) may have some.
 */
#include "shell/flags.h"

#include <errno.h>
#include <math.h>

#include "shell/nearest.h"

const struct gflag gflags[] = {
	{ GF_JSON, { "json", NULL, false, "print one JSON object a command" } },
	{ GF_PLAIN, { "plain", NULL, false, "print tab-separated values with a heading line" } },
	{ GF_ROOT,
	  { "root", "DIR", false, "look at a captured tree of sys/ and proc/; nothing can be changed" } },
	{ GF_READ_ONLY, { "read-only", NULL, false, "refuse every verb that changes anything" } },
	{ GF_DRY_RUN, { "dry-run", NULL, false, "do every check, change nothing" } },
	{ GF_YES, { "yes", NULL, false, "answer the question of a moderate verb with yes" } },
	{ GF_NO_INPUT, { "no-input", NULL, false, "never ask: what would ask is declined" } },
	{ GF_REASON, { "reason", "TEXT", false, "why this is done, for the audit record" } },
	{ GF_WAIT, { "wait", "SEC", true, "how long to wait for a transition to end" } },
	{ GF_KEEP_GOING, { "keep-going", NULL, false, "go on after a failed line of a script" } },
	{ GF_ECHO, { "echo", NULL, false, "show every line of a script on stderr before it runs" } },
	{ GF_COLOR, { "color", "WHEN", false, "auto, always or never", .words = "auto always never" } },
	{ GF_VERSION, { "version", NULL, false, "print the version" } },
	{ GF_HELP, { "help", NULL, false, "explain the program, or the verb it stands behind" } },
};
const size_t gflags_len = ARRAY_SIZE(gflags);

void settings_init(struct settings *s)
{
	*s = (struct settings){ .color = -1, .wait = -1 };
}

const struct gflag *gflag_find(const char *name)
{
	for (size_t i = 0; i < gflags_len; i++)
		if (streq(gflags[i].flag.name, name))
			return &gflags[i];
	return NULL;
}

int color_parse(const char *word, int *ret)
{
	static const char *const words[] = { "auto", "never", "always" };

	for (int i = 0; i < 3; i++)
		if (streq(word, words[i])) {
			*ret = i - 1;
			return 0;
		}
	return -EINVAL;
}

const char *color_word(int color)
{
	return color < 0 ? "auto" : color ? "always" : "never";
}

int seconds_parse(const char *word, double *ret)
{
	char *end;
	double v;

	if (!*word || strspn(word, "0123456789.") != strlen(word))
		return -EINVAL;
	v = strtod(word, &end);
	if (*end)
		return -EINVAL;
	if (v > 366.0 * 86400)
		return -ERANGE;
	*ret = v;
	return 0;
}

static int apply_wait(const char *value, struct settings *s, struct err *e)
{
	if (!*value) {
		s->wait = HUGE_VAL;
		return 0;
	}
	if (seconds_parse(value, &s->wait) < 0)
		return err_rc(e, RC_USAGE, -EINVAL, "--wait takes seconds, not \"%s\"", value);
	return 0;
}

static int apply_value(const struct gflag *f, const char *value, struct globals *g, struct err *e)
{
	switch (f->id) {
	case GF_ROOT:
		if (!*value)
			return err_rc(e, RC_USAGE, -EINVAL, "--root needs a folder");
		g->root = value;
		return 0;
	case GF_REASON:
		g->set.reason = value;
		return 0;
	case GF_WAIT:
		return apply_wait(value, &g->set, e);
	default:
		if (color_parse(value, &g->set.color) < 0)
			return err_rc(e, RC_USAGE, -EINVAL, "--color is auto, always or never, not \"%s\"",
				      value);
		return 0;
	}
}

int gflag_apply(const struct gflag *f, const char *value, struct globals *g, struct err *e)
{
	bool *const bools[] = {
		[GF_JSON] = &g->set.json,
		[GF_PLAIN] = &g->set.plain,
		[GF_READ_ONLY] = &g->set.read_only,
		[GF_DRY_RUN] = &g->set.dry_run,
		[GF_YES] = &g->set.yes,
		[GF_NO_INPUT] = &g->set.no_input,
		[GF_KEEP_GOING] = &g->set.keep_going,
		[GF_ECHO] = &g->set.echo,
		[GF_VERSION] = &g->version,
		[GF_HELP] = &g->help,
	};

	if (f->flag.value)
		return apply_value(f, value, g, e);
	*bools[f->id] = true;
	if (g->set.json && g->set.plain)
		return err_rc(e, RC_USAGE, -EINVAL, "--json and --plain exclude each other");
	return 0;
}

static const struct flag *find_flag(const char *name, const struct flag *flags, size_t n,
				    struct flag_word *ret)
{
	for (size_t i = 0; i < n; i++)
		if (streq(flags[i].name, name)) {
			ret->index = i;
			return &flags[i];
		}
	ret->global = gflag_find(name);
	return ret->global ? &ret->global->flag : NULL;
}

static int unknown_flag(const char *name, const struct flag *flags, size_t n, struct err *e)
{
	struct nearest near = NEAREST_TO(name);

	for (size_t i = 0; i < n + gflags_len; i++)
		nearest_try(&near, i < n ? flags[i].name : gflags[i - n].flag.name);
	err_rc(e, RC_USAGE, -EINVAL, "there is no flag --%s here", name);
	if (nearest_found(&near))
		err_hint(e, "did you mean --%s?", nearest_found(&near));
	else
		err_hint(e, "--help tells which there are");
	return -EINVAL;
}

static const struct flag *find_letter(const char *word, const struct flag *flags, size_t n,
				      struct flag_word *ret)
{
	for (size_t i = 0; i < n; i++)
		if (flags[i].letter && word[1] == flags[i].letter && !word[2]) {
			ret->index = i;
			return &flags[i];
		}
	return NULL;
}

/* Which letters there are, for who tried another one, or "-nNAME". */
static void letter_hint(const struct flag *flags, size_t n, struct err *e)
{
	char letters[64] = "";

	for (size_t i = 0, len = 0; i < n && len + 5 < sizeof(letters); i++)
		if (flags[i].letter)
			len += (size_t)snprintf(letters + len, sizeof(letters) - len, " -%c",
						flags[i].letter);
	if (letters[0])
		err_hint(e,
			 "only%s are letters, with a blank before their value; others are whole words, "
			 "such as --json; -- ends them",
			 letters);
	else
		err_hint(e, "flags are whole words, such as --json; -- ends them");
}

int flag_word_parse(const char *word, const char *next, const struct flag *flags, size_t n,
		    struct flag_word *ret, struct err *e)
{
	const char *start = word + strspn(word, "-");
	const char *equals = strchr(start, '=');
	_cleanup_free_ char *name = strndup(start, equals ? (size_t)(equals - start) : strlen(start));
	struct flag_word w = { .value = equals ? equals + 1 : "" };

	if (!name)
		return err_set(e, -ENOMEM, "out of memory");
	if (streq(word, "-h") || streq(word, "-V")) {
		w.global = gflag_find(word[1] == 'h' ? "help" : "version");
		w.flag = &w.global->flag;
	} else if (strncmp(word, "--", 2) != 0) {
		w.flag = find_letter(word, flags, n, &w);
		if (!w.flag) {
			err_rc(e, RC_USAGE, -EINVAL, "there is no flag %s", word);
			letter_hint(flags, n, e);
			return -EINVAL;
		}
	} else {
		w.flag = find_flag(name, flags, n, &w);
	}
	if (!w.flag)
		return unknown_flag(name, flags, n, e);
	if (equals && !w.flag->value)
		return err_rc(e, RC_USAGE, -EINVAL, "--%s takes no value", name);
	if (!equals && w.flag->value && !w.flag->value_optional) {
		if (!next)
			return err_rc(e, RC_USAGE, -EINVAL, "--%s needs a value: --%s=%s", w.flag->name,
				      w.flag->name, w.flag->value);
		w.value = next;
		w.took_next = true;
	}
	*ret = w;
	return 0;
}
