// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/lib/golden.h"

#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <stdlib.h>

#include "tests/lib/tree.h"

#define FOLDER "tests/tui/golden"
#define QUIET_MS 300
#define GOLDEN_MAX (4u << 20)

static const char time_of_day[] = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}";
static const char duration[] = "[0-9.]+ (d|h|min|s)( [0-9]+ (h|min|s))?([^a-z0-9]|$)";

/* A line's blanks, one of each run: what ticks in it moves the rest about. */
static void squeeze(char *line)
{
	char *to = line;

	for (char *at = line; *at; at++)
		if (*at != ' ' || to == line || to[-1] != ' ')
			*to++ = *at;
	*to = '\0';
}

/* Of who runs the tests, and where: the rest of the line, or of the pane. */
static const char *const who[] = { "rights ", "  audit " };

static void mask_line(regex_t *re, char *line)
{
	regmatch_t m[5];
	bool any = false;
	char *rights;

	while (regexec(&re[1], line, 1, m, 0) == 0) {
		memset(line + m[0].rm_so, ' ', (size_t)(m[0].rm_eo - m[0].rm_so));
		line[m[0].rm_so] = 'W';
		any = true;
	}
	while (regexec(&re[0], line, ARRAY_SIZE(m), m, 0) == 0) {
		memset(line + m[0].rm_so, ' ', (size_t)(m[4].rm_so - m[0].rm_so));
		line[m[0].rm_so] = 'T';
		any = true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(who); i++) {
		rights = strstr(line, who[i]);
		if (rights)
			memset(rights + strlen(who[i]), ' ', strcspn(rights + strlen(who[i]), "\xe2"));
		any = any || rights;
	}
	if (any)
		squeeze(line);
}

/* When and how long ago something was, and the name of the made-up machine's folder. Heap. */
static char *mask(char *text)
{
	static const char folder[] = "klpsh-tree-";
	char *out = calloc(1, strlen(text) + 2), *rest = text, *line;
	regex_t re[2];

	assert_non_null(out);
	assert_int_equal(regcomp(&re[0], duration, REG_EXTENDED), 0);
	assert_int_equal(regcomp(&re[1], time_of_day, REG_EXTENDED), 0);
	for (char *at = text; (at = strstr(at, folder)); at++)
		memset(at + sizeof(folder) - 1, 'X', strnlen(at + sizeof(folder) - 1, 6));
	while ((line = strsep(&rest, "\n"))) {
		mask_line(re, line);
		strcat(strcat(out, line), rest ? "\n" : "");
	}
	regfree(&re[0]);
	regfree(&re[1]);
	free(text);
	return out;
}

struct picture {
	const char *wanted; /* NULL: any */
	char *seen;
};

static bool is_picture(struct vt *v, void *arg)
{
	struct picture *p = arg;

	free(p->seen);
	p->seen = mask(vt_text(v));
	return streq(p->seen, p->wanted);
}

/* From "== HEADING" up to the next. Heap; "" when it is not there. */
static char *part_of(const char *golden, const char *heading)
{
	const char *at = strstr(golden, heading), *end;

	if (!at)
		return strdup("");
	at += strlen(heading);
	end = strstr(at, "\n== ");
	return end ? strndup(at, (size_t)(end - at) + 1) : strdup(at);
}

struct golden {
	char path[PATH_MAX];
	char *text; /* as it is kept */
	FILE *out; /* NULL: only compare */
};

struct golden *golden_open(const char *name)
{
	const char *how = getenv("KLPSH_GOLDEN");
	struct golden *g = calloc(1, sizeof(*g));
	size_t n = 0;
	FILE *in;

	assert_non_null(g);
	FORMAT(g->path, FOLDER "/%s.golden", name);
	in = fopen(g->path, "re");
	g->text = calloc(1, GOLDEN_MAX);
	assert_non_null(g->text);
	if (in) {
		n = fread(g->text, 1, GOLDEN_MAX - 1, in);
		fclose(in);
	}
	g->text[n] = '\0';
	if (how && streq(how, "write"))
		g->out = fopen(g->path, "we");
	return g;
}

static void compare(const struct golden *g, struct vt *v, const char *heading)
{
	_cleanup_free_ char *wanted = part_of(g->text, heading);
	struct picture p = { .wanted = wanted };

	if (!vt_wait_for(v, is_picture, &p, VT_PATIENCE_MS)) {
		print_error("%s is not its picture; it is:\n%s\nwanted:\n%s\n", heading, p.seen, wanted);
		free(p.seen);
		fail();
	}
	free(p.seen);
}

void golden_check(struct golden *g, struct vt *v, const char *what)
{
	_cleanup_free_ char *text = NULL;
	char heading[128];

	FORMAT(heading, "== %s\n", what);
	if (!g->out) {
		compare(g, v, heading);
		return;
	}
	vt_settle(v, QUIET_MS);
	text = mask(vt_text(v));
	fprintf(g->out, "%s%s", heading, text);
}

struct golden *golden_close(struct golden *g)
{
	if (g && g->out)
		fclose(g->out);
	if (g)
		free(g->text);
	free(g);
	return NULL;
}
