// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole pictures of fake machines: the on-call sentence and the state for
 * every situation, and what is said where a source is closed or broken:
 * never a claim that nobody checked.
 */
#include "tests/core/fake.h"

#include "core/snapshot.h"
#include "core/text.h"

#define EVERYTHING                                                                                           \
	(SNAPSHOT_PATCHES | SNAPSHOT_MODULES | SNAPSHOT_TAINT | SNAPSHOT_SYSTEM | SNAPSHOT_TASKS |           \
	 SNAPSHOT_BLOCKERS | SNAPSHOT_LOG)
/* The fake machine is up for 1000 s. */
#define STARTED(usec) "5,10," usec ",-;livepatch: 'x': starting patching transition\n"

static struct snapshot *take(struct tree *t, unsigned what, struct transition *track)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);
	const struct snapshot_opts o = { .track = track, .stack_timeout_ms = 30000 };
	struct snapshot *s = NULL;

	assert_int_equal(snapshot_take(root, what, &o, &s), 0);
	return s;
}

static void expect_words(const struct snapshot *s, const char *const *words)
{
	_cleanup_free_ char *text = snapshot_sentence(s);

	assert_non_null(text);
	assert_true(text_is_clean(text));
	for (; *words; words++)
		if (!strstr(text, *words))
			fail_msg("no '%s' in: %s", *words, text);
}

static void expect_no_words(const struct snapshot *s, const char *const *words)
{
	_cleanup_free_ char *text = snapshot_sentence(s);

	for (; *words; words++)
		if (strstr(text, *words))
			fail_msg("'%s' in: %s", *words, text);
}

#define WORDS(s, ...) expect_words(s, (const char *const[]){ __VA_ARGS__, NULL })
#define NO_WORDS(s, ...) expect_no_words(s, (const char *const[]){ __VA_ARGS__, NULL })

static void expect_state(const struct snapshot *s, const char *word)
{
	assert_string_equal(state_word_name(snapshot_state(s)), word);
}

/* Patch x is being applied; `log` is the kernel's log, NULL: unreadable. */
static struct tree *patching(const char *log)
{
	struct tree *t = fake_machine();

	fake_patch(t, "x", 1, 1);
	fake_func(t, "x", "vmlinux", "f,1");
	tree_write(t, "proc/modules", "x 1 1 - Live 0x0 (OEK)\n");
	fake_task(t, &(struct fake_task){ 1, 1, "init", 'S', false, "1\n", "" });
	if (log)
		tree_write(t, "dev/kmsg", log);
	return t;
}

static void blocker(struct tree *t)
{
	fake_task(t, &(struct fake_task){ 57, 57, "kwor\x1b[31m", 'D', true, "0\n", "[<0>] f+0x1/0x2\n" });
}

static void test_a_kernel_without_livepatch(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(snapshot_freep) struct snapshot *s = take(t, EVERYTHING, NULL);

	expect_state(s, "unsupported");
	assert_false(s->livepatch);
	assert_int_equal(s->errs[SOURCE_PATCHES].code, -ENOENT);
	WORDS(s, "unsupported", "CONFIG_LIVEPATCH");
	assert_string_equal(s->release, "?");
}

static void test_ready(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct snapshot *s = take(t, EVERYTHING, NULL);

	expect_state(s, "ready");
	WORDS(s, "ready", "no livepatch is enabled");
	snapshot_free(s);
	fake_patch(t, "a", 1, 0);
	s = take(t, EVERYTHING, NULL);
	WORDS(s, "ready: 1 livepatch enabled");
	snapshot_free(s);
	fake_patch(t, "b", 1, 0);
	fake_patch(t, "off", 0, 0);
	s = take(t, EVERYTHING, NULL);
	WORDS(s, "ready: 2 livepatches enabled");
	assert_int_equal(s->target, -1);
	assert_null(s->in_transition);
	assert_int_equal(s->tasks.total, 0); /* nobody asked the tasks */
	snapshot_free(s);
}

static void test_facts_of_the_machine(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct snapshot *s;

	tree_write(t, "proc/sys/kernel/tainted", "36864\n");
	tree_write(t, "proc/modules", "a 1 1 - Live 0x0 (OEK)\n");
	tree_write(t, "proc/sys/kernel/ftrace_enabled", "1\n");
	s = take(t, EVERYTHING, NULL);
	assert_string_equal(s->host, "fake");
	assert_string_equal(s->release, "6.1.0-test");
	assert_true(s->taint_known);
	assert_int_equal(s->taint, 36864);
	assert_int_equal(s->modules.n, 1);
	assert_int_equal(s->sys.ftrace_enabled, 1);
	assert_int_equal(s->patches.n, 1); /* a leftover */
	assert_int_equal(s->errs[SOURCE_LOG].code, -ENOENT);
	snapshot_free(s);
	s = take(t, SNAPSHOT_PATCHES, NULL);
	assert_false(s->taint_known);
	assert_int_equal(s->modules.n, 0);
	assert_int_equal(s->errs[SOURCE_LOG].code, 0); /* nobody asked */
	snapshot_free(s);
}

