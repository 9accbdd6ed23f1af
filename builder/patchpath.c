// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See patchpath.h. Some .txt are no documentation but read by the kernel's
 * build: arch/x86/lib/x86-opcode-map.txt, scripts/head-object-list.txt.
 */
#include "builder/patchpath.h"

#include <errno.h>
#include <strings.h>

#include "builder/patchfile.h"
#include "core/text.h"

bool pspan_starts(struct pspan s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.len >= n && memcmp(s.p, prefix, n) == 0;
}

bool pspan_is(struct pspan s, const char *word)
{
	return s.len == strlen(word) && pspan_starts(s, word);
}

static bool is_doc(const char *path, const char *base)
{
	static const char *const names[] = { "MAINTAINERS", "CREDITS",	      "COPYING", ".mailmap",
					     ".gitignore",  ".gitattributes", "README",	 "CONTRIBUTING" };

	if (begins(path, "Documentation/") || begins(path, "LICENSES/"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(base, names[i]))
			return true;
	if (has_ending(base, ".txt"))
		return !begins(path, "arch/") && !begins(path, "scripts/") && !begins(path, "tools/");
	return has_ending(base, ".rst") || has_ending(base, ".md");
}

static bool is_kbuild(const char *base)
{
	static const char *const names[] = { "Makefile", "Kbuild", "Kconfig" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i]);

		if (strncmp(base, names[i], n) == 0 && (!base[n] || base[n] == '.'))
			return true;
	}
	return false;
}

enum ppath_kind ppath_kind(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	if (is_doc(path, base))
		return PPATH_DOC;
	if (is_kbuild(base))
		return PPATH_KBUILD;
	if (has_ending(base, ".c"))
		return PPATH_C;
	if (has_ending(base, ".h"))
		return PPATH_HEADER;
	return has_ending(base, ".S") || has_ending(base, ".s") ? PPATH_ASM : PPATH_OTHER;
}

/* The escape behind a backslash, up to three octal digits; how long it is, 0: none. */
static size_t unescape(struct pspan s, char *ret)
{
	static const char letters[] = "abtnvfr\"\\", bytes[] = "\a\b\t\n\v\f\r\"\\";
	const char *at = s.len && s.p[0] ? strchr(letters, s.p[0]) : NULL;
	unsigned value = 0;

	if (at) {
		*ret = bytes[at - letters];
		return 1;
	}
	if (s.len < 3 || s.p[0] > '3')
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (s.p[i] < '0' || s.p[i] > '7')
			return 0;
		value = value * 8 + (unsigned)(s.p[i] - '0');
	}
	*ret = (char)value;
	return 3;
}

/* in begins behind the opening quote. Returns what was used, with the closing one; 0: wrong. */
static size_t unquote(struct pspan in, char *out, size_t *ret_len)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		size_t used;

		if (in.p[i] == '"') {
			*ret_len = n;
			return i + 1;
		}
		out[n] = in.p[i];
		if (in.p[i] == '\\') {
			used = unescape((struct pspan){ in.p + i + 1, in.len - i - 1 }, &out[n]);
			if (!used)
				return 0;
			i += used;
		}
		n++;
	}
	return 0;
}

static size_t plain(struct pspan in, char *out, size_t *ret_len)
{
	const char *tab = memchr(in.p, '\t', in.len);

	*ret_len = tab ? (size_t)(tab - in.p) : in.len;
	memcpy(out, in.p, *ret_len);
	return *ret_len;
}

char *ppath_take(struct pspan *s, size_t *ret_len)
{
	char *out = malloc(s->len + 1);
	bool quoted = s->len && s->p[0] == '"';
	size_t used;

	if (!out)
		return NULL;
	used = quoted ? unquote((struct pspan){ s->p + 1, s->len - 1 }, out, ret_len)
		      : plain(*s, out, ret_len);
	if (quoted && !used) {
		free(out);
		errno = EINVAL;
		return NULL;
	}
	out[*ret_len] = '\0';
	used += quoted;
	*s = (struct pspan){ s->p + used, s->len - used };
	return out;
}

static bool is_part(const char *p, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(p, word, len) == 0;
}

static const char *bad_part(const char *p)
{
	for (;; p++) {
		size_t n = strcspn(p, "/");

		if (!n)
			return "has an empty part";
		if (is_part(p, n, "..") || is_part(p, n, "."))
			return "leads out of the tree, or could";
		if (is_part(p, n, ".git"))
			return "leads into git's own folder";
		p += n;
		if (!*p)
			return NULL;
	}
}

const char *ppath_refusal(const char *name, size_t len, unsigned strip, const char **ret)
{
	const char *why;

	if (!len)
		return "is empty";
	if (name[0] == '/')
		return "is absolute";
	if (len > PATCH_PATH_MAX)
		return "is too long";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return "holds a control character";
	for (; strip; strip--) {
		name = strchr(name, '/');
		if (!name)
			return "has no leading folder that could be taken off";
		name++;
	}
	why = bad_part(name);
	if (!why)
		*ret = name;
	return why;
}

struct pshown pshow(const char *p, size_t len)
{
	struct pshown out = { "" };
	size_t most = 60, n;

	text_clean(out.s, sizeof(out.s) - 3, p, MIN(len, (size_t)200));
	n = text_fit(out.s, most, NULL);
	if (out.s[n] || len > 200)
		memcpy(out.s + n, "...", 4);
	return out;
}
