// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The task scan: threads, names made to confuse, tasks that die under our
 * eyes, states that may not be read, and the same answer whether it goes in
 * slices or in one.
 */
#include "tests/core/fake.h"

#include "core/task.h"

/* Three processes: one of two threads, a kernel thread, one that is done. */
static struct tree *machine(void)
{
	struct tree *t = fake_machine();

	fake_task(t, &(struct fake_task){ 10, 10, "bash", 'S', false, "0\n" });
	fake_task(t, &(struct fake_task){ 10, 11, "bash", 'R', false, "1\n" });
	fake_task(t, &(struct fake_task){ 5, 5, "kworker/u4:1-ev", 'D', true, "0\n" });
	fake_task(t, &(struct fake_task){ 700, 700, "sleep", 'S', false, "-1\n" });
	return t;
}

static void scan(struct tree *t, enum task_keep keep, struct taskset *ret)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct err e = { 0 };

	if (tasks_read(root, keep, ret, &e) < 0)
		fail_msg("%s", e.text);
}

static void test_threads_are_counted_one_by_one(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	scan(t, TASK_KEEP_ALL, &s);
	assert_int_equal(s.total, 4);
	assert_int_equal(s.by_state[0], 1);
	assert_int_equal(s.by_state[1], 2);
	assert_int_equal(s.by_state[2], 1);
	assert_int_equal(s.unreadable, 0);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.v[0].tid, 5);
	assert_true(s.v[0].kthread);
	assert_int_equal(s.v[0].state, 'D');
	assert_int_equal(s.v[0].start, 105);
	assert_string_equal(s.v[0].comm, "kworker/u4:1-ev");
	assert_int_equal(s.v[2].tid, 11);
	assert_int_equal(s.v[2].pid, 10);
	assert_false(s.v[2].kthread);
	assert_int_equal(s.v[2].patch_state, 1);
	assert_int_equal(s.v[3].patch_state, PATCH_STATE_NONE);
	taskset_free(&s);
}

static void expect_kept(enum task_keep keep, size_t n, int first)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	scan(t, keep, &s);
	assert_int_equal(s.total, 4);
	assert_int_equal(s.n, n);
	if (n)
		assert_int_equal(s.v[0].tid, first);
	taskset_free(&s);
}

static void test_only_blockers_are_kept(void **state)
{
	expect_kept(TASK_KEEP_NOT1, 2, 5);
	expect_kept(TASK_KEEP_NOT0, 1, 11);
	expect_kept(TASK_KEEP_NONE, 0, 0);
}

static void expect_comm(const char *comm)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct taskset s = { 0 };

	fake_task(t, &(struct fake_task){ 7, 7, comm, 'S', false, "0\n" });
	scan(t, TASK_KEEP_ALL, &s);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.v[0].comm, comm);
	assert_int_equal(s.v[0].state, 'S');
	assert_int_equal(s.v[0].start, 107);
	assert_false(s.v[0].kthread);
	taskset_free(&s);
}

static void test_names_made_to_confuse(void **state)
{
	expect_comm("(sd-pam)");
	expect_comm("a) R 1 1 (b");
	expect_comm(") D 0 0 0 0 0");
	expect_comm("two words");
	expect_comm("\x1b[2J\x1b[31m");
	expect_comm("a\nb");
	expect_comm("\xff\xfe");
	expect_comm("");
}

static void test_a_long_name_is_cut(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct taskset s = { 0 };
	char comm[101];

	memset(comm, 'x', 100);
	comm[100] = '\0';
	fake_task(t, &(struct fake_task){ 7, 7, comm, 'S', false, "0\n" });
	scan(t, TASK_KEEP_ALL, &s);
	assert_int_equal(strlen(s.v[0].comm), sizeof(s.v[0].comm) - 1);
	assert_int_equal(s.v[0].state, 'S');
	taskset_free(&s);
}

static void test_a_dying_task_is_skipped(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	tree_mkdir(t, "proc/20"); /* no threads any more */
	tree_mkdir(t, "proc/21/task/21"); /* a thread without files */
	tree_writef(t, "0\n", "proc/%d/task/%d/patch_state", 22, 22); /* its stat has just gone */
	scan(t, TASK_KEEP_NOT1, &s);
	assert_int_equal(s.total, 4);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.unreadable, 0);
	taskset_free(&s);
}

static void test_a_dying_process_does_not_end_the_scan(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct taskset s = { 0 };

	for (int pid = 1; pid < 60; pid++)
		if (pid % 2)
			fake_task(t, &(struct fake_task){ pid, pid, "x", 'S', false, "0\n" });
		else
			tree_writef(t, "", "proc/%d/comm", pid);
	scan(t, TASK_KEEP_NOT1, &s);
	assert_int_equal(s.total, 30);
	taskset_free(&s);
}

