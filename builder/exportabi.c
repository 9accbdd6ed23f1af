// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See exportabi.h. First all sources through the preprocessor, then all of that
 * through genksyms, each side by side. Only where a checksum differs is the
 * unpatched source looked at too: genksyms writes its types down and, with
 * these for a reference, says which type is another.
 */
#include "builder/exportabi.h"

#include <errno.h>
#include <limits.h>

#include "builder/exportcrc.h"
#include "kmod/decompress.h"

#define GENKSYMS "scripts/genksyms/genksyms"

/* One object that exports something. */
struct unit {
	const struct exportabi *x;
	const struct kcmd *cmd, *patched;
	const char *file;
	struct words exports;
	struct export_crcs crcs;
	size_t index;
	char genksyms[PATH_MAX];
	char source[PATH_MAX], sums[PATH_MAX]; /* preprocessed; what genksyms says of it */
};

/* An export's name, by the symbols of its entry (include/linux/export.h); NULL. */
static const char *exported_name(const char *symbol)
{
	static const char *const stems[] = { "__export_symbol_", "__ksymtab_" };

	for (size_t i = 0; i < ARRAY_SIZE(stems); i++)
		if (begins(symbol, stems[i]) && symbol[strlen(stems[i])])
			return symbol + strlen(stems[i]);
	return NULL;
}

int exportabi_list(const struct object *o, struct words *ret)
{
	struct words w = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n_named; i++) {
		const char *name = exported_name(object_symbol(o, o->by_name[i])->name);

		if (name && object_section_of(o, object_symbol(o, o->by_name[i])))
			r = words_add_str(&w, name);
	}
	if (r < 0)
		words_clear(&w);
	else
		*ret = w;
	return r;
}

/* Is there any whose checksum could differ? */
static bool has_checksums(const struct unit *u)
{
	for (size_t i = 0; i < u->exports.n; i++) {
		const struct export *known = symvers_find(u->x->symvers, u->exports.v[i]);

		if (known && known->crc)
			return true;
	}
	return false;
}

static int place(const struct unit *u, char path[PATH_MAX], const char *suffix)
{
	return snprintf(path, PATH_MAX, "%s/abi.%zu.%s", u->x->out, u->index, suffix) >= PATH_MAX
		       ? -ENAMETOOLONG
		       : 0;
}

static int out_of(int r, struct err *e)
{
	return r == -ENAMETOOLONG ? err_set(e, r, "the build's folder has too long a path")
				  : err_set(e, r, "checksums of exports: %s", strerror(-r));
}

static int make_unit(const struct exportabi *x, const struct exportabi_unit *in, size_t index,
		     struct unit *ret, struct err *e)
{
	struct unit u = { .x = x,
			  .cmd = in->cmd,
			  .patched = in->patched ? in->patched : in->cmd,
			  .file = in->file ? in->file : in->cmd->source,
			  .index = index };
	int r = exportabi_list(in->plain, &u.exports);

	r = r < 0 ? r : place(&u, u.source, "new.i");
	r = r < 0 ? r : place(&u, u.sums, "new.sums");
	if (r == 0 && snprintf(u.genksyms, sizeof(u.genksyms), "%s/" GENKSYMS, x->tree) >= PATH_MAX)
		r = -ENAMETOOLONG;
	*ret = u;
	return r < 0 ? out_of(r, e) : 0;
}

/* The preprocessor's argv: the compiler's, which -E stops early. */
static int preprocessor(const struct unit *u, const struct kcmd *cmd, const char *output, struct words *ret)
{
	char include[PATH_MAX + 2];
	const char *extra[] = { "-E", "-D__GENKSYMS__", include, NULL };
	const struct kcmd_edit edit = { .output = output, .extra = extra };

	FORMAT(include, "-I%s", u->x->include);
	return kcmd_compile(cmd, &edit, ret);
}

static void on_line(void *arg, size_t job, const char *line, size_t len)
{
	const struct exportabi *x = arg;

	(void)job;
	if (x->say)
		x->say(x->arg, line, len);
}

