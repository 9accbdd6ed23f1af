// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What of a build is done and what is still ahead, for those who wait for it.
 */
#include "builder/mkpatch_own.h"

static void tell(const struct mkpatch *m)
{
	const struct mahead *a = &m->ahead;
	const struct mkpatch_ahead said = { a->done, a->total, MIN(pace_ahead(&a->pace, a->n), UINT32_MAX) };

	if (m->sink->ahead)
		m->sink->ahead(m->sink->arg, &said);
}

void mkpatch_ahead_load(struct mkpatch *m)
{
	struct mahead *a = &m->ahead;

	pace_load(m->spec->cache, &a->pace);
	/* a file is an object, mostly; of headers it is known later */
	for (size_t i = 0; i < m->n_patches; i++)
		a->n[PACE_PLAIN] += m->patches[i]->n;
	a->n[PACE_TWIN] = 2 * a->n[PACE_PLAIN];
	a->n[PACE_LINK] = !m->spec->check;
	tell(m);
}

void mkpatch_ahead_begin(struct mkpatch *m, enum pace_part part, size_t n)
{
	struct mahead *a = &m->ahead;

	a->n[part] = a->began = n;
	a->begun_us = now_mono();
	a->done = 0;
	a->total = part == PACE_TWIN ? n : 0;
	tell(m);
}

void mkpatch_ahead_step(struct mkpatch *m)
{
	struct mahead *a = &m->ahead;

	a->done++;
	a->n[PACE_TWIN] -= a->n[PACE_TWIN] > 0;
	tell(m);
}

void mkpatch_ahead_end(struct mkpatch *m, enum pace_part part)
{
	struct mahead *a = &m->ahead;

	pace_learn(&a->pace, part, a->began, now_mono() - a->begun_us);
	a->n[part] = 0;
	a->done = a->total = 0;
}

void mkpatch_ahead_save(const struct mkpatch *m)
{
	pace_save(m->spec->cache, &m->ahead.pace);
}
