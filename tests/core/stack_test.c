// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel stacks: the frames of a file that may hold anything, and the job
 * that reads many of them in a helper with a deadline.
 */
#include "tests/core/fake.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "core/stack.h"

static void parse(const char *text, struct stack *ret)
{
	*ret = (struct stack){ 0 };
	assert_int_equal(stack_parse(text, strlen(text), ret), 0);
}

static void expect_frame(const struct frame *f, const char *name, uint64_t off, uint64_t size,
			 const char *mod)
{
	assert_string_equal(f->name, name);
	assert_true(f->offset == off && f->size == size);
	if (mod)
		assert_string_equal(f->module, mod);
	else
		assert_null(f->module);
}

static void test_frames(void **state)
{
	struct stack s;

	parse("[<0>] __schedule+0x2ad/0x8c0\n"
	      "[<0>] klpsh_nap+0x1f/0x30 [klpsh_target]\n"
	      "[<0>] with_id+0x0/0xffff [mod 0123456789abcdef]\n"
	      "[<0>] f.isra.0+0x1/0x2",
	      &s);
	assert_int_equal(s.n, 4);
	expect_frame(&s.frames[0], "__schedule", 0x2ad, 0x8c0, NULL);
	expect_frame(&s.frames[1], "klpsh_nap", 0x1f, 0x30, "klpsh_target");
	expect_frame(&s.frames[2], "with_id", 0, 0xffff, "mod");
	expect_frame(&s.frames[3], "f.isra.0", 1, 2, NULL);
	stack_clear(&s);
	assert_int_equal(s.n, 0);
}

static void test_lines_that_are_no_frames_are_skipped(void **state)
{
	struct stack s;

	parse("\n[\n[<0>]\n[<0>] \nf+0x1/0x2\n[<0>] +0x1/0x2\n[<0>] f+0x/0x2\n[<0>] f+0x1\n[<0>] f+0x1/\n"
	      "[<0>] f+1/2\n[<0>] f+0x11111111111111111/0x2\n[<0>] 0xffffffff81000000\n"
	      "[<0>] good+0x1/0x2 [\n[<0>] half+0x1/0x2 [mod",
	      &s);
	assert_int_equal(s.n, 2);
	expect_frame(&s.frames[0], "good", 1, 2, NULL);
	expect_frame(&s.frames[1], "half", 1, 2, NULL);
	stack_clear(&s);
	parse("", &s);
	assert_int_equal(s.n, 0);
	stack_clear(&s);
}

static void test_a_name_without_letters_is_none(void **state)
{
	static const char text[] = "[<0>] \0a+0x1/0x2\n[<0>] a\0b+0x1/0x2\n[<0>] f+0x1/0x2\n";
	struct stack s = { 0 };

	assert_int_equal(stack_parse(text, sizeof(text) - 1, &s), 0);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.frames[0].name, "f");
	stack_clear(&s);
}

static void test_sixty_four_frames_at_most(void **state)
{
	static char text[200 * 32];
	struct stack s;
	size_t at = 0;

	for (int i = 0; i < 200; i++)
		at += (size_t)snprintf(text + at, 32, "[<0>] f%d+0x1/0x2\n", i);
	parse(text, &s);
	assert_int_equal(s.n, STACK_MAX_FRAMES);
	assert_string_equal(s.frames[63].name, "f63");
	stack_clear(&s);
}

static void test_names_are_bounded(void **state)
{
	static char text[4096];
	struct stack s;

	snprintf(text, sizeof(text), "[<0>] %0600d+0x1/0x2\n[<0>] f+0x1/0x2 [%0300d]\n", 1, 1);
	parse(text, &s);
	assert_int_equal(s.n, 1);
	assert_int_equal(strlen(s.frames[0].module), 64);
	stack_clear(&s);
}

