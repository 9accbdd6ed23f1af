/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of verbs and what can be asked of it. A verb lives in a file of
 * its own and exports nothing but its entry; to add one, name it here.
 */
#include "shell/verb.h"

#include <errno.h>
#include <stdarg.h>

#include "core/text.h"
#include "shell/nearest.h"
#include "shell/verbs.h"

/* One a line, so that two new ones do not meet. */
/* clang-format off */
const struct verb *const verbs[] = {
	&verb_status,
	&verb_list,
	&verb_show,
	&verb_tasks,
	&verb_blockers,
	&verb_stack,
	&verb_taint,
	&verb_system,
	&verb_modules,
	&verb_inspect,
	&verb_check,
	&verb_diff,
	&verb_kallsyms,
	&verb_build,
	&verb_objdiff,
	&verb_log,
	&verb_history,
	&verb_watch,
	&verb_trace,
	&verb_load,
	&verb_disable,
	&verb_enable,
	&verb_reverse,
	&verb_unload,
	&verb_replace,
	&verb_rollback,
	&verb_poke,
	&verb_force,
	&verb_install,
	&verb_uninstall,
	&verb_boot,
	&verb_confirm,
	&verb_wait,
	&verb_help,
	&verb_set,
	&verb_source,
	&verb_quit,
};
/* clang-format on */
const size_t verbs_len = ARRAY_SIZE(verbs);

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < verbs_len; i++)
		if (streq(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

const struct verb *verb_nearest(const char *name)
{
	struct nearest near = NEAREST_TO(name);

	for (size_t i = 0; i < verbs_len; i++)
		nearest_try(&near, verbs[i]->name);
	return nearest_found(&near) ? verb_find(nearest_found(&near)) : NULL;
}

static void usage_flag(FILE *out, const struct flag *f)
{
	if (f->letter)
		fprintf(out, f->value ? " [-%c %s]" : " [-%c]", f->letter, f->value);
	else if (!f->value)
		fprintf(out, " [--%s]", f->name);
	else if (f->value_optional)
		fprintf(out, " [--%s[=%s]]", f->name, f->value);
	else
		fprintf(out, " [--%s=%s]", f->name, f->value);
}

char *verb_usage(const struct verb *v)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "%s%s", v->shell_only ? "" : "klpsh ", v->name);
	for (size_t i = 0; i < v->n_args; i++) {
		const struct arg *a = &v->args[i];

		fprintf(out, a->optional ? " [%s%s]" : " %s%s", a->name, a->many ? "..." : "");
	}
	for (size_t i = 0; i < v->n_flags; i++)
		usage_flag(out, &v->flags[i]);
	if (fclose(out) != 0)
		return NULL;
	return TAKE_PTR(text);
}

const char *danger_word(enum danger d)
{
	static const char *const words[] = { "none", "mild", "moderate", "severe" };

	return words[d];
}

const char *call_flag(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->verb->n_flags; i++)
		if (streq(c->verb->flags[i].name, name))
			return c->flag_values[i];
	return NULL;
}

int call_emit(struct call *c, struct report *r)
{
	if (!r)
		return -ENOMEM;
	if (c->emit)
		return c->emit(c, r);
	report_free(r);
	return 0;
}

void call_warn(struct call *c, const char *fmt, ...)
{
	_cleanup_free_ char *raw = NULL;
	char *line;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&raw, fmt, ap);
	va_end(ap);
	if (n < 0) {
		raw = NULL;
		return;
	}
	line = text_clean_dup(raw, strlen(raw));
	if (!line || array_grow(&c->app->warnings, c->app->n_warnings, sizeof(char *)) < 0) {
		free(line);
		return;
	}
	c->app->warnings[c->app->n_warnings++] = line;
}

void call_progress(struct call *c, const char *line)
{
	if (c->app->progress)
		c->app->progress(line, c->app->progress_arg);
}
