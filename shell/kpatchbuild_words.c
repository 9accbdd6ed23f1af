// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of kpatch-build as flags of the verb `build`. Those that stand
 * for what this builder does not need are taken in silence; those that ask for
 * what it does not do are refused.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>

#include "builder/wrapper.h"
#include "shell/kpatchbuild_own.h"

#define LETTERS ":n:o:s:c:a:v:t:j:r:Rdh"

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
	{ "-t, --target TARGET", "what to make of the sources of --oot-module; else not needed" },
	{ "--oot-module FILE", "patch this module from outside of the kernel's tree" },
	{ "--oot-module-src DIR", "its sources" },
	{ "--skip-cleanup", "keep the build's folder and say where it is" },
	{ "-h, --help", "this" },
};

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

	if (k->n == KPB_WORDS)
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

/* It may be given several times; of the kernel no target is needed. */
static int add_target(struct kpb *k, const char *target)
{
	char *before = k->targets;
	int r = asprintf(&k->targets, "%s%s%s", before ? before : "", before ? " " : "", target);

	free(before);
	if (r < 0)
		k->targets = NULL;
	return r < 0 ? -ENOMEM : 0;
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
		return kpb_fail(
			"--skip-compiler-check is not done: with another compiler the new code could differ "
			"from the kernel in more than the patch",
			"install the compiler that the kernel was built with, or try --trust-compiler: "
			"another "
			"version of it is taken then, and the module says so");
	default:
		return kpb_fail("source packages are not unpacked from RPM files: --sourcerpm",
				"unpack and prepare it, then give the folder with --sourcedir DIR");
	}
}

/*
 * optopt tells what it was: 0 an unknown word, something known a word with a
 * value that it does not take, else a letter. A letter's word is not at hand:
 * in "-xR" getopt stands before it still.
 */
static int wrong_option(int option, const char *word)
{
	bool known = optopt > CHAR_MAX || (optopt && strchr(LETTERS, optopt));
	char letter[3] = { '-', (char)optopt, '\0' };

	kpb_put(stderr, "ERROR: %s: %s", optopt && !known ? letter : word,
		option == ':' ? "this option needs a value"
		: known	      ? "this option takes no value"
			      : "there is no such option");
	kpb_put(stderr, "  kpatch-build --help lists the options");
	return RC_FAILED;
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
		return 0;
	case 't':
		return add_target(k, optarg);
	case OPT_OOT:
		k->oot = true;
		return add_word(k, "--oot-module=%s", optarg);
	case OPT_OOT_SRC:
		return add_word(k, "--oot-module-src=%s", optarg);
	case OPT_SKIP_CLEANUP:
		return add_word(k, "--keep");
	case OPT_SKIP_COMPILER:
	case 'r':
		return refused(option);
	default:
		return wrong_option(option, word);
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

int kpb_parse(struct kpb *k, int argc, char **argv)
{
	int r = add_word(k, "build"), option, index = 0;

	opterr = 0;
	while (r == 0 && (option = getopt_long(argc, argv, LETTERS, long_options, &index)) != -1) {
		if (option == 'h') {
			usage(stdout);
			return KPB_HELPED;
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
	if (r == 0 && k->oot && k->targets)
		r = add_word(k, "--target=%s", k->targets);
	r = r < 0 ? r : add_word(k, "--");
	for (int i = optind; r == 0 && i < argc; i++)
		r = add_word(k, "%s", argv[i]);
	return r;
}

void kpb_done(struct kpb *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->words[i]);
	free(k->name);
	free(k->targets);
	*k = (struct kpb){ 0 };
}
