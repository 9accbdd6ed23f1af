// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why a task blocks: for every kind of transition the code that the kernel
 * looks for on a stack, and nothing else (klp_check_stack_func); then what
 * kind of sleep it is and what helps against it.
 */
#include "tests/core/fake.h"

#include "core/stall.h"

struct scene {
	struct tree *tree;
	struct patches all;
	struct symsizes sizes;
	struct stall_input in;
	struct blockers out;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->tree = fake_machine();
	s->in.since = 3;
	s->in.ptrace_scope = 1;
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	blockers_free(&s->out);
	patches_free(&s->all);
	symsizes_free(&s->sizes);
	tree_free(s->tree);
	free(s);
	return 0;
}

/* "name order replace": '-' where the kernel does not say. */
static void patch(struct scene *s, const char *name, char order, char replace, int transition)
{
	const char value[] = { order, '\n', 0 }, flag[] = { replace, '\n', 0 };

	fake_patch(s->tree, name, 1, transition);
	if (order != '-')
		tree_writef(s->tree, value, LP "/%s/stack_order", name);
	if (replace != '-')
		tree_writef(s->tree, flag, LP "/%s/replace", name);
}

static void func(struct scene *s, const char *name, const char *object, const char *entry)
{
	fake_func(s->tree, name, object, entry);
}

/* Known files: "known_NEW" replaces NEW of vmlinux; "helper" replaces nothing. */
static int old_of(void *ctx, const char *module, const char *new_func, const char **object, const char **old)
{
	if (strncmp(module, "known", 5))
		return -ENOENT;
	if (strncmp(new_func, "klp_", 4))
		return -ENODATA;
	*object = "vmlinux";
	*old = new_func + 4;
	return 0;
}

static const struct funcmap map = { .old_of = old_of };

/* Explain one task in the transition of a patch. */
static const struct blocker *explain_task(struct scene *s, const char *name, int target,
					  const struct task *task, const char *text, int error)
{
	_cleanup_(root_freep) struct root *root = tree_root(s->tree);
	struct stack stack = { .tid = task->tid, .error = error };
	struct stacks stacks = { &stack, 1 };
	struct task copy = *task;
	struct taskset tasks = { .v = &copy, .n = 1, .total = 1 };

	blockers_free(&s->out);
	patches_free(&s->all);
	assert_int_equal(patches_read(root, &s->all, NULL), 0);
	assert_int_equal(stack_parse(text, strlen(text), &stack), 0);
	s->in.patches = &s->all;
	s->in.patch = patches_find(&s->all, name);
	s->in.target = target;
	s->in.tasks = &tasks;
	s->in.stacks = &stacks;
	if (s->sizes.n)
		s->in.sizes = &s->sizes;
	assert_non_null(s->in.patch);
	assert_int_equal(stall_explain(&s->in, &s->out), 0);
	stack_clear(&stack);
	assert_int_equal(s->out.n, 1);
	return &s->out.v[0];
}

/* A user task that sleeps with this frame on its stack. */
static const struct blocker *explain(struct scene *s, const char *name, int target, const char *frame)
{
	const struct task task = { .pid = 50, .tid = 51, .state = 'S', .comm = "sleeper" };
	char text[256];

	FORMAT(text, "[<0>] __schedule+0x1/0x10\n[<0>] %s\n[<0>] entry+0x1/0x10\n", frame);
	return explain_task(s, name, target, &task, text, 0);
}

static void expect_hit(const struct blocker *b, const char *object, const char *function, bool inferred)
{
	assert_int_equal(b->cls, STALL_SLEEPING);
	assert_int_equal(b->inferred, inferred);
	assert_false(b->hit[0]);
	assert_true(b->hit[1]);
	assert_false(b->hit[2]);
	if (function) {
		assert_string_equal(b->object, object);
		assert_string_equal(b->function, function);
		assert_non_null(strstr(b->reason, function));
	} else {
		assert_null(b->object);
		assert_null(b->function);
	}
}

static void expect_miss(const struct blocker *b)
{
	assert_int_equal(b->cls, STALL_UNKNOWN);
	assert_false(b->hit[0] || b->hit[1] || b->hit[2]);
	assert_null(b->object);
	assert_null(b->function);
	assert_non_null(strstr(b->reason, "no patched function"));
}

