// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/system_asked.h"

#include <stdarg.h>

static const char *word_of(const struct jv *o, const char *key)
{
	const char *s = jv_str(o, key);

	return s ? s : "";
}

/* One more of a list. */
static void asked_add(struct asked *a, const char *fmt, ...) _printf_(2, 3);
static void asked_add(struct asked *a, const char *fmt, ...)
{
	size_t at = strlen(a->text);
	va_list ap;

	if (at)
		at += (size_t)snprintf(a->text + at, sizeof(a->text) - at, "; ");
	if (at >= sizeof(a->text))
		return;
	va_start(ap, fmt);
	vsnprintf(a->text + at, sizeof(a->text) - at, fmt, ap);
	va_end(ap);
}

static void asked_begin(struct asked *a)
{
	a->query = NULL;
	a->text[0] = '\0';
	a->verdict = VERDICT_PLAIN;
}

static void asked_failed(struct asked *a, const char *why)
{
	a->verdict = VERDICT_UNKNOWN;
	asked_add(a, *a->text ? "not all are known: %s" : "not known: %s", why);
}

static void asked_show(struct asked *a)
{
	struct view *v = a->v;

	if (a->again)
		a->ask(v, a);
	if (v->tui->view == v)
		tui_update(v->tui);
	tui_dirty(v->tui);
}

/* One installed patch: its name, what klpsh boot would do, and why not. */
static void boot_patch(struct asked *boot, const struct jv *p)
{
	const char *result = word_of(p, "result"), *text = word_of(p, "text");
	bool good = streq(result, "would") || streq(result, "already");

	if (!good)
		boot->verdict = VERDICT_WARN;
	asked_add(boot, "%s %s%s%s", word_of(p, "name"),
		  streq(result, "would")     ? "is installed"
		  : streq(result, "already") ? "is installed and loaded"
		  : streq(result, "held")    ? "is HELD BACK"
					     : "would not load",
		  *text ? ": " : "", text);
}

static void on_boot(const struct reply *a, void *arg)
{
	struct asked *boot = arg;
	const struct jv *patches = jv_get(a->data, "patches");
	const char *off = jv_str(a->data, "off");

	asked_begin(boot);
	if (reply_error(a)) {
		asked_failed(boot, reply_error(a));
	} else if (off) {
		boot->verdict = VERDICT_WARN;
		asked_add(boot, "off: %s stands on the kernel's command line", off);
	} else if (!jv_len(patches)) {
		asked_add(boot, "nothing is installed for this kernel");
	} else {
		boot->verdict = VERDICT_GOOD;
		for (size_t i = 0; i < jv_len(patches); i++)
			boot_patch(boot, jv_at(patches, i));
	}
	asked_show(boot);
}

/* So many are named; the rest is in `klpsh system`. */
#define HOOKS_SHOWN 6

static void hooked_functions(struct asked *hooks, const struct jv *list)
{
	size_t n = jv_len(list);

	for (size_t i = 0; i < MIN(n, (size_t)HOOKS_SHOWN); i++)
		asked_add(hooks, "%s of %s: %s", word_of(jv_at(list, i), "name"),
			  word_of(jv_at(list, i), "object"), word_of(jv_at(list, i), "others"));
	if (n > HOOKS_SHOWN)
		asked_add(hooks, "and %zu more", n - HOOKS_SHOWN);
}

static void on_hooks(const struct reply *a, void *arg)
{
	struct asked *hooks = arg;
	const struct jv *hooked = jv_get(a->data, "hooked"), *unseen = jv_get(a->data, "hooks_unseen");
	int64_t functions = -1;

	(void)jv_int(a->data, "functions", &functions);
	asked_begin(hooks);
	hooks->verdict = jv_len(hooked) ? VERDICT_WARN : VERDICT_PLAIN;
	hooked_functions(hooks, hooked);
	if (reply_error(a))
		asked_failed(hooks, reply_error(a));
	else if (functions < 0)
		asked_failed(hooks, "what livepatches replace cannot be read");
	else if (jv_len(unseen))
		asked_failed(hooks, word_of(jv_at(unseen, 0), NULL));
	else if (!functions)
		asked_add(hooks, "no livepatch replaces a function");
	else if (!jv_len(hooked))
		asked_add(hooks, "nobody hooks the %lld replaced function%s besides livepatches",
			  (long long)functions, functions == 1 ? "" : "s");
	asked_show(hooks);
}

static void ask(struct view *v, struct asked *a, char **words, size_t n,
		void (*answer)(const struct reply *, void *))
{
	a->v = v;
	a->again = a->query != NULL; /* what it says may be older than what was changed */
	if (!a->query && query_start(v->tui, words, n, answer, a, &a->query) < 0)
		a->query = NULL;
}

void asked_boot(struct view *v, struct asked *a)
{
	char *words[] = { (char *)"boot", (char *)"--dry-run" };

	a->ask = asked_boot;
	ask(v, a, words, ARRAY_SIZE(words), on_boot);
}

void asked_hooks(struct view *v, struct asked *a)
{
	char *words[] = { (char *)"system" };

	a->ask = asked_hooks;
	ask(v, a, words, ARRAY_SIZE(words), on_hooks);
}

void asked_cancel(struct asked *a)
{
	query_cancel(a->query);
	a->query = NULL;
}
