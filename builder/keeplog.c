// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See keeplog.h. It is a file for who debugs a build and looks at it on a
 * terminal, so that every line is clean; nothing reads it back.
 */
#include "builder/keeplog.h"

#include <fcntl.h>
#include <stdarg.h>

#include "core/text.h"

void keeplog_line(const struct keeplog *k, const char *fmt, ...)
{
	_cleanup_free_ char *raw = NULL, *clean = NULL;
	va_list ap;
	int n;

	if (k->fd < 0)
		return;
	va_start(ap, fmt);
	n = vasprintf(&raw, fmt, ap);
	va_end(ap);
	if (n < 0)
		raw = NULL;
	else if (n > 0)
		clean = text_clean_dup(raw, (size_t)n - (raw[n - 1] == '\n'));
	if (clean)
		(void)dprintf(k->fd, "%s\n", clean);
}

static void on_phase(void *arg, enum mkpatch_phase p, const char *detail)
{
	const struct keeplog *k = arg;

	keeplog_line(k, "== %s%s%s\n", mkpatch_phase_name(p), detail[0] ? ": " : "", detail);
	k->to->phase(k->to->arg, p, detail);
}

static void on_ahead(void *arg, const struct mkpatch_ahead *a)
{
	const struct keeplog *k = arg;

	if (k->to->ahead)
		k->to->ahead(k->to->arg, a);
}

static void on_line(void *arg, const char *line, size_t len)
{
	const struct keeplog *k = arg;

	keeplog_line(k, "%.*s\n", (int)len, line);
	k->to->line(k->to->arg, line, len);
}

static void on_note(void *arg, const char *text)
{
	const struct keeplog *k = arg;

	keeplog_line(k, "note: %s\n", text);
	k->to->note(k->to->arg, text);
}

static void on_function(void *arg, const struct mkpatch_function *f)
{
	const struct keeplog *k = arg;

	keeplog_line(k, "%s: %s: %s of %s%s%s\n", f->change, f->file, f->name, f->object,
		     f->why[0] ? ": " : "", f->why);
	k->to->function(k->to->arg, f);
}

static void on_refusal(void *arg, const struct refusal *r)
{
	const struct keeplog *k = arg;

	keeplog_line(k, "%s: %s: %s: %s [%s]\n", r->warning ? "warning" : "refused", r->file,
		     r->function[0] ? r->function : r->section, r->why, refusal_word(r->code));
	k->to->refusal(k->to->arg, r);
}

static int on_module(void *arg, const void *bytes, size_t len)
{
	const struct keeplog *k = arg;

	return k->to->module(k->to->arg, bytes, len);
}

void keeplog_init(struct keeplog *k, const struct mkpatch_sink *to)
{
	*k = (struct keeplog){
		.to = to,
		.sink = { on_phase, on_ahead, on_line, on_note, on_function, on_refusal, on_module, k },
		.fd = -1,
	};
}

void keeplog_open(struct keeplog *k, int dir)
{
	k->fd = openat(dir, KEEPLOG, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
}

void keeplog_close(struct keeplog *k)
{
	closep(&k->fd);
	k->fd = -1;
}
