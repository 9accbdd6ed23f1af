// SPDX-License-Identifier: GPL-2.0-or-later
/* See modname.h. */
#include "core/modname.h"

static char as_kernel(char c)
{
	return (char)(c == '-' ? '_' : c);
}

void modname_make(char *name)
{
	for (; *name; name++)
		*name = as_kernel(*name);
}

bool modname_same(const char *a, size_t len, const char *b)
{
	if (strlen(b) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (as_kernel(a[i]) != as_kernel(b[i]))
			return false;
	return true;
}
