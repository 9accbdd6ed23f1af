// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index of tasks between scans: the kernel's own numbers read strictly,
 * dead tasks dropped, new ones found among the old.
 */
#include "tests/core/fake.h"

#include "core/taskindex.h"

static void test_the_kernels_numbers(void **state)
{
	struct task_load l = { 0 };

	assert_int_equal(task_load_parse("0.00 0.01 0.05 1/204 5123", &l), 0);
	assert_int_equal(l.threads, 204);
	assert_int_equal(l.last, 5123);
}

static void test_other_texts_are_no_numbers(void **state)
{
	static const char *const bad[] = { "",
					   "0.00 0.01 0.05",
					   "1/",
					   "1/204",
					   "1/204 ",
					   "1/204 5123 ",
					   "1/x 5",
					   "1/ 5",
					   "1/-1 5",
					   "1/204 99999999999",
					   "1/11111111111111111111111111111 5" };
	struct task_load l = { 7, 7 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(task_load_parse(bad[i], &l), -EBADMSG);
	assert_true(l.last == 7 && l.threads == 7);
}

static void test_through_a_root(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct task_load l;

	assert_int_equal(task_load_read(root, &l), -ENOENT);
	tree_write(t, "proc/loadavg", "0.00 0.01 0.05 1/204 5123\n");
	assert_int_equal(task_load_read(root, &l), 0);
	assert_int_equal(l.last, 5123);
}

static void test_the_dead_are_dropped_and_the_rest_is_sorted(void **state)
{
	struct task_index x = { 0 };

	for (int tid = 100; tid > 0; tid--)
		assert_int_equal(task_index_add(&x, 1, tid), 0);
	for (size_t i = 0; i < x.n; i += 2)
		x.v[i].tid = 0;
	task_index_settle(&x);
	assert_int_equal(x.n, 50);
	assert_int_equal(x.v[0].tid, 1);
	assert_true(task_index_has(&x, x.n, 99));
	assert_false(task_index_has(&x, x.n, 98));
	assert_false(task_index_has(&x, 0, 1));
	/* It grows again from any length. */
	for (int tid = 200; tid < 300; tid++)
		assert_int_equal(task_index_add(&x, 1, tid), 0);
	task_index_settle(&x);
	assert_int_equal(x.n, 150);
	assert_true(task_index_has(&x, x.n, 299));
	task_index_free(&x);
	assert_int_equal(x.n, 0);
	task_index_settle(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_kernels_numbers),
		cmocka_unit_test(test_other_texts_are_no_numbers),
		cmocka_unit_test(test_through_a_root),
		cmocka_unit_test(test_the_dead_are_dropped_and_the_rest_is_sorted),
	};

	return cmocka_run_group_tests_name("taskindex", tests, fake_deadline, NULL);
}
