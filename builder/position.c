// SPDX-License-Identifier: GPL-2.0-or-later
/* See position.h. Letters are nm's: capitals are global, and weak ones in both cases. */
#include "builder/position.h"

#include <errno.h>

static bool is_global(const struct ksym *s)
{
	return (s->type >= 'A' && s->type <= 'Z') || s->type == 'w' || s->type == 'v' || s->type == 'u';
}

int position_global(const struct ksyms *k, const char *name, uint32_t *ret_pos, uint32_t *ret_of,
		    uint64_t *ret_address, struct err *e)
{
	const struct ksym *found = NULL;
	const uint32_t *v;
	size_t n = ksyms_named(k, name, &v);

	for (size_t i = 0; i < n; i++) {
		const struct ksym *s = &k->v[v[i]];

		if (!is_global(s))
			continue;
		if (found && found->address != s->address)
			return err_set(e, -ENOTUNIQ, "the kernel has several global symbols named %s", name);
		found = found ? found : s;
	}
	if (!found)
		return err_set(e, -ENOENT, "the kernel has no global symbol named %s", name);
	*ret_pos = found->position;
	*ret_of = found->of;
	if (ret_address)
		*ret_address = found->address;
	return 0;
}
