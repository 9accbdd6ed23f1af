// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three objects of each touched source: the one that kbuild makes, which the
 * proof needs; and twice with a section for each function and datum, without
 * the patch and with it. The two are made by repeating kbuild's own command.
 * They are kept in the cache.
 */
#include <errno.h>

#include "builder/mkpatch_own.h"
#include "builder/sbuf.h"

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

static void on_done(void *arg, size_t job, int status)
{
	const struct run *run = arg;

	mkpatch_ahead_step(run->m);
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

/* Of the kernel the view is a whole tree; a module's is but the module, and made from the tree. */
static const char *folder_of(const struct compile *c)
{
	return c->patched && !c->m->oot ? c->m->farm : c->m->tree->path;
}

static int run(struct mkpatch *m, struct compile *v, size_t n, struct err *e)
{
	_cleanup_free_ struct child_job *jobs = calloc(n + 1, sizeof(*jobs));
	struct run run = { .m = m, .jobs = jobs };
	int r;

	if (!jobs)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (!v[i].kept)
			jobs[run.n++] = (struct child_job){
				.user = &v[i],
				.spec = { .argv = (const char *const *)v[i].argv.v,
					  .cwd = folder_of(&v[i]),
					  .env = m->tree->env },
			};
	mkpatch_ahead_begin(m, PACE_TWIN, run.n);
	r = run.n ? failed(&run, child_run_all(jobs, run.n, m->tree->jobs, on_line, on_done, &run, e), e) : 0;
	if (r == 0)
		mkpatch_ahead_end(m);
	return r;
}

static int check_deps(const struct compile *c, struct err *e)
{
	const struct mkpatch *m = c->m;
	const struct farm_check check = { .tree = m->base,
					  .at = m->farm,
					  .cwd = folder_of(c),
					  .files = m->farm_files,
					  .n = m->n_files,
					  .source = c->u->k->source };

	return farm_check_deps(&check, c->dep, e);
}

static int collect(struct mkpatch *m, struct compile *c, struct err *e)
{
	int r;

	if (c->kept)
		return 0;
	r = object_read(c->out, object_of(c), e);
	if (r == 0 && c->patched)
		r = check_deps(c, e);
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
	int r = m->oot ? mkpatch_oot_confine(m, e) : 0;

	r = r < 0 ? r : mkpatch_units(m, e);
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
