// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the verb `build` for who called kpatch-build, and says what it tells in
 * the lines that kpatch-build prints.
 */
#include <errno.h>
#include <stdarg.h>

#include "core/text.h"
#include "shell/app.h"
#include "shell/flags.h"
#include "shell/kpatchbuild_own.h"
#include "shell/out.h"
#include "shell/session.h"

void kpb_put(FILE *out, const char *fmt, ...)
{
	_cleanup_free_ char *raw = NULL, *clean = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&raw, fmt, ap);
	va_end(ap);
	if (n < 0)
		raw = NULL;
	clean = raw ? text_clean_dup(raw, (size_t)n) : NULL;
	fprintf(out, "%s\n", clean ? clean : "out of memory");
	fflush(out);
}

int kpb_fail(const char *text, const char *hint)
{
	kpb_put(stderr, "ERROR: %s", text);
	if (hint && hint[0])
		kpb_put(stderr, "  %s", hint);
	return RC_FAILED;
}

static const char *cell(const struct row *r, const char *key)
{
	const struct cell *c = row_cell(r, key);

	return c && c->set && c->str ? c->str : "";
}

/* "net/core/dev.c": "dev.o", as kpatch-build names it. */
static void put_function(const struct row *r)
{
	const char *file = cell(r, "file"), *change = cell(r, "change"), *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file, *dot = strrchr(base, '.');

	if (streq(change, "changed") || streq(change, "new"))
		kpb_put(stdout, "%.*s.o: %s function: %s", (int)(dot ? dot - base : (long)strlen(base)), base,
			change, cell(r, "function"));
}

static void put_refusal(const struct row *r, const char *word)
{
	const char *file = cell(r, "file"), *function = cell(r, "function"),
		   *name = function[0] ? function : cell(r, "section");

	kpb_put(stderr, "%s: %s%s%s%s%s", word, file, file[0] ? ": " : "", name, name[0] ? ": " : "",
		cell(r, "why"));
	if (cell(r, "technique")[0])
		kpb_put(stderr, "  What helps: %s.", cell(r, "technique"));
}

void kpb_tell(const struct kpb *k, const struct row *r)
{
	const char *event = cell(r, "event");

	if (streq(event, "function"))
		put_function(r);
	else if (streq(event, "refusal"))
		put_refusal(r, "ERROR");
	else if (streq(event, "warning"))
		put_refusal(r, "WARNING");
	else if (streq(event, "output"))
		kpb_put(stdout, "%s", cell(r, "text"));
	else if (streq(event, "note"))
		kpb_put(stdout, "note: %s", cell(r, "text"));
	else if (streq(event, "kept"))
		kpb_put(stdout, "The build's folder is kept: %s", cell(r, "folder"));
	else if (streq(event, "phase") && streq(cell(r, "phase"), "resolve"))
		kpb_put(stdout, "Building patch module: %s.ko", k->name);
}

static int emit(struct call *c, struct report *report)
{
	_cleanup_(report_freep) struct report *r = report;

	call_progress(c, NULL);
	for (size_t i = 0; i < r->rows.n; i++)
		kpb_tell(c->emit_arg, r->rows.v[i]);
	return ferror(stdout) ? -EPIPE : 0;
}

static int build(struct app *app, struct kpb *k)
{
	_cleanup_(report_freep) struct report *report = NULL;
	struct err e = { 0 };
	int rc;

	app->progress = out_progress;
	session_interrupted = 0;
	kpb_put(stdout, "Testing patch file(s)");
	rc = verb_dispatch(app, k->words, k->n, emit, k, &session_interrupted, NULL, &report, &e);
	out_progress(NULL, NULL);
	for (size_t i = 0; i < app->n_warnings; i++)
		kpb_put(stderr, "WARNING: %s", app->warnings[i]);
	if (rc == RC_OK)
		kpb_put(stdout, "SUCCESS");
	else
		(void)kpb_fail(e.text, e.hint);
	return session_interrupted ? RC_SIGNAL + session_interrupted : rc == RC_OK ? RC_OK : RC_FAILED;
}

bool kpatchbuild_named(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && streq(slash ? slash + 1 : argv0, "kpatch-build");
}

static int run(struct kpb *k, int argc, char **argv, const char *prefix)
{
	static struct app app;
	struct settings set;
	struct err e = { 0 };
	int r = kpb_parse(k, argc, argv);

	if (r < 0 && r != KPB_HELPED)
		return kpb_fail(r == -E2BIG ? "too many words" : "out of memory", NULL);
	if (r)
		return r == KPB_HELPED ? RC_OK : RC_FAILED;
	settings_init(&set);
	/* The call is the consent, and nobody is asked. */
	set.yes = set.no_input = true;
	r = app_open(&app, prefix, &set, &e) < 0 ? kpb_fail(e.text, e.hint) : build(&app, k);
	app_close(&app);
	return r;
}

int kpatchbuild_main(int argc, char **argv)
{
	struct kpb k = { 0 };
	const char *prefix = NULL;
	int rc;

	if (argc > 2 && streq(argv[1], "--root")) {
		prefix = argv[2];
		argv[2] = argv[0];
		argv += 2;
		argc -= 2;
	}
	rc = run(&k, argc, argv, prefix);
	kpb_done(&k);
	return rc;
}
