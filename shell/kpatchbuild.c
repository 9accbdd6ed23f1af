// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options become flags of the verb `build`, its events the lines that
 * kpatch-build prints. Options that stand for what this builder does not need
 * are taken in silence; those that ask for what it does not do are refused.
 */
#include "shell/kpatchbuild.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>

#include "builder/wrapper.h"
#include "core/text.h"
#include "shell/app.h"
#include "shell/flags.h"
#include "shell/out.h"
#include "shell/session.h"

#define WORDS_MAX 300u /* patches among them, of which `build` takes 256 */

enum kpb_option { OPT_SKIP_CLEANUP = 256, OPT_SKIP_COMPILER, OPT_OOT, OPT_OOT_SRC, OPT_OWN };

static const struct option long_options[] = {
	{ "name", required_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "sourcedir", required_argument, NULL, 's' },
	{ "config", required_argument, NULL, 'c' },
	{ "archversion", required_argument, NULL, 'a' },
	{ "vmlinux", required_argument, NULL, 'v' },
	{ "target", required_argument, NULL, 't' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "non-replace", no_argument, NULL, 'R' },
	{ "debug", no_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "skip-cleanup", no_argument, NULL, OPT_SKIP_CLEANUP },
	{ "skip-compiler-check", no_argument, NULL, OPT_SKIP_COMPILER },
	{ "skip-gcc-check", no_argument, NULL, OPT_SKIP_COMPILER },
	{ "oot-module", required_argument, NULL, OPT_OOT },
	{ "oot-module-src", required_argument, NULL, OPT_OOT_SRC },
	{ "sourcerpm", required_argument, NULL, 'r' },
	/* Those of `build`, which its hints name. */
	{ "kernel", required_argument, NULL, OPT_OWN },
	{ "source", required_argument, NULL, OPT_OWN },
	{ "image", required_argument, NULL, OPT_OWN },
	{ "symvers", required_argument, NULL, OPT_OWN },
	{ "modules", required_argument, NULL, OPT_OWN },
	{ "max-objects", required_argument, NULL, OPT_OWN },
	{ "as", required_argument, NULL, OPT_OWN },
	{ "trust-compiler", no_argument, NULL, OPT_OWN },
	{ NULL, 0, NULL, 0 },
};

static const struct {
	const char *option, *help;
} usage_lines[] = {
	{ "-n, --name NAME", "name of the module (default: livepatch- and the patch's)" },
	{ "-o, --output DIR", "folder for the module (default: the current one)" },
	{ "-s, --sourcedir DIR", "the kernel's source (default: the distribution's package)" },
	{ "-c, --config FILE", "the kernel's configuration" },
	{ "-a, --archversion RELEASE", "build for this kernel (default: the running one)" },
	{ "-j, --jobs N", "compilers at a time" },
	{ "-R, --non-replace", "leave other livepatches as they are" },
	{ "-d, --debug", "show what compilers and make print" },
	{ "-v, --vmlinux FILE", "taken, not needed: the kernel's image is used" },
	{ "-t, --target TARGET", "taken, not needed: only what the patch touches is built" },
	{ "--skip-cleanup", "taken, without effect" },
	{ "-h, --help", "this" },
};

/* What the words ask for, and the words of `build` that come of it. */
struct kpb {
	char *words[WORDS_MAX + 1];
	size_t n;
	char *name; /* of the module, as it was given or made */
};

static void kpb_put(FILE *out, const char *fmt, ...) _printf_(2, 3);
static void kpb_put(FILE *out, const char *fmt, ...)
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

static int fail(const char *text, const char *hint)
{
	kpb_put(stderr, "ERROR: %s", text);
	if (hint && hint[0])
		kpb_put(stderr, "  %s", hint);
	return RC_FAILED;
}

