// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of a build, and what is told at its end.
 */
#include <errno.h>
#include <stdarg.h>

#include "builder/mkpatch_own.h"
#include "core/text.h"

static const struct {
	const char *name, *word;
} phases[PHASES] = {
	[PHASE_PATCH] = { "patch check", "patch" }, [PHASE_PREPARE] = { "prepare tree", "prepare" },
	[PHASE_COMPILE] = { "compile", "compile" }, [PHASE_PROVE] = { "prove", "prove" },
	[PHASE_COMPARE] = { "compare", "compare" }, [PHASE_RESOLVE] = { "resolve", "resolve" },
	[PHASE_WRITE] = { "write", "write" },	    [PHASE_LINK] = { "link", "link" },
	[PHASE_DONE] = { "done", "done" },
};

const char *mkpatch_phase_name(enum mkpatch_phase p)
{
	return phases[p].name;
}

const char *mkpatch_phase_word(enum mkpatch_phase p)
{
	return phases[p].word;
}

void mkpatch_note(const struct mkpatch *m, const char *fmt, ...)
{
	char raw[512], clean[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_clean(clean, sizeof(clean), raw, strlen(raw));
	m->sink->note(m->sink->arg, clean);
}

void mkpatch_say(void *arg, const char *line, size_t len)
{
	const struct mkpatch *m = arg;

	m->sink->line(m->sink->arg, line, len);
}

int mkpatch_judge(struct mkpatch *m, struct err *e)
{
	size_t n = refusals_count(&m->refusals);

	if (n == 0)
		return 0;
	err_rc(e, RC_REFUSED, -EPERM, "the patch cannot be built soundly: %zu reason%s", n,
	       n == 1 ? "" : "s");
	err_hint(e, "each reason names what helps; see 'klpsh help build'");
	return -EPERM;
}

static void tell_refusals(const struct mkpatch *m)
{
	for (size_t i = 0; i < m->refusals.n; i++) {
		struct refusal r = m->refusals.v[i];

		mkpatch_oot_explain(m, &r);
		m->sink->refusal(m->sink->arg, &r);
	}
}

static void tell_function(const struct mkpatch *m, const struct munit *u, const struct thing *t,
			  const char *change, const char *why, long sympos)
{
	char name[1024];
	const struct mkpatch_function f = { u->object, u->k->source, name, change, why ? why : "", sympos };

	text_clean(name, sizeof(name), t->name, strlen(t->name));
	m->sink->function(m->sink->arg, &f);
}

/* Of one that is to be patched, once it is resolved. */
static long position_of(const struct munit *u, const struct thing *t)
{
	for (size_t i = 0; t->twin != THING_NONE && i < u->extract.n_functions; i++)
		if (u->extract.functions[i].thing == t->twin)
			return (long)u->extract.functions[i].sympos;
	return -1;
}

static const char *change_word(enum change c)
{
	switch (c) {
	case CHANGE_CODE:
	case CHANGE_CHILD:
		return "changed";
	case CHANGE_NEW:
		return "new";
	case CHANGE_LINES:
		return "lines";
	default:
		return NULL;
	}
}

static void tell_unit(const struct mkpatch *m, const struct munit *u)
{
	const struct diff *d = u->diff;

	for (uint32_t i = 0; d && i < d->b.t.n; i++) {
		const struct thing *t = &d->b.t.v[i];
		const char *word = change_word((enum change)d->marks[i].change);

		if (!word || t->kind != THING_FUNC || (streq(word, "new") && !d->marks[i].included))
			continue;
		tell_function(m, u, t, word, d->marks[i].why, position_of(u, t));
	}
	for (uint32_t i = 0; d && i < d->a.t.n; i++)
		if (d->lost[i].change == CHANGE_DROPPED)
			tell_function(m, u, &d->a.t.v[i], "dropped", NULL, -1);
}

static bool changes_anything(const struct mkpatch *m)
{
	for (size_t i = 0; i < m->n_units; i++)
		if (!diff_is_empty(m->units[i].diff))
			return true;
	return false;
}

static void enter(const struct mkpatch *m, enum mkpatch_phase p, const char *detail)
{
	m->sink->phase(m->sink->arg, p, detail);
}

static int analyse(struct mkpatch *m, struct err *e)
{
	char detail[80];
	int r;

	enter(m, PHASE_PATCH, "");
	r = mkpatch_read(m, e);
	if (r < 0)
		return r;
	mkpatch_ahead_load(m);
	enter(m, PHASE_PREPARE, "");
	r = mkpatch_prepare(m, e);
	if (r >= 0)
		r = mkpatch_apply(m, e);
	if (r < 0)
		return r;
	enter(m, PHASE_COMPILE, "");
	r = mkpatch_compile(m, e);
	if (r < 0)
		return r;
	FORMAT(detail, "%zu object%s", m->n_units, m->n_units == 1 ? "" : "s");
	enter(m, PHASE_PROVE, detail);
	r = mkpatch_prove(m, e);
	if (r < 0)
		return r;
	enter(m, PHASE_COMPARE, detail);
	r = mkpatch_compare(m, e);
	return r < 0 ? r : mkpatch_judge(m, e);
}

static int resolve(struct mkpatch *m, struct err *e)
{
	int r;

	enter(m, PHASE_RESOLVE, "");
	r = mkpatch_extract(m, e);
	return r < 0 ? r : mkpatch_judge(m, e);
}

static int nothing_changed(struct err *e)
{
	err_rc(e, RC_SAME, -EALREADY, "nothing to build: the patch changes no code of this kernel");
	err_hint(e, "comments, documentation and what the configuration leaves out make no difference to a "
		    "running kernel");
	return -EALREADY;
}

void mkpatch_unit_done(struct munit *u)
{
	extract_done(&u->extract);
	diff_free(u->diff);
	proof_free(u->proof);
	object_free(u->plain);
	object_free(u->orig);
	object_free(u->patched);
}

static void mkpatch_done(struct mkpatch *m)
{
	mkpatch_frame_done(&m->frame);
	for (size_t i = 0; i < m->n_units; i++)
		mkpatch_unit_done(&m->units[i]);
	free(m->units);
	for (size_t i = 0; i < m->n_modules; i++)
		object_free(m->modules[i].ko);
	free(m->modules);
	mkpatch_files_done(m);
	resolver_done(&m->resolver);
	symvers_done(&m->symvers);
	sealed_done(&m->sealed);
	ksyms_done(&m->ksyms);
	kimage_free(m->image);
	kbuild_free(m->kbuild);
	if (m->oot)
		close(m->base_dir);
	cache_tmp_free(m->tmp);
	ktree_free(m->tree);
	refusals_done(&m->refusals);
	keeplog_close(&m->log);
}

/* What a prepared tree that somebody has changed brings about, and hardly anything else. */
static bool is_suspicious(const struct mkpatch *m, const struct err *e)
{
	if (!m->tree || m->tree->made)
		return false;
	for (size_t i = 0; i < m->refusals.n; i++)
		if (m->refusals.v[i].code == REFUSE_PROOF || m->refusals.v[i].code == REFUSE_NOT_LINKED)
			return true;
	return err_exit(e) == RC_FAILED;
}

/* Is it the disk, or the prepared tree, rather than the patch? Says so in e then. */
static int find_blame(const struct mkpatch *m, int r, struct err *e)
{
	if (err_exit(e) == RC_FAILED)
		r = cache_blame(m->spec->cache->path, r, e);
	if (r == -ENOSPC || !is_suspicious(m, e) || !ktree_is_damaged(m->tree))
		return r;
	err_rc(e, RC_FAILED, -ESTALE, "somebody has changed files in %s since it was prepared",
	       m->tree->path);
	if (ktree_discard(m->tree))
		err_hint(e, "build again: it is made anew");
	else
		err_hint(e, "remove it, and build again: it is made anew");
	return -ESTALE;
}

int mkpatch_run(const struct mkpatch_spec *spec, const struct mkpatch_sink *sink, struct err *e)
{
	struct mkpatch m = { .spec = spec, .sink = spec->keep ? &m.log.sink : sink };
	int r;

	keeplog_init(&m.log, sink);
	r = analyse(&m, e);
	if (r >= 0 && !changes_anything(&m))
		r = nothing_changed(e);
	if (r >= 0)
		r = resolve(&m, e);
	for (size_t i = 0; i < m.n_units; i++)
		tell_unit(&m, &m.units[i]);
	if (r >= 0 && !spec->check)
		r = mkpatch_link(&m, e);
	if (r < 0)
		r = find_blame(&m, r, e);
	tell_refusals(&m);
	if (r < 0)
		keeplog_line(&m.log, "failed: %s\n", e->text);
	if (r >= 0)
		enter(&m, PHASE_DONE, "");
	mkpatch_ahead_save(&m);
	mkpatch_done(&m);
	return r;
}
