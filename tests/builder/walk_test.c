// SPDX-License-Identifier: GPL-2.0-or-later
/* A walk sees everything that is wanted once, follows no link, and ends where there is too much. */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>

#include "builder/walk.h"

static bool is_wanted(const char *name, unsigned depth)
{
	return depth || !streq(name, "unwanted");
}

/* Counts at arg how often each path is seen. */
static int note(struct walk *w, int dir, const char *name, const struct stat *st)
{
	size_t *seen = w->arg;
	static const char *const paths[] = { "a", "d", "d/e", "d/e/f", "d/unwanted", "link" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (streq(w->path, paths[i])) {
			seen[i]++;
			assert_int_equal(faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW), 0);
			return S_ISDIR(st->st_mode);
		}
	fail_msg("%s is seen", w->path);
	return 0;
}

static struct tree *make(void)
{
	struct tree *t = tree_new();

	tree_write(t, "a", "x");
	tree_write(t, "d/e/f", "x");
	tree_write(t, "d/unwanted", "x");
	tree_write(t, "unwanted/g", "x");
	tree_symlink(t, "d", "link");
	return t;
}

static int walk(const struct tree *t, struct walk *w)
{
	_cleanup_close_ int fd = open(tree_path(t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return walk_folder(w, fd);
}

static void all_that_is_wanted_is_seen_once(void **state)
{
	_cleanup_(tree_freep) struct tree *t = make();
	size_t seen[6] = { 0 };
	struct walk w = { .wants = is_wanted, .take = note, .arg = seen, .depth_max = 2, .entries_max = 6 };

	assert_int_equal(walk(t, &w), 0);
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++)
		assert_int_equal(seen[i], 1);
}

static void a_folder_that_is_too_deep_ends_it(void **state)
{
	_cleanup_(tree_freep) struct tree *t = make();
	size_t seen[6] = { 0 };
	struct walk w = { .wants = is_wanted, .take = note, .arg = seen, .depth_max = 1, .entries_max = 6 };

	assert_int_equal(walk(t, &w), -E2BIG);
	assert_string_equal(w.path, "d/e");
	assert_int_equal(seen[3], 0);
}

static void one_entry_too_many_ends_it(void **state)
{
	_cleanup_(tree_freep) struct tree *t = make();
	size_t seen[6] = { 0 };
	struct walk w = { .wants = is_wanted, .take = note, .arg = seen, .depth_max = 2, .entries_max = 5 };

	assert_int_equal(walk(t, &w), -E2BIG);
}

static int refuse_deep(struct walk *w, int dir, const char *name, const struct stat *st)
{
	return streq(name, "f") ? -EPERM : S_ISDIR(st->st_mode);
}

static void a_failure_ends_it_and_says_where(void **state)
{
	_cleanup_(tree_freep) struct tree *t = make();
	struct walk w = { .wants = is_wanted, .take = refuse_deep, .depth_max = 9, .entries_max = 9 };

	assert_int_equal(walk(t, &w), -EPERM);
	assert_string_equal(w.path, "d/e/f");
}

static int go_on(struct walk *w, int dir, const char *name, const struct stat *st)
{
	return S_ISDIR(st->st_mode);
}

static void the_folder_stays_the_callers_and_can_be_walked_again(void **state)
{
	_cleanup_(tree_freep) struct tree *t = make();
	_cleanup_close_ int fd = open(tree_path(t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct walk w = { .take = go_on, .depth_max = 2, .entries_max = 8 };

	for (int i = 0; i < 2; i++) {
		assert_int_equal(walk_folder(&w, fd), 0);
		assert_int_equal(w.entries, 8);
	}
}

static int go_in(struct walk *w, int dir, const char *name, const struct stat *st)
{
	return !S_ISREG(st->st_mode);
}

static void a_link_is_never_gone_into(void **state)
{
	_cleanup_(tree_freep) struct tree *t = make();
	struct walk w = { .wants = is_wanted, .take = go_in, .depth_max = 9, .entries_max = 9 };

	assert_true(walk(t, &w) < 0);
	assert_string_equal(w.path, "link");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_wanted_is_seen_once),
		cmocka_unit_test(a_folder_that_is_too_deep_ends_it),
		cmocka_unit_test(one_entry_too_many_ends_it),
		cmocka_unit_test(a_failure_ends_it_and_says_where),
		cmocka_unit_test(the_folder_stays_the_callers_and_can_be_walked_again),
		cmocka_unit_test(a_link_is_never_gone_into),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
