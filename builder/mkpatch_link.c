// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what was extracted to a module: objtool, where kbuild runs it on single
 * objects; then one patch object, the frame's source, kbuild's link, and
 * livepatch's relocations.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/linkmod.h"
#include "builder/mkpatch_own.h"
#include "core/dirfile.h"
#include "core/hash.h"

static int write_out(const struct mkpatch *m, const char *name, const void *data, size_t len, struct err *e)
{
	_cleanup_close_ int dir = open(m->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = dir < 0 ? -errno : dirfile_write_bytes(dir, name, 0600, data, len);

	return r < 0 ? cache_err(m->spec->cache, r, "write an object", e) : 0;
}

static int run(struct mkpatch *m, const char *const *argv, struct err *e)
{
	const struct child_spec s = { .argv = argv, .cwd = m->tree->path, .env = m->tree->env };
	int status, r = child_run(&s, mkpatch_say, m, &status, e);

	return r < 0 ? r : child_failed(&s, status, e);
}

/* As kbuild runs it on an object of this file, but told that a module comes of it. */
static int run_objtool(struct mkpatch *m, const struct munit *u, const char *path, struct err *e)
{
	struct words argv = { 0 };
	int r = kcmd_objtool(u->k->cmd, path, &argv);

	if (r == -ENOENT)
		return 0;
	if (r == 0 && !words_has(&argv, "--module")) {
		struct words with = { 0 };

		r = words_add_str(&with, argv.v[0]);
		r = r < 0 ? r : words_add_str(&with, "--module");
		r = r < 0 ? r : words_add_all(&with, (const char *const *)argv.v + 1);
		words_clear(&argv);
		argv = with;
	}
	r = r < 0 ? err_set(e, r, "out of memory") : run(m, (const char *const *)argv.v, e);
	words_clear(&argv);
	return r;
}

static int add_object(struct mkpatch *m, size_t i, struct words *ld, struct err *e)
{
	struct munit *u = &m->units[i];
	char name[32], path[PATH_MAX];
	int r;

	FORMAT(name, "%zu.part.o", i);
	if (snprintf(path, sizeof(path), "%s/%s", m->out, name) >= (int)sizeof(path))
		return err_set(e, -ENAMETOOLONG, "%s is too long a path", m->out);
	r = write_out(m, name, u->extract.bytes, u->extract.len, e);
	r = r < 0 ? r : run_objtool(m, u, path, e);
	return r < 0 ? r : words_add_str(ld, path) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

/* All parts as one object. The linker's work alone: no script, nothing merged or dropped. */
static int join(struct mkpatch *m, struct object **ret, struct err *e)
{
	char path[PATH_MAX];
	const char *const head[] = { "ld", "-m", "elf_x86_64", "-r", "-o", path, NULL };
	struct words ld = { 0 };
	int r;

	if (snprintf(path, sizeof(path), "%s/patch.o", m->out) >= (int)sizeof(path))
		return err_set(e, -ENAMETOOLONG, "%s is too long a path", m->out);
	r = words_add_all(&ld, head) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
	for (size_t i = 0; r == 0 && i < m->n_units; i++)
		if (m->units[i].extract.bytes)
			r = add_object(m, i, &ld, e);
	r = r < 0 ? r : run(m, (const char *const *)ld.v, e);
	words_clear(&ld);
	return r < 0 ? r : object_read(path, ret, e);
}

static int patches_sha(const struct mkpatch *m, char sha[SHA256_HEX])
{
	size_t len = 0, at = 0;
	char *all;
	int r;

	for (size_t i = 0; i < m->spec->n_patches; i++)
		len += m->spec->patches[i].len;
	all = malloc(len + 1);
	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < m->spec->n_patches; i++) {
		memcpy(all + at, m->spec->patches[i].bytes, m->spec->patches[i].len);
		at += m->spec->patches[i].len;
	}
	r = sha256_hex(all, len, sha);
	free(all);
	return r;
}

/* The names that livepatch resolves, and those of the patch's own globals. */
struct table {
	struct klpmod_symbol *symbols;
	const char **expected, **locals;
	size_t n_symbols, n_locals;
};

static int table_make(const struct resolver *r, struct table *t)
{
	t->symbols = calloc(r->n + 1, sizeof(*t->symbols));
	t->expected = calloc(r->n + 1, sizeof(*t->expected));
	t->locals = calloc(r->n + 1, sizeof(*t->locals));
	if (!t->symbols || !t->expected || !t->locals)
		return -ENOMEM;
	for (size_t i = 0; i < r->n; i++) {
		const struct resolved *x = &r->v[i];

		if (x->patch)
			t->locals[t->n_locals++] = x->name;
		if (!x->object)
			continue;
		t->expected[t->n_symbols] = x->name;
		t->symbols[t->n_symbols++] = (struct klpmod_symbol){ .name = x->name,
								     .object = x->object,
								     .real = x->real,
								     .sympos = x->sympos,
								     .with = x->with };
	}
	return 0;
}

static void table_done(struct table *t)
{
	free(t->symbols);
	free(t->expected);
	free(t->locals);
}

static bool is_exported(void *arg, const char *name)
{
	const struct symvers *s = arg;

	return symvers_find(s, name) != NULL;
}

static int link_module(struct mkpatch *m, const char *source, const struct object *patch, struct err *e)
{
	struct table t = { 0 };
	char folder[PATH_MAX], key[sizeof(m->tree->key) + sizeof(m->tree->cc_text) + 1];
	struct linkmod_spec l = { .tree = m->tree->path,
				  .folder = folder,
				  .cc = m->tree->cc,
				  .release = m->release,
				  .module = m->spec->module,
				  .frame = source,
				  .env = m->tree->env,
				  .patch = patch->bytes,
				  .patch_len = patch->len,
				  .line = mkpatch_say,
				  .arg = m,
				  /* kept is what was done; of what a foreign Makefile made nothing is kept */
				  .cache = m->spec->keep || m->oot ? NULL : m->spec->cache,
				  .key = key };
	struct klpmod_spec k = { .aliases = m->frame.aliases,
				 .n_aliases = m->frame.n_aliases,
				 .is_exported = is_exported,
				 .arg = &m->symvers };
	_cleanup_free_ char *linked = NULL, *ko = NULL;
	size_t linked_len, len;
	int r = table_make(&m->resolver, &t);

	if (r < 0 || snprintf(folder, sizeof(folder), "%s/link", m->tmp->path) >= (int)sizeof(folder))
		r = err_set(e, -ENOMEM, "out of memory");
	else if (mkdir(folder, 0700) < 0)
		r = cache_err(m->spec->cache, -errno, "make a folder", e);
	FORMAT(key, "%s\n%s", m->tree->key, m->tree->cc_text);
	l.expected = t.expected;
	l.n_expected = k.n_symbols = t.n_symbols;
	k.symbols = t.symbols;
	k.locals = t.locals;
	k.n_locals = t.n_locals;
	mkpatch_ahead_begin(m, PACE_LINK, 1);
	r = r < 0 ? r : linkmod(&l, &linked, &linked_len, e);
	if (r == 0)
		mkpatch_ahead_end(m);
	r = r < 0 ? r : klpmod_rewrite(linked, linked_len, &k, &ko, &len, e);
	r = r < 0 ? r : m->sink->module(m->sink->arg, ko, len);
	table_done(&t);
	return r;
}

int mkpatch_link(struct mkpatch *m, struct err *e)
{
	_cleanup_(object_freep) struct object *patch = NULL;
	_cleanup_free_ char *source = NULL;
	char sha[SHA256_HEX];
	struct wrapper_spec w = {
		.replace = m->spec->replace, .tool = m->spec->tool, .release = m->release, .patch_sha256 = sha
	};
	int r = patches_sha(m, sha) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;

	w.trusted = m->spec->trust_compiler ? m->tree->cc_text : NULL;
	w.objects = m->frame.objects;
	w.n_objects = m->frame.n_objects;
	w.namespaces = (const char *const *)m->resolver.ns;
	w.n_namespaces = m->resolver.n_ns;
	r = r < 0 ? r : wrapper_source(&w, &source, e);
	if (r >= 0)
		m->sink->phase(m->sink->arg, PHASE_WRITE, "");
	r = r < 0 ? r : join(m, &patch, e);
	if (r >= 0)
		m->sink->phase(m->sink->arg, PHASE_LINK, "");
	if (r == 0 && patch)
		r = link_module(m, source, patch, e);
	return r;
}