/* Every prefix of a good text, in a buffer of just that size (for ASan). */
static void test_cut_off_anywhere(void **state)
{
	const char *text = "[<0>] a+0x1f/0x30 [mod]\n[<0>] b+0x2/0x3\n";

	for (size_t len = 0; len <= strlen(text); len++) {
		_cleanup_free_ char *copy = malloc(len + 1);
		struct stack s = { 0 };

		memcpy(copy, text, len);
		copy = realloc(copy, len ? len : 1);
		assert_int_equal(stack_parse(copy, len, &s), 0);
		assert_true(s.n <= 2);
		stack_clear(&s);
	}
}

/* n tasks with tids from 1, each with one frame of its own. */
static struct task *tasks_with_stacks(struct tree *t, int n)
{
	struct task *tasks = calloc((size_t)n, sizeof(*tasks));

	for (int i = 0; i < n; i++) {
		char text[64];

		tasks[i] = (struct task){ .pid = n - i, .tid = n - i };
		FORMAT(text, "[<0>] f%d+0x1/0x2\n", n - i);
		tree_writef(t, text, "proc/%d/task/%d/stack", n - i, n - i);
	}
	return tasks;
}

static void test_a_job_answers_for_every_task(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_free_ struct task *tasks = tasks_with_stacks(t, 300);
	struct stacks s = { 0 };

	assert_int_equal(stacks_read(root, tasks, 300, 30000, &s), 0);
	assert_int_equal(s.n, 300);
	for (int tid = 1; tid <= 300; tid++) {
		char name[16];

		FORMAT(name, "f%d", tid);
		assert_int_equal(s.v[tid - 1].tid, tid);
		assert_string_equal(stacks_find(&s, tid)->frames[0].name, name);
	}
	assert_null(stacks_find(&s, 301));
	stacks_free(&s);
	assert_null(stacks_find(&s, 1));
}

static void test_a_job_for_nobody(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct stacks s = { 0 };

	assert_int_equal(stacks_read(root, NULL, 0, 30000, &s), 0);
	assert_int_equal(s.n, 0);
	stacks_free(&s);
}

static void test_errors_stay_with_their_task(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	const struct task tasks[] = {
		{ .pid = 1, .tid = 1 }, { .pid = 2, .tid = 2 }, { .pid = 3, .tid = 3 }, { .pid = 4, .tid = 4 }
	};
	struct stacks s = { 0 };

	tree_write(t, "proc/1/task/1/stack", "");
	tree_mkdir(t, "proc/3/task/3/stack");
	tree_write(t, "proc/4/task/4/stack", "[<0>] f+0x1/0x2\n");
	assert_int_equal(stacks_read(root, tasks, 4, 30000, &s), 0);
	assert_int_equal(stacks_find(&s, 1)->error, 0);
	assert_int_equal(stacks_find(&s, 1)->n, 0);
	assert_int_equal(stacks_find(&s, 2)->error, -ENOENT);
	assert_int_equal(stacks_find(&s, 3)->error, -EISDIR);
	assert_int_equal(stacks_find(&s, 4)->n, 1);
	stacks_free(&s);
}

/* Root may read everything: look as nobody, and be root again after that. */
static void test_no_right_to_look_is_told(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	const struct task task = { .pid = 1, .tid = 1 };
	struct stacks s = { 0 };
	bool was_root = !geteuid();
	char path[600];

	tree_write(t, "proc/1/task/1/stack", "[<0>] f+0x1/0x2\n");
	FORMAT(path, "%s/proc/1/task/1/stack", tree_path(t));
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(was_root ? seteuid(65534) : 0, 0);
	assert_int_equal(stacks_read(root, &task, 1, 30000, &s), 0);
	assert_int_equal(was_root ? seteuid(0) : 0, 0);
	assert_int_equal(s.v[0].error, -EACCES);
	stacks_free(&s);
}

