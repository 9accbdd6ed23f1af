// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a patch does to types: checksums of exports, and layouts of structures.
 * Asked only of objects in which it changes something outside of functions'
 * bodies; within a body no type that others know can be changed.
 */
#include <errno.h>

#include "builder/exportabi.h"
#include "builder/includes.h"
#include "builder/layoutcheck.h"
#include "builder/mkpatch_own.h"
#include "builder/toplevel.h"

static bool changes_types(const struct mfile *f)
{
	return !f->old || !f->new || !toplevel_same(f->old, f->old_len, f->new, f->new_len);
}

/* gcc has -gbtf since 12. */
static bool writes_btf(const struct mkpatch *m, const struct kcmd *cmd)
{
	const char *const argv[] = { cmd->cc.v[0], "-gbtf", "-fsyntax-only", "-x", "c", "/dev/null", NULL };
	const struct child_spec s = { .argv = argv, .cwd = m->tree->path, .env = m->tree->env };
	int status;

	return child_run(&s, NULL, NULL, &status, NULL) == 0 && status == 0;
}

void mkpatch_mark_types(struct mkpatch *m)
{
	bool any = false;

	for (size_t i = 0; i < m->n_files; i++) {
		if (!changes_types(&m->files[i]))
			continue;
		for (size_t k = 0; k < m->n_units; k++)
			if (includes_names(m->units[k].k->cmd, m->files[i].path))
				any = m->units[k].types = true;
	}
	m->btf = any && writes_btf(m, m->units[0].k->cmd);
	if (any && !m->btf)
		mkpatch_note(m, "layouts of structures are not compared: the compiler has no -gbtf");
}

int mkpatch_exports(struct mkpatch *m, struct err *e)
{
	_cleanup_free_ struct exportabi_unit *v = calloc(m->n_units + 1, sizeof(*v));
	const struct exportabi x = { .tree = m->tree->path,
				     .view = m->oot ? m->tree->path : m->farm,
				     .out = m->out,
				     .include = m->include,
				     .env = m->tree->env,
				     .symvers = &m->symvers,
				     .jobs = m->tree->jobs,
				     .say = mkpatch_say,
				     .arg = m };
	size_t n = 0;

	if (!v)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->n_units; i++)
		if (m->units[i].types)
			v[n++] = (struct exportabi_unit){ m->units[i].plain, m->units[i].k->cmd,
							  m->units[i].k->patched, m->units[i].k->source };
	return exportabi_check(&x, v, n, &m->refusals, e);
}

/* A structure, and who is concerned: the changed functions of the objects that know it. */
struct told {
	struct layout_change c;
	const struct munit *first;
	size_t n_units, n_functions;
	char functions[160]; /* some of them */
};

struct tolds {
	struct told *v;
	size_t n, more; /* more: not kept */
};

#define TOLD_MAX 32 /* structures */
#define TOLD_FUNCTIONS 3 /* of each by name */

static void add_functions(struct told *t, const struct diff *d)
{
	size_t len = strlen(t->functions);

	for (uint32_t i = 0; i < d->b.t.n; i++) {
		const struct thing *f = &d->b.t.v[i];
		enum change c = (enum change)d->marks[i].change;

		if (f->kind != THING_FUNC || (c != CHANGE_CODE && c != CHANGE_CHILD))
			continue;
		if (t->n_functions++ >= TOLD_FUNCTIONS)
			continue;
		len += (size_t)snprintf(t->functions + len, sizeof(t->functions) - len, "%s%.45s",
					len ? ", " : "", f->name);
	}
}

static int add_told(struct tolds *to, const struct layout_change *c, const struct munit *u)
{
	struct told *t = NULL;

	for (size_t i = 0; i < to->n && !t; i++)
		if (streq(to->v[i].c.name, c->name) && streq(to->v[i].c.word, c->word))
			t = &to->v[i];
	if (!t && to->n == TOLD_MAX) {
		to->more++;
		return 0;
	}
	if (!t) {
		if (array_grow(&to->v, to->n, sizeof(*to->v)) < 0)
			return -ENOMEM;
		t = &to->v[to->n++];
		*t = (struct told){ .c = *c, .first = u };
	}
	t->n_units++;
	add_functions(t, u->diff);
	return 0;
}

/* What cannot be read is no reason to refuse: the check is for a warning. */
static int layouts_of(struct mkpatch *m, const struct munit *u, struct tolds *to)
{
	struct layout_changes c = { 0 };
	struct err why = { 0 };
	int r = layoutcheck(u->orig, u->patched, &c, &why);

	if (r < 0) {
		mkpatch_note(m, "%s: layouts of structures are not compared: %s", u->k->source, why.text);
		return 0;
	}
	for (size_t i = 0; r == 0 && i < c.n; i++)
		r = add_told(to, &c.v[i], u);
	layout_changes_done(&c);
	return r;
}

static void tell_layout(struct mkpatch *m, const struct told *t)
{
	char size[64], more[48] = "", objects[48] = "";

	if (t->c.old_size != t->c.new_size)
		FORMAT(size, "has %u bytes, not %u", t->c.new_size, t->c.old_size);
	else
		FORMAT(size, "is laid out otherwise");
	if (t->n_functions > TOLD_FUNCTIONS)
		FORMAT(more, " and %zu more", t->n_functions - TOLD_FUNCTIONS);
	if (t->n_units > 1)
		FORMAT(objects, " of %zu objects", t->n_units);
	(void)refusal_warn(
		&m->refusals, REFUSE_LAYOUT, t->first->k->source, NULL, NULL,
		"%s %.60s %s%s%.40s; what exists stays as it is; changed code that may use it: %s%s%s",
		t->c.word, t->c.name, size, *t->c.member ? ", first at " : "", t->c.member,
		*t->functions ? t->functions : "none but new functions", more, objects);
}

int mkpatch_layouts(struct mkpatch *m, struct err *e)
{
	struct tolds told = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && m->btf && i < m->n_units; i++)
		if (m->units[i].types && m->units[i].diff && !diff_is_empty(m->units[i].diff))
			r = layouts_of(m, &m->units[i], &told);
	for (size_t i = 0; i < told.n; i++)
		tell_layout(m, &told.v[i]);
	if (told.more)
		mkpatch_note(m, "layouts of more structures differ than are told");
	free(told.v);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}
