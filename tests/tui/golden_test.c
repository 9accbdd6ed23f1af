// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every screen as a picture: machines of mkroot.sh, each in four sizes, beside
 * tests/tui/golden/MACHINE.golden. With KLPSH_GOLDEN=write the pictures are
 * made anew, to be looked at before they are kept. What ticks is masked.
 */
#include "tests/tui/screen.h"

#include <fcntl.h>
#include <limits.h>
#include <regex.h>

#define FOLDER "tests/tui/golden"
#define QUIET_MS 300

static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };
static const struct {
	const char *key, *title;
} screens[] = {
	{ "1", "1 Patches" }, { "2", "2 Transition" }, { "3", "3 Modules" },
	{ "4", "4 Taint" },   { "5", "5 Log" },	       { "6", "6 Build" },
	{ "7", "7 System" },  { "8", "8 History" },    { "?", "Keys of " },
};

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
	rights = strstr(line, "rights "); /* of who runs the tests */
	if (rights) {
		rights += strlen("rights ");
		memset(rights, ' ', strcspn(rights, "\xe2"));
	}
	if (any || rights)
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

static char *read_golden(const char *kind)
{
	char path[128], *text;
	FILE *in;
	size_t n;

	FORMAT(path, FOLDER "/%s.golden", kind);
	in = fopen(path, "re");
	if (!in)
		return strdup("");
	text = calloc(1, 4u << 20);
	assert_non_null(text);
	n = fread(text, 1, (4u << 20) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

static void compare(struct vt *v, const char *golden, const char *heading)
{
	_cleanup_free_ char *wanted = part_of(golden, heading);
	struct picture p = { .wanted = wanted };

	if (!vt_wait_for(v, is_picture, &p, VT_PATIENCE_MS)) {
		print_error("%s is not its picture; it is:\n%s\nwanted:\n%s\n", heading, p.seen, wanted);
		free(p.seen);
		fail();
	}
	free(p.seen);
}

static void write_picture(struct vt *v, FILE *out, const char *heading)
{
	_cleanup_free_ char *text = NULL;

	vt_settle(v, QUIET_MS);
	text = mask(vt_text(v));
	fprintf(out, "%s%s", heading, text);
}

static void one_size(const struct tree *t, const char *kind, const int *size, const char *golden, FILE *out)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct vt *v;

	assert_int_equal(chdir("/"), 0); /* a screen that shows where it is */
	v = screen_start(t, size[0], size[1], NULL, NULL);
	assert_int_equal(fchdir(here), 0);
	close(here);
	expect(v, "Patches");
	assert_true(vt_wait_gone(v, "reading what"));
	for (size_t i = 0; i < ARRAY_SIZE(screens); i++) {
		char heading[64];

		FORMAT(heading, "== %s %dx%d %s\n", kind, size[0], size[1], screens[i].key);
		vt_keys(v, screens[i].key);
		expect(v, screens[i].title);
		assert_true(vt_wait_gone(v, " reading"));
		if (out)
			write_picture(v, out, heading);
		else
			compare(v, golden, heading);
	}
	quit(v);
}

static void pictures_of(void **state)
{
	const char *kind = *state;
	_cleanup_(tree_freep) struct tree *t = machine(kind);
	_cleanup_free_ char *golden = read_golden(kind);
	_cleanup_(fclosep) FILE *out = NULL;
	const char *how = getenv("KLPSH_GOLDEN");
	char path[128];

	FORMAT(path, FOLDER "/%s.golden", kind);
	if (how && streq(how, "write")) {
		out = fopen(path, "we");
		assert_non_null(out);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		one_size(t, kind, sizes[i], golden, out);
}

#define PICTURES(kind)                                                                                       \
	{                                                                                                    \
		"pictures_of_" kind, pictures_of, NULL, NULL, (char *)(uintptr_t)kind                        \
	}

int main(void)
{
	static char path[PATH_MAX];
	const struct CMUnitTest tests[] = {
		PICTURES("ready"), PICTURES("replace"), PICTURES("stall"),   PICTURES("none"),
		PICTURES("empty"), PICTURES("many"),	PICTURES("hostile"),
	};

	setenv("KLPSH", realpath(klpsh_path(), path), 1);
	setenv("TMPDIR", "/tmp", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