/* Each is one task whose state is unknown: counted, and counted apart. */
static void expect_unreadable(const char *bytes, size_t len)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	tree_write_bytes(t, "proc/10/task/11/patch_state", bytes, len);
	scan(t, TASK_KEEP_ALL, &s);
	assert_int_equal(s.total, 4);
	assert_int_equal(s.unreadable, 1);
	assert_int_equal(s.first_errno, -EBADMSG);
	assert_int_equal(s.by_state[0] + s.by_state[1] + s.by_state[2], 3);
	taskset_free(&s);
}

static void test_a_state_that_is_none_is_no_state(void **state)
{
	expect_unreadable("", 0);
	expect_unreadable("\n", 1);
	expect_unreadable("2\n", 2);
	expect_unreadable("-12\n", 4);
	expect_unreadable("10\n", 3);
	expect_unreadable("0\n1\n", 4);
	expect_unreadable("1\0\n", 3);
	expect_unreadable("1\n                                     \n", 40);
}

static void test_a_state_that_may_not_be_read_is_counted(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	/* A folder in its place fails for root as well. */
	tree_remove(t, "proc/10/task/11/patch_state");
	tree_mkdir(t, "proc/10/task/11/patch_state");
	scan(t, TASK_KEEP_NOT0, &s);
	assert_int_equal(s.total, 4);
	assert_int_equal(s.unreadable, 1);
	assert_int_equal(s.first_errno, -EISDIR);
	taskset_free(&s);
}

static void test_a_pipe_does_not_hang_the_scan(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	tree_remove(t, "proc/10/task/11/patch_state");
	tree_fifo(t, "proc/10/task/11/patch_state");
	alarm(10);
	scan(t, TASK_KEEP_ALL, &s);
	alarm(120);
	assert_int_equal(s.unreadable, 1);
	taskset_free(&s);
}

static void test_a_broken_stat_still_leaves_a_blocker(void **state)
{
	static const char *const stats[] = { "", "10", "10 (x", "10 x) S", "10 )x( S 1", "10 (x) S 1 2 3\n" };
	_cleanup_(tree_freep) struct tree *t = machine();

	for (size_t i = 0; i < ARRAY_SIZE(stats); i++) {
		struct taskset s = { 0 };

		tree_write(t, "proc/10/task/10/stat", stats[i]);
		scan(t, TASK_KEEP_NOT1, &s);
		assert_int_equal(s.n, 2);
		assert_int_equal(s.v[1].tid, 10);
		assert_int_equal(s.v[1].state, '?');
		taskset_free(&s);
	}
}

static void test_what_is_no_number_is_no_task(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	tree_write(t, "proc/10x/task/10/patch_state", "0\n");
	tree_write(t, "proc/10/task/10x/patch_state", "0\n");
	tree_write(t, "proc/0/task/0/patch_state", "0\n");
	tree_write(t, "proc/99999999999999999999/task/1/patch_state", "0\n");
	scan(t, TASK_KEEP_NOT1, &s);
	assert_int_equal(s.total, 4);
	taskset_free(&s);
}

static void test_links_to_other_tasks_stay_inside(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	struct taskset s = { 0 };

	tree_symlink(t, "/proc/1", "proc/30"); /* not this machine's task 1 */
	scan(t, TASK_KEEP_ALL, &s);
	assert_int_equal(s.total, 4);
	taskset_free(&s);
}

/* 300 processes of 1 to 3 threads. */
static struct tree *crowd(void)
{
	struct tree *t = fake_machine();

	for (int pid = 10; pid < 3010; pid += 10)
		for (int i = 0; i <= pid / 10 % 3; i++)
			fake_task(t, &(struct fake_task){ pid, pid + i, "x", 'S', false,
							  (pid + i) % 7 ? "1\n" : "0\n" });
	return t;
}

static void scan_in_slices(struct tree *t, size_t slice, struct taskset *ret)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(task_scan_freep) struct task_scan *s = NULL;
	int r;

	assert_int_equal(task_scan_new(root, TASK_KEEP_NOT1, &s), 0);
	while ((r = task_scan_step(s, slice)) > 0)
		;
	assert_int_equal(r, 0);
	task_scan_result(s, ret);
}

static void test_slices_give_the_same_as_one_go(void **state)
{
	static const size_t slices[] = { 1, 2, 7, 256, SIZE_MAX };
	_cleanup_(tree_freep) struct tree *t = crowd();
	struct taskset whole = { 0 };

	scan(t, TASK_KEEP_NOT1, &whole);
	assert_int_equal(whole.total, 600);
	for (size_t i = 0; i < ARRAY_SIZE(slices); i++) {
		struct taskset s = { 0 };

		scan_in_slices(t, slices[i], &s);
		assert_int_equal(s.total, whole.total);
		assert_memory_equal(s.by_state, whole.by_state, sizeof(s.by_state));
		assert_int_equal(s.n, whole.n);
		for (size_t k = 0; k < s.n; k++)
			assert_int_equal(s.v[k].tid, whole.v[k].tid);
		taskset_free(&s);
	}
	taskset_free(&whole);
}