static void test_in_transition(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("996500000"));
	struct snapshot *s;

	blocker(t);
	s = take(t, EVERYTHING, NULL);
	expect_state(s, "transition");
	assert_string_equal(s->in_transition->name, "x");
	assert_int_equal(s->target, 1);
	assert_int_equal(snapshot_left(s), 1);
	assert_int_equal(s->tasks.total, 2);
	assert_false(s->stalled);
	assert_false(s->transition.since_inferred);
	assert_int_equal(s->blockers.n, 1);
	assert_string_equal(s->blockers.v[0].function, "f");
	WORDS(s, "in transition: applying x for 3 s, 1 of 2 tasks left", "kwor\\x1B[31m (57)",
	      "uninterruptible sleep in f of vmlinux");
	snapshot_free(s);
}

/* The kernel asks the tasks first and sets `enabled` after that. */
static void test_the_log_knows_the_target_before_the_attribute(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("996500000"));
	struct snapshot *s;

	fake_patch(t, "x", 0, 1);
	blocker(t);
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->target, 1);
	assert_false(s->starting);
	assert_int_equal(snapshot_left(s), 1);
	WORDS(s, "in transition: applying x for 3 s, 1 of 2 tasks left");
	snapshot_free(s);
}

/* The file of x has f only; r is there because x replaces y. */
static int file_of_x(void *ctx, const char *module, const char *object, const char *old_func, unsigned sympos)
{
	return ctx ? -ENOENT : streq(old_func, "f");
}

static struct snapshot *take_replacing(bool file)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("996500000"));
	_cleanup_(root_freep) struct root *root = tree_root(t);
	const struct funcmap map = { .patches = file_of_x, .ctx = file ? NULL : t };
	const struct snapshot_opts o = { .map = &map };
	struct snapshot *s = NULL;

	fake_func(t, "x", "vmlinux", "r,1");
	fake_func(t, "x", "gone", "r2,1");
	fake_patch(t, "y", 1, 0);
	fake_func(t, "y", "vmlinux", "f,1");
	fake_func(t, "y", "vmlinux", "r,1");
	fake_func(t, "y", "gone", "r2,1");
	assert_int_equal(snapshot_take(root, SNAPSHOT_PATCHES | SNAPSHOT_LOG, &o, &s), 0);
	return s;
}

static void test_what_a_replace_restores_is_marked_and_not_counted(void **state)
{
	struct snapshot *s = take_replacing(true);
	const struct patch *x = patches_find(&s->patches, "x");
	const struct object *o = patch_find_object(x, "vmlinux");

	assert_string_equal(o->funcs[0].name, "f");
	assert_int_equal(o->funcs[0].restore, 0);
	assert_int_equal(o->funcs[1].restore, 1);
	assert_true(object_to_restore(patch_find_object(x, "gone")));
	assert_int_equal(patch_count_funcs(x), 1);
	assert_int_equal(patch_count_objects(x), 1);
	assert_int_equal(patch_count_patched(x), 1);
	assert_int_equal(patch_count_funcs(patches_find(&s->patches, "y")), 3);
	snapshot_free(s);
	s = take_replacing(false);
	x = patches_find(&s->patches, "x");
	assert_int_equal(patch_find_object(x, "vmlinux")->funcs[1].restore, TRI_UNKNOWN);
	assert_int_equal(patch_count_funcs(x), 3);
	snapshot_free(s);
}

static void test_stalled(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("969500000"));
	struct snapshot *s;

	blocker(t);
	s = take(t, EVERYTHING, NULL);
	expect_state(s, "stalled");
	WORDS(s, "stalled: applying x for 30 s");
	assert_int_equal(s->blockers.v[0].unblock, UNBLOCK_REVERSE_ONLY);
	snapshot_free(s);
	/* The same from counts alone. */
	s = take(t, SNAPSHOT_TASKS | SNAPSHOT_LOG, NULL);
	expect_state(s, "stalled");
	assert_int_equal(s->blockers.n, 0);
	WORDS(s, "1 of 2 tasks left");
	snapshot_free(s);
}

static void test_taking_out(void **state)
{
	_cleanup_(tree_freep) struct tree *t =
		patching("5,10,997500000,-;livepatch: 'x': starting unpatching transition\n");
	struct snapshot *s;

	tree_write(t, LP "/x/enabled", "0\n");
	blocker(t); /* has switched already */
	fake_task(t, &(struct fake_task){ 60, 60, "late", 'S', false, "1\n", "[<0>] n+0x1/0x2 [x]\n" });
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->target, 0);
	assert_int_equal(snapshot_left(s), 2); /* init and late */
	WORDS(s, "taking out x for 2 s, 2 of 3 tasks left", "first init (1)");
	assert_int_equal(s->blockers.v[1].cls, STALL_SLEEPING);
	assert_string_equal(s->blockers.v[1].function, "f");
	snapshot_free(s);
}

