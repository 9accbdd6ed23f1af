/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of builder_fuzz.c share.
 */
#ifndef KLPSH_TESTS_FUZZ_FUZZ_H
#define KLPSH_TESTS_FUZZ_FUZZ_H

#include "core/err.h"
#include "core/text.h"

static inline void fuzz_check(bool holds)
{
	if (!holds)
		abort();
}

/* Bytes in memory of exactly their size, so that one byte too far is seen; the caller's. */
static inline char *fuzz_exact(const void *data, size_t len)
{
	char *exact = malloc(len ? len : 1);

	fuzz_check(exact != NULL);
	memcpy(exact, data, len);
	return exact;
}

/* The same with a NUL behind. */
static inline char *fuzz_text(const void *data, size_t len)
{
	char *exact = malloc(len + 1);

	fuzz_check(exact != NULL);
	memcpy(exact, data, len);
	exact[len] = '\0';
	return exact;
}

/* Read every byte. */
static inline unsigned fuzz_touch(const void *data, size_t len)
{
	static volatile unsigned sum;
	const unsigned char *p = data;
	unsigned s = 0;

	for (size_t i = 0; i < len; i++)
		s += p[i];
	sum = s;
	return sum;
}

/* A failure says why, in clean text; a success says nothing. */
static inline void fuzz_told(int r, const struct err *e)
{
	fuzz_check(r < 0 ? e->code < 0 && e->text[0] && text_is_clean(e->text) && text_is_clean(e->hint)
			 : e->code == 0);
}

/* Does a path leave the folder that it is relative to? */
static inline bool fuzz_leads_out(const char *path)
{
	return *path == '/' || streq(path, "..") || strncmp(path, "../", 3) == 0 || strstr(path, "/../") ||
	       (strlen(path) > 2 && streq(path + strlen(path) - 3, "/.."));
}

#endif
