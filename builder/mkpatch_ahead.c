// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What of a build is done and what is still ahead, for those who wait for it.
 */
#include "builder/mkpatch_own.h"

static void tell(const struct mkpatch *m)
{
	const struct mahead *a = &m->ahead;
	size_t total = a->part == PACE_TWIN ? a->began : 0;
	const struct mkpatch_ahead said = { total ? total - a->n[PACE_TWIN] : 0, total,
					    MIN(pace_ahead(&a->pace, a->n), UINT32_MAX) };

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

	memset(a->n, 0, part * sizeof(*a->n)); /* parts before it are over, or were not needed */
	a->n[part] = a->began = n;
	a->part = part;
	a->begun_us = now_mono();
	tell(m);
}

void mkpatch_ahead_step(struct mkpatch *m)
{
	struct mahead *a = &m->ahead;

	a->n[a->part] -= a->n[a->part] > 0;
	tell(m);
}

void mkpatch_ahead_end(struct mkpatch *m)
{
	struct mahead *a = &m->ahead;

	pace_learn(&a->pace, a->part, a->began, now_mono() - a->begun_us);
	a->n[a->part] = a->began = 0;
}

void mkpatch_ahead_save(const struct mkpatch *m)
{
	pace_save(m->spec->cache, &m->ahead.pace);
}