/* Row 1: patching, the first patch on the function: the original. */
static void test_first_patch_looks_for_the_original(void **state)
{
	struct scene *s = *state;

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "f,1");
	func(s, "new", "ext4", "g,1");
	expect_hit(explain(s, "new", 1, "f+0x1/0x30"), "vmlinux", "f", false);
	expect_hit(explain(s, "new", 1, "g+0x1/0x30 [ext4]"), "ext4", "g", false);
	expect_miss(explain(s, "new", 1, "g+0x1/0x30"));
	expect_miss(explain(s, "new", 1, "g+0x1/0x30 [xfs]"));
	expect_miss(explain(s, "new", 1, "f+0x1/0x30 [ext4]"));
	expect_miss(explain(s, "new", 1, "f.cold+0x1/0x30"));
	expect_miss(explain(s, "new", 1, "ff+0x1/0x30"));
	/* Its own new code is where the task shall go. */
	expect_miss(explain(s, "new", 1, "klp_f+0x1/0x30 [new]"));
}

/* Row 2: stacked on another patch: that patch's new function. */
static void test_stacked_looks_for_the_former_patch(void **state)
{
	struct scene *s = *state;

	patch(s, "known_a", '1', '0', 0);
	func(s, "known_a", "vmlinux", "f,1");
	func(s, "known_a", "vmlinux", "h,1");
	patch(s, "new", '2', '0', 1);
	func(s, "new", "vmlinux", "f,1");
	func(s, "new", "vmlinux", "g,1");
	s->in.map = &map;
	expect_hit(explain(s, "new", 1, "klp_f+0x1/0x30 [known_a]"), "vmlinux", "f", false);
	expect_miss(explain(s, "new", 1, "f+0x1/0x30")); /* nobody runs that any more */
	expect_hit(explain(s, "new", 1, "g+0x1/0x30"), "vmlinux", "g", false); /* first on g */
	expect_miss(explain(s, "new", 1, "klp_h+0x1/0x30 [known_a]")); /* stays as it is */
	expect_miss(explain(s, "new", 1, "klp_f+0x1/0x30 [new]"));
}

static void test_the_former_patch_is_the_next_one_below(void **state)
{
	struct scene *s = *state;

	patch(s, "known_a", '1', '0', 0);
	patch(s, "known_b", '2', '0', 0);
	patch(s, "known_d", '4', '0', 0); /* above */
	patch(s, "new", '3', '0', 1);
	func(s, "known_a", "vmlinux", "f,1");
	func(s, "known_b", "vmlinux", "f,1");
	func(s, "known_d", "vmlinux", "f,1");
	func(s, "new", "vmlinux", "f,1");
	s->in.map = &map;
	expect_hit(explain(s, "new", 1, "klp_f+0x1/0x30 [known_b]"), "vmlinux", "f", false);
	expect_miss(explain(s, "new", 1, "klp_f+0x1/0x30 [known_a]"));
	expect_miss(explain(s, "new", 1, "klp_f+0x1/0x30 [known_d]"));
}

static void test_order_of_loading_serves_where_no_order_is_told(void **state)
{
	struct scene *s = *state;

	patch(s, "z_old", '-', '-', 0);
	patch(s, "a_new", '-', '-', 1);
	func(s, "z_old", "vmlinux", "f,1");
	func(s, "a_new", "vmlinux", "f,1");
	tree_write(s->tree, "proc/modules",
		   "a_new 1 1 - Live 0x0 (K)\nz_old 1 1 - Live 0x0 (K)\n"); /* newest first */
	expect_hit(explain(s, "a_new", 1, "x+0x1/0x30 [z_old]"), "vmlinux", "f", true);
	expect_miss(explain(s, "a_new", 1, "f+0x1/0x30"));
}

static void test_a_disabled_patch_is_no_former_one(void **state)
{
	struct scene *s = *state;

	patch(s, "old", '1', '0', 0);
	tree_write(s->tree, LP "/old/enabled", "0\n");
	patch(s, "new", '2', '0', 1);
	func(s, "old", "vmlinux", "f,1");
	func(s, "new", "vmlinux", "f,1");
	expect_hit(explain(s, "new", 1, "f+0x1/0x30"), "vmlinux", "f", false);
	expect_miss(explain(s, "new", 1, "x+0x1/0x30 [old]"));
}

