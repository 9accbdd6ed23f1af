/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history file: private, our own, bounded, and never behind a link.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "shell/histfile.h"

struct place {
	char dir[64], file[128];
};

static int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	FORMAT(p->dir, "/tmp/klpsh-hist-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	FORMAT(p->file, "%s/klpsh/history", p->dir);
	*state = p;
	return 0;
}

static int drop_place(void **state)
{
	struct place *p = *state;
	char path[128];

	unlink(p->file);
	FORMAT(path, "%s/klpsh", p->dir);
	rmdir(path);
	unlink(path);
	FORMAT(path, "%s/victim", p->dir);
	unlink(path);
	rmdir(path);
	rmdir(p->dir);
	free(p);
	return 0;
}

struct lines {
	size_t n;
	char first[64], last[64];
};

static void take(const char *line, void *arg)
{
	struct lines *l = arg;

	if (!l->n++)
		FORMAT(l->first, "%s", line);
	FORMAT(l->last, "%s", line);
}

static void lines_come_back(void **state)
{
	struct place *p = *state;
	struct lines l = { 0 };
	struct stat st;
	int fd = histfile_open(p->dir, NULL);

	assert_true(fd >= 0);
	assert_int_equal(histfile_add(fd, "list"), 0);
	assert_int_equal(histfile_add(fd, "status --json"), 0);
	assert_int_equal(histfile_add(fd, "two\nlines"), -EINVAL);
	close(fd);
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	fd = histfile_open(p->dir, NULL);
	assert_int_equal(histfile_read(fd, take, &l), 0);
	close(fd);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.first, "list");
	assert_string_equal(l.last, "status --json");
}

static void a_link_is_not_followed(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };
	char victim[128];

	FORMAT(victim, "%s/victim", p->dir);
	close(histfile_open(p->dir, NULL));
	unlink(p->file);
	assert_int_equal(symlink(victim, p->file), 0);
	assert_int_equal(histfile_open(p->dir, &e), -ELOOP);
	assert_int_equal(access(victim, F_OK), -1);
}

static void a_linked_folder_is_not_followed(void **state)
{
	struct place *p = *state;
	char victim[128], link[128];

	FORMAT(victim, "%s/victim", p->dir);
	FORMAT(link, "%s/klpsh", p->dir);
	assert_int_equal(mkdir(victim, 0700), 0);
	assert_int_equal(symlink(victim, link), 0);
	assert_true(histfile_open(p->dir, NULL) < 0);
}

static void what_is_no_plain_file_is_refused(void **state)
{
	struct place *p = *state;

	close(histfile_open(p->dir, NULL));
	unlink(p->file);
	assert_int_equal(mkfifo(p->file, 0600), 0);
	assert_int_equal(histfile_open(p->dir, NULL), -EPERM);
}

static void a_readable_file_becomes_private(void **state)
{
	struct place *p = *state;
	struct stat st;

	close(histfile_open(p->dir, NULL));
	assert_int_equal(chmod(p->file, 0644), 0);
	close(histfile_open(p->dir, NULL));
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* As root with somebody else's XDG_STATE_HOME: a link in there could lead anywhere. */
static void a_folder_of_somebody_else_is_refused(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };
	char path[128];

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(p->dir, 1, 1), 0);
	assert_int_equal(histfile_open(p->dir, &e), -EPERM);
	FORMAT(path, "%s/klpsh", p->dir);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(chown(p->dir, 0, 0), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chown(path, 1, 1), 0);
	assert_int_equal(histfile_open(p->dir, &e), -EPERM);
}

/* The same for a home that sudo has left in the environment. */
static void a_home_of_somebody_else_is_refused(void **state)
{
	struct place *p = *state;
	char path[128];

	if (geteuid() != 0)
		skip();
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", p->dir, 1);
	assert_int_equal(chown(p->dir, 1, 1), 0);
	assert_int_equal(histfile_open(NULL, NULL), -EPERM);
	FORMAT(path, "%s/.local", p->dir);
	assert_int_equal(access(path, F_OK), -1);
}

static void only_the_newest_lines_are_kept(void **state)
{
	struct place *p = *state;
	struct lines l = { 0 };
	char line[32];
	struct stat st, later;
	int fd = histfile_open(p->dir, NULL);

	for (int i = 0; i < 3 * HISTFILE_MAX_LINES; i++) {
		FORMAT(line, "taint %d", i);
		assert_int_equal(histfile_add(fd, line), 0);
	}
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(histfile_read(fd, take, &l), 0);
	assert_int_equal(l.n, HISTFILE_MAX_LINES);
	assert_string_equal(l.first, "taint 2000");
	assert_string_equal(l.last, "taint 2999");
	assert_int_equal(fstat(fd, &later), 0);
	assert_true(later.st_size < st.st_size);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_come_back, make_place, drop_place),
		cmocka_unit_test_setup_teardown(a_link_is_not_followed, make_place, drop_place),
		cmocka_unit_test_setup_teardown(a_linked_folder_is_not_followed, make_place, drop_place),
		cmocka_unit_test_setup_teardown(what_is_no_plain_file_is_refused, make_place, drop_place),
		cmocka_unit_test_setup_teardown(a_readable_file_becomes_private, make_place, drop_place),
		cmocka_unit_test_setup_teardown(a_folder_of_somebody_else_is_refused, make_place, drop_place),
		cmocka_unit_test_setup_teardown(a_home_of_somebody_else_is_refused, make_place, drop_place),
		cmocka_unit_test_setup_teardown(only_the_newest_lines_are_kept, make_place, drop_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