static int run(const struct exportabi *x, struct child_job *jobs, size_t n, struct err *e)
{
	return child_run_all(jobs, n, x->jobs, on_line, NULL, (void *)(uintptr_t)x, e);
}

static int preprocess(const struct exportabi *x, struct unit *v, size_t n, struct child_job *jobs,
		      struct err *e)
{
	_cleanup_free_ struct words *argv = calloc(n, sizeof(*argv));
	int r = argv ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		r = preprocessor(&v[i], v[i].patched, v[i].source, &argv[i]);
		jobs[i].spec = (struct child_spec){ .argv = (const char *const *)argv[i].v,
						    .cwd = x->view,
						    .env = x->env };
	}
	r = r < 0 ? out_of(r, e) : run(x, jobs, n, e);
	for (size_t i = 0; argv && i < n; i++)
		words_clear(&argv[i]);
	return r;
}

static int checksums(const struct exportabi *x, struct unit *v, size_t n, struct child_job *jobs,
		     struct err *e)
{
	const char *const argv[] = { v->genksyms, "-r", "/dev/null", NULL };

	for (size_t i = 0; i < n; i++)
		jobs[i].spec = (struct child_spec){ .argv = argv,
						    .cwd = x->view,
						    .env = x->env,
						    .stdin_path = v[i].source,
						    .stdout_path = v[i].sums };
	return run(x, jobs, n, e);
}

static int read_crcs(const char *path, struct export_crcs *ret, struct err *e)
{
	char *text;
	size_t len;
	int r = file_read(path, EXPORTABI_OUTPUT_MAX, &text, &len, e);
	char *whole = r < 0 ? NULL : realloc(text, len + 1);

	if (r < 0)
		return r;
	if (!whole) {
		free(text);
		return err_set(e, -ENOMEM, "out of memory");
	}
	r = export_crcs_parse(whole, len, ret);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}

/* Is this one of the kernel's, with another checksum than it has there? */
static bool differs(const struct unit *u, const char *name, const struct export **ret)
{
	uint32_t crc;

	*ret = symvers_find(u->x->symvers, name);
	return *ret && (*ret)->crc && (!export_crcs_find(&u->crcs, name, &crc) || crc != (*ret)->crc);
}

/* What the unpatched source says, to compare with. */
struct before {
	struct export_crcs crcs;
	struct export_causes causes;
	int r;
};

static void on_cause(void *arg, const char *line, size_t len)
{
	struct before *b = arg;

	if (b->r == 0)
		b->r = export_causes_line(&b->causes, line, len);
}

static int run_quietly(const struct child_spec *s, child_line_fn fn, void *arg)
{
	int status, r = child_run(s, fn, arg, &status, NULL);

	return r < 0 ? r : child_failed(s, status, NULL);
}

/* Ask for causes. Without an answer there are none, and all is refused. */
static void ask(const struct unit *u, struct before *b)
{
	char source[PATH_MAX], types[PATH_MAX], sums[PATH_MAX];
	const char *const dump[] = { u->genksyms, "-r", "/dev/null", "-T", types, NULL };
	const char *const compare[] = { u->genksyms, "-r", types, NULL };
	struct child_spec s = { .cwd = u->x->tree, .env = u->x->env };
	struct words argv = { 0 };

	if (place(u, source, "old.i") < 0 || place(u, types, "types") < 0 || place(u, sums, "old.sums") < 0 ||
	    preprocessor(u, u->cmd, source, &argv) < 0)
		return;
	s.argv = (const char *const *)argv.v;
	b->r = run_quietly(&s, NULL, NULL);
	words_clear(&argv);
	s.argv = dump;
	s.stdin_path = source;
	s.stdout_path = sums;
	b->r = b->r < 0 ? b->r : run_quietly(&s, NULL, NULL);
	b->r = b->r < 0 ? b->r : read_crcs(sums, &b->crcs, NULL);
	s.argv = compare;
	s.stdin_path = u->source;
	s.stdout_path = "/dev/null";
	if (b->r == 0)
		(void)run_quietly(&s, on_cause, b);
}

