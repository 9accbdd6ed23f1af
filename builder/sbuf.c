// SPDX-License-Identifier: GPL-2.0-or-later
/* See sbuf.h. */
#include "builder/sbuf.h"

#include <errno.h>
#include <stdarg.h>

/* Room for more bytes and a NUL. */
static bool grow(struct sbuf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 1024;
	char *p;

	if (more >= SBUF_MAX - b->len) {
		b->error = -EFBIG;
		return false;
	}
	while (cap <= b->len + more)
		cap *= 2;
	if (cap == b->cap)
		return true;
	p = realloc(b->p, cap);
	if (!p) {
		b->error = -ENOMEM;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void sbuf_add(struct sbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		b->error = b->error ? b->error : -EINVAL;
	if (b->error || !grow(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void sbuf_add_c(struct sbuf *b, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			sbuf_add(b, "\\%c", *p);
		else if (*p >= ' ' && *p <= '~')
			sbuf_add(b, "%c", *p);
		else
			sbuf_add(b, "\\%03o", *p);
	}
}

int sbuf_take(struct sbuf *b, char **ret)
{
	int r = b->error;

	if (!r && !b->p)
		sbuf_add(b, "%s", "");
	r = r ? r : b->error;
	if (r < 0)
		free(b->p);
	else
		*ret = b->p;
	*b = (struct sbuf){ 0 };
	return r;
}
