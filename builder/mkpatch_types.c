// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a patch does to types: the checksums of exports. Asked only of objects
 * in which it changes something outside of functions' bodies; within a body no
 * type of an interface can be changed.
 */
#include <errno.h>

#include "builder/exportabi.h"
#include "builder/includes.h"
#include "builder/mkpatch_own.h"
#include "builder/toplevel.h"

static bool changes_types(const struct mfile *f)
{
	return !f->old || !f->new || !toplevel_same(f->old, f->old_len, f->new, f->new_len);
}

void mkpatch_mark_types(struct mkpatch *m)
{
	for (size_t i = 0; i < m->n_files; i++) {
		if (!changes_types(&m->files[i]))
			continue;
		for (size_t k = 0; k < m->n_units; k++)
			if (includes_names(m->units[k].k->cmd, m->files[i].path))
				m->units[k].types = true;
	}
}

int mkpatch_exports(struct mkpatch *m, struct err *e)
{
	_cleanup_free_ struct exportabi_unit *v = calloc(m->n_units + 1, sizeof(*v));
	const struct exportabi x = { .tree = m->tree->path,
				     .view = m->farm,
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
			v[n++] = (struct exportabi_unit){ m->units[i].plain, m->units[i].k->cmd };
	return exportabi_check(&x, v, n, &m->refusals, e);
}
