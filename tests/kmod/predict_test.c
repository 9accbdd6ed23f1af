// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who would block: only those whose stack holds the code that the kernel would
 * look for, and never a pass when tasks could not be looked at.
 */
#include "tests/kmod/preflight.h"

static void sleeper(struct place *p, int tid, char state, bool kthread, const char *stack)
{
	fake_task(p->t, &(struct fake_task){ tid, tid, "sleeper", state, kthread, "-1\n", stack });
}

static void test_blockers(void **state)
{
	struct place *p = *state;

	sleeper(p, 20, 'D', true, "[<0>] msleep+0x2d/0x40\n[<0>] beta+0x1/0x20 [mod_a]\n");
	sleeper(p, 21, 'S', false, "[<0>] alpha+0x1/0x20\n");
	sleeper(p, 22, 'S', false, "[<0>] beta+0x1/0x20\n[<0>] beta+0x1/0x20 [mod_b]\n");
	sleeper(p, 23, 'R', false, "[<0>] alpha+0x1/0x20\n");
	expect(p, "blockers", CHECK_WARN, "2 of 4 sleeping tasks");
	assert_int_equal(p->got.blockers.n, 2);
	assert_int_equal(p->got.blockers.v[0].task.tid, 20);
	assert_int_equal(p->got.blockers.v[0].cls, STALL_SLEEPING);
	assert_int_equal(p->got.blockers.v[0].unblock, UNBLOCK_REVERSE_ONLY);
	assert_string_equal(p->got.blockers.v[0].object, "mod_a");
	assert_string_equal(p->got.blockers.v[0].function, "beta");
	assert_non_null(strstr(p->got.blockers.v[0].reason, "would replace"));
	assert_null(strstr(p->got.blockers.v[0].advice, "reverse"));
	assert_int_equal(p->got.blockers.v[1].unblock, UNBLOCK_KERNEL_SIGNAL);
}

/* dup at position 2 begins at ...300 and ends where gamma begins. */
static void test_namesakes_by_size(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/kallsyms",
		   "ffffffff81000100 T alpha\nffffffff81000200 t dup\nffffffff81000300 t dup\n"
		   "ffffffff81000450 D gamma\nffffffffc0000000 t beta\t[mod_a]\n");
	sleeper(p, 20, 'D', true, "[<0>] dup+0x1/0x100\n");
	expect(p, "blockers", CHECK_PASS, "none of 2");
	sleeper(p, 21, 'D', true, "[<0>] dup+0x1/0x150\n");
	expect(p, "blockers", CHECK_WARN, "1 of 3");
	assert_int_equal(p->got.blockers.v[0].task.tid, 21);
}

static int old_of(void *ctx, const char *module, const char *new_func, const char **ret_object,
		  const char **ret_old)
{
	bool lp = streq(module, "other_lp");

	if (!lp || (!streq(new_func, "their_alpha") && !streq(new_func, "their_epsilon")))
		return -ENODATA;
	*ret_object = "vmlinux";
	*ret_old = new_func + strlen("their_");
	return 0;
}

static void test_former_patch(void **state)
{
	struct place *p = *state;

	p->map = (struct funcmap){ .old_of = old_of };
	fake_patch(p->t, "other_lp", 1, 0);
	fake_func(p->t, "other_lp", "vmlinux", "alpha,1");
	fake_func(p->t, "other_lp", "vmlinux", "epsilon,1");
	sleeper(p, 20, 'D', true, "[<0>] their_alpha+0x1/0x20 [other_lp]\n");
	sleeper(p, 21, 'D', true, "[<0>] alpha+0x1/0x20\n");
	sleeper(p, 22, 'D', true, "[<0>] their_epsilon+0x1/0x20 [other_lp]\n");
	sleeper(p, 23, 'D', true, "[<0>] a_helper+0x1/0x20 [other_lp]\n");
	expect(p, "blockers", CHECK_WARN, "1 of 5");
	assert_int_equal(p->got.blockers.v[0].task.tid, 20);
	assert_string_equal(p->got.blockers.v[0].function, "alpha");
	p->file.replace = 1;
	expect(p, "blockers", CHECK_WARN, "2 of 5");
	assert_int_equal(p->got.blockers.v[1].task.tid, 22);
	assert_string_equal(p->got.blockers.v[1].function, "epsilon");
}

static void test_unseen_tasks(void **state)
{
	struct place *p = *state;

	fake_task(p->t, &(struct fake_task){ 20, 20, "dark", 'S', false, "-1\n", NULL });
	expect(p, "blockers", CHECK_PASS, "none of 1");
	tree_fifo(p->t, "proc/20/task/20/stack");
	expect(p, "blockers", CHECK_NOT_CHECKED, "1 could not be looked at");
	tree_remove(p->t, "proc/20");
	tree_remove(p->t, "proc/7");
	expect(p, "blockers", CHECK_NOT_CHECKED, "none of 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_blockers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_namesakes_by_size, setup, teardown),
		cmocka_unit_test_setup_teardown(test_former_patch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unseen_tasks, setup, teardown),
	};

	return cmocka_run_group_tests_name("predict", tests, NULL, NULL);
}
