// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See ktree_steps.h: compiler, configuration and make. Facts it rests on:
 * olddefconfig asks the tools what they can, so every make gets the same
 * arguments; scripts/tools-support-relr.sh needs a TMPDIR that is writable,
 * else CONFIG_TOOLS_SUPPORT_RELR goes away; without pahole all BTF options go
 * away, and with them members of struct module. Of pahole only the version
 * counts for the configuration, so a stand-in says the version that the kernel
 * was configured with, and pahole need not be installed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "builder/cache.h"
#include "builder/kconfig.h"
#include "builder/ktree_steps.h"
#include "builder/program.h"
#include "builder/shwords.h"
#include "core/dirfile.h"
#include "kmod/decompress.h"

#define CC_TIMEOUT_S 60
#define PAHOLE ".klpsh-pahole" /* the stand-in */
#define PAHOLE_ARG "PAHOLE=./.klpsh-pahole"

void ktree_say(const struct ktree_spec *spec, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	if (!spec->say)
		return;
	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n > 0)
		spec->say(spec->arg, line, MIN((size_t)n, sizeof(line) - 1));
}

/* Passes lines on and keeps the first that sounds like the reason of a failure. */
struct listener {
	const struct ktree_spec *spec;
	char reason[200];
};

static void listen(void *arg, const char *line, size_t len)
{
	static const char *const words[] = { "rror: ", "rror:", "***", "annot ", "not found", "o such file" };
	struct listener *l = arg;

	for (size_t i = 0; i < ARRAY_SIZE(words) && !*l->reason; i++)
		if (memmem(line, len, words[i], strlen(words[i])))
			(void)snprintf(l->reason, sizeof(l->reason), "%.*s", (int)MIN(len, 190u), line);
	if (l->spec->say)
		l->spec->say(l->spec->arg, line, len);
}

int ktree_run(const struct ktree_spec *spec, const struct child_spec *child, const char *what, struct err *e)
{
	struct listener l = { .spec = spec };
	struct err why = { 0 };
	int status = 0, r = child_run(child, listen, &l, &status, e);

	if (r < 0 || !status)
		return r;
	r = child_failed(child, status, &why);
	err_set(e, r, "%s: %s%s%s", what, why.text, *l.reason ? ": " : "", l.reason);
	return cache_blame(spec->cache, r, e);
}

/* A name that is looked up in PATH and nothing else. */
static bool is_tool_name(const char *name)
{
	return *name && *name != '-' && *name != '.' &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")];
}

struct first_line {
	char text[128];
	bool has;
};

static void keep_first(void *arg, const char *line, size_t len)
{
	struct first_line *f = arg;
	size_t n = 0;

	/* make takes '#' out of it, too */
	for (size_t i = 0; i < len && !f->has && n < sizeof(f->text) - 1; i++)
		if (line[i] && line[i] != '#')
			f->text[n++] = line[i];
	f->has = true;
}

/* "gcc-12" of "x86_64-linux-gnu-gcc-12": Debian's package. */
static const char *package_of(const char *cc)
{
	const char *gcc = strstr(cc, "gcc");

	return gcc ? gcc : cc;
}

static int refuse_compiler(const struct ktree_spec *spec, const char *cc, const char *want, const char *have,
			   struct err *e)
{
	err_rc(e, RC_REFUSED, -EXDEV, "wrong compiler: the kernel was built with \"%s\", here is \"%s\"",
	       want, have);
	err_hint(e, "apt-get install %s, in the version that is named", package_of(cc));
	return -EXDEV;
}

static int find_compiler(const char *cc, const char *want, struct err *e)
{
	char path[PATH_MAX];
	int r = program_find(cc, path, e);

	if (r < 0) {
		err_set(e, r, "the compiler of this kernel is not installed: %s (%s)", cc, want);
		err_hint(e, "apt-get install %s", package_of(cc));
	}
	return r;
}

