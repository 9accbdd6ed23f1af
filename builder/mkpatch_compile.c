// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three objects of each touched source: the one that kbuild makes, which the
 * proof needs; and twice with a section for each function and datum, without
 * the patch and with it. The two are made by repeating kbuild's own command.
 * They are kept in the cache.
 */
#include <errno.h>

#include "builder/includes.h"
#include "builder/mkpatch_own.h"
#include "builder/sbuf.h"
#include "builder/wrapper.h"
#include "core/modname.h"

#define FIXED_TOLD 5u /* of so many files, the rest is a number */

/* What kbuild and the list of includes say against a file of the patch, as a refusal; they name the file. */
static int refuse_said(struct mkpatch *m, enum refusal_code code, struct err *e)
{
	(void)refuse(&m->refusals, code, NULL, NULL, NULL, "%s%s%s", e->text, *e->hint ? "; " : "", e->hint);
	return mkpatch_judge(m, e);
}

/* What no patch can change must not include what this one changes. */
static int refuse_fixed(struct mkpatch *m, const struct words *fixed, struct err *e)
{
	size_t n = MIN(fixed->n, FIXED_TOLD);
	char more[64] = "";

	for (size_t i = 0; i < n; i++) {
		if (i + 1 == n && fixed->n > n)
			FORMAT(more, " (so may %zu more)", fixed->n - n);
		(void)refuse(&m->refusals, REFUSE_FILE, fixed->v[i], NULL, NULL,
			     "the file may include what the patch changes, and %s%s",
			     kbuild_forbidden(fixed->v[i]), more);
	}
	return mkpatch_judge(m, e);
}

/* The objects' sources: the patch's own, and who includes what it changes. */
static int take_sources(const struct mkpatch *m, const struct includes *found, struct words *ret)
{
	bool any = found->objects.n > 0;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < m->n_files; i++) {
		const struct mfile *f = &m->files[i];

		any = any || f->header;
		if (!f->header && !words_has(&found->parts, f->path))
			r = words_add_str(ret, f->path);
	}
	for (size_t i = 0; r >= 0 && i < found->objects.n; i++)
		if (!words_has(ret, found->objects.v[i]))
			r = words_add_str(ret, found->objects.v[i]);
	if (any)
		mkpatch_note(m, "the changed headers may touch %zu object%s", found->objects.n,
			     found->objects.n == 1 ? "" : "s");
	return r;
}

static int list_sources(struct mkpatch *m, struct words *ret, struct err *e)
{
	_cleanup_free_ const char **files = calloc(m->n_files + 1, sizeof(*files));
	unsigned max = m->spec->max_objects ? m->spec->max_objects : MKPATCH_OBJECTS;
	struct includes found = { 0 };
	int r;

	if (!files)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->n_files; i++)
		files[i] = m->files[i].path;
	r = includes_find(m->tree, files, max, &found, e);
	if (r == -E2BIG && e->rc == RC_REFUSED)
		r = refuse_said(m, REFUSE_FILE, e);
	r = r < 0 ? r : refuse_fixed(m, &found.fixed, e);
	if (r == 0 && take_sources(m, &found, ret) < 0)
		r = err_set(e, -ENOMEM, "out of memory");
	includes_clear(&found);
	return r;
}

static int learn(struct mkpatch *m, struct err *e)
{
	struct words sources = { 0 };
	int r;

	if (m->oot)
		return mkpatch_oot_learn(m, e);
	r = list_sources(m, &sources, e);
	if (r == 0) {
		r = kbuild_learn(m->tree, (const char *const *)sources.v, sources.n, mkpatch_say, m,
				 &m->kbuild, e);
		if (r < 0 && e->rc == RC_REFUSED)
			r = refuse_said(m, REFUSE_NOT_LINKED, e);
	}
	words_clear(&sources);
	return r;
}

/* Is an object touched, by what its compiler really read? */
static bool is_touched(const struct mkpatch *m, const struct kbuild_object *k)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (streq(m->files[i].path, k->source) || includes_names(k->cmd, m->files[i].path))
			return true;
	return false;
}

/* KBUILD_MODNAME is the module's; of one that several share, all their names. */
static int name_object(struct mkpatch *m, struct munit *u)
{
	const struct kcmd *k = u->k->cmd;

	if (!k->is_module) {
		FORMAT(u->object, "vmlinux");
		return 0;
	}
	FORMAT(u->object, "%s", k->modname ? k->modname : "");
	modname_make(u->object);
	if (!wrapper_is_module_name(u->object))
		return refuse(&m->refusals, REFUSE_UNIT, u->k->source, NULL, NULL,
			      "kbuild names its module '%.80s', which is not one module's name",
			      k->modname ? k->modname : "");
	return 0;
}

