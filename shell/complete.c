/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The completion engine. Never fails loudly: what cannot be read is not
 * offered.
 */
#include "shell/complete.h"

#include <errno.h>

#include "core/text.h"
#include "shell/app.h"
#include "shell/complete_own.h"
#include "shell/flags.h"

#define CANDIDATES_MAX 4096

void candidates_free(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].word);
		free(c->v[i].help);
	}
	free(c->v);
	*c = (struct candidates){ 0 };
}

/* Names come from modules: one that a shell would take apart or run is typed by hand, quoted. */
static bool is_plain_word(const char *word)
{
	return strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.,:@%/") ==
	       strlen(word);
}

void offer(struct completion *cp, const char *word, const char *help)
{
	struct candidates *out = cp->out;
	struct candidate c = { 0 };

	if (cp->r < 0 || out->n >= CANDIDATES_MAX || !begins(word, cp->last))
		return;
	if (!is_plain_word(word))
		return;
	c.word = strdup(word);
	c.help = text_clean_dup(help ? help : "", help ? strlen(help) : 0);
	if (!c.word || !c.help || array_grow(&out->v, out->n, sizeof(*out->v)) < 0) {
		free(c.word);
		free(c.help);
		cp->r = -ENOMEM;
		return;
	}
	out->v[out->n++] = c;
}

static void offer_flag(struct completion *cp, const struct flag *f)
{
	char word[64];

	FORMAT(word, "--%s%s", f->name, f->value && !f->value_optional ? "=" : "");
	offer(cp, word, f->help);
}

static void offer_flags(struct completion *cp, const struct verb *v)
{
	for (size_t i = 0; v && i < v->n_flags; i++)
		offer_flag(cp, &v->flags[i]);
	for (size_t i = 0; i < gflags_len; i++)
		if (!v || gflags[i].id != GF_VERSION)
			offer_flag(cp, &gflags[i].flag);
	if (v)
		return;
	offer(cp, "-f", "run a script (-: stdin)");
	offer(cp, "-c", "run the words that follow as a script");
}

static void offer_verbs(struct completion *cp, bool all)
{
	for (size_t i = 0; i < verbs_len; i++)
		if (all || cp->app->in_shell || !verbs[i]->shell_only)
			offer(cp, verbs[i]->name, verbs[i]->help);
	if (!all && !cp->app->in_shell)
		offer(cp, "shell", "a prompt with history and completion");
}

/* Words with blanks between them, each behind the prefix. */
static void offer_words(struct completion *cp, const char *words, const char *prefix)
{
	for (size_t n; *words; words += n + (words[n] != '\0')) {
		char word[64];

		n = strcspn(words, " ");
		FORMAT(word, "%s%.*s", prefix, (int)n, words);
		offer(cp, word, "");
	}
}

/* Names of settings, or the values of one: `set` itself knows them. */
static void offer_settings(struct completion *cp, char *name)
{
	_cleanup_(report_freep) struct report *r = NULL;
	char *argv[] = { (char *)"set", name, NULL };
	bool was = cp->app->in_shell;
	int color;

	cp->app->in_shell = true;
	verb_dispatch(cp->app, argv, name ? 2 : 1, NULL, NULL, NULL, NULL, &r, NULL);
	cp->app->in_shell = was;
	for (size_t i = 0; r && i < r->rows.n; i++) {
		const char *value = row_cell(r->rows.v[i], "value")->str;

		if (!name)
			offer(cp, row_cell(r->rows.v[i], "name")->str, value);
		else if (streq(value, "on") || streq(value, "off"))
			offer_words(cp, "on off", "");
		else if (color_parse(value, &color) >= 0)
			offer_words(cp, "auto always never", "");
	}
}

static void offer_argument(struct completion *cp, const struct verb *v, size_t at, char *previous)
{
	const struct arg *a;

	if (at >= v->n_args && !(v->n_args && v->args[v->n_args - 1].many))
		return;
	a = &v->args[MIN(at, v->n_args - 1)];
	switch (a->kind) {
	case ARG_PATCH:
		offer_patches(cp);
		break;
	case ARG_INSTALLED:
		offer_installed(cp);
		break;
	case ARG_TID:
		offer_tids(cp);
		break;
	case ARG_PATCH_OR_FILE:
		offer_patches(cp);
		cp->out->files = true;
		break;
	case ARG_FILE:
		cp->out->files = true;
		break;
	case ARG_VERB:
		offer_verbs(cp, true);
		break;
	case ARG_ARMED:
		offer_armed(cp);
		break;
	case ARG_OPTION:
		offer_settings(cp, NULL);
		break;
	case ARG_WORD:
		if (at > 0 && v->args[at - 1].kind == ARG_OPTION)
			offer_settings(cp, previous);
		break;
	case ARG_NUMBER:
		break;
	}
}