static void usage(FILE *out)
{
	fputs("usage: kpatch-build [OPTIONS] PATCH...\n\nOptions:\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(usage_lines); i++)
		fprintf(out, "   %-26s %s\n", usage_lines[i].option, usage_lines[i].help);
	fputs("\nFlags of klpsh build that its messages name (--image, --symvers, ...) are taken, too.\n",
	      out);
}

/* Owned by k->words; NULL is out of memory, told at the end. */
static int add_word(struct kpb *k, const char *fmt, ...) _printf_(2, 3);
static int add_word(struct kpb *k, const char *fmt, ...)
{
	va_list ap;
	int r;

	if (k->n == WORDS_MAX)
		return -E2BIG;
	va_start(ap, fmt);
	r = vasprintf(&k->words[k->n], fmt, ap);
	va_end(ap);
	if (r < 0) {
		k->words[k->n] = NULL;
		return -ENOMEM;
	}
	k->n++;
	return 0;
}

static int take_name(struct kpb *k, const char *name)
{
	free(k->name);
	k->name = strdup(name);
	return k->name ? 0 : -ENOMEM;
}

static const char *flag_of(int option)
{
	switch (option) {
	case 'o':
		return "output";
	case 's':
		return "source";
	case 'c':
		return "config";
	case 'a':
		return "kernel";
	default:
		return "jobs";
	}
}

static int refused(int option)
{
	switch (option) {
	case OPT_SKIP_COMPILER:
		return fail(
			"--skip-compiler-check is not done: with another compiler the new code could differ "
			"from the kernel in more than the patch",
			"install the compiler that the kernel was built with, or try --trust-compiler: "
			"another "
			"version of it is taken then, if it reproduces the kernel");
	case OPT_OOT:
	case OPT_OOT_SRC:
		return fail("out-of-tree modules are not supported yet: --oot-module, --oot-module-src",
			    "patches for the kernel and its own modules can be built");
	default:
		return fail("source packages are not unpacked from RPM files: --sourcerpm",
			    "unpack and prepare it, then give the folder with --sourcedir DIR");
	}
}

/* 0; RC_FAILED: told; else a negative errno. */
static int take_option(struct kpb *k, int option, const char *name, const char *word)
{
	switch (option) {
	case OPT_OWN:
		return optarg ? add_word(k, "--%s=%s", name, optarg) : add_word(k, "--%s", name);
	case 'n':
		return take_name(k, optarg);
	case 'o':
	case 's':
	case 'c':
	case 'a':
	case 'j':
		return add_word(k, "--%s=%s", flag_of(option), optarg);
	case 'R':
		return add_word(k, "--non-replace");
	case 'd':
		return add_word(k, "--verbose");
	case 'v':
	case 't':
	case OPT_SKIP_CLEANUP:
		return 0;
	case OPT_SKIP_COMPILER:
	case OPT_OOT:
	case OPT_OOT_SRC:
	case 'r':
		return refused(option);
	default:
		kpb_put(stderr, "ERROR: %s: %s", word,
			option == ':' ? "this option needs a value" : "there is no such option");
		usage(stderr);
		return RC_FAILED;
	}
}

/* livepatch- and the patch's name, as far as a module may be called so. */
static int make_name(struct kpb *k, const char *patch)
{
	const char *slash = strrchr(patch, '/'), *base = slash ? slash + 1 : patch, *dot = strrchr(base, '.');
	size_t len = dot && (streq(dot, ".patch") || streq(dot, ".diff")) ? (size_t)(dot - base)
									  : strlen(base);

	if (asprintf(&k->name, "livepatch-%.*s", (int)MIN(len, WRAPPER_OBJECT_MAX - 10), base) < 0) {
		k->name = NULL;
		return -ENOMEM;
	}
	for (char *p = k->name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			*p = '-';
	return 0;
}

#define HELPED (-1)

/* 0; RC_FAILED: told; HELPED: usage was asked for; else a negative errno. */
static int parse(struct kpb *k, int argc, char **argv)
{
	int r = add_word(k, "build"), option, index = 0;

	opterr = 0;
	while (r == 0 &&
	       (option = getopt_long(argc, argv, ":n:o:s:c:a:v:t:j:r:Rdh", long_options, &index)) != -1) {
		if (option == 'h') {
			usage(stdout);
			return HELPED;
		}
		r = take_option(k, option, long_options[index].name, argv[optind - 1]);
	}
	if (r)
		return r;
	if (optind == argc) {
		usage(stderr);
		return RC_FAILED;
	}
	if (!k->name)
		r = make_name(k, argv[optind]);
	r = r < 0 ? r : add_word(k, "--name=%s", k->name);
	r = r < 0 ? r : add_word(k, "--");
	for (int i = optind; r == 0 && i < argc; i++)
		r = add_word(k, "%s", argv[i]);
	return r;
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
	const char *function = cell(r, "function");

	kpb_put(stderr, "%s: %s%s%s: %s", word, cell(r, "file"), function[0] ? ": " : "", function,
		cell(r, "why"));
	if (cell(r, "technique")[0])
		kpb_put(stderr, "  What helps: %s.", cell(r, "technique"));
}

static void put_event(const struct kpb *k, const struct row *r)
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
	else if (streq(event, "phase") && streq(cell(r, "phase"), "resolve"))
		kpb_put(stdout, "Building patch module: %s.ko", k->name);
}

static int emit(struct call *c, struct report *report)
{
	_cleanup_(report_freep) struct report *r = report;

	call_progress(c, NULL);
	for (size_t i = 0; i < r->rows.n; i++)
		put_event(c->emit_arg, r->rows.v[i]);
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
		(void)fail(e.text, e.hint);
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
	int r = parse(k, argc, argv);

	if (r < 0 && r != HELPED)
		return fail(r == -E2BIG ? "too many words" : "out of memory", NULL);
	if (r)
		return r == HELPED ? RC_OK : RC_FAILED;
	settings_init(&set);
	/* The call is the consent, and nobody is asked. */
	set.yes = set.no_input = true;
	r = app_open(&app, prefix, &set, &e) < 0 ? fail(e.text, e.hint) : build(&app, k);
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
	for (size_t i = 0; i < k.n; i++)
		free(k.words[i]);
	free(k.name);
	return rc;
}
