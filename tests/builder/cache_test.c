// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The builder's folder: it is one user's alone or it is refused, what is
 * damaged in it counts as not there, locks are waited for, and build folders
 * go with their build. Everything lies below a throw-away base.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "builder/cache.h"
#include "tests/builder/machine.h"
#include "tests/builder/nobody.h"

static struct jail_user user(uid_t uid)
{
	return (struct jail_user){ .uid = uid, .gid = uid };
}

static char *below(const struct tree *t, const char *path)
{
	static char buf[2][PATH_MAX];
	static int i;

	i = !i;
	FORMAT(buf[i], "%s/%s", tree_path(t), path);
	return buf[i];
}

static struct stat stat_of(const struct tree *t, const char *path)
{
	struct stat st;

	assert_int_equal(lstat(below(t, path), &st), 0);
	return st;
}

static bool is_there(const struct tree *t, const char *path)
{
	return access(below(t, path), F_OK) == 0;
}

static void expect_refused(const struct tree *t, uid_t uid, const char *part)
{
	struct jail_user u = user(uid);
	struct cache *c = NULL;
	struct err e = { 0 };

	assert_true(cache_open(tree_path(t), &u, &c, &e) < 0);
	assert_null(c);
	if (!strstr(e.text, part))
		fail_msg("\"%s\" does not say \"%s\"", e.text, part);
	assert_true(e.hint[0]);
}

static void root_makes_it_and_gives_it_to_the_user(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine(NULL);
	struct jail_user u = user(JAIL_NOBODY);
	struct err e = { 0 };
	mode_t mask;

	if (geteuid() != 0)
		skip();
	mask = umask(0);
	for (int again = 0; again < 2; again++) {
		_cleanup_(cache_freep) struct cache *c = NULL;
		struct stat st;

		assert_int_equal(cache_open(tree_path(t), &u, &c, &e), 0);
		assert_string_equal(c->path, below(t, "var/cache/klpsh/65534"));
		st = stat_of(t, "var/cache/klpsh");
		assert_int_equal(st.st_uid, 0);
		assert_int_equal(st.st_mode & 07777, 0755);
		st = stat_of(t, "var/cache/klpsh/65534");
		assert_int_equal(st.st_uid, JAIL_NOBODY);
		assert_int_equal(st.st_gid, JAIL_NOBODY);
		assert_int_equal(st.st_mode & 07777, 0700);
		assert_int_equal(fstat(c->fd, &st), 0);
		assert_int_equal(st.st_uid, JAIL_NOBODY);
	}
	umask(mask);
}

static void what_others_could_have_made_is_refused(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine(NULL);

	if (geteuid() != 0)
		skip();
	tree_mkdir(t, "elsewhere");
	tree_mkdir(t, "var/cache/klpsh");
	assert_int_equal(chmod(below(t, "var/cache/klpsh"), 0777), 0);
	expect_refused(t, 65534, "var/cache/klpsh is not safe to use: it belongs to uid 0 and has mode 0777");
	assert_int_equal(chmod(below(t, "var/cache/klpsh"), 0755), 0);
	tree_mkdir(t, "var/cache/klpsh/65534");
	assert_int_equal(chown(below(t, "var/cache/klpsh/65534"), 1, 1), 0);
	assert_int_equal(chmod(below(t, "var/cache/klpsh/65534"), 0700), 0);
	expect_refused(t, 65534, "klpsh/65534 is not safe to use: it belongs to uid 1 and has mode 0700");
	assert_int_equal(chown(below(t, "var/cache/klpsh/65534"), 65534, 1), 0);
	assert_int_equal(chmod(below(t, "var/cache/klpsh/65534"), 0750), 0);
	expect_refused(t, 65534, "has mode 0750");
	tree_remove(t, "var/cache/klpsh/65534");
	tree_symlink(t, "../../../elsewhere", "var/cache/klpsh/65534");
	expect_refused(t, 65534, "it is a link or no folder");
	tree_remove(t, "var/cache/klpsh/65534");
	tree_write(t, "var/cache/klpsh/65534", "file");
	expect_refused(t, 65534, "it is a link or no folder");
	tree_remove(t, "var/cache/klpsh");
	tree_symlink(t, "../../elsewhere", "var/cache/klpsh");
	expect_refused(t, 65534, "it is a link or no folder");
	assert_int_equal(stat_of(t, "elsewhere").st_uid, 0);
}

