/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits argv by the verb's tables. Knows no verb by name.
 */
#include "shell/args.h"

#include <errno.h>

static void usage_hint(const struct verb *v, struct err *e)
{
	_cleanup_free_ char *usage = verb_usage(v);

	if (usage)
		err_hint(e, "usage: %s", usage);
}

static int check_count(const struct parsed *p, struct err *e)
{
	const struct verb *v = p->verb;
	bool many = v->n_args && v->args[v->n_args - 1].many;

	for (size_t i = p->n_args; i < v->n_args; i++) {
		if (v->args[i].optional)
			continue;
		err_rc(e, RC_USAGE, -EINVAL, "%s is missing", v->args[i].name);
		usage_hint(v, e);
		return -EINVAL;
	}
	if (p->n_args > v->n_args && !many) {
		err_rc(e, RC_USAGE, -EINVAL, "\"%s\" is one word too many", p->args[v->n_args]);
		usage_hint(v, e);
		return -EINVAL;
	}
	return 0;
}

static int take_flag(struct parsed *p, const char *word, const char *next, bool *ret_next, struct err *e)
{
	struct flag_word w;
	int r;

	r = flag_word_parse(word, next, p->verb->flags, p->verb->n_flags, &w, e);
	if (r < 0)
		return r;
	*ret_next = w.took_next;
	if (w.global)
		return gflag_apply(w.global, w.value, &p->g, e);
	p->flag_values[w.index] = w.value;
	return 0;
}

/* An error in a later word must not hide that JSON was asked for. */
static void find_json(struct parsed *p, char *const *argv, size_t argc)
{
	for (size_t i = 1; i < argc && !streq(argv[i], "--"); i++)
		if (streq(argv[i], "--json"))
			p->g.set.json = true;
}

static int parse_words(struct parsed *p, char *const *argv, size_t argc, struct err *e)
{
	bool flags = true;
	int r;

	for (size_t i = 1; i < argc; i++) {
		bool took_next = false;

		if (flags && streq(argv[i], "--")) {
			flags = false;
			continue;
		}
		if (!flags || argv[i][0] != '-' || !argv[i][1]) {
			p->args[p->n_args++] = argv[i];
			continue;
		}
		r = take_flag(p, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &took_next, e);
		if (r < 0)
			return r;
		i += took_next;
	}
	return p->g.help ? 0 : check_count(p, e);
}

int args_parse(const struct verb *v, const struct settings *base, char *const *argv, size_t argc,
	       struct parsed *ret, struct err *e)
{
	int r;

	*ret = (struct parsed){ .verb = v, .g.set = *base };
	ret->args = calloc(argc + 1, sizeof(*ret->args));
	ret->flag_values = calloc(v->n_flags + 1, sizeof(*ret->flag_values));
	if (!ret->args || !ret->flag_values)
		return err_set(e, -ENOMEM, "out of memory");
	/* --json for one call wins over the session's plain, and the other way round. */
	for (size_t i = 1; i < argc && !streq(argv[i], "--"); i++) {
		if (streq(argv[i], "--json"))
			ret->g.set.plain = false;
		if (streq(argv[i], "--plain"))
			ret->g.set.json = false;
	}
	r = parse_words(ret, argv, argc, e);
	if (r < 0)
		find_json(ret, argv, argc);
	return r;
}

void parsed_done(struct parsed *p)
{
	free(p->args);
	free(p->flag_values);
	p->args = NULL;
	p->flag_values = NULL;
}
