/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up machine whose kernel does what it is told, for tests of changing
 * verbs: a tree of /sys and /proc behind a recording kops that can be made to
 * fail at its n-th call. The worker is another process, so what it notes is in
 * shared memory. Nothing of this reaches the host.
 */
#ifndef KLPSH_TESTS_SHELL_MACHINE_H
#define KLPSH_TESTS_SHELL_MACHINE_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "core/history.h"
#include "shell/app.h"
#include "shell/flags.h"
#include "tests/core/fake.h"

#define CALLS_MAX 16

struct machine_log {
	unsigned calls; /* all that reached the kernel */
	unsigned fail_at; /* this call (from 1) fails; 0: none */
	int fail_with; /* errno */
	char said[CALLS_MAX][96]; /* "enable klpsh_fix 0" */
};

struct machine {
	struct tree *tree;
	struct kops kops;
	struct machine_log *log;
	struct app app;
	char state_dir[256], run_dir[256];
};

static struct machine *machine_of(const struct kops *k)
{
	return k->ctx;
}

static int machine_call(const struct kops *k, struct err *e, const char *fmt, ...) _printf_(3, 4);
static int machine_call(const struct kops *k, struct err *e, const char *fmt, ...)
{
	struct machine_log *l = machine_of(k)->log;
	va_list ap;

	if (l->calls < CALLS_MAX) {
		va_start(ap, fmt);
		vsnprintf(l->said[l->calls], sizeof(l->said[0]), fmt, ap);
		va_end(ap);
	}
	if (++l->calls == l->fail_at)
		return err_set(e, -l->fail_with, "made to fail");
	return 0;
}

/* By whole paths: the worker has none of the tree's descriptors. */
static void machine_drop(struct machine *m, const char *path)
{
	static unsigned n;
	char from[512], to[512];

	FORMAT(from, "%s/%s", tree_path(m->tree), path);
	FORMAT(to, "%s/dropped-%d-%u", tree_path(m->tree), (int)getpid(), n++);
	(void)rename(from, to);
}

static void machine_put(struct machine *m, const char *path, const char *text)
{
	char full[512];
	_cleanup_close_ int fd = -1;

	FORMAT(full, "%s/%s", tree_path(m->tree), path);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	(void)!write(fd, text, strlen(text));
}

/* A transition of this machine is over at once. */
static void machine_settle(struct machine *m, const char *patch, int enabled)
{
	char path[256];

	if (!enabled) {
		FORMAT(path, LP "/%s", patch);
		machine_drop(m, path);
		return;
	}
	/* one that is just being loaded has no folder yet */
	FORMAT(path, "%s/" LP "/%s", tree_path(m->tree), patch);
	(void)mkdir(path, 0755);
	FORMAT(path, LP "/%s/enabled", patch);
	machine_put(m, path, "1\n");
	FORMAT(path, LP "/%s/transition", patch);
	machine_put(m, path, "0\n");
}

static int machine_enable(const struct kops *k, const char *patch, int value, struct err *e)
{
	int r = machine_call(k, e, "enable %s %d", patch, value);

	if (r >= 0)
		machine_settle(machine_of(k), patch, value);
	return r;
}

static int machine_remove(const struct kops *k, const char *name, struct err *e)
{
	char path[256];
	int r = machine_call(k, e, "remove %s", name);

	FORMAT(path, "sys/module/%s", name);
	if (r >= 0)
		machine_drop(machine_of(k), path);
	return r;
}

static int machine_load(const struct kops *k, int fd, const char *name, const char *params, struct err *e)
{
	int r = machine_call(k, e, "load %s %s", name, params);

	if (r >= 0)
		machine_settle(machine_of(k), name, 1);
	return r;
}

static int machine_force(const struct kops *k, const char *patch, struct err *e)
{
	int r = machine_call(k, e, "force %s", patch);

	if (r >= 0)
		machine_settle(machine_of(k), patch, 1);
	return r;
}

static int machine_signal(const struct kops *k, int pidfd, int signo, struct err *e)
{
	return machine_call(k, e, "signal %d", signo);
}

/* One enabled patch, klpsh_fix, of one function of vmlinux. */
static struct machine *machine_new(void)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct settings set;

	assert_non_null(m);
	m->tree = fake_machine();
	m->log = mmap(NULL, sizeof(*m->log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(m->log, MAP_FAILED);
	fake_patch(m->tree, "klpsh_fix", 1, 0);
	fake_func(m->tree, "klpsh_fix", "vmlinux", "do_it,1");
	tree_write(m->tree, "sys/module/klpsh_fix/taint", "OEK\n");
	tree_write(m->tree, "proc/modules", "klpsh_fix 16384 0 - Live 0x0000000000000000 (OEK)\n");
	tree_write(m->tree, "proc/sys/kernel/random/boot_id", "b007-1d\n");
	settings_init(&set);
	assert_int_equal(app_open(&m->app, tree_path(m->tree), &set, NULL), 0);
	m->kops = (struct kops){
		machine_load, machine_remove, machine_enable, machine_force, machine_signal, m->app.root, m
	};
	FORMAT(m->state_dir, "%s/state", tree_path(m->tree));
	FORMAT(m->run_dir, "%s/run", tree_path(m->tree));
	m->app.kops = &m->kops;
	m->app.state_dir = m->state_dir;
	m->app.run_dir = m->run_dir;
	m->app.conf.allow_force = true;
	return m;
}

static struct machine *machine_free(struct machine *m)
{
	app_close(&m->app);
	munmap(m->log, sizeof(*m->log));
	tree_free(m->tree);
	free(m);
	return NULL;
}

/* klpsh_fix is being enabled (or disabled), held up by a process of the test's own. */
static inline void machine_transition(struct machine *m, int enabled, int pid)
{
	char comm[] = "holder";

	fake_patch(m->tree, "klpsh_fix", enabled, 1);
	fake_task(m->tree, &(struct fake_task){ .pid = pid,
						.tid = pid,
						.comm = comm,
						.state = 'S',
						.patch_state = enabled ? "0\n" : "1\n",
						.stack = "[<0>] do_it+0x10/0x40\n" });
}

/* Say a verb's words, separated by single blanks. */
static inline int machine_say(struct machine *m, const char *words, struct report **ret, struct err *e)
{
	char text[512], *argv[16], *save = NULL;
	size_t n = 0;

	FORMAT(text, "%s", words);
	for (char *w = strtok_r(text, " ", &save); w && n < 16; w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	return verb_dispatch(&m->app, argv, n, NULL, NULL, NULL, NULL, ret, e);
}

#endif