/* The types are the kernel's: the unpatched source has its checksum, and only more is known of them. */
static bool is_same_type(const struct before *b, const struct export *x, const struct export_cause *cause)
{
	uint32_t crc;

	return b->r == 0 && cause && cause->known_now && export_crcs_find(&b->crcs, x->name, &crc) &&
	       crc == x->crc;
}

static void refuse_export(const struct unit *u, const struct export *x, const struct export_cause *cause,
			  struct refusals *to)
{
	uint32_t crc;

	if (!export_crcs_find(&u->crcs, x->name, &crc))
		(void)refuse(to, REFUSE_ABI, u->file, x->name, NULL,
			     "%s is no longer exported, or its type cannot be told", x->name);
	else
		(void)refuse(to, REFUSE_ABI, u->file, x->name, NULL,
			     "modules would see another interface of %s: its checksum is 0x%08x, not "
			     "0x%08x%s%.100s",
			     x->name, crc, x->crc, cause ? ", because of " : "", cause ? cause->why : "");
}

static void warn_known(const struct unit *u, size_t n, const struct export_cause *cause, struct refusals *to)
{
	(void)refusal_warn(to, REFUSE_ABI, u->file, NULL, NULL,
			   "the checksum%s of %zu export%s (%.60s...) would be other only because the source "
			   "now knows %.100s; no type changed",
			   n == 1 ? "" : "s", n, n == 1 ? "" : "s", cause->name, cause->why);
}

/* There is at least one that differs. */
static void judge(const struct unit *u, struct refusals *to)
{
	const struct export_cause *known = NULL, *cause;
	const struct export *x;
	struct before b = { 0 };
	size_t n_known = 0;

	ask(u, &b);
	for (size_t i = 0; i < u->exports.n; i++) {
		if (!differs(u, u->exports.v[i], &x))
			continue;
		cause = export_causes_find(&b.causes, x->name);
		if (!is_same_type(&b, x, cause)) {
			refuse_export(u, x, cause, to);
			continue;
		}
		known = known ? known : cause;
		n_known++;
	}
	if (known)
		warn_known(u, n_known, known, to);
	export_crcs_done(&b.crcs);
	export_causes_done(&b.causes);
}

static int compare(struct unit *u, struct refusals *to, struct err *e)
{
	const struct export *x;
	int r = read_crcs(u->sums, &u->crcs, e);

	for (size_t i = 0; r == 0 && i < u->exports.n; i++)
		if (differs(u, u->exports.v[i], &x)) {
			judge(u, to);
			break;
		}
	return r;
}

static int check(const struct exportabi *x, struct unit *v, size_t n, struct refusals *to, struct err *e)
{
	_cleanup_free_ struct child_job *jobs = calloc(n + 1, sizeof(*jobs));
	int r;

	if (!jobs)
		return err_set(e, -ENOMEM, "out of memory");
	if (n && access(v->genksyms, X_OK) < 0)
		return refusal_warn(to, REFUSE_ABI, v->file, NULL, NULL,
				    "checksums of exports were not compared: this kernel's tree has no "
				    "genksyms");
	r = n ? preprocess(x, v, n, jobs, e) : 0;
	r = r < 0 || !n ? r : checksums(x, v, n, jobs, e);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = compare(&v[i], to, e);
	return r;
}

int exportabi_check(const struct exportabi *x, const struct exportabi_unit *v, size_t n, struct refusals *to,
		    struct err *e)
{
	_cleanup_free_ struct unit *units = calloc(n + 1, sizeof(*units));
	size_t n_units = 0;
	int r = 0;

	if (!units)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct unit *u = &units[n_units];

		r = make_unit(x, &v[i], i, u, e);
		if (r == 0 && has_checksums(u))
			n_units++;
		else
			words_clear(&u->exports);
	}
	r = r < 0 ? r : check(x, units, n_units, to, e);
	for (size_t i = 0; i < n_units; i++) {
		words_clear(&units[i].exports);
		export_crcs_done(&units[i].crcs);
	}
	return r;
}
