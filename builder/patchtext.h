/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source file as lines, each of which knows which line of the original it
 * is. The lines point into bytes that others own: the file's or the patch's.
 */
#ifndef KLPSH_BUILDER_PATCHTEXT_H
#define KLPSH_BUILDER_PATCHTEXT_H

#include "core/err.h"

#define PTEXT_BYTES_MAX (64u << 20)
#define PTEXT_LINES_MAX 4000000u

struct tline {
	const char *p; /* without the newline */
	uint32_t len;
	uint32_t orig; /* its number in the original, from 1; 0: the patch brings it */
	bool eol; /* a newline ends it; only a text's last line may have none */
};

struct ptext {
	struct tline *v;
	size_t n;
};

/* -EFBIG, -ENOMEM, e set. Freed with ptext_done. */
int ptext_split(const char *bytes, size_t len, struct ptext *ret, struct err *e);
/*
 * The text as bytes, on the heap, with a NUL behind that does not count. Where
 * marks is not NULL, "#line N" of its original number goes before each line i
 * with marks[i]. -ENOMEM, e set.
 */
int ptext_join(const struct ptext *t, const bool *marks, char **ret, size_t *ret_len, struct err *e);
void ptext_done(struct ptext *t);

#endif
