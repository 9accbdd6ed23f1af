/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors and the table of exit codes. The table is what the manual and the
 * JSON "status" are made from; verbs.md on the design shelf settles it.
 */
#include "core/err.h"

#include <errno.h>
#include <stdarg.h>

#include "core/text.h"

const struct rc_info rc_table[] = {
	{ RC_OK, "ok", "done, or already so" },
	{ RC_FAILED, "failed", "failed" },
	{ RC_USAGE, "usage", "usage: the words or flags are wrong" },
	{ RC_UNSUPPORTED, "unsupported", "not supported on this kernel" },
	{ RC_PERMISSION, "permission", "permission, lockdown or read-only" },
	{ RC_NOT_FOUND, "not-found", "not found" },
	{ RC_BUSY, "busy", "busy, or in transition" },
	{ RC_STALLED, "stalled", "the transition has stalled" },
	{ RC_DECLINED, "declined", "declined or not confirmed" },
	{ RC_AUDIT, "not-audited", "audit required and not written: not done" },
	{ RC_PARTIAL, "partial", "partly done" },
	{ RC_REFUSED, "refused", "refused: cannot be built soundly" },
	{ RC_SAME, "no-difference", "no difference" },
	{ RC_SIGNAL, "signal", "128 plus the number of the signal that ended it" },
};
const size_t rc_table_len = ARRAY_SIZE(rc_table);

static void format_clean(char *dst, size_t size, const char *fmt, va_list ap)
{
	char raw[640];
	int n;

	n = vsnprintf(raw, sizeof(raw), fmt, ap);
	if (n < 0)
		n = 0;
	text_clean(dst, size, raw, MIN((size_t)n, sizeof(raw) - 1));
}

static int err_fill(struct err *e, enum rc rc, int code, const char *fmt, va_list ap)
{
	if (!e)
		return code;
	format_clean(e->text, sizeof(e->text), fmt, ap);
	e->code = code;
	e->rc = rc;
	e->hint[0] = '\0';
	return code;
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, RC_OK, code, fmt, ap);
	va_end(ap);
	return code;
}

int err_rc(struct err *e, enum rc rc, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, rc, code, fmt, ap);
	va_end(ap);
	return code;
}

void err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return;
	va_start(ap, fmt);
	format_clean(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
}

enum rc err_exit(const struct err *e)
{
	if (!e->code)
		return RC_OK;
	if (e->rc != RC_OK)
		return e->rc;
	switch (-e->code) {
	case ENOENT:
	case ESRCH:
		return RC_NOT_FOUND;
	case EPERM:
	case EACCES:
	case EROFS:
		return RC_PERMISSION;
	case EBUSY:
		return RC_BUSY;
	case ENOSYS:
	case EOPNOTSUPP:
		return RC_UNSUPPORTED;
	case ETIMEDOUT:
		return RC_STALLED;
	default:
		return RC_FAILED;
	}
}

const char *rc_name(int rc)
{
	if (rc >= RC_SIGNAL)
		return "signal";
	for (size_t i = 0; i < rc_table_len; i++)
		if ((int)rc_table[i].rc == rc)
			return rc_table[i].name;
	return "failed";
}

const char *errno_word(int code)
{
	const char *name = strerrorname_np(code < 0 ? -code : code);

	return name ? name : "EUNKNOWN";
}
