/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the screen tests share: a made-up machine (tests/lib/mkroot.sh) and the
 * real binary on a terminal of a size. Run from the top of the tree.
 */
#ifndef KLPSH_TESTS_TUI_SCREEN_H
#define KLPSH_TESTS_TUI_SCREEN_H

#include "tests/lib/tree.h"
#include "tests/lib/vt.h"

#include <stdlib.h>
#include <sys/wait.h>

static inline const char *klpsh_path(void)
{
	const char *p = getenv("KLPSH");

	return p && *p ? p : "build/klpsh";
}

static inline struct tree *machine(const char *kind)
{
	struct tree *t = tree_new();
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execl("/bin/sh", "sh", "tests/lib/mkroot.sh", kind, tree_path(t), (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return t;
}

static inline struct vt *screen_start(const struct tree *t, int columns, int lines, const char *term,
				      const char *const *env)
{
	const char *argv[] = { klpsh_path(), "--root", tree_path(t), NULL };
	struct vt_opts o = { .lines = lines, .columns = columns, .term = term, .env = env };
	struct vt *v = vt_start(argv, &o);

	assert_non_null(v);
	return v;
}

/* Wait for text, or fail with the screen as it is. */
static inline void expect_(struct vt *v, const char *text, const char *file, int line)
{
	char *s;

	if (vt_wait(v, text))
		return;
	s = vt_text(v);
	print_error("%s:%d: the screen does not show '%s':\n%s\n", file, line, text, s);
	free(s);
	_fail(file, line);
}
#define expect(v, text) expect_((v), (text), __FILE__, __LINE__)

/* The question that is being asked, or will be; its answer: y, n or another key. */
static inline void decide_(struct vt *v, const char *key, const char *file, int line)
{
	expect_(v, "[ Cancel ]", file, line);
	vt_keys(v, key);
}
#define decide(v, key) decide_((v), (key), __FILE__, __LINE__)

struct line_wanted {
	int line;
	const char *text;
};

static inline bool line_shows(struct vt *v, void *arg)
{
	const struct line_wanted *w = arg;
	char *s = vt_line(v, w->line);
	bool shows = s && strstr(s, w->text);

	free(s);
	return shows;
}

/* The same on this line of the screen, from 0. */
static inline void expect_line_(struct vt *v, int at, const char *text, const char *file, int line)
{
	struct line_wanted w = { at, text };
	char *s;

	if (vt_wait_for(v, line_shows, &w, VT_PATIENCE_MS))
		return;
	s = vt_text(v);
	print_error("%s:%d: line %d of the screen does not show '%s':\n%s\n", file, line, at, text, s);
	free(s);
	_fail(file, line);
}
#define expect_line(v, at, text) expect_line_((v), (at), (text), __FILE__, __LINE__)

/* Q, and the exit code 0. */
static inline void quit(struct vt *v)
{
	vt_keys(v, "Q");
	assert_int_equal(vt_wait_exit(v), 0);
	vt_free(v);
}

#endif