static bool takes_file(const struct flag *f)
{
	static const char *const words[] = { "FILE", "DIR" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (f->value && streq(f->value, words[i]))
			return true;
	return false;
}

/* The value of a flag: a file, or one of few words. */
static void offer_value(struct completion *cp, const struct flag *f, bool with_flag)
{
	char prefix[48] = "";

	if (with_flag)
		FORMAT(prefix, "--%s=", f->name);
	if (takes_file(f))
		cp->out->files = true;
	else if (f->words)
		offer_words(cp, f->words, prefix);
}

static void complete_flag(struct completion *cp, const struct verb *v)
{
	struct flag_word w;

	if (!strchr(cp->last, '='))
		offer_flags(cp, v);
	else if (flag_word_parse(cp->last, NULL, v ? v->flags : NULL, v ? v->n_flags : 0, &w, NULL) >= 0)
		offer_value(cp, w.flag, true);
}

/*
 * Walk words[*at..n-1) as flags. *at ends on the first word that is none, or
 * on the last. Returns the flag whose value the last word is, or NULL.
 */
static const struct flag *skip_flags(char *const *words, size_t n, size_t *at, const struct verb *v)
{
	static const struct flag script_file = { "root", "FILE", false, "" };
	struct flag_word w;

	for (; *at + 1 < n && words[*at][0] == '-' && words[*at][1]; (*at)++) {
		if (!v && (streq(words[*at], "-f") || streq(words[*at], "-c"))) {
			if (*at + 2 == n)
				return &script_file;
			(*at)++;
			continue;
		}
		if (flag_word_parse(words[*at], words[*at + 1], v ? v->flags : NULL, v ? v->n_flags : 0, &w,
				    NULL) < 0)
			continue;
		if (w.took_next && *at + 2 == n)
			return w.flag;
		*at += w.took_next;
	}
	return NULL;
}

static void complete_verb(struct completion *cp, char *const *words, size_t n, const struct verb *v)
{
	size_t positional = 0, at = 0;
	char *previous = NULL;
	const struct flag *f;

	for (;;) {
		f = skip_flags(words, n, &at, v);
		if (f || at + 1 >= n)
			break;
		previous = words[at++];
		positional++;
	}
	if (f)
		offer_value(cp, f, false);
	else if (cp->last[0] == '-')
		complete_flag(cp, v);
	else
		offer_argument(cp, v, positional, previous);
}

/* Which captured tree do the words speak of? */
static const char *find_root(char *const *words, size_t n)
{
	const char *root = NULL;

	for (size_t i = 0; i + 1 < n; i++) {
		if (strncmp(words[i], "--root=", 7) == 0)
			root = words[i] + 7;
		else if (streq(words[i], "--root") && i + 2 < n)
			root = words[i + 1];
	}
	return root;
}

static void complete(struct completion *cp, char *const *words, size_t n)
{
	const struct flag *f;
	const struct verb *v;
	size_t at = 0;

	f = skip_flags(words, n, &at, NULL);
	if (f) {
		offer_value(cp, f, false);
	} else if (at + 1 == n && cp->last[0] == '-') {
		complete_flag(cp, NULL);
	} else if (at + 1 == n) {
		offer_verbs(cp, false);
	} else {
		v = verb_find(words[at]);
		if (v)
			complete_verb(cp, words + at + 1, n - at - 1, v);
	}
}

int complete_words(struct app *app, char *const *words, size_t n, struct candidates *ret)
{
	struct completion cp = { .app = app, .last = words[n - 1], .out = ret };
	const char *prefix = find_root(words, n);
	_cleanup_free_ struct app *other = prefix ? calloc(1, sizeof(*other)) : NULL;

	*ret = (struct candidates){ 0 };
	if (other && app_open(other, prefix, &app->set, NULL) >= 0) {
		other->in_shell = app->in_shell;
		cp.app = other;
	}
	complete(&cp, words, n);
	if (other)
		app_close(other);
	if (cp.r < 0)
		candidates_free(ret);
	return cp.r;
}

int complete_print(struct app *app, char *const *words, size_t n)
{
	char *empty[] = { (char *)"", NULL };
	struct candidates c = { 0 };

	if (complete_words(app, n ? words : empty, n ? n : 1, &c) < 0)
		return RC_FAILED;
	for (size_t i = 0; i < c.n; i++)
		printf("%s\t%s\n", c.v[i].word, c.v[i].help);
	if (c.files)
		puts("\tfiles");
	candidates_free(&c);
	return RC_OK;
}