/*
 * Row 2 again: a replace. While it runs the new patch shows the functions
 * that it drops as well, so they are looked for in the former patch.
 */
static void expect_replace(struct scene *s, char replace)
{
	patch(s, "known_a", '-', replace, 0);
	func(s, "known_a", "vmlinux", "f,1");
	func(s, "known_a", "vmlinux", "dropped,1");
	patch(s, "new", '-', replace, 1);
	func(s, "new", "vmlinux", "f,1");
	func(s, "new", "vmlinux", "dropped,1");
	func(s, "new", "vmlinux", "added,1");
	tree_write(s->tree, "proc/modules", "new 1 1 - Live 0x0 (K)\nknown_a 1 1 - Live 0x0 (K)\n");
	s->in.map = &map;
	expect_hit(explain(s, "new", 1, "klp_f+0x1/0x30 [known_a]"), "vmlinux", "f", false);
	expect_hit(explain(s, "new", 1, "klp_dropped+0x1/0x30 [known_a]"), "vmlinux", "dropped", false);
	expect_hit(explain(s, "new", 1, "added+0x1/0x30"), "vmlinux", "added", false);
	expect_miss(explain(s, "new", 1, "f+0x1/0x30"));
	expect_miss(explain(s, "new", 1, "dropped+0x1/0x30"));
	expect_miss(explain(s, "new", 1, "helper+0x1/0x30 [known_a]"));
}

static void test_replace_on_a_kernel_that_tells(void **state)
{
	expect_replace(*state, '1');
}

static void test_replace_on_6_1(void **state)
{
	expect_replace(*state, '-');
}

/* Row 3: unpatching: this patch's own new function. */
static void test_unpatching_looks_for_this_patch(void **state)
{
	struct scene *s = *state;

	patch(s, "below", '1', '0', 0);
	patch(s, "known_x", '2', '0', 1);
	tree_write(s->tree, LP "/known_x/enabled", "0\n");
	func(s, "below", "vmlinux", "f,1");
	func(s, "known_x", "vmlinux", "f,1");
	s->in.map = &map;
	expect_hit(explain(s, "known_x", 0, "klp_f+0x1/0x30 [known_x]"), "vmlinux", "f", false);
	expect_miss(explain(s, "known_x", 0, "f+0x1/0x30"));
	expect_miss(explain(s, "known_x", 0, "klp_f+0x1/0x30 [below]"));
	expect_miss(explain(s, "known_x", 0, "helper+0x1/0x30 [known_x]"));
}

/* A reversed replace: for what it dropped its "new" function is the original. */
static void test_unpatching_a_replace_looks_for_dropped_originals(void **state)
{
	struct scene *s = *state;

	patch(s, "old", '1', '1', 0);
	func(s, "old", "vmlinux", "dropped,1");
	patch(s, "new", '2', '1', 1);
	tree_write(s->tree, LP "/new/enabled", "0\n");
	func(s, "new", "vmlinux", "dropped,1");
	func(s, "new", "vmlinux", "own,1");
	expect_hit(explain(s, "new", 0, "dropped+0x1/0x30"), "vmlinux", "dropped", true);
	expect_miss(explain(s, "new", 0, "own+0x1/0x30"));
}

static void answer(struct scene *s, unsigned sympos, int error, size_t count, uint64_t size)
{
	symsizes_free(&s->sizes);
	assert_int_equal(symsizes_ask(&s->sizes, "vmlinux", "dup", sympos), 0);
	s->sizes.v[0].error = error;
	s->sizes.v[0].count = count;
	s->sizes.v[0].size = size;
}

static void test_namesakes_are_told_apart_by_size(void **state)
{
	struct scene *s = *state;

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "dup,2");
	expect_hit(explain(s, "new", 1, "dup+0x1/0x20"), "vmlinux", "dup", true); /* nobody was asked */
	answer(s, 2, 0, 2, 0x40);
	expect_miss(explain(s, "new", 1, "dup+0x1/0x20"));
	expect_hit(explain(s, "new", 1, "dup+0x1/0x40"), "vmlinux", "dup", true);
	answer(s, 2, -EPERM, 0, 0);
	expect_hit(explain(s, "new", 1, "dup+0x1/0x20"), "vmlinux", "dup", true);
}

