/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open addressing, never more than half full, nothing is ever taken out. The
 * hash is over the name alone; namesakes of other objects follow in the row.
 */
#include "core/nameset.h"

#include <errno.h>

#define NAMESET_MAX (1u << 20)

static uint32_t hash(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

static bool same(const char *s, const char *bytes, size_t len)
{
	return !strncmp(s, bytes, len) && !s[len];
}

int nameset_init(struct nameset *s, size_t max)
{
	size_t slots = 16;

	if (max > NAMESET_MAX)
		return -ENOMEM;
	while (slots < max * 2)
		slots *= 2;
	*s = (struct nameset){ .mask = slots - 1, .max = max };
	s->v = calloc(max + 1, sizeof(*s->v));
	s->slots = calloc(slots, sizeof(*s->slots));
	if (s->v && s->slots)
		return 0;
	nameset_done(s);
	return -ENOMEM;
}

void nameset_done(struct nameset *s)
{
	free(s->v);
	free(s->slots);
	*s = (struct nameset){ 0 };
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t find_slot(const struct nameset *s, const char *object, size_t object_len, const char *name,
			size_t name_len)
{
	size_t at = hash(name, name_len) & s->mask;

	for (; s->slots[at]; at = (at + 1) & s->mask) {
		const struct name *n = &s->v[s->slots[at] - 1];

		if (same(n->name, name, name_len) && same(n->object, object, object_len))
			break;
	}
	return at;
}

int nameset_add(struct nameset *s, const char *object, const char *name)
{
	size_t at = find_slot(s, object, strlen(object), name, strlen(name));

	if (s->slots[at])
		return (int)s->slots[at] - 1;
	if (s->n == s->max)
		return -ENOSPC;
	s->v[s->n++] = (struct name){ object, name };
	s->slots[at] = (uint32_t)s->n;
	return (int)s->n - 1;
}

int nameset_find(const struct nameset *s, const char *object, size_t object_len, const char *name,
		 size_t name_len)
{
	static const char vmlinux[] = "vmlinux";

	if (!object) {
		object = vmlinux;
		object_len = sizeof(vmlinux) - 1;
	}
	return (int)s->slots[find_slot(s, object, object_len, name, name_len)] - 1;
}
