/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kpatch front end's words and how it talks. It knows no kernel interface
 * and changes nothing but by verbs.
 */
#include "shell/kpatch_own.h"

#include <errno.h>
#include <stdarg.h>

#include "core/text.h"
#include "shell/app.h"
#include "shell/flags.h"
#include "shell/session.h"

const struct kpatch_limits kpatch_limits = { .first = 15, .second = 60, .refs = 15 };

static void put_line(FILE *out, const char *before, const char *fmt, va_list ap)
{
	_cleanup_free_ char *raw = NULL, *clean = NULL;
	int n = vasprintf(&raw, fmt, ap);

	if (n < 0) {
		raw = NULL;
		return;
	}
	clean = text_clean_dup(raw, (size_t)n);
	fprintf(out, "%s%s\n", before, clean ? clean : "out of memory");
	/* Whoever reads along wants to know while we wait. */
	fflush(out);
}

void kp_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(stdout, "", fmt, ap);
	va_end(ap);
}

void kp_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(stderr, "kpatch: ", fmt, ap);
	va_end(ap);
}

int kp_fail(const struct err *e, const char *fmt, ...)
{
	_cleanup_free_ char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	if (!e->code)
		kp_warn("%s", what ? what : "out of memory");
	else
		kp_warn("%s: %s", what ? what : "", e->text);
	if (e->code && e->hint[0])
		kp_warn("%s", e->hint);
	return RC_FAILED;
}

int kp_verb(struct kpatch *k, const char *verb, const char *word, const char *flag, const char *more)
{
	char *argv[] = { (char *)verb, (char *)word, (char *)flag, (char *)more, NULL };
	size_t n = 0;
	int rc;

	while (argv[n])
		n++;
	k->report = report_free(k->report);
	rc = verb_dispatch(k->app, argv, n, NULL, NULL, &session_interrupted, NULL, &k->report, &k->e);
	for (size_t i = 0; i < k->app->n_warnings; i++)
		kp_warn("note: %s", k->app->warnings[i]);
	return rc;
}

int kp_look(struct kpatch *k, bool anyway, struct snapshot **ret)
{
	struct snapshot_opts opts = { .map = &k->app->map, .stall_after = k->app->conf.stall_after };
	int r = snapshot_take(k->app->root, SNAPSHOT_PATCHES, &opts, ret);

	if (r < 0) {
		kp_warn("cannot look at the kernel: %s", strerror(-r));
		return r;
	}
	/* Without livepatching there is still a boot store to be listed. */
	if (!(*ret)->livepatch && !anyway) {
		kp_warn("this kernel (%s) has no livepatching", (*ret)->release);
		*ret = snapshot_free(*ret);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int kp_version(struct kpatch *k, char *const *args, size_t n)
{
	kp_say("%s", KPATCH_VERSION);
	return RC_OK;
}

/* Kernels with livepatching as we know it have no file to ask for the signal. */
static int kp_signal(struct kpatch *k, char *const *args, size_t n)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	if (kp_look(k, false, &s) < 0)
		return RC_FAILED;
	if (!s->in_transition)
		kp_say("no patch is in transition, so there is no process to signal");
	else
		kp_say("the kernel signals the stalled processes of %s by itself, every 15 seconds",
		       s->in_transition->name);
	return RC_OK;
}

static const struct kp_word {
	const char *word, *args, *help;
	size_t least, most; /* words behind it */
	int (*run)(struct kpatch *k, char *const *args, size_t n);
} words[] = {
	{ "install", "[-k|--kernel-version=RELEASE] FILE", "install a patch module to be loaded at boot", 1,
	  3, kp_install },
	{ "uninstall", "[-k|--kernel-version=RELEASE] NAME", "uninstall a patch module", 1, 3, kp_uninstall },
	{ "load", "--all", "load all patch modules installed for the running kernel", 1, 1, kp_load },
	{ "load", "FILE|NAME", "load a patch module into the running kernel", 1, 1, kp_load },
	{ "unload", "--all", "unload all patch modules", 1, 1, kp_unload },
	{ "unload", "NAME", "unload a patch module", 1, 1, kp_unload },
	{ "info", "NAME", "show information about a patch module", 1, 1, kp_info },
	{ "list", "", "list loaded and installed patch modules", 0, 0, kp_list },
	{ "signal", "", "signal processes that hold a transition up", 0, 0, kp_signal },
	{ "version", "", "show the kpatch version this is compatible with", 0, 0, kp_version },
};

static int usage(void)
{
	fputs("usage: kpatch WORD [ARGS]\n\nWords:\n", stderr);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		fprintf(stderr, "   %s%s%s\n      %s\n", words[i].word, *words[i].args ? " " : "",
			words[i].args, words[i].help);
	return RC_FAILED;
}

static int run_word(struct kpatch *k, char *const *argv, size_t n)
{
	for (size_t i = 0; n && i < ARRAY_SIZE(words); i++) {
		const struct kp_word *w = &words[i];
		int rc;

		if (!streq(w->word, argv[0]) || n - 1 < w->least || n - 1 > w->most)
			continue;
		rc = w->run(k, argv + 1, n - 1);
		return rc == KP_USAGE ? usage() : rc;
	}
	return usage();
}

int kpatch_run(struct app *app, char *const *argv, size_t n, const struct kpatch_limits *limits)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct kpatch k = { .app = app, .limits = limits };
	int rc;

	/* The call is the consent, and nobody is asked. */
	app->set.yes = true;
	app->set.no_input = true;
	app->set.interactive = false;
	session_interrupted = 0;
	if (snapshot_take(app->root, 0, &(struct snapshot_opts){ 0 }, &s) >= 0)
		FORMAT(k.release, "%s", s->release);
	rc = run_word(&k, argv, n);
	k.report = report_free(k.report);
	return session_interrupted ? RC_SIGNAL + session_interrupted : rc;
}

bool kpatch_named(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && streq(slash ? slash + 1 : argv0, "kpatch");
}

int kpatch_main(int argc, char **argv)
{
	static struct app app;
	const char *prefix = NULL;
	struct settings set;
	struct err e = { 0 };
	int at = 1, rc;

	settings_init(&set);
	if (argc > 2 && streq(argv[1], "--root")) {
		prefix = argv[2];
		at = 3;
	}
	if (app_open(&app, prefix, &set, &e) < 0)
		rc = kp_fail(&e, "cannot start");
	else
		rc = kpatch_run(&app, argv + MIN(at, argc), (size_t)(argc - MIN(at, argc)), &kpatch_limits);
	app_close(&app);
	return rc;
}
