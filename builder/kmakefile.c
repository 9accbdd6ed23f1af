// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kmakefile.h. Conditionals (ifdef) and variables other than
 * $(CONFIG_X) are not followed: the answer is then "on" or "unlisted", never
 * a wrong "off".
 */
#include "builder/kmakefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "builder/kconfig.h"
#include "kmod/decompress.h"

#define DEPTH_MAX 8 /* of composite objects within composite objects */
#define NAME_MAX_LEN 128
#define QUESTIONS_MAX 1000

struct asked {
	const char *text; /* the makefile, continuations joined; NUL-terminated */
	const char *config;
	size_t config_len;
	char *option;
	unsigned left; /* questions, as no kernel's makefile takes */
};

/* Continued lines become one, comments blanks. */
static void join_lines(char *p)
{
	for (; *p; p++) {
		if (p[0] == '\\' && p[1] == '\n')
			p[0] = p[1] = ' ';
		if (*p == '#')
			while (*p && *p != '\n')
				*p++ = ' ';
		if (!*p)
			return;
	}
}

static char *read_makefile(int dir, const char *folder)
{
	static const char *const names[] = { "Kbuild", "Makefile" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_close_ int fd = -1;
		char path[PATH_MAX], *text = NULL;
		size_t len;

		if (snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", names[i]) >= PATH_MAX)
			return NULL;
		fd = openat(dir, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 || file_read_fd(path, fd, KMAKEFILE_MAX, &text, &len, NULL) < 0)
			continue;
		join_lines(text);
		return text;
	}
	return NULL;
}

/* Is the word among those from p to the line's end? */
static bool line_has(const char *p, const char *word)
{
	size_t n = strlen(word);

	while (*p && *p != '\n') {
		size_t len = strcspn(p, " \t\n");

		if (len == n && memcmp(p, word, n) == 0)
			return true;
		p += len;
		p += strspn(p, " \t");
	}
	return false;
}

/* "obj-$(CONFIG_X) +=": what stands left of the sign, its length, and where the values begin. */
static const char *assignment(const char *line, size_t *ret_len)
{
	size_t n = strcspn(line, " \t:+?=\n");
	const char *p = line + n;

	*ret_len = n;
	p += strspn(p, " \t");
	p += strspn(p, ":+?");
	return n && *p == '=' ? p + 1 + strspn(p + 1, " \t") : NULL;
}

static enum kmakefile_answer ask(struct asked *a, const char *word, unsigned depth);

/* What stands for one option; "CONFIG_A)$(CONFIG_B" is more than that. */
static bool is_option(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[i] != '_' && !(name[i] >= 'A' && name[i] <= 'Z') &&
		    !(name[i] >= '0' && name[i] <= '9'))
			return false;
	return n > 0;
}

static bool option_is_off(const struct asked *a, const char *name, size_t n)
{
	char option[80], value[8];

	if (n >= sizeof(option) || !is_option(name, n))
		return false;
	memcpy(option, name, n);
	option[n] = '\0';
	if (kconfig_value(a->config, a->config_len, option, value, sizeof(value)) >= 0)
		return false;
	if (!*a->option)
		memcpy(a->option, option, n + 1);
	return true;
}

/* What the left side of an assignment says: obj-y, lib-$(CONFIG_X), ext4-y, ext4-objs. */
static enum kmakefile_answer judge(struct asked *a, const char *lhs, size_t len, unsigned depth)
{
	const char *dollar = memmem(lhs, len, "-$(CONFIG_", 10);
	size_t stem = dollar ? (size_t)(dollar - lhs) : 0;
	char whole[NAME_MAX_LEN];

	if (dollar && lhs[len - 1] == ')' && option_is_off(a, dollar + 3, len - stem - 4))
		return KMAKEFILE_OFF;
	for (size_t i = len; !dollar && i-- > 0 && !stem;)
		stem = lhs[i] == '-' ? i : 0;
	if (!stem || stem >= sizeof(whole) - 3 || depth >= DEPTH_MAX ||
	    (stem == 3 && (memcmp(lhs, "obj", 3) == 0 || memcmp(lhs, "lib", 3) == 0)))
		return KMAKEFILE_ON;
	(void)snprintf(whole, sizeof(whole), "%.*s.o", (int)stem, lhs);
	return ask(a, whole, depth + 1) == KMAKEFILE_OFF ? KMAKEFILE_OFF : KMAKEFILE_ON;
}

/* One place that is on is enough. */
static enum kmakefile_answer ask(struct asked *a, const char *word, unsigned depth)
{
	enum kmakefile_answer answer = KMAKEFILE_UNLISTED;

	if (!a->left)
		return KMAKEFILE_ON;
	a->left--;
	for (const char *line = a->text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t len;
		const char *values = assignment(line, &len);

		if (!values || !line_has(values, word))
			continue;
		answer = judge(a, line, len, depth);
		if (answer == KMAKEFILE_ON)
			return answer;
	}
	return answer;
}

static enum kmakefile_answer ask_folder(int dir, const char *folder, const char *word, struct asked *a)
{
	_cleanup_free_ char *text = read_makefile(dir, folder);

	a->text = text;
	return text ? ask(a, word, 0) : KMAKEFILE_UNLISTED;
}

/* The folders above, each named by the makefile over it. */
static enum kmakefile_answer ask_above(int dir, char *folder, struct asked *a)
{
	char word[NAME_MAX_LEN], *slash;

	while (*folder) {
		slash = strrchr(folder, '/');
		if (snprintf(word, sizeof(word), "%s/", slash ? slash + 1 : folder) >= (int)sizeof(word))
			return KMAKEFILE_ON;
		*(slash ? slash : folder) = '\0';
		*a->option = '\0';
		if (ask_folder(dir, folder, word, a) == KMAKEFILE_OFF)
			return KMAKEFILE_OFF;
	}
	return KMAKEFILE_ON;
}

enum kmakefile_answer kmakefile_ask(int dir, const char *source, const char *config, size_t config_len,
				    char option[80])
{
	struct asked a = { NULL, config, config_len, option, QUESTIONS_MAX };
	char folder[PATH_MAX], word[NAME_MAX_LEN];
	const char *slash = strrchr(source, '/'), *base = slash ? slash + 1 : source;
	enum kmakefile_answer answer;
	size_t n = slash ? (size_t)(slash - source) : 0;

	option[0] = '\0';
	if (n >= sizeof(folder) || strlen(base) < 3 || strlen(base) >= sizeof(word))
		return KMAKEFILE_UNLISTED;
	memcpy(folder, source, n);
	folder[n] = '\0';
	(void)snprintf(word, sizeof(word), "%.*s.o", (int)strlen(base) - 2, base);
	answer = ask_folder(dir, folder, word, &a);
	if (answer == KMAKEFILE_OFF || ask_above(dir, folder, &a) == KMAKEFILE_OFF)
		return KMAKEFILE_OFF;
	*option = '\0';
	return answer;
}
