// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a confined process and its children can still change: its own folder
 * and nothing beside it, by no way. Skipped where the kernel has no Landlock.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "builder/cache.h"
#include "builder/confine.h"

struct place {
	struct tree *t;
	int own, above, beside;
};

static int folder(const struct place *p, const char *name)
{
	char path[PATH_MAX + 64];
	int fd;

	FORMAT(path, "%s/%s", tree_path(p->t), name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void place_open(struct place *p)
{
	p->t = tree_new();
	tree_write(p->t, "tmp/own/file", "old\n");
	tree_mkdir(p->t, "tmp/own/sub");
	tree_write(p->t, "tmp/other/file", "old\n");
	tree_write(p->t, "kernel/file", "old\n");
	p->own = folder(p, "tmp/own");
	p->above = folder(p, "tmp");
	p->beside = folder(p, "kernel");
}

static void place_close(struct place *p)
{
	close(p->own);
	close(p->above);
	close(p->beside);
	tree_free(p->t);
}

static bool opens(int dir, const char *name, int flags)
{
	_cleanup_close_ int fd = openat(dir, name, flags | O_CLOEXEC, 0600);

	return fd >= 0;
}

#define EXPECT(what)                                                                                         \
	do {                                                                                                 \
		if (!(what))                                                                                 \
			return __LINE__ % 125 + 1; /* below what skips and signals are told by */            \
	} while (0)
#define SKIPPED 126

/* Run fn confined, in a process of its own. */
static void confined(int (*fn)(const struct place *p))
{
	struct place p;
	struct err e = { 0 };
	int status, r;
	pid_t pid;

	place_open(&p);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		r = confine_writes(p.own, p.above, &e);
		_exit(r == -EOPNOTSUPP ? SKIPPED : r < 0 ? 127 : fn(&p));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	place_close(&p);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int change_own(const struct place *p)
{
	EXPECT(opens(p->own, "file", O_WRONLY | O_TRUNC));
	EXPECT(opens(p->own, "sub/new", O_WRONLY | O_CREAT | O_EXCL));
	EXPECT(mkdirat(p->own, "more", 0700) == 0);
	EXPECT(symlinkat("file", p->own, "link") == 0);
	EXPECT(renameat(p->own, "file", p->own, "moved") == 0);
	EXPECT(unlinkat(p->own, "moved", 0) == 0 && unlinkat(p->own, "more", AT_REMOVEDIR) == 0);
	EXPECT(opens(AT_FDCWD, "/dev/null", O_WRONLY));
	return 0;
}

static void its_own_folder_is_free(void **state)
{
	confined(change_own);
}

static int read_all(const struct place *p)
{
	EXPECT(opens(p->beside, "file", O_RDONLY) && opens(p->above, "other/file", O_RDONLY));
	EXPECT(opens(AT_FDCWD, "/bin/sh", O_RDONLY));
	return 0;
}

static void everything_can_be_read(void **state)
{
	confined(read_all);
}

static int change_beside(const struct place *p)
{
	EXPECT(!opens(p->beside, "file", O_WRONLY) && !opens(p->above, "other/file", O_RDWR));
	EXPECT(!opens(p->beside, "new", O_WRONLY | O_CREAT) && mkdirat(p->beside, "new", 0700) < 0);
	EXPECT(symlinkat("file", p->beside, "link") < 0 && mkfifoat(p->beside, "fifo", 0600) < 0);
	EXPECT(unlinkat(p->beside, "file", 0) < 0 && unlinkat(p->above, "other/file", 0) < 0);
	EXPECT(renameat(p->beside, "file", p->beside, "moved") < 0);
	EXPECT(renameat(p->own, "file", p->beside, "file") < 0);
	EXPECT(renameat(p->above, "other", p->own, "other") < 0);
	return 0;
}

static void nothing_beside_it_can_be_changed(void **state)
{
	confined(change_beside);
}

/* By a second name, or by one that leads there. */
static int change_by_detours(const struct place *p)
{
	EXPECT(linkat(p->beside, "file", p->own, "second", 0) < 0);
	EXPECT(symlinkat("../../kernel/file", p->own, "link") == 0 && !opens(p->own, "link", O_WRONLY));
	EXPECT(symlinkat("../../kernel", p->own, "dir") == 0 &&
	       !opens(p->own, "dir/new", O_WRONLY | O_CREAT));
	EXPECT(!opens(p->own, "../../kernel/file", O_WRONLY));
	return 0;
}

static void no_link_leads_out(void **state)
{
	confined(change_by_detours);
}

static int change_by_child(const struct place *p)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (fchdir(p->own) == 0)
			execl("/bin/sh", "sh", "-c", "echo new >own && echo new >../../kernel/file", NULL);
		_exit(99);
	}
	EXPECT(pid > 0 && waitpid(pid, &status, 0) == pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 99);
	EXPECT(opens(p->own, "own", O_RDONLY));
	return 0;
}

static void children_are_confined_too(void **state)
{
	confined(change_by_child);
}

static int remove_own(const struct place *p)
{
	EXPECT(cache_rmtree(p->above, "own") == 0 && faccessat(p->above, "own", F_OK, 0) < 0);
	EXPECT(cache_rmtree(p->above, "other") < 0 && opens(p->above, "other/file", O_RDONLY));
	EXPECT(mkdirat(p->above, "own", 0700) < 0);
	return 0;
}

static void it_can_remove_its_folder_when_it_is_done(void **state)
{
	confined(remove_own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_own_folder_is_free),
		cmocka_unit_test(everything_can_be_read),
		cmocka_unit_test(nothing_beside_it_can_be_changed),
		cmocka_unit_test(no_link_leads_out),
		cmocka_unit_test(children_are_confined_too),
		cmocka_unit_test(it_can_remove_its_folder_when_it_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
