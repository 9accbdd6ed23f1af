// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads below a root: nothing climbs out, by dots or by links, with openat2
 * and without it; nothing hangs on a pipe or grows without bound; and an
 * attribute that is not what it should be is an error, never a value.
 */
#include "tests/core/fake.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct ground {
	struct tree *tree, *outside;
	struct root *root;
};

static int set_up(void **state)
{
	struct ground *g = calloc(1, sizeof(*g));
	char link[600];

	assert_non_null(g);
	g->tree = tree_new();
	g->outside = tree_new();
	tree_write(g->outside, "secret", "outside\n");
	tree_write(g->tree, "etc/name", "inside\n");
	FORMAT(link, "%s/secret", tree_path(g->outside));
	tree_symlink(g->tree, link, "absolute");
	FORMAT(link, "../..%s/secret", tree_path(g->outside));
	tree_symlink(g->tree, link, "etc/relative");
	tree_symlink(g->tree, tree_path(g->outside), "folder");
	tree_symlink(g->tree, "/etc/name", "inner");
	g->root = tree_root(g->tree);
	*state = g;
	return 0;
}

static int tear_down(void **state)
{
	struct ground *g = *state;

	root_free(g->root);
	tree_free(g->tree);
	tree_free(g->outside);
	free(g);
	return 0;
}

static ssize_t read_attr(const struct ground *g, const char *path, char *buf, size_t size)
{
	memset(buf, 'q', size);
	return root_read_attr(g->root, path, buf, size);
}