static int make_units(struct mkpatch *m, struct err *e)
{
	m->units = calloc(m->kbuild->n + 1, sizeof(*m->units));
	if (!m->units)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->kbuild->n; i++) {
		const struct kbuild_object *k = &m->kbuild->v[i];

		if (!is_touched(m, k))
			continue;
		m->units[m->n_units].k = k;
		(void)name_object(m, &m->units[m->n_units++]);
	}
	return mkpatch_judge(m, e);
}

/* From which folders a compiler may go up: the source's own, and those that stand before "/../". */
static int add_ways(const struct munit *u, struct words *to)
{
	int r = words_add_str(to, u->k->source);

	for (size_t i = 0; r >= 0 && i < u->k->cmd->deps.n; i++) {
		const char *dep = u->k->cmd->deps.v[i], *up = strstr(dep, "/../");
		_cleanup_free_ char *way = NULL;

		dep += strncmp(dep, "./", 2) == 0 ? 2 : 0;
		if (!up || *dep == '/' || strncmp(dep, "../", 3) == 0)
			continue;
		way = strndup(dep, (size_t)(up - dep) + 1);
		if (!way || !words_has(to, way))
			r = way ? words_add_str(to, way) : -ENOMEM;
	}
	return r;
}

static int make_farm(struct mkpatch *m, struct err *e)
{
	struct words ways = { 0 };
	int r = 0;

	for (size_t i = 0; r >= 0 && i < m->n_units; i++)
		r = add_ways(&m->units[i], &ways);
	r = r < 0 ? err_set(e, r, "the folders of the patched view cannot be listed: %s", strerror(-r))
		  : farm_make(m->base, m->farm, m->farm_files, m->n_files, (const char *const *)ways.v, e);
	words_clear(&ways);
	return r;
}

struct compile {
	struct mkpatch *m;
	struct munit *u;
	bool patched, kept; /* kept: it was in the cache */
	struct words argv;
	char out[PATH_MAX], dep[PATH_MAX];
	char error[200]; /* the first line that the compiler calls one */
};

static int command(struct compile *c, size_t i)
{
	char include[PATH_MAX + 2];
	const char *extra[] = { "-ffunction-sections", "-fdata-sections", include,
				c->m->btf && c->u->types ? "-gbtf" : NULL, NULL };
	const struct kcmd_edit edit = { .output = c->out, .depfile = c->dep, .extra = extra };

	if (snprintf(c->out, sizeof(c->out), "%s/%zu.%s.o", c->m->out, i, c->patched ? "new" : "old") >=
		    (int)sizeof(c->out) ||
	    snprintf(c->dep, sizeof(c->dep), "%s/%zu.d", c->m->out, i) >= (int)sizeof(c->dep))
		return -ENAMETOOLONG;
	FORMAT(include, "-I%s", c->m->include);
	return kcmd_compile(c->patched && c->u->k->patched ? c->u->k->patched : c->u->k->cmd, &edit,
			    &c->argv);
}

/* What the compiler reads in place of the tree's files, or besides. */
static int add_patched(const struct mkpatch *m, struct sbuf *key)
{
	char sha[SHA256_HEX];
	int r = authorheaders_sha(sha);

	sbuf_add(key, "patched %s\n", r < 0 ? "" : sha);
	for (size_t i = 0; r >= 0 && i < m->n_files; i++) {
		const struct farm_file *f = &m->farm_files[i];

		r = f->data ? sha256_hex(f->data, f->len, sha) : 0;
		sbuf_add(key, "%s %s\n", f->path, f->data ? sha : "gone");
	}
	return r;
}

/*
 * All that an object is made from: the tree, the patched files, the compiler's
 * command but for places of this build.
 */
static char *cache_key(const struct compile *c)
{
	struct sbuf key = { 0 };
	char *text;
	int r;

	sbuf_add(&key, "object 1\n%s\n%s\n%s\n", c->m->tree->key, c->m->tree->cc_text, c->u->k->source);
	r = c->patched ? add_patched(c->m, &key) : 0;
	for (size_t i = 0; i < c->argv.n; i++)
		if (!strstr(c->argv.v[i], c->m->tmp->path))
			sbuf_add(&key, "%s\n", c->argv.v[i]);
	if (sbuf_take(&key, &text) < 0)
		return NULL;
	if (r < 0)
		free(text);
	return r < 0 ? NULL : text;
}

static struct object **object_of(const struct compile *c)
{
	return c->patched ? &c->u->patched : &c->u->orig;
}