static void test_a_sole_name_needs_no_size(void **state)
{
	struct scene *s = *state;

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "dup,1");
	answer(s, 1, 0, 1, 0x40);
	expect_hit(explain(s, "new", 1, "dup+0x1/0x20"), "vmlinux", "dup", false);
}

static void test_namesakes_are_different_functions(void **state)
{
	struct scene *s = *state;

	/* A patch on the second "dup" is no former patch for the first. */
	patch(s, "old", '1', '0', 0);
	func(s, "old", "vmlinux", "dup,2");
	patch(s, "new", '2', '0', 1);
	func(s, "new", "vmlinux", "dup,1");
	expect_hit(explain(s, "new", 1, "dup+0x1/0x20"), "vmlinux", "dup", false);
	expect_miss(explain(s, "new", 1, "x+0x1/0x20 [old]"));
}

static void test_no_file_of_the_patch(void **state)
{
	const struct blocker *b;
	struct scene *s = *state;

	patch(s, "lost", '1', '0', 1);
	tree_write(s->tree, LP "/lost/enabled", "0\n");
	func(s, "lost", "vmlinux", "f,1");
	/* One function leaves little doubt. */
	expect_hit(explain(s, "lost", 0, "odd_name+0x1/0x20 [lost]"), "vmlinux", "f", true);
	s->in.map = &map;
	expect_hit(explain(s, "lost", 0, "odd_name+0x1/0x20 [lost]"), "vmlinux", "f", true);
	func(s, "lost", "vmlinux", "g,1");
	b = explain(s, "lost", 0, "odd_name+0x1/0x20 [lost]");
	expect_hit(b, NULL, NULL, true);
	assert_non_null(strstr(b->reason, "in lost's code"));
}

static void test_the_frame_with_a_name_is_the_one_told(void **state)
{
	const struct task task = { .pid = 50, .tid = 51, .state = 'S' };
	struct scene *s = *state;
	const struct blocker *b;

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "f,1");
	func(s, "new", "vmlinux", "g,1");
	b = explain_task(s, "new", 1, &task, "[<0>] x+0x1/0x2\n[<0>] g+0x1/0x2\n[<0>] f+0x1/0x2\n", 0);
	assert_string_equal(b->function, "g"); /* innermost */
	assert_true(b->hit[1] && b->hit[2]);
}

struct help {
	int pid;
	bool kthread;
	char state;
	bool signalled;
	enum stall_unblock unblock;
	const char *advice; /* a word of it */
};

static void expect_help(struct scene *s, const struct help *h)
{
	const struct task task = { .pid = h->pid, .tid = h->pid, .kthread = h->kthread, .state = h->state };
	const struct blocker *b;

	s->in.signalled = h->signalled;
	b = explain_task(s, "new", 1, &task, "[<0>] f+0x1/0x30\n", 0);
	assert_int_equal(b->cls, STALL_SLEEPING);
	assert_string_equal(stall_unblock_name(b->unblock), stall_unblock_name(h->unblock));
	if (!strstr(b->advice, h->advice))
		fail_msg("no '%s' in: %s", h->advice, b->advice);
}

static void test_what_helps_a_sleeper(void **state)
{
	static const struct help table[] = {
		{ 50, false, 'S', false, UNBLOCK_KERNEL_SIGNAL, "signal" },
		{ 50, false, 'S', true, UNBLOCK_POKE, "stop and continue" },
		{ 50, false, 'D', false, UNBLOCK_WAIT, "I/O" },
		{ 50, false, 'D', true, UNBLOCK_WAIT, "I/O" },
		{ 50, false, 'T', true, UNBLOCK_WAIT, "stopped" },
		{ 50, false, 't', true, UNBLOCK_WAIT, "traced" },
		{ 9, true, 'S', false, UNBLOCK_KERNEL_SIGNAL, "wakes" },
		{ 9, true, 'S', true, UNBLOCK_KERNEL_SIGNAL, "wakes" },
		{ 9, true, 'D', false, UNBLOCK_REVERSE_ONLY, "reverse" },
		{ 9, true, 'I', true, UNBLOCK_REVERSE_ONLY, "reverse" },
		{ 1, false, 'S', false, UNBLOCK_KERNEL_SIGNAL, "never stopped" },
		{ 1, false, 'S', true, UNBLOCK_KERNEL_SIGNAL, "never stopped" },
		/* A signal does not end that sleep of init either. */
		{ 1, false, 'D', true, UNBLOCK_WAIT, "I/O" },
	};
	struct scene *s = *state;

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "f,1");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		expect_help(s, &table[i]);
}