static void test_a_slice_is_no_more_than_asked_for(void **state)
{
	_cleanup_(tree_freep) struct tree *t = crowd();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(task_scan_freep) struct task_scan *s = NULL;
	struct taskset got = { 0 };

	assert_int_equal(task_scan_new(root, TASK_KEEP_ALL, &s), 0);
	assert_int_equal(task_scan_step(s, 10), 1);
	task_scan_result(s, &got);
	assert_true(got.total > 0 && got.total <= 10);
	taskset_free(&got);
}

static void test_proc_that_vanishes_is_an_error(void **state)
{
	_cleanup_(tree_freep) struct tree *t = crowd();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct taskset s = { 0 };
	struct err e = { 0 };

	tree_remove(t, "proc");
	assert_int_equal(tasks_read(root, TASK_KEEP_ALL, &s, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/proc"));
	assert_null(s.v);
}

static void test_proc_that_vanishes_halfway_does_not_crash(void **state)
{
	_cleanup_(tree_freep) struct tree *t = crowd();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(task_scan_freep) struct task_scan *s = NULL;
	struct taskset got = { 0 };
	int r;

	assert_int_equal(task_scan_new(root, TASK_KEEP_ALL, &s), 0);
	assert_int_equal(task_scan_step(s, 50), 1);
	tree_remove(t, "proc");
	while ((r = task_scan_step(s, 50)) > 0)
		;
	task_scan_result(s, &got);
	assert_true(got.total > 0 && got.total < 600);
	taskset_free(&got);
}

static void test_one_task_by_its_tid(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct task task = { 0 };

	assert_int_equal(task_read(root, 11, &task), 0);
	assert_int_equal(task.pid, 10);
	assert_int_equal(task.tid, 11);
	assert_int_equal(task.patch_state, 1);
	assert_int_equal(task.state, 'R');
	assert_int_equal(task_read(root, 12, &task), -ESRCH);
	assert_int_equal(task_read(root, 0, &task), -ESRCH);
	assert_int_equal(task_read(root, -1, &task), -ESRCH);
	assert_int_equal(task.tid, 11);
	/* A state that is none must not turn into "unpatched". */
	tree_write(t, "proc/10/task/11/patch_state", "?\n");
	assert_int_equal(task_read(root, 11, &task), 0);
	assert_int_equal(task.patch_state, PATCH_STATE_NONE);
}

static void test_this_very_machine(void **state)
{
	_cleanup_(root_freep) struct root *root = NULL;
	struct task task = { 0 };
	char comm[64];

	assert_int_equal(root_open("/", &root, NULL), 0);
	assert_int_equal(task_read(root, getpid(), &task), 0);
	assert_int_equal(task.pid, getpid());
	assert_false(task.kthread);
	assert_true(task.start > 0);
	assert_int_equal(root_read_attr(root, "proc/self/comm", comm, sizeof(comm)), strlen(task.comm));
	assert_string_equal(task.comm, comm);
}

static void test_words_for_states(void **state)
{
	assert_string_equal(task_state_word('D'), "uninterruptible sleep");
	assert_string_equal(task_state_word('S'), "sleeping");
	assert_string_equal(task_state_word('R'), "running");
	assert_string_equal(task_state_word('q'), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_are_counted_one_by_one),
		cmocka_unit_test(test_only_blockers_are_kept),
		cmocka_unit_test(test_names_made_to_confuse),
		cmocka_unit_test(test_a_long_name_is_cut),
		cmocka_unit_test(test_a_dying_task_is_skipped),
		cmocka_unit_test(test_a_dying_process_does_not_end_the_scan),
		cmocka_unit_test(test_a_state_that_is_none_is_no_state),
		cmocka_unit_test(test_a_state_that_may_not_be_read_is_counted),
		cmocka_unit_test(test_a_pipe_does_not_hang_the_scan),
		cmocka_unit_test(test_a_broken_stat_still_leaves_a_blocker),
		cmocka_unit_test(test_what_is_no_number_is_no_task),
		cmocka_unit_test(test_links_to_other_tasks_stay_inside),
		cmocka_unit_test(test_slices_give_the_same_as_one_go),
		cmocka_unit_test(test_a_slice_is_no_more_than_asked_for),
		cmocka_unit_test(test_proc_that_vanishes_is_an_error),
		cmocka_unit_test(test_proc_that_vanishes_halfway_does_not_crash),
		cmocka_unit_test(test_one_task_by_its_tid),
		cmocka_unit_test(test_this_very_machine),
		cmocka_unit_test(test_words_for_states),
	};

	return cmocka_run_group_tests_name("task", tests, fake_deadline, NULL);
}