static void test_no_visible_task_is_an_idle_cpu(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("900000000"));
	_cleanup_(snapshot_freep) struct snapshot *s = take(t, EVERYTHING, NULL);

	expect_state(s, "transition"); /* no blocker: not stalled */
	assert_int_equal(snapshot_left(s), 0);
	WORDS(s, "idle CPU", "just ended");
}

/* Callbacks run: the old value of enabled, everybody agrees, no line yet. */
static void test_about_to_be_applied(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching("6,1,1,-;hello\n");
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	tree_write(t, LP "/x/enabled", "0\n");
	fake_task(t, &(struct fake_task){ 1, 1, "init", 'S', false, "0\n", "" });
	s = take(t, EVERYTHING, NULL);
	assert_true(s->starting);
	assert_int_equal(s->target, 1);
	assert_int_equal(snapshot_left(s), 0);
	assert_int_equal(s->blockers.n, 0);
	expect_state(s, "transition");
	WORDS(s, "x is about to be applied", "callbacks");
}

static void test_about_to_be_taken_out(void **state)
{
	_cleanup_(tree_freep) struct tree *t =
		patching("5,1,900000000,-;livepatch: 'x': patching complete\n");
	_cleanup_(snapshot_freep) struct snapshot *s = take(t, EVERYTHING, NULL);

	assert_true(s->starting);
	assert_int_equal(s->target, 0);
	WORDS(s, "x is about to be taken out");
}

/* Without the log, or with hidden tasks, nobody can tell: not claimed. */
static void test_starting_is_not_guessed(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(NULL);
	struct snapshot *s = take(t, EVERYTHING, NULL);

	assert_false(s->starting);
	assert_int_equal(s->target, 1);
	snapshot_free(s);
	tree_write(t, "dev/kmsg", "6,1,1,-;hello\n");
	fake_task(t, &(struct fake_task){ 70, 70, "closed", 'S', false, "?\n", "" });
	s = take(t, EVERYTHING, NULL);
	assert_false(s->starting);
	snapshot_free(s);
}

/* The line has left the log's ring: once seen under way, it is under way. */
static void test_a_lost_line_does_not_turn_the_end_into_a_start(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching("6,1,1,-;hello\n");
	static struct transition track;
	struct snapshot *s;

	transition_init(&track);
	blocker(t);
	s = take(t, EVERYTHING, &track);
	assert_false(s->starting);
	snapshot_free(s);
	fake_task(t, &(struct fake_task){ 57, 57, "kworker", 'D', true, "1\n", "" });
	s = take(t, EVERYTHING, &track);
	assert_false(s->starting);
	assert_int_equal(s->target, 1);
	WORDS(s, "idle CPU");
	snapshot_free(s);
}

/* Half of procfs is closed: what is left is a lower bound, or not known. */
static void test_hidden_tasks_are_no_idle_cpu(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("969500000"));
	struct snapshot *s;

	fake_task(t, &(struct fake_task){ 70, 70, "closed", 'S', false, "?\n", "" });
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->tasks.unreadable, 1);
	assert_int_equal(s->errs[SOURCE_TASKS].code, -EBADMSG);
	assert_non_null(strstr(s->errs[SOURCE_TASKS].text, "1 of 2"));
	assert_false(s->stalled);
	NO_WORDS(s, "No task is left");
	WORDS(s, "not known");
	snapshot_free(s);
	blocker(t);
	s = take(t, EVERYTHING, NULL);
	WORDS(s, "at least 1 of 3 tasks left");
	assert_true(s->stalled); /* one blocker is enough for that */
	snapshot_free(s);
}

static void test_a_procfs_without_tasks_is_no_idle_cpu(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("969500000"));
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	tree_remove(t, "proc");
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->errs[SOURCE_TASKS].code, -ENOENT);
	NO_WORDS(s, "No task is left");
	WORDS(s, "applying x", "not known");
}

static void test_nothing_is_claimed_of_a_broken_attribute(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct snapshot *s;

	fake_patch(t, "a", 1, 0);
	tree_write(t, LP "/a/transition", "perhaps\n");
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->errs[SOURCE_PATCHES].code, -EBADMSG);
	NO_WORDS(s, "no transition runs");
	WORDS(s, "unknown", "transition of a");
	snapshot_free(s);
	fake_patch(t, "a", 1, 1);
	tree_write(t, LP "/a/enabled", "");
	s = take(t, EVERYTHING, NULL);
	expect_state(s, "transition");
	assert_int_equal(s->target, -1);
	NO_WORDS(s, "applying", "taking out", "idle CPU");
	snapshot_free(s);
}

