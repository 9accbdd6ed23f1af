// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copies included things section by section: first all get their places
 * (extract_place.c), then their references (extract_refs.c) and elements of
 * special sections (extract_tables.c, extract_runtime.c) follow. A thing's own bytes are looked
 * through here, for what the assembler resolved without a relocation.
 */
#include <errno.h>

#include "builder/extract_own.h"
#include "builder/flow.h"

struct branch_copy {
	struct job *j;
	const struct copy *c;
	const struct thing *t;
};

/* A branch that the assembler resolved gets the relocation that it needs now. */
static int copy_branch(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	struct branch_copy *b = arg;
	struct job *j = b->j;
	uint32_t thing = things_at(j->t, b->c->section, target);
	unsigned char *field;

	if (target >= b->t->start && target < b->t->end)
		return 0;
	if (width != 4 || thing == THING_NONE || !j->t->v[thing].symbol) {
		j->refused = true;
		(void)refuse(j->to, REFUSE_CODE, j->opt->file, b->t->name,
			     j->t->o->sections[b->c->section].s->name,
			     "its branch at +0x%llx reaches into its neighbour and is too short to lead to "
			     "the kernel's",
			     (unsigned long long)(at - b->t->start));
		return 0;
	}
	field = elfout_data(j->out, b->c->place.section);
	memset(field + (int64_t)at + b->c->place.shift, 0, 4);
	return extract_branch(j, b->c, at, thing, target);
}

static int copy_thing(struct job *j, uint32_t i)
{
	const struct thing *t = &j->t->v[i];
	const struct osection *s = &j->t->o->sections[t->section];
	struct copy c = { .user = i, .section = t->section, .place = j->places[i] };
	struct branch_copy b = { j, &c, t };
	uint64_t at = t->start;
	int r = extract_relocs(j, &c, t->start, t->end);

	if (r < 0 || !things_is_shared_code(j->t, t))
		return r;
	if (flow_reaches_out(s, t->start, t->end, &at, NULL) > 0) {
		j->refused = true;
		(void)refuse(j->to, REFUSE_CODE, j->opt->file, t->name, s->s->name,
			     "its instruction at +0x%llx uses bytes of its neighbours",
			     (unsigned long long)(at - t->start));
		return 0;
	}
	r = flow_branches(s, t->start, t->end, copy_branch, &b, NULL);
	return r == -EPERM ? 0 : r;
}

/* No executable stack, as every object of the kernel says. */
static int add_stack_note(struct job *j)
{
	return MIN(elfout_section(j->out, ".note.GNU-stack", SHT_PROGBITS, 0, 1, 0, "", 0), 0);
}

static int extract_work(struct job *j)
{
	int r = extract_place(j);

	for (uint32_t i = 0; r >= 0 && i < j->t->n; i++)
		if (j->d->marks[i].included)
			r = copy_thing(j, i);
	if (r >= 0)
		r = extract_runtime(j);
	if (r >= 0)
		r = extract_tables(j);
	return r < 0 ? r : add_stack_note(j);
}

static int job_open(struct job *j)
{
	size_t n = j->t->o->n_symbols + 1, n_sections = j->t->o->n_sections + 1;

	j->strings = j->constants = j->off = -1;
	j->places = malloc((j->t->n + 1) * sizeof(*j->places));
	j->symbols = malloc(n * sizeof(*j->symbols));
	j->externs = malloc(n * sizeof(*j->externs));
	j->sections = malloc(n_sections * sizeof(*j->sections));
	if (!j->places || !j->symbols || !j->externs || !j->sections)
		return -ENOMEM;
	for (size_t i = 0; i < j->t->n; i++)
		j->places[i] = (struct place){ .section = -1 };
	memset(j->symbols, 0xff, n * sizeof(*j->symbols));
	memset(j->externs, 0xff, n * sizeof(*j->externs));
	memset(j->sections, 0xff, n_sections * sizeof(*j->sections));
	return elfout_new(&j->out);
}

static void job_close(struct job *j)
{
	free(j->places);
	free(j->symbols);
	free(j->externs);
	free(j->sections);
	elfout_free(j->out);
}

int extract_make(const struct diff *d, const struct extract_options *opt, struct refusals *to,
		 struct extract *ret, struct err *e)
{
	struct extract x = { 0 };
	struct job j = { .d = d, .t = &d->b.t, .opt = opt, .to = to, .ret = &x };
	int r = job_open(&j);

	if (r >= 0)
		r = extract_work(&j);
	if (r < 0)
		err_set(e, r, "%s: the changed code cannot be written out: %s", opt->file, strerror(-r));
	else if (!j.refused)
		r = elfout_finish(j.out, &x.bytes, &x.len, e);
	job_close(&j);
	if (r < 0)
		extract_done(&x);
	else
		*ret = x;
	return MIN(r, 0);
}

void extract_done(struct extract *x)
{
	free(x->bytes);
	free(x->functions);
	*x = (struct extract){ 0 };
}