/* The kworker of the demo, word for word what the issue asks for. */
static void test_a_kworker_in_uninterruptible_sleep(void **state)
{
	const struct task task = { .pid = 57, .tid = 57, .kthread = true, .state = 'D', .comm = "kworker" };
	struct scene *s = *state;
	const struct blocker *b;

	patch(s, "new", '-', '-', 1);
	func(s, "new", "klpsh_target", "klpsh_nap,1");
	b = explain_task(s, "new", 1, &task,
			 "[<0>] msleep+0x2d/0x40\n[<0>] klpsh_nap+0x1f/0x30 [klpsh_target]\n", 0);
	assert_string_equal(stall_class_name(b->cls), "sleeping-in-patched-function");
	assert_string_equal(stall_unblock_name(b->unblock), "reverse-only");
	assert_string_equal(b->object, "klpsh_target");
	assert_string_equal(b->function, "klpsh_nap");
	assert_int_equal(b->task.tid, 57);
	assert_true(b->since == 3);
	assert_non_null(strstr(b->reason, "uninterruptible sleep in klpsh_nap of klpsh_target"));
}

static const struct blocker *explain_state(struct scene *s, char letter, const char *text, int error)
{
	const struct task task = { .pid = 50, .tid = 51, .state = letter };

	if (!s->all.n) {
		patch(s, "new", '-', '-', 1);
		func(s, "new", "vmlinux", "f,1");
	}
	return explain_task(s, "new", 1, &task, text, error);
}

static void test_a_running_task_is_running(void **state)
{
	const struct blocker *b = explain_state(*state, 'R', "[<0>] f+0x1/0x30\n", 0);

	/* Its stack is a hint, no more. */
	assert_int_equal(b->cls, STALL_RUNNING);
	assert_int_equal(b->unblock, UNBLOCK_WAIT);
	assert_true(b->hit[0]);
	assert_string_equal(b->function, "f");
	b = explain_state(*state, 'R', "", 0);
	assert_int_equal(b->cls, STALL_RUNNING);
	assert_null(b->function);
	b = explain_state(*state, 'R', "", -EPERM);
	assert_int_equal(b->cls, STALL_RUNNING);
}

static void test_a_sleeper_without_a_stack_is_unreliable(void **state)
{
	const struct blocker *b = explain_state(*state, 'S', "", 0);

	assert_int_equal(b->cls, STALL_UNRELIABLE);
	assert_true(b->inferred);
	assert_int_equal(b->unblock, UNBLOCK_WAIT);
}

static void expect_unknown(struct scene *s, int error, const char *word)
{
	const struct blocker *b = explain_state(s, 'S', "", error);

	assert_int_equal(b->cls, STALL_UNKNOWN);
	assert_true(b->inferred);
	if (!strstr(b->reason, word))
		fail_msg("no '%s' in: %s", word, b->reason);
}

static void test_a_closed_stack_is_unknown(void **state)
{
	struct scene *s = *state;

	expect_unknown(s, -EPERM, "may not be read");
	assert_non_null(strstr(s->out.v[0].advice, "root"));
	expect_unknown(s, -EACCES, "may not be read");
	s->in.ptrace_scope = 3;
	expect_unknown(s, -EPERM, "ptrace_scope is 3");
	expect_unknown(s, -ETIMEDOUT, "could not be read");
}

static void test_without_any_stacks(void **state)
{
	struct scene *s = *state;
	struct task task = { .pid = 50, .tid = 51, .state = 'S' };
	struct taskset tasks = { .v = &task, .n = 1 };
	struct symsizes sizes = { 0 };

	explain_state(s, 'S', "", 0);
	s->in.tasks = &tasks;
	s->in.stacks = NULL;
	blockers_free(&s->out);
	assert_int_equal(stall_ask_sizes(&s->in, &sizes), 0);
	assert_int_equal(stall_explain(&s->in, &s->out), 0);
	assert_int_equal(s->out.v[0].cls, STALL_UNKNOWN);
	assert_non_null(strstr(s->out.v[0].reason, "not read yet"));
	tasks.n = 0;
	blockers_free(&s->out);
	assert_int_equal(stall_explain(&s->in, &s->out), 0);
	assert_int_equal(s->out.n, 0);
}