static int ask_version(const struct ktree_spec *spec, struct ktree *t, const char *want, struct err *e)
{
	const char *const argv[] = { t->cc, "--version", NULL };
	struct child_spec child = { .argv = argv, .env = t->env, .timeout_s = CC_TIMEOUT_S };
	struct first_line first = { 0 };
	int status = 0, r = find_compiler(t->cc, want, e);

	r = r < 0 ? r : child_run(&child, keep_first, &first, &status, e);
	r = r < 0 ? r : child_failed(&child, status, e);
	if (r < 0)
		return r;
	memcpy(t->cc_text, first.text, sizeof(t->cc_text));
	if (streq(want, first.text))
		return 0;
	if (!spec->trust_compiler)
		return refuse_compiler(spec, t->cc, want, first.text, e);
	ktree_say(spec, "another compiler than the kernel's is trusted: %s", first.text);
	return 0;
}

int ktree_compiler(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	const struct source_file *c = &spec->source->config;
	char want[sizeof(t->cc_text)], on[4];
	size_t n;

	if (kconfig_value(c->data, c->len, "CONFIG_CC_VERSION_TEXT", want, sizeof(want)) <= 0)
		return err_set(e, -EBADMSG, "%s does not say by which compiler: no CONFIG_CC_VERSION_TEXT",
			       c->path);
	if (kconfig_value(c->data, c->len, "CONFIG_CC_IS_GCC", on, sizeof(on)) < 0)
		return err_rc(e, RC_UNSUPPORTED, -EOPNOTSUPP,
			      "the kernel was built with \"%s\", not with gcc", want);
	n = strcspn(want, " ");
	if (n >= sizeof(t->cc))
		return err_set(e, -EBADMSG, "%s: no compiler is called \"%s\"", c->path, want);
	memcpy(t->cc, want, n);
	t->cc[n] = '\0';
	if (!is_tool_name(t->cc))
		return err_set(e, -EBADMSG, "%s: no compiler is called \"%s\"", c->path, t->cc);
	return ask_version(spec, t, want, e);
}

/* What `make prepare` calls, and which package has it; all that are missing, at once. */
static int find_tools(struct err *e)
{
	static const struct {
		const char *program, *package;
	} tools[] = { { "make", "make" },   { "gcc", "gcc" }, { "ld", "binutils" }, { "flex", "flex" },
		      { "bison", "bison" }, { "bc", "bc" },   { "perl", "perl" } };
	char path[PATH_MAX], missing[200] = "", packages[200] = "";

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		size_t m = strlen(missing), p = strlen(packages);

		if (program_find(tools[i].program, path, NULL) >= 0)
			continue;
		(void)snprintf(missing + m, sizeof(missing) - m, "%s%s", m ? ", " : "", tools[i].program);
		(void)snprintf(packages + p, sizeof(packages) - p, " %s", tools[i].package);
	}
	if (!*missing)
		return 0;
	err_set(e, -ENOENT, "a kernel's source cannot be prepared without: %s", missing);
	err_hint(e, "apt-get install%s", packages);
	return -ENOENT;
}

static int put_file(const struct ktree *t, const char *name, const struct source_file *f, struct err *e)
{
	int r = dirfile_write_bytes(t->dir, name, 0644, f->data, f->len);

	return r < 0 ? err_set(e, r, "%s/%s: cannot be written: %s", t->path, name, strerror(-r)) : 0;
}

/* CONFIG_PAHOLE_VERSION=124 is "v1.24". */
static int put_pahole(const struct ktree_spec *spec, const struct ktree *t, struct err *e)
{
	const struct source_file *c = &spec->source->config;
	char value[16] = "0", script[64];
	uint64_t version = 0;
	int r;

	(void)kconfig_value(c->data, c->len, "CONFIG_PAHOLE_VERSION", value, sizeof(value));
	if (parse_u64(value, &version) < 0 || version > 99999)
		return err_set(e, -EBADMSG, "%s: CONFIG_PAHOLE_VERSION is no version: %s", c->path, value);
	FORMAT(script, "#!/bin/sh\necho v%u.%02u\n", (unsigned)version / 100, (unsigned)version % 100);
	r = dirfile_write_text(t->dir, PAHOLE, 0755, script);
	return r < 0 ? err_set(e, r, "%s: cannot be written: %s", t->path, strerror(-r)) : 0;
}

