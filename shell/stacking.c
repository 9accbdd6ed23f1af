/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparison of patches function by function. See stacking.h.
 */
#include "shell/stacking.h"

static unsigned position(unsigned sympos)
{
	return sympos ? sympos : 1;
}

const struct func *patch_find_func(const struct patch *p, const char *object, const char *name,
				   unsigned sympos)
{
	const struct object *o = patch_find_object(p, object);

	for (size_t i = 0; o && i < o->n_funcs; i++)
		if (streq(o->funcs[i].name, name) && position(o->funcs[i].sympos) == position(sympos))
			return &o->funcs[i];
	return NULL;
}

enum stacking stacking_of(const struct patch *mine, const struct patch *other, const char *object,
			  const struct func *f)
{
	bool applied = other->in_sysfs && (other->enabled == 1 || other->transition == 1);

	if (mine == other || !applied || !patch_find_func(other, object, f->name, f->sympos))
		return STACKING_NONE;
	if (mine->stack_order < 0 || other->stack_order < 0)
		return STACKING_UNORDERED;
	return other->stack_order > mine->stack_order ? STACKING_ABOVE : STACKING_BELOW;
}