static void test_an_attribute_loses_one_newline(void **state)
{
	struct ground *g = *state;
	char buf[64];

	assert_int_equal(read_attr(g, "etc/name", buf, sizeof(buf)), 6);
	assert_string_equal(buf, "inside");
	assert_int_equal(read_attr(g, "/etc//name", buf, sizeof(buf)), 6);
	tree_write(g->tree, "two", "a\n\n");
	assert_int_equal(read_attr(g, "two", buf, sizeof(buf)), 2);
	assert_string_equal(buf, "a\n");
	tree_write(g->tree, "empty", "");
	assert_int_equal(read_attr(g, "empty", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
}

/* True when none of the ways out shows the file outside. */
static bool nothing_leaks(const struct ground *g)
{
	static const char *const ways[] = { "absolute", "etc/relative", "folder/secret", "../secret",
					    "etc/../../../secret" };
	char path[1200], buf[64];

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (root_read_attr(g->root, ways[i], buf, sizeof(buf)) >= 0)
			return false;
	FORMAT(path, "../../../../../../../../../..%s/secret", tree_path(g->outside));
	return root_read_attr(g->root, path, buf, sizeof(buf)) < 0;
}

static void test_links_and_dots_stay_inside(void **state)
{
	struct ground *g = *state;
	char buf[64];

	assert_true(nothing_leaks(g));
	/* A link of the captured machine means that machine's own file. */
	assert_int_equal(read_attr(g, "inner", buf, sizeof(buf)), 6);
	assert_string_equal(buf, "inside");
	assert_int_equal(read_attr(g, "../../etc/name", buf, sizeof(buf)), 6);
}

static bool forbid_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

/* 0 fine, 1 leaks, 2 does not read at all, 77 no seccomp. */
static int without_openat2(const struct ground *g)
{
	char buf[64];

	if (!forbid_openat2())
		return 77;
	if (!nothing_leaks(g))
		return 1;
	return root_read_attr(g->root, "etc/name", buf, sizeof(buf)) == 6 &&
			       root_read_attr(g->root, "/etc//name", buf, sizeof(buf)) == 6 &&
			       root_exists(g->root, "etc") && !root_exists(g->root, "nothing")
		       ? 0
		       : 2;
}

static void test_an_old_kernel_keeps_everything_inside_too(void **state)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(without_openat2(*state));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Renames of anybody make the kernel give up a path with ".." (EAGAIN). */
static _Noreturn void rename_for_ever(const struct ground *g)
{
	char a[600], b[600];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	FORMAT(a, "%s/secret", tree_path(g->outside));
	FORMAT(b, "%s/moved", tree_path(g->outside));
	for (;;)
		if (rename(a, b) < 0 || rename(b, a) < 0)
			_exit(1);
}

static void test_renames_elsewhere_do_not_matter(void **state)
{
	struct ground *g = *state;
	char buf[64];
	int bad = 0;
	pid_t pid = fork();

	if (!pid)
		rename_for_ever(g);
	for (int i = 0; i < 20000; i++)
		bad += root_read_attr(g->root, "etc/../etc/../etc/../etc/name", buf, sizeof(buf)) != 6;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(bad, 0);
}

static void test_pipes_folders_and_devices_do_not_hang(void **state)
{
	struct ground *g = *state;
	char buf[64], *text;

	tree_fifo(g->tree, "pipe");
	assert_int_equal(read_attr(g, "pipe", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(root_read_file(g->root, "pipe", 100, &text, NULL), -EINVAL);
	assert_int_equal(read_attr(g, "etc", buf, sizeof(buf)), -EISDIR);
	assert_int_equal(buf[0], 'q');
}

static void test_attributes_are_bounded(void **state)
{
	static char big[ATTR_MAX + 2];
	struct ground *g = *state;
	char buf[ATTR_MAX + 8];

	memset(big, 'x', sizeof(big));
	tree_write_bytes(g->tree, "page", big, ATTR_MAX);
	tree_write_bytes(g->tree, "more", big, ATTR_MAX + 1);
	assert_int_equal(read_attr(g, "page", buf, sizeof(buf)), ATTR_MAX);
	assert_int_equal(read_attr(g, "more", buf, sizeof(buf)), -EFBIG);
	assert_int_equal(buf[0], 'q');
	/* The caller's buffer is a bound as well: text and its end must fit. */
	tree_write(g->tree, "seven", "1234567\n");
	assert_int_equal(read_attr(g, "seven", buf, 8), 7);
	assert_int_equal(read_attr(g, "seven", buf, 7), -EFBIG);
	assert_int_equal(buf[0], 'q');
}

static void test_binary_is_refused(void **state)
{
	struct ground *g = *state;
	char buf[64];

	tree_write_bytes(g->tree, "nul", "a\0b\n", 4);
	assert_int_equal(read_attr(g, "nul", buf, sizeof(buf)), -EBADMSG);
	assert_int_equal(buf[0], 'q');
}

static int read_int(struct ground *g, const char *text, int64_t *ret)
{
	tree_write(g->tree, "number", text);
	return root_read_int(g->root, "number", ret);
}

static void test_numbers(void **state)
{
	int64_t v = 4711;

	assert_int_equal(read_int(*state, "-12\n", &v), 0);
	assert_int_equal(v, -12);
	assert_int_equal(read_int(*state, "9999999999\n", &v), 0);
	assert_true(v == 9999999999);
	v = 4711;
	assert_int_equal(read_int(*state, "", &v), -EBADMSG);
	assert_int_equal(read_int(*state, "12 \n", &v), -EBADMSG);
	assert_int_equal(read_int(*state, "99999999999999999999\n", &v), -EBADMSG);
	assert_int_equal(root_read_int(((struct ground *)*state)->root, "absent", &v), -ENOENT);
	assert_int_equal(v, 4711);
}

static void expect_bool(struct ground *g, const char *text, int r, int want)
{
	int v = 4711;

	tree_write(g->tree, "flag", text);
	assert_int_equal(root_read_bool(g->root, "flag", &v), r);
	assert_int_equal(v, r ? 4711 : want);
}

static void test_booleans(void **state)
{
	expect_bool(*state, "0\n", 0, 0);
	expect_bool(*state, "1\n", 0, 1);
	expect_bool(*state, "Y\n", 0, 1);
	expect_bool(*state, "N\n", 0, 0);
	expect_bool(*state, "1", 0, 1);
	expect_bool(*state, "", -EBADMSG, 0);
	expect_bool(*state, "2\n", -EBADMSG, 0);
	expect_bool(*state, "01\n", -EBADMSG, 0);
	expect_bool(*state, "1\n1\n", -EBADMSG, 0);
}

static void test_whole_files(void **state)
{
	struct ground *g = *state;
	char *text = NULL;
	size_t len = 0;

	tree_write_bytes(g->tree, "file", "a\0b\n", 4);
	assert_int_equal(root_read_file(g->root, "file", 4, &text, &len), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(text, "a\0b\n", 5);
	free(text);
	text = NULL;
	assert_int_equal(root_read_file(g->root, "file", 3, &text, &len), -EFBIG);
	assert_null(text);
	tree_write(g->tree, "file", "");
	assert_int_equal(root_read_file(g->root, "file", 0, &text, NULL), 0);
	assert_string_equal(text, "");
	free(text);
}

static void test_large_files_arrive_whole(void **state)
{
	struct ground *g = *state;
	_cleanup_free_ char *want = malloc(300001), *text = NULL;
	size_t len;

	assert_non_null(want);
	for (size_t i = 0; i < 300001; i++)
		want[i] = (char)(i * 31);
	tree_write_bytes(g->tree, "large", want, 300001);
	assert_int_equal(root_read_file(g->root, "large", 300001, &text, &len), 0);
	assert_int_equal(len, 300001);
	assert_memory_equal(text, want, len);
}

static void test_lists_are_sorted(void **state)
{
	_cleanup_(strv_freep) char **all = NULL, **dirs = NULL;
	struct ground *g = *state;
	size_t n = 99;

	tree_mkdir(g->tree, "list/b");
	tree_mkdir(g->tree, "list/Z");
	tree_write(g->tree, "list/a", "");
	tree_symlink(g->tree, "b", "list/link");
	assert_int_equal(root_list(g->root, "list", false, &all, &n), 0);
	assert_int_equal(n, 4);
	assert_string_equal(all[0], "Z");
	assert_string_equal(all[1], "a");
	assert_string_equal(all[3], "link");
	assert_null(all[4]);
	assert_int_equal(root_list(g->root, "list", true, &dirs, &n), 0);
	assert_int_equal(n, 2); /* a link to a folder is none */
	assert_string_equal(dirs[1], "b");
	assert_null(dirs[2]);
}

static void test_lists_of_any_length_end_in_null(void **state)
{
	struct ground *g = *state;

	tree_mkdir(g->tree, "many");
	for (size_t n = 0; n < 40; n++) {
		_cleanup_(strv_freep) char **v = NULL;
		size_t got;

		assert_int_equal(root_list(g->root, "many", false, &v, &got), 0);
		assert_int_equal(got, n);
		assert_null(v[n]);
		tree_writef(g->tree, "", "many/%02zu", n);
	}
}

static void test_lists_of_what_is_no_folder(void **state)
{
	struct ground *g = *state;
	char **v = NULL;

	assert_int_equal(root_list(g->root, "etc/name", false, &v, NULL), -ENOTDIR);
	assert_int_equal(root_list(g->root, "absent", false, &v, NULL), -ENOENT);
	assert_int_equal(root_list(g->root, "folder", false, &v, NULL), -ENOENT);
	assert_null(v);
}

static void test_a_root_that_is_none(void **state)
{
	struct ground *g = *state;
	struct root *r = NULL;
	struct err e = { 0 };
	char path[600];

	FORMAT(path, "%s/absent", tree_path(g->tree));
	assert_int_equal(root_open(path, &r, &e), -ENOENT);
	assert_non_null(strstr(e.text, path));
	assert_true(strlen(e.hint) > 0);
	FORMAT(path, "%s/etc/name", tree_path(g->tree));
	assert_int_equal(root_open(path, &r, &e), -ENOTDIR);
	assert_null(r);
}

static void test_the_running_machine_is_known_as_such(void **state)
{
	_cleanup_(root_freep) struct root *live = NULL;
	struct ground *g = *state;

	assert_int_equal(root_open(NULL, &live, NULL), 0);
	assert_true(root_is_live(live));
	assert_string_equal(root_prefix(live), "/");
	assert_false(root_is_live(g->root));
	assert_string_equal(root_prefix(g->root), tree_path(g->tree));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_attribute_loses_one_newline),
		TEST(test_links_and_dots_stay_inside),
		TEST(test_an_old_kernel_keeps_everything_inside_too),
		TEST(test_renames_elsewhere_do_not_matter),
		TEST(test_pipes_folders_and_devices_do_not_hang),
		TEST(test_attributes_are_bounded),
		TEST(test_binary_is_refused),
		TEST(test_numbers),
		TEST(test_booleans),
		TEST(test_whole_files),
		TEST(test_large_files_arrive_whole),
		TEST(test_lists_are_sorted),
		TEST(test_lists_of_any_length_end_in_null),
		TEST(test_lists_of_what_is_no_folder),
		TEST(test_a_root_that_is_none),
		TEST(test_the_running_machine_is_known_as_such),
	};

	return cmocka_run_group_tests_name("root", tests, fake_deadline, NULL);
}
