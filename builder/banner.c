// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See source.h: what a kernel says about itself. init/version-timestamp.c and
 * arch/x86/boot/version.c: "Linux version RELEASE (USER@HOST) (COMPILER,
 * LINKER) #1 SMP ... Debian VERSION (DATE)"; the boot header has neither the
 * first two words nor the compiler. Foreign text: nothing is taken that does
 * not fit.
 */
#include <errno.h>

#include "builder/source.h"

#define BANNER_MAX 1024

static const char linux_version[] = "Linux version ";

bool release_is_sane(const char *release)
{
	return *release && *release != '.' && *release != '-' && strlen(release) < SOURCE_RELEASE_MAX &&
	       release[strspn(release, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				       ".+_~-")] == '\0';
}

/* Copy n bytes where they fit, else leave it empty. */
static void take(char *buf, size_t size, const char *from, size_t n)
{
	n = n < size ? n : 0;
	memcpy(buf, from, n);
	buf[n] = '\0';
}

/* Behind the parenthesis that closes the one at p; NULL where none does. */
static const char *skip_group(const char *p)
{
	unsigned depth = 0;

	for (; *p; p++) {
		depth += *p == '(';
		if (*p == ')' && --depth == 0)
			return p + 1;
	}
	return NULL;
}

/* "(gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld ...)": up to the comma that no parenthesis holds. */
static void take_compiler(const char *group, struct banner *b)
{
	unsigned depth = 0;

	for (const char *p = group; *p; p++) {
		depth += *p == '(';
		depth -= *p == ')';
		if (depth > 1 || (depth == 1 && *p != ','))
			continue;
		take(b->compiler, sizeof(b->compiler), group + 1, (size_t)(p - group) - 1);
		return;
	}
}

/* "... PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-14)" */
static void take_version(const char *rest, struct banner *b)
{
	static const char word[] = " Debian ";
	const char *p = strstr(rest, word);

	if (!p || !strchr(rest, '#'))
		return;
	p += strlen(word);
	take(b->version, sizeof(b->version), p, strcspn(p, " \n"));
}

/* Groups in front of the '#': the builder, then the compiler. */
static void take_rest(const char *p, struct banner *b)
{
	for (unsigned n = 0; p && *(p += strspn(p, " ")) == '('; n++) {
		if (n == 1)
			take_compiler(p, b);
		p = skip_group(p);
	}
	if (!p)
		return;
	take_version(p, b);
	if (*p == '#')
		take(b->built, sizeof(b->built), p, strcspn(p, "\n"));
}

int banner_parse(const char *text, size_t len, struct banner *ret, struct err *e)
{
	char line[BANNER_MAX];
	struct banner b = { 0 };
	const char *p = line;
	size_t n;

	n = strnlen(text, MIN(len, sizeof(line) - 1));
	take(line, sizeof(line), text, n);
	if (begins(p, linux_version))
		p += strlen(linux_version);
	n = strcspn(p, " \n");
	take(b.release, sizeof(b.release), p, n);
	if (!release_is_sane(b.release) || b.release[0] < '0' || b.release[0] > '9')
		return err_set(e, -EBADMSG, "\"%.60s\": no kernel says this of itself", line);
	take_rest(p + n, &b);
	*ret = b;
	return 0;
}

/* "#1 SMP ...": "# SMP ..." is what init/version.c has before the kernel is linked (scripts/link-vmlinux.sh).
 */
static bool is_numbered(const struct banner *b)
{
	return b->built[0] == '#' && b->built[1] >= '0' && b->built[1] <= '9';
}

int banner_find(const void *image, size_t len, struct banner *ret, struct err *e)
{
	const char *p = image, *end = p + len;
	size_t n = strlen(linux_version);
	struct banner b = { 0 }, first = { 0 };

	/* "Linux version %s" stands there, too */
	for (; (p = memmem(p, (size_t)(end - p), linux_version, n)); p += n) {
		if ((size_t)(end - p) <= n || p[n] < '0' || p[n] > '9' ||
		    banner_parse(p, (size_t)(end - p), &b, NULL) < 0)
			continue;
		if (!first.release[0] || is_numbered(&b))
			first = b;
		if (is_numbered(&b))
			break;
	}
	if (!first.release[0])
		return err_set(e, -ENOENT, "no kernel's banner is in this image");
	*ret = first;
	return 0;
}

int banner_check_running(const struct banner *b, const struct utsname *running, const char *image,
			 struct err *e)
{
	if (!streq(b->release, running->release) || streq(b->built, running->version))
		return 0;
	err_rc(e, RC_REFUSED, -ESTALE, "%s is not the kernel that runs (built %s, running %s)", image,
	       b->built[0] ? b->built : "unknown", running->version);
	err_hint(e, "reboot, or give the running one's image with --image FILE");
	return -ESTALE;
}
