// SPDX-License-Identifier: GPL-2.0-or-later
/* See patchtext.h. */
#include "builder/patchtext.h"

#include <errno.h>

#define MARK_MAX 20 /* "#line 4294967295\n" */

static size_t count_lines(const char *p, size_t len)
{
	const char *end = p + len;
	size_t n = 0;

	for (; p < end; n++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		p = eol ? eol + 1 : end;
	}
	return n;
}

int ptext_split(const char *bytes, size_t len, struct ptext *ret, struct err *e)
{
	const char *p = bytes, *end = bytes + len;
	size_t n = len > PTEXT_BYTES_MAX ? 0 : count_lines(bytes, len);
	struct tline *v;

	if (len > PTEXT_BYTES_MAX || n > PTEXT_LINES_MAX)
		return err_rc(e, RC_REFUSED, -EFBIG, "too big for a source file");
	v = calloc(n ? n : 1, sizeof(*v));
	if (!v)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		v[i] = (struct tline){ p, (uint32_t)((eol ? eol : end) - p), (uint32_t)i + 1, eol != NULL };
		p += v[i].len + v[i].eol;
	}
	*ret = (struct ptext){ v, n };
	return 0;
}

static size_t joined_size(const struct ptext *t, const bool *marks)
{
	size_t size = 1;

	for (size_t i = 0; i < t->n; i++)
		size += (size_t)t->v[i].len + 1 + (marks && marks[i] ? MARK_MAX : 0);
	return size;
}

int ptext_join(const struct ptext *t, const bool *marks, char **ret, size_t *ret_len, struct err *e)
{
	char *out = malloc(joined_size(t, marks));
	size_t at = 0;

	if (!out)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < t->n; i++) {
		const struct tline *l = &t->v[i];

		if (marks && marks[i])
			at += (size_t)snprintf(out + at, MARK_MAX, "#line %u\n", l->orig);
		memcpy(out + at, l->p, l->len);
		at += l->len;
		if (l->eol)
			out[at++] = '\n';
	}
	out[at] = '\0';
	*ret = out;
	*ret_len = at;
	return 0;
}

void ptext_done(struct ptext *t)
{
	free(t->v);
	*t = (struct ptext){ 0 };
}