static int load_kept(struct compile *c)
{
	_cleanup_free_ char *key = cache_key(c);
	char *data;
	size_t len;

	if (!key || cache_get(c->m->spec->cache, key, &data, &len, NULL) < 0)
		return 0;
	c->kept = object_adopt(data, len, object_of(c), NULL) == 0;
	return 0;
}

static void keep(const struct compile *c)
{
	_cleanup_free_ char *key = cache_key(c);
	const struct object *o = *object_of(c);
	struct err e = { 0 };

	if (key && cache_put(c->m->spec->cache, key, o->bytes, o->len, &e) < 0)
		mkpatch_note(c->m, "not kept for the next build: %s", e.text);
}

struct run {
	struct mkpatch *m;
	struct child_job *jobs; /* user: the struct compile */
	size_t n;
};

static void on_line(void *arg, size_t job, const char *line, size_t len)
{
	const struct run *run = arg;
	struct compile *c = run->jobs[job].user;

	mkpatch_oot_trim(run->m, &line, &len);
	if (!*c->error && memmem(line, len, "error:", 6))
		FORMAT(c->error, "%.*s", (int)MIN(len, sizeof(c->error) - 1), line);
	mkpatch_say(run->m, line, len);
}

/* In the author's words, where the compiler said what is wrong. */
static int failed(const struct run *run, int r, struct err *e)
{
	for (size_t i = 0; r < 0 && i < run->n; i++) {
		const struct compile *c = run->jobs[i].user;

		if (run->jobs[i].status > 0 && run->jobs[i].status < 128 && *c->error)
			return err_rc(e, RC_FAILED, r, "%s does not compile %s the patch: %s",
				      c->u->k->source, c->patched ? "with" : "even without", c->error);
	}
	return r;
}

static int run(struct mkpatch *m, struct compile *v, size_t n, struct err *e)
{
	_cleanup_free_ struct child_job *jobs = calloc(n + 1, sizeof(*jobs));
	struct run run = { .m = m, .jobs = jobs };

	if (!jobs)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (!v[i].kept)
			jobs[run.n++] = (struct child_job){
				.user = &v[i],
				.spec = { .argv = (const char *const *)v[i].argv.v,
					  .cwd = v[i].patched && !m->oot ? m->farm : m->tree->path,
					  .env = m->tree->env },
			};
	return run.n ? failed(&run, child_run_all(jobs, run.n, m->tree->jobs, on_line, NULL, &run, e), e) : 0;
}

static int collect(struct mkpatch *m, struct compile *c, struct err *e)
{
	int r;

	if (c->kept)
		return 0;
	r = object_read(c->out, object_of(c), e);
	if (r == 0 && c->patched)
		r = farm_check_deps(m->base, m->farm, c->u->k->source, c->dep, m->farm_files, m->n_files, e);
	if (r == 0 && !m->oot)
		keep(c);
	return r;
}

static int compile_all(struct mkpatch *m, struct compile *v, struct err *e)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n_units; i++)
		for (int patched = 0; r == 0 && patched < 2; patched++) {
			struct compile *c = &v[n++];

			*c = (struct compile){ .m = m, .u = &m->units[i], .patched = patched };
			r = command(c, n);
			if (r == 0 && !m->oot && !m->spec->keep)
				r = load_kept(c);
			keeplog_line(&m->log, "%s: the %s %s\n", c->out, patched ? "patched" : "original",
				     c->u->k->source);
		}
	if (r < 0)
		return err_set(e, r, "the compiler's command cannot be repeated: %s", strerror(-r));
	r = run(m, v, n, e);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = collect(m, &v[i], e);
	return r;
}

static int read_plain(struct mkpatch *m, struct munit *u, struct err *e)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", m->base, u->k->object) >= (int)sizeof(path))
		return err_set(e, -ENAMETOOLONG, "%s is too long a path", u->k->object);
	return object_read(path, &u->plain, e);
}

int mkpatch_compile(struct mkpatch *m, struct err *e)
{
	struct compile *v = NULL;
	int r = learn(m, e);

	r = r < 0 ? r : make_units(m, e);
	r = r < 0 ? r : make_farm(m, e);
	if (r < 0)
		return r;
	mkpatch_mark_types(m);
	v = calloc(2 * m->n_units + 1, sizeof(*v));
	r = v ? compile_all(m, v, e) : err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; v && i < 2 * m->n_units; i++)
		words_clear(&v[i].argv);
	free(v);
	for (size_t i = 0; r == 0 && i < m->n_units; i++)
		r = read_plain(m, &m->units[i], e);
	return r < 0 ? r : mkpatch_exports(m, e);
}