static void test_only_named_functions_are_asked_about(void **state)
{
	struct scene *s = *state;
	struct stack stack = { .tid = 51 };
	struct stacks stacks = { &stack, 1 };
	struct symsizes sizes = { 0 };
	const char *text = "[<0>] x+0x1/0x2\n[<0>] f+0x1/0x2\n[<0>] f+0x9/0x2\n[<0>] g+0x1/0x2\n";

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "f,3");
	func(s, "new", "vmlinux", "unseen,1");
	func(s, "new", "ext4", "g,1"); /* the frame is not ext4's */
	explain(s, "new", 1, "x+0x1/0x2");
	assert_int_equal(stack_parse(text, strlen(text), &stack), 0);
	s->in.stacks = &stacks;
	assert_int_equal(stall_ask_sizes(&s->in, &sizes), 0);
	assert_int_equal(sizes.n, 1);
	assert_string_equal(sizes.v[0].name, "f");
	assert_int_equal(sizes.v[0].sympos, 3);
	symsizes_free(&sizes);
	stack_clear(&stack);
}

static void test_full_stacks_fit(void **state)
{
	const struct task task = { .pid = 50, .tid = 51, .state = 'S' };
	struct scene *s = *state;
	const struct blocker *b;
	char text[70 * 24] = "";

	patch(s, "new", '-', '-', 1);
	func(s, "new", "vmlinux", "f,1");
	for (int i = 0; i < 70; i++)
		strcat(text, "[<0>] f+0x1/0x2\n");
	b = explain_task(s, "new", 1, &task, text, 0);
	assert_int_equal(b->stack.n, STACK_MAX_FRAMES);
	assert_true(b->hit[0] && b->hit[STACK_MAX_FRAMES - 1]);
}

static void test_names(void **state)
{
	assert_string_equal(stall_class_name(STALL_IDLE_CPU), "idle-cpu");
	assert_string_equal(stall_class_name(STALL_RUNNING), "running");
	assert_string_equal(stall_class_name(STALL_UNRELIABLE), "unreliable-stack");
	assert_string_equal(stall_class_name(STALL_UNKNOWN), "unknown");
	assert_string_equal(stall_unblock_name(UNBLOCK_KERNEL_SIGNAL), "kernel-signal");
	assert_string_equal(stall_unblock_name(UNBLOCK_POKE), "poke");
	assert_string_equal(stall_unblock_name(UNBLOCK_WAIT), "wait");
	assert_non_null(strstr(stall_idle_sentence(), "idle CPU"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_patch_looks_for_the_original),
		TEST(test_stacked_looks_for_the_former_patch),
		TEST(test_the_former_patch_is_the_next_one_below),
		TEST(test_order_of_loading_serves_where_no_order_is_told),
		TEST(test_a_disabled_patch_is_no_former_one),
		TEST(test_replace_on_a_kernel_that_tells),
		TEST(test_replace_on_6_1),
		TEST(test_unpatching_looks_for_this_patch),
		TEST(test_unpatching_a_replace_looks_for_dropped_originals),
		TEST(test_namesakes_are_told_apart_by_size),
		TEST(test_a_sole_name_needs_no_size),
		TEST(test_namesakes_are_different_functions),
		TEST(test_no_file_of_the_patch),
		TEST(test_the_frame_with_a_name_is_the_one_told),
		TEST(test_what_helps_a_sleeper),
		TEST(test_a_kworker_in_uninterruptible_sleep),
		TEST(test_a_running_task_is_running),
		TEST(test_a_sleeper_without_a_stack_is_unreliable),
		TEST(test_a_closed_stack_is_unknown),
		TEST(test_without_any_stacks),
		TEST(test_only_named_functions_are_asked_about),
		TEST(test_full_stacks_fit),
		TEST(test_names),
	};

	return cmocka_run_group_tests_name("stall", tests, fake_deadline, NULL);
}
