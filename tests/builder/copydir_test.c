// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A copy of a folder of sources: what it takes along, what it leaves out and
 * says so, and that it ends where there is too much.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "builder/copydir.h"
#include "kmod/decompress.h"

struct place {
	struct tree *t;
	char from[PATH_MAX + 8], to[PATH_MAX + 8];
	int fd;
};

static void place_open(struct place *p)
{
	p->t = tree_new();
	FORMAT(p->from, "%s/from", tree_path(p->t));
	FORMAT(p->to, "%s/to", tree_path(p->t));
	tree_mkdir(p->t, "from");
	tree_mkdir(p->t, "to");
	p->fd = open(p->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(p->fd >= 0);
}

static void place_close(struct place *p)
{
	close(p->fd);
	tree_free(p->t);
}

static void expect_text(const struct place *p, const char *path, const char *text)
{
	_cleanup_close_ int fd = openat(p->fd, path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *got = NULL;
	size_t len;

	assert_true(fd >= 0);
	assert_int_equal(file_read_fd(path, fd, 4096, &got, &len, NULL), 0);
	assert_string_equal(got, text);
}

static bool is_there(const struct place *p, const char *path)
{
	struct stat st;

	return fstatat(p->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool no_objects(const char *name)
{
	return streq(name, "old.ko") || streq(name, ".git");
}

static int copy(const struct place *p, struct copydir *c, struct err *e)
{
	*c = (struct copydir){ .leave_out = no_objects };
	*e = (struct err){ 0 };
	return copydir(c, p->from, p->fd, e);
}

static void files_come_with_their_times_and_the_right_to_execute(void **state)
{
	const struct timespec when[] = { { 1000000000, 0 }, { 1100000000, 5 } };
	struct copydir c;
	struct place p;
	struct stat st;
	struct err e;

	place_open(&p);
	tree_write(p.t, "from/a.c", "int a;\n");
	tree_write(p.t, "from/sub/deep/gen.sh", "#!/bin/sh\n");
	tree_write(p.t, "from/empty", "");
	tree_write(p.t, "from/old.ko", "x");
	tree_write(p.t, "from/.git/config", "x");
	assert_int_equal(fchmodat(AT_FDCWD, p.from, 0700, 0), 0);
	assert_int_equal(chdir(p.from), 0);
	assert_int_equal(chmod("sub/deep/gen.sh", 0755), 0);
	assert_int_equal(utimensat(AT_FDCWD, "a.c", when, 0), 0);
	assert_int_equal(chdir("/"), 0);
	if (copy(&p, &c, &e) < 0)
		fail_msg("%s", e.text);
	expect_text(&p, "a.c", "int a;\n");
	expect_text(&p, "sub/deep/gen.sh", "#!/bin/sh\n");
	expect_text(&p, "empty", "");
	assert_false(is_there(&p, "old.ko"));
	assert_false(is_there(&p, ".git"));
	assert_int_equal(fstatat(p.fd, "a.c", &st, 0), 0);
	assert_int_equal(st.st_mtim.tv_sec, 1100000000);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fstatat(p.fd, "sub/deep/gen.sh", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	place_close(&p);
}

static void links_that_lead_out_are_left_out_and_counted(void **state)
{
	static const char *const out[] = { "/etc/passwd", "../to", "sub/../../to", ".." };
	struct copydir c;
	struct place p;
	struct err e;

	place_open(&p);
	tree_write(p.t, "from/a.c", "int a;\n");
	tree_symlink(p.t, "a.c", "from/same");
	tree_symlink(p.t, "../a.c", "from/sub/up");
	tree_symlink(p.t, "nowhere", "from/dangling");
	for (size_t i = 0; i < ARRAY_SIZE(out); i++) {
		char name[32];

		FORMAT(name, "from/out%zu", i);
		tree_symlink(p.t, out[i], name);
	}
	tree_symlink(p.t, "../../to", "from/sub/out");
	tree_fifo(p.t, "from/fifo");
	if (copy(&p, &c, &e) < 0)
		fail_msg("%s", e.text);
	expect_text(&p, "same", "int a;\n");
	expect_text(&p, "sub/up", "int a;\n");
	assert_true(is_there(&p, "dangling"));
	assert_int_equal(c.links, ARRAY_SIZE(out) + 1);
	assert_non_null(strstr(c.first_link, "out"));
	assert_false(is_there(&p, "out0"));
	assert_false(is_there(&p, "sub/out"));
	assert_int_equal(c.others, 1);
	assert_false(is_there(&p, "fifo"));
	place_close(&p);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	char want[2 * PATH_MAX];
	struct copydir c;
	struct place p;
	struct err e;

	place_open(&p);
	tree_write(p.t, "to/sub/a.c", "there already\n");
	tree_write(p.t, "from/sub/a.c", "int a;\n");
	assert_int_equal(copy(&p, &c, &e), -EEXIST);
	FORMAT(want, "%s/sub cannot be copied: File exists", p.from);
	assert_string_equal(e.text, want);
	tree_remove(p.t, "from");
	assert_int_equal(copy(&p, &c, &e), -ENOENT);
	FORMAT(want, "%s cannot be copied: No such file or directory", p.from);
	assert_string_equal(e.text, want);
	place_close(&p);
}

static void too_deep_a_folder_ends_it(void **state)
{
	char path[PATH_MAX] = "from";
	struct copydir c;
	struct place p;
	struct err e;

	place_open(&p);
	for (unsigned i = 0; i <= COPYDIR_DEPTH_MAX; i++)
		strncat(path, "/d", sizeof(path) - strlen(path) - 1);
	tree_mkdir(p.t, path);
	assert_int_equal(copy(&p, &c, &e), -E2BIG);
	assert_non_null(strstr(e.text, "is deeper than 32 folders"));
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_come_with_their_times_and_the_right_to_execute),
		cmocka_unit_test(links_that_lead_out_are_left_out_and_counted),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
		cmocka_unit_test(too_deep_a_folder_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
