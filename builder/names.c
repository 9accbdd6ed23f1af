// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What gcc makes of names: numbers behind dots for static locals and clones
 * (name.123, f.isra.0, f.constprop.1), .cold and .part for what it cut out of a
 * function; and the static variables of the kernel's macros, of which every
 * version of a function has its own.
 */
#include <ctype.h>

#include "builder/things.h"

static const char unique_id[] = "__UNIQUE_ID_";

/* Where digits mean nothing: behind a dot, and at the end of a __UNIQUE_ID_. */
static const char *skip_number(const char *s)
{
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

/* Compares as if every number behind a dot (or any, of unique ids) were the same. */
static int stem_cmp(const char *a, const char *b, bool all)
{
	char before = '\0';

	for (;;) {
		if ((before == '.' || all) && isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			a = skip_number(a);
			b = skip_number(b);
		}
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		if (!*a)
			return 0;
		before = *a;
		a++;
		b++;
	}
}

int name_stem_cmp(const char *a, const char *b)
{
	return stem_cmp(a, b, strncmp(a, unique_id, sizeof(unique_id) - 1) == 0);
}

bool name_same_stem(const char *a, const char *b)
{
	return name_stem_cmp(a, b) == 0;
}

size_t name_base_len(const char *name)
{
	size_t len = strlen(name), n = len;

	while (n > 0 && isdigit((unsigned char)name[n - 1]))
		n--;
	return n > 1 && n < len && name[n - 1] == '.' ? n - 1 : len;
}

size_t name_parent_len(const char *name, bool *ret_may_miss)
{
	static const char cold[] = ".cold", part[] = ".part.";
	size_t len = name_base_len(name); /* gcc 8 numbered them: f.cold.12 */
	const char *p;

	if (len > sizeof(cold) - 1 && memcmp(name + len - (sizeof(cold) - 1), cold, sizeof(cold) - 1) == 0) {
		*ret_may_miss = false;
		return len - (sizeof(cold) - 1);
	}
	p = strstr(name, part);
	if (p && p > name && *skip_number(p + sizeof(part) - 1) == '\0') {
		*ret_may_miss = true;
		return (size_t)(p - name);
	}
	return 0;
}

bool name_is_own(const char *name)
{
	static const char *const names[] = { "__key",	   "__warned",	   "__already_done",
					     "__func__",   "__FUNCTION__", "__PRETTY_FUNCTION__",
					     "_rs",	   "CSWTCH",	   "_entry",
					     "_entry_ptr", "___done",	   "__print_once",
					     "__mod_u_CRC" };
	size_t len = name_base_len(name);

	if (strncmp(name, unique_id, sizeof(unique_id) - 1) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return name[len] == '.' || strncmp(name, "__", 2) == 0 || streq(name, "CSWTCH");
	return false;
}
