// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copying to the clipboard of the terminal the user sits at, by the OSC 52
 * sequence: works through ssh, needs no program here. Only for terminals that
 * swallow a sequence which they do not know; inside GNU screen it is wrapped
 * (DCS), tmux understands it as it is.
 */
#include "tui/term.h"

#include <errno.h>

#define COPY_MAX 32768

static bool terminal_understands(const char *name)
{
	static const char *const known[] = { "xterm",	  "screen", "tmux", "rxvt",    "foot",
					     "alacritty", "kitty",  "st-",  "wezterm", "konsole" };

	for (size_t i = 0; name && i < ARRAY_SIZE(known); i++)
		if (begins(name, known[i]))
			return true;
	return false;
}

static size_t encode_base64(char *dst, const char *src, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t at = 0;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)(unsigned char)src[i] << 16;

		if (i + 1 < len)
			v |= (uint32_t)(unsigned char)src[i + 1] << 8;
		if (i + 2 < len)
			v |= (unsigned char)src[i + 2];
		dst[at++] = digits[v >> 18];
		dst[at++] = digits[(v >> 12) & 63];
		dst[at++] = i + 1 < len ? digits[(v >> 6) & 63] : '=';
		dst[at++] = i + 2 < len ? digits[v & 63] : '=';
	}
	return at;
}

int term_copy(const char *text)
{
	bool wrap = getenv("STY") && !getenv("TMUX");
	size_t len = strlen(text), at;
	_cleanup_free_ char *buf = NULL;

	if (!terminal_understands(getenv("TERM")))
		return -EOPNOTSUPP;
	if (len > COPY_MAX)
		return -E2BIG;
	buf = malloc(len * 4 / 3 + 32);
	if (!buf)
		return -ENOMEM;
	at = (size_t)snprintf(buf, 16, "%s\033]52;c;", wrap ? "\033P" : "");
	at += encode_base64(buf + at, text, len);
	at += (size_t)snprintf(buf + at, 8, "\a%s", wrap ? "\033\\" : "");
	return write(STDOUT_FILENO, buf, at) == (ssize_t)at ? 0 : -EIO;
}
