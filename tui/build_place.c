// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a patch as text, bounded, when it is asked for. Only for showing: what
 * the patch does the builder has understood, or refused.
 */
#include "tui/build_place.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/root.h"
#include "tui/term.h"

#define PATCH_MAX (4u << 20)
#define HUNKS_MAX 8 /* shown */

struct patch_text {
	char *bytes; /* its newlines are zeros */
	char **line;
	size_t n;
};

static void patch_text_done(struct patch_text *t)
{
	free(t->bytes);
	free(t->line);
}

static char *read_patch(const char *path, size_t *ret_len)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char *text = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	return fd_read_all(fd, PATCH_MAX, &text, ret_len) < 0 ? NULL : text;
}

static bool read_lines(const char *path, struct patch_text *t)
{
	size_t len = 0;
	char *at, *nl;

	t->bytes = at = read_patch(path, &len);
	while (at && at < t->bytes + len) {
		if (array_grow(&t->line, t->n, sizeof(*t->line)) < 0)
			return false;
		t->line[t->n++] = at;
		nl = memchr(at, '\n', (size_t)(t->bytes + len - at));
		if (!nl) /* the reader has put a zero behind it all */
			break;
		*nl = '\0';
		at = nl + 1;
	}
	return at != NULL;
}

/* "b/fs/proc/cmdline.c\t2026" names the source of "fs/proc/cmdline.o". */
static bool names_file(const char *header, const char *file)
{
	const char *slash = strchr(header, '/'), *path = slash ? slash + 1 : header;
	size_t n = strcspn(path, "\t\r");

	if (n != strlen(file) || n < 3)
		return false;
	return memcmp(path, file, n) == 0 || (memcmp(path, file, n - 1) == 0 && path[n - 2] == '.');
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = strstr(line, word); n && s; s = strstr(s + 1, word))
		if ((s == line || !is_name(s[-1])) && !is_name(s[n]))
			return true;
	return false;
}

/* "-12,7" or "-12": how many lines. */
static unsigned long side(const char *s)
{
	const char *comma = s ? s + 1 + strspn(s + 1, "0123456789") : "";

	return *comma == ',' ? strtoul(comma + 1, NULL, 10) : 1;
}

/* Lines of the hunk that begins at i, its @@ among them, as its @@ counts them. */
static size_t hunk_length(const struct patch_text *t, size_t i)
{
	unsigned long was = side(strchr(t->line[i], '-')), is = side(strchr(t->line[i], '+'));
	size_t n = 1;

	for (; i + n < t->n && (was || is); n++) {
		char c = t->line[i + n][0];

		if (!strchr(" +-\\", c)) /* with an empty line, as editors leave it, among them */
			break;
		if (c != '\\' && c != '+')
			was -= was > 0;
		if (c != '\\' && c != '-')
			is -= is > 0;
	}
	return n;
}

static enum style line_style(char c)
{
	return c == '+' ? STYLE_GOOD : c == '-' ? STYLE_BAD : c == '@' ? STYLE_HEADING : STYLE_NORMAL;
}

static void show_hunk(const struct patch_text *t, size_t i, struct lines *l)
{
	size_t end = i + hunk_length(t, i);
	char text[512];

	for (; i < end; i++) {
		FORMAT(text, "%5zu  %s", i + 1, t->line[i]);
		lines_text(l, line_style(t->line[i][0]), text, strlen(text));
	}
}

/* NULL speaks of any function. */
static bool hunk_speaks_of(const struct patch_text *t, size_t i, const char *function)
{
	size_t end = i + hunk_length(t, i);

	for (; function && i < end; i++)
		if (has_word(t->line[i], function))
			return true;
	return !function;
}

static size_t show_hunks(const struct patch_text *t, const char *patch, const char *file,
			 const char *function, struct lines *l)
{
	bool here = false;
	size_t shown = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (begins(t->line[i], "+++ "))
			here = names_file(t->line[i] + 4, file);
		if (!begins(t->line[i], "@@ "))
			continue;
		if (here && shown < HUNKS_MAX && hunk_speaks_of(t, i, function)) {
			if (!shown++)
				lines_add(l, STYLE_HEADING, "In %s:", patch);
			show_hunk(t, i, l);
		}
		i += hunk_length(t, i) - 1;
	}
	return shown;
}

size_t place_in_patch(const char *patch, const char *file, const char *function, struct lines *l)
{
	struct patch_text t = { 0 };
	size_t shown = 0;

	if (file && read_lines(patch, &t)) {
		shown = show_hunks(&t, patch, file, function, l);
		if (!shown && function)
			shown = show_hunks(&t, patch, file, NULL, l);
	}
	patch_text_done(&t);
	return shown;
}