static void a_user_without_one_from_root_has_his_own(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = NULL;
	struct stat st;

	t = machine(&c);
	assert_string_equal(c->path, below(t, "xdg/klpsh"));
	st = stat_of(t, "xdg/klpsh");
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(chmod(below(t, "xdg/klpsh"), 0755), 0);
	expect_refused(t, geteuid(), "has mode 0755");
	tree_remove(t, "xdg/klpsh");
	tree_symlink(t, "../var", "xdg/klpsh");
	expect_refused(t, geteuid(), "it is a link or no folder");
}

static void an_entry_comes_back_as_it_was_put(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	_cleanup_free_ char *data = NULL, *empty = NULL;
	struct err e = { 0 };
	size_t len = 7;

	assert_int_equal(cache_get(c, "a/../key\n", &data, &len, &e), -ENOENT);
	assert_string_equal(e.text, "");
	assert_int_equal(len, 7);
	assert_int_equal(cache_put(c, "a/../key\n", "old", 3, &e), 0);
	assert_int_equal(cache_put(c, "a/../key\n", "some\0data", 9, &e), 0);
	assert_int_equal(cache_put(c, "other", "", 0, &e), 0);
	assert_int_equal(cache_get(c, "a/../key\n", &data, &len, &e), 0);
	assert_int_equal(len, 9);
	assert_memory_equal(data, "some\0data", 10);
	assert_int_equal(cache_get(c, "other", &empty, &len, &e), 0);
	assert_int_equal(len, 0);
}

/* The one file in entries/. */
static char *only_entry(const struct tree *t, const struct cache *c)
{
	_cleanup_(root_freep) struct root *root = NULL;
	static char path[PATH_MAX + 300];
	char **names = NULL;
	size_t n = 0;

	assert_int_equal(root_open(c->path, &root, NULL), 0);
	assert_int_equal(root_list(root, "entries", false, &names, &n), 0);
	assert_int_equal(n, 1);
	FORMAT(path, "%s/entries/%s", c->path, names[0]);
	strv_free(names);
	return path;
}

