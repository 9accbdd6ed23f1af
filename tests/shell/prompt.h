/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The prompt on a pty, on a made-up machine, with a state folder of its own.
 */
#ifndef KLPSH_TESTS_SHELL_PROMPT_H
#define KLPSH_TESTS_SHELL_PROMPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/util.h"
#include "tests/lib/vt.h"

struct place {
	char dir[64], root[96], home[96], env[128], env_home[128];
	struct vt *vt;
};

static inline const char *program(void)
{
	const char *p = getenv("KLPSH");

	return p ? p : "build/klpsh";
}

static inline void make_root(const char *kind, const char *dir)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		execl("tests/lib/mkroot.sh", "mkroot.sh", kind, dir, NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static inline void start(struct place *p, const char *kind)
{
	const char *env[] = { p->env, p->env_home, "COLUMNS", "NO_COLOR", NULL };
	const char *argv[] = { program(), "--root", p->root, "shell", NULL };
	struct vt_opts o = { .lines = 24, .columns = 100, .env = env };

	make_root(kind, p->root);
	p->vt = vt_start(argv, &o);
	assert_non_null(p->vt);
}

static inline int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	FORMAT(p->dir, "/tmp/klpsh-repl-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	FORMAT(p->root, "%s/root", p->dir);
	FORMAT(p->home, "%s/state", p->dir);
	FORMAT(p->env, "XDG_STATE_HOME=%s", p->home);
	FORMAT(p->env_home, "HOME=%s", p->dir);
	*state = p;
	return 0;
}

static inline int teardown(void **state)
{
	struct place *p = *state;
	pid_t pid;

	vt_free(p->vt);
	pid = fork();
	if (!pid) {
		execlp("rm", "rm", "-rf", p->dir, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	free(p);
	return 0;
}

static inline void put(const struct place *p, const char *file, const char *text)
{
	char path[256], beside[264];
	FILE *f;

	FORMAT(path, "%s/%s", p->root, file);
	FORMAT(beside, "%s.new", path);
	f = fopen(beside, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(rename(beside, path), 0); /* as in sysfs: nobody sees it half written */
}

#endif