int ktree_make(const struct ktree *t, const char *const *args, child_line_fn fn, void *arg, int *ret_status,
	       struct err *e)
{
	struct words argv = { 0 };
	char jobs[16], cc[sizeof(t->cc) + 4], release[SOURCE_RELEASE_MAX + 16];
	struct child_spec child = { .cwd = t->path, .env = t->env };
	int r;

	FORMAT(jobs, "-j%u", MAX(1u, MIN(t->jobs, KTREE_JOBS_MAX)));
	FORMAT(cc, "CC=%s", t->cc);
	FORMAT(release, "KERNELRELEASE=%s", t->release);
	r = words_add_all(&argv, (const char *const[]){ "make", "--no-print-directory", jobs, cc, release,
							PAHOLE_ARG, NULL });
	r = r < 0 ? r : words_add_all(&argv, args);
	child.argv = (const char *const *)argv.v;
	r = r < 0 ? err_set(e, r, "out of memory") : child_run(&child, fn, arg, ret_status, e);
	words_clear(&argv);
	return r;
}

static int make_prepare(const struct ktree_spec *spec, const struct ktree *t, struct err *e)
{
	static const char *const targets[] = { "olddefconfig", "prepare", "modules_prepare", NULL };
	struct listener l = { .spec = spec };
	int status = 0, r = ktree_make(t, targets, listen, &l, &status, e);

	if (r < 0 || !status)
		return r;
	err_set(e, -EIO, "preparing the source failed, make ended with %d%s%s", status, *l.reason ? ": " : "",
		l.reason);
	err_hint(e, "a kernel's build also needs libelf-dev, libssl-dev and libc6-dev");
	return cache_blame(spec->cache, -EIO, e);
}

/* What olddefconfig made of the configuration must be what it was. */
static int compare_config(const struct ktree_spec *spec, const struct ktree *t, struct err *e)
{
	const struct source_file *was = &spec->source->config;
	_cleanup_free_ char *is = NULL;
	char options[200];
	size_t len = 0;
	int r = ktree_config(t, &is, &len, e);

	if (r < 0)
		return r;
	r = kconfig_diff(was->data, was->len, is, len, options, sizeof(options));
	if (r <= 0)
		return r < 0 ? err_set(e, r, "out of memory") : 0;
	err_rc(e, RC_REFUSED, -ESTALE, "the configuration does not hold in this source: %s%s", options,
	       r > 3 ? ", ..." : "");
	err_hint(e, "%d options of %s change: are source, configuration and compiler this kernel's?", r,
		 was->path);
	return -ESTALE;
}

int ktree_configure(const struct ktree_spec *spec, struct ktree *t, struct err *e)
{
	int r = find_tools(e);

	if (r >= 0 && mkdirat(t->dir, KTREE_OWN "-tmp", 0700) < 0 && errno != EEXIST)
		r = err_set(e, -errno, "%s: cannot be written: %s", t->path, strerror(errno));
	r = r < 0 ? r : put_pahole(spec, t, e);
	r = r < 0 ? r : put_file(t, ".config", &spec->source->config, e);
	r = r < 0 ? r : put_file(t, "Module.symvers", &spec->source->symvers, e);
	if (r < 0)
		return r;
	ktree_say(spec, "preparing the source of %s, once for this kernel", t->release);
	r = make_prepare(spec, t, e);
	return r < 0 ? r : compare_config(spec, t, e);
}