/* A pipe in a captured tree must neither hang us nor look like "no stack". */
static void test_a_pipe_is_an_error(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	const struct task tasks[] = { { .pid = 1, .tid = 1 }, { .pid = 2, .tid = 2 } };
	struct stacks s = { 0 };
	char path[600];
	int fd;

	tree_fifo(t, "proc/1/task/1/stack");
	tree_fifo(t, "proc/2/task/2/stack");
	FORMAT(path, "%s/proc/2/task/2/stack", tree_path(t));
	fd = open(path, O_RDWR | O_CLOEXEC); /* one with a writer, too */
	assert_true(fd >= 0);
	assert_int_equal(stacks_read(root, tasks, 2, 30000, &s), 0);
	assert_int_equal(s.v[0].error, -EINVAL);
	assert_int_equal(s.v[1].error, -EINVAL);
	close(fd);
	stacks_free(&s);
}

/* Many times more than a pipe holds, so that a reader who is held up finds no end to it. */
static void test_the_deadline_leaves_what_arrived(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_free_ struct task *tasks = tasks_with_stacks(t, 400);
	struct stacks s = { 0 };
	char deep[32 * 40 + 1];
	size_t late = 0;

	for (size_t i = 0; i < 40; i++)
		memcpy(deep + 32 * i, "[<0>] a_long_name_of_1+0x1/0x20\n", 33);
	for (size_t i = 0; i < 400; i++)
		tree_writef(t, deep, "proc/%d/task/%d/stack", tasks[i].pid, tasks[i].tid);
	assert_int_equal(stacks_read(root, tasks, 400, 0, &s), 0);
	assert_int_equal(s.n, 400);
	for (size_t i = 0; i < s.n; i++) {
		assert_int_equal(s.v[i].tid, i + 1);
		late += s.v[i].error == -ETIMEDOUT;
		assert_true(s.v[i].error == -ETIMEDOUT || s.v[i].n == 40);
	}
	assert_true(late > 0);
	stacks_free(&s);
}

static void test_a_job_step_by_step(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_free_ struct task *tasks = tasks_with_stacks(t, 50);
	_cleanup_(stack_job_freep) struct stack_job *j = NULL;
	struct stacks s = { 0 };
	int r;

	assert_int_equal(stack_job_start(root, tasks, 50, &j), 0);
	tasks[0].tid = 4711; /* the job has its own copy */
	do {
		struct pollfd p = { .fd = stack_job_fd(j), .events = POLLIN };

		assert_int_equal(poll(&p, 1, 30000), 1);
		r = stack_job_read(j);
	} while (r > 0);
	assert_int_equal(r, 0);
	stack_job_result(j, &s);
	assert_int_equal(s.n, 50);
	assert_int_equal(s.v[49].error, 0);
	stacks_free(&s);
}

static void test_a_job_can_be_dropped_at_once(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_free_ struct task *tasks = tasks_with_stacks(t, 10);

	for (int i = 0; i < 40; i++) {
		struct stack_job *j = NULL;

		assert_int_equal(stack_job_start(root, tasks, 10, &j), 0);
		assert_null(stack_job_free(j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_lines_that_are_no_frames_are_skipped),
		cmocka_unit_test(test_a_name_without_letters_is_none),
		cmocka_unit_test(test_sixty_four_frames_at_most),
		cmocka_unit_test(test_names_are_bounded),
		cmocka_unit_test(test_cut_off_anywhere),
		cmocka_unit_test(test_a_job_answers_for_every_task),
		cmocka_unit_test(test_a_job_for_nobody),
		cmocka_unit_test(test_errors_stay_with_their_task),
		cmocka_unit_test(test_no_right_to_look_is_told),
		cmocka_unit_test(test_a_pipe_is_an_error),
		cmocka_unit_test(test_the_deadline_leaves_what_arrived),
		cmocka_unit_test(test_a_job_step_by_step),
		cmocka_unit_test(test_a_job_can_be_dropped_at_once),
	};

	return cmocka_run_group_tests_name("stack", tests, fake_deadline, NULL);
}
