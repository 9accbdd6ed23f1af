/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FNV-1a with 64 bits: a quick number for bytes, to find or to tell apart what
 * nobody made on purpose. Against who does, core/hash.h.
 */
#ifndef KLPSH_CORE_FNV_H
#define KLPSH_CORE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_START 0xcbf29ce484222325ULL /* before the first byte */
#define FNV_PRIME 0x100000001b3ULL

/* The number of what `before` is the number of, and these bytes behind it. */
static inline uint64_t fnv(uint64_t before, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		before = (before ^ p[i]) * FNV_PRIME;
	return before;
}

/* Of a string, without its NUL. */
static inline uint64_t fnv_str(const char *s)
{
	uint64_t h = FNV_START;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * FNV_PRIME;
	return h;
}

#endif