/* A captured machine has its own clock, and it stands. */
static void test_ages_of_a_captured_machine(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("5000000"));
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	double age;

	tree_write(t, "proc/uptime", "12.50 1.00\n");
	blocker(t);
	s = take(t, EVERYTHING, NULL);
	age = transition_age(&s->transition, s->boot_us);
	assert_true(age > 7 && age < 20);
	assert_false(s->stalled);
}

static void test_a_name_full_of_escapes(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	fake_patch(t, "x\x1b[2J", 1, 1);
	s = take(t, EVERYTHING, NULL);
	WORDS(s, "x\\x1B[2J");
}

static void test_forced_patches_are_marked(void **state)
{
	_cleanup_(tree_freep) struct tree *t =
		patching(STARTED("900000000") "4,11,905000000,-;livepatch: forcing remaining tasks to the "
					      "patched state\n5,12,906000000,-;livepatch: 'x': patching "
					      "complete\n");
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	tree_write(t, LP "/x/transition", "0\n");
	fake_patch(t, "y", 1, 0);
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->patches.v[0].forced, 1);
	assert_int_equal(s->patches.v[1].forced, TRI_UNKNOWN);
	expect_state(s, "ready");
}

/* A look at the patches alone must not touch the clock of the stall. */
static void test_looking_away_does_not_restart_the_stall_clock(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("969500000"));
	static struct transition track;
	struct snapshot *s;

	transition_init(&track);
	blocker(t);
	s = take(t, EVERYTHING, &track);
	assert_true(s->stalled);
	snapshot_free(s);
	s = take(t, SNAPSHOT_PATCHES, &track);
	assert_int_equal(s->transition.n_samples, 1);
	snapshot_free(s);
	s = take(t, EVERYTHING, &track);
	assert_true(s->stalled);
	assert_int_equal(s->transition.n_samples, 2);
	snapshot_free(s);
}

static void test_namesakes_are_looked_up(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("990000000"));
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	blocker(t); /* in f+0x1/0x2 */
	tree_write(t, "proc/kallsyms", "ffffffff81000000 t f\nffffffff81000010 t f\nffffffff81000012 t g\n");
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->blockers.v[0].cls, STALL_UNKNOWN); /* that is the other f */
}

static void test_more_blockers_than_stacks(void **state)
{
	_cleanup_(tree_freep) struct tree *t = patching(STARTED("990000000"));
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;

	for (int tid = 100; tid < 100 + SNAPSHOT_STACKS_MAX + 5; tid++)
		fake_task(t, &(struct fake_task){ tid, tid, "x", 'S', false, "0\n", "[<0>] f+0x1/0x2\n" });
	s = take(t, EVERYTHING, NULL);
	assert_int_equal(s->blockers.n, SNAPSHOT_STACKS_MAX + 5);
	assert_int_equal(s->blockers.v[SNAPSHOT_STACKS_MAX - 1].cls, STALL_SLEEPING);
	assert_int_equal(s->blockers.v[SNAPSHOT_STACKS_MAX].cls, STALL_UNKNOWN);
	assert_int_equal(s->errs[SOURCE_STACKS].code, -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kernel_without_livepatch),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_facts_of_the_machine),
		cmocka_unit_test(test_in_transition),
		cmocka_unit_test(test_the_log_knows_the_target_before_the_attribute),
		cmocka_unit_test(test_what_a_replace_restores_is_marked_and_not_counted),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_taking_out),
		cmocka_unit_test(test_no_visible_task_is_an_idle_cpu),
		cmocka_unit_test(test_about_to_be_applied),
		cmocka_unit_test(test_about_to_be_taken_out),
		cmocka_unit_test(test_starting_is_not_guessed),
		cmocka_unit_test(test_a_lost_line_does_not_turn_the_end_into_a_start),
		cmocka_unit_test(test_hidden_tasks_are_no_idle_cpu),
		cmocka_unit_test(test_a_procfs_without_tasks_is_no_idle_cpu),
		cmocka_unit_test(test_nothing_is_claimed_of_a_broken_attribute),
		cmocka_unit_test(test_ages_of_a_captured_machine),
		cmocka_unit_test(test_a_name_full_of_escapes),
		cmocka_unit_test(test_forced_patches_are_marked),
		cmocka_unit_test(test_looking_away_does_not_restart_the_stall_clock),
		cmocka_unit_test(test_namesakes_are_looked_up),
		cmocka_unit_test(test_more_blockers_than_stacks),
	};

	return cmocka_run_group_tests_name("snapshot", tests, fake_deadline, NULL);
}