static void a_damaged_entry_is_dropped(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	uint32_t seed = 1;
	struct err e = { 0 };

	for (uint64_t i = kernel_damages(200); i > 0; i--) {
		char was[128], *path, *data = NULL;
		ssize_t n;
		size_t len;
		int fd;

		assert_int_equal(cache_put(c, "key", "content", 7, &e), 0);
		path = only_entry(t, c);
		fd = open(path, O_RDWR);
		n = pread(fd, was, sizeof(was), 0);
		assert_true(n > 7);
		seed = seed * 1664525 + 1013904223;
		was[(seed >> 8) % (size_t)n] ^= (char)(1 << (seed & 7));
		if (i % 3)
			assert_int_equal(pwrite(fd, was, (size_t)n, 0), n);
		else
			assert_int_equal(ftruncate(fd, (off_t)((seed >> 8) % (size_t)n)), 0);
		close(fd);
		assert_int_equal(cache_get(c, "key", &data, &len, &e), -ENOENT);
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void an_entry_of_another_key_or_kind_is_dropped(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	char path[PATH_MAX + 300], *data = NULL;
	struct err e = { 0 };
	size_t len;

	assert_int_equal(cache_put(c, "one", "content", 7, &e), 0);
	FORMAT(path, "%s", only_entry(t, c));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(cache_put(c, "two", "content", 7, &e), 0);
	assert_int_equal(rename(only_entry(t, c), path), 0);
	assert_int_equal(cache_get(c, "one", &data, &len, &e), -ENOENT);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(cache_get(c, "one", &data, &len, &e), -ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(cache_get(c, "one", &data, &len, &e), -ENOENT);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(cache_get(c, "one", &data, &len, &e), -ENOENT);
	assert_int_equal(access(path, F_OK), -1);
}

static void count_line(void *arg, const char *line)
{
	assert_string_equal(line, "another build prepares this kernel, waiting");
	++*(volatile int *)arg;
}

/* Tell that we wait, then wait; 0 when we got it. */
static pid_t lock_elsewhere(const struct cache *c, volatile int *waits, int ours)
{
	struct err e = { 0 };
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	close(ours); /* else the lock would be held by who waits for it, too */
	_exit(cache_lock(c, "tree", "prepares this kernel", count_line, (void *)waits, &fd, &e) < 0);
}

static void wait_for(const volatile int *count, int want)
{
	uint64_t deadline = now_mono() + 20 * USEC_PER_SEC;

	while (*count != want) {
		assert_true(now_mono() < deadline);
		poll(NULL, 0, 5);
	}
}

static void a_lock_is_waited_for(void **state)
{
	volatile int *waits =
		mmap(NULL, sizeof(*waits), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct err e = { 0 };
	int fd, other, status;
	pid_t pid;

	assert_int_equal(cache_lock(c, "tree", "prepares this kernel", count_line, (void *)waits, &fd, &e),
			 0);
	assert_int_equal(cache_lock(c, "other", "is nothing", NULL, NULL, &other, &e), 0);
	close(other);
	assert_int_equal(*waits, 0);
	/* A signal ends the waiting. */
	pid = lock_elsewhere(c, waits, fd);
	wait_for(waits, 1);
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	/* So does the end of who has it. */
	pid = lock_elsewhere(c, waits, fd);
	wait_for(waits, 2);
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	munmap((void *)waits, sizeof(*waits));
}

static void a_build_folder_goes_with_its_build(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct cache_tmp *mine = NULL, *other = NULL;
	char path[PATH_MAX], dead[PATH_MAX + 8];
	struct err e = { 0 };
	struct stat st;
	int status;
	pid_t pid;

	assert_int_equal(cache_tmpdir(c, &mine, &e), 0);
	assert_int_equal(stat(mine->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	pid = fork();
	if (!pid) {
		assert_int_equal(cache_tmpdir(c, &other, &e), 0);
		_exit(mkdirat(other->fd, "left", 0500) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	FORMAT(dead, "%s/tmp", c->path);
	assert_int_equal(stat(dead, &st), 0);
	assert_int_equal(st.st_nlink, 4); /* the dead one is still there */
	assert_int_equal(cache_tmpdir(c, &other, &e), 0);
	assert_int_equal(stat(dead, &st), 0);
	assert_int_equal(st.st_nlink, 4); /* mine and the other */
	assert_int_equal(access(mine->path, F_OK), 0);
	FORMAT(path, "%s", mine->path);
	assert_null(cache_tmp_free(mine));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(other->path, F_OK), 0);
	cache_tmp_free(other);
}

static void a_folder_that_is_kept_stays_until_it_is_removed(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct cache_tmp *kept = NULL, *other = NULL;
	char name[CACHE_NAME], path[PATH_MAX], kept_path[PATH_MAX];
	struct err e = { 0 };

	assert_int_equal(cache_keep_name(name, &e), 0);
	assert_false(cache_is_kept(c, name, path)); /* before it is made */
	assert_int_equal(cache_keepdir(c, name, &kept, &e), 0);
	FORMAT(kept_path, "%s", kept->path);
	cache_tmp_free(kept);
	assert_true(cache_is_kept(c, name, path));
	assert_string_equal(path, kept_path);
	/* nor do later builds take it for one that died */
	assert_int_equal(cache_tmpdir(c, &other, &e), 0);
	cache_tmp_free(other);
	assert_int_equal(access(kept_path, F_OK), 0);
	assert_int_equal(rmdir(kept_path), 0);
	assert_false(cache_is_kept(c, name, path));
	/* a name is no way to another place */
	assert_int_equal(cache_keepdir(c, "kept-/../x", &kept, &e), -EINVAL);
	assert_int_equal(cache_keepdir(c, "b-1", &kept, &e), -EINVAL);
}

static void an_entry_of_long_ago_is_dropped(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	time_t now = (time_t)(now_wall() / USEC_PER_SEC);
	char *data = NULL;
	struct cache_tmp *tmp = NULL;
	struct err e = { 0 };
	size_t len;

	for (int days = 29; days <= 31; days += 2) {
		const struct timespec age[2] = { { .tv_sec = now - days * 24 * 3600 },
						 { .tv_sec = now - days * 24 * 3600 } };

		assert_int_equal(cache_put(c, "key", "old", 3, &e), 0);
		assert_int_equal(utimensat(AT_FDCWD, only_entry(t, c), age, 0), 0);
		assert_int_equal(cache_tmpdir(c, &tmp, &e), 0);
		cache_tmp_free(tmp);
		assert_int_equal(cache_get(c, "key", &data, &len, &e), days < 30 ? 0 : -ENOENT);
		free(data);
		data = NULL;
	}
}

static void removing_follows_no_link_and_knows_no_mode(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_close_ int dir = open(tree_path(t), O_RDONLY | O_DIRECTORY);

	tree_write(t, "keep/file", "precious");
	tree_write(t, "gone/a/b/file", "");
	tree_symlink(t, "../keep", "gone/link");
	tree_symlink(t, "../../keep/file", "gone/a/link");
	tree_fifo(t, "gone/fifo");
	tree_symlink(t, "keep", "link");
	assert_int_equal(chmod(below(t, "gone/a/b"), 0), 0);
	assert_int_equal(chmod(below(t, "gone/a"), 0500), 0);
	assert_int_equal(cache_rmtree(dir, "gone"), 0);
	assert_false(is_there(t, "gone"));
	assert_int_equal(cache_rmtree(dir, "link"), 0);
	assert_true(is_there(t, "keep/file"));
	assert_int_equal(cache_rmtree(dir, "gone"), 0);
	assert_int_equal(cache_rmtree(dir, "keep/file"), -EINVAL);
	assert_int_equal(cache_rmtree(dir, ".."), -EINVAL);
	assert_true(is_there(t, "keep/file"));
}

static void too_deep_is_not_removed(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_close_ int dir = open(tree_path(t), O_RDONLY | O_DIRECTORY);
	char path[4 * CACHE_DEPTH_MAX] = "d";

	for (int i = 0; i < CACHE_DEPTH_MAX; i++)
		strcat(path, "/d");
	tree_mkdir(t, path);
	assert_int_equal(cache_rmtree(dir, "d"), 0);
	strcat(path, "/d");
	tree_mkdir(t, path);
	assert_int_equal(cache_rmtree(dir, "d"), -ELOOP);
	assert_true(is_there(t, path));
}

static void a_full_disk_is_told_with_a_hint(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct err e = { 0 };
	char want[PATH_MAX + 64];

	assert_int_equal(cache_err(c, -ENOSPC, "write", &e), -ENOSPC);
	FORMAT(want, "the disk of %s is full", c->path);
	assert_string_equal(e.text, want);
	FORMAT(want, "make room, or remove %s: klpsh makes it anew", c->path);
	assert_string_equal(e.hint, want);
	assert_int_equal(cache_err(c, -EIO, "write", &e), -EIO);
	assert_string_equal(e.text, "cannot write: Input/output error");
	assert_string_equal(e.hint, "");
}

/* Only a user's own; root's is where we say. */
static int open_as_user(const char *xdg, struct err *e)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct jail_user u = user(geteuid());

	tree_mkdir(t, "var/cache");
	tree_mkdir(t, xdg + 1);
	setenv("XDG_CACHE_HOME", xdg, 1);
	return cache_open(tree_path(t), &u, &c, e);
}

static void a_path_that_make_would_take_apart_is_refused(void **state)
{
	struct err e = { 0 };

	assert_int_equal(open_as_user("/my caches", &e), -EINVAL);
	assert_non_null(strstr(e.text, "\"/my caches\" has characters that make cannot take"));
	assert_non_null(strstr(e.hint, "set XDG_CACHE_HOME"));
	assert_int_equal(open_as_user("/my-caches", &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_makes_it_and_gives_it_to_the_user),
		cmocka_unit_test(what_others_could_have_made_is_refused),
		unit_test_as_nobody(a_user_without_one_from_root_has_his_own),
		cmocka_unit_test(an_entry_comes_back_as_it_was_put),
		cmocka_unit_test(a_damaged_entry_is_dropped),
		cmocka_unit_test(an_entry_of_another_key_or_kind_is_dropped),
		cmocka_unit_test(a_lock_is_waited_for),
		cmocka_unit_test(a_build_folder_goes_with_its_build),
		cmocka_unit_test(a_folder_that_is_kept_stays_until_it_is_removed),
		cmocka_unit_test(an_entry_of_long_ago_is_dropped),
		cmocka_unit_test(removing_follows_no_link_and_knows_no_mode),
		cmocka_unit_test(too_deep_is_not_removed),
		cmocka_unit_test(a_full_disk_is_told_with_a_hint),
		unit_test_as_nobody(a_path_that_make_would_take_apart_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
