// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What single screens say of one thing: orders, columns that make room, and
 * details, on made-up machines.
 */
#include "tests/tui/screen.h"

/* 4611 is bits 0, 1, 9 and 12. */
static void taint_sorts_bits_as_numbers(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v;

	tree_write(t, "proc/sys/kernel/tainted", "4611\n");
	v = screen_start(t, 80, 24, NULL, NULL);
	vt_keys(v, "4");
	expect(v, "warning");
	vt_keys(v, "s");
	expect(v, "by BIT");
	expect_line(v, 4, "proprietary");
	expect_line(v, 5, "forced load");
	expect_line(v, 6, "warning");
	expect_line(v, 7, "out-of-tree");
	quit(v);
}

static void taint_details_stand_below_the_list(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	vt_keys(v, "4");
	expect(v, "a module from outside the kernel's tree was loaded");
	expect(v, "consequence");
	assert_false(vt_shows(v, "MEANING"));
	vt_keys(v, "j");
	expect(v, "The running code differs");
	vt_keys(v, "v"); /* the text has all columns */
	expect(v, "MEANING");
	quit(v);
	v = screen_start(t, 120, 40, NULL, NULL); /* beside it */
	vt_keys(v, "4");
	expect(v, "consequence");
	assert_false(vt_shows(v, "MEANING"));
	quit(v);
}

/* Without room for both the list can still be gone through. */
static void taint_lists_on_the_smallest_screen(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 40, 10, NULL, NULL);

	vt_keys(v, "4");
	expect(v, "livepatched");
	expect(v, ">  12 O");
	vt_keys(v, "j");
	expect(v, ">  15 K");
	vt_keys(v, "\r");
	expect(v, "whole value");
	quit(v);
}

/* What is only left in memory has no attributes that a kernel could leave out. */
static void a_leftover_has_nothing_to_unfold(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("replace");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "▸ livepatch_v2");
	expect(v, "  livepatch_v1");
	assert_false(vt_shows(v, "▸ livepatch_v1"));
	assert_false(vt_shows(v, "0/0"));
	vt_keys(v, "G \r");
	expect(v, "n/a: no longer in the kernel's list");
	assert_false(vt_shows(v, "this kernel does not say"));
	expect(v, "cannot be enabled again");
	quit(v);
}

/* A module that is still coming is not a disabled one. */
static void a_patch_that_loads_is_no_leftover(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("empty");
	struct vt *v;

	tree_write(t, "proc/modules", "livepatch_new 16384 1 - Loading 0x0 (OEK)\n");
	v = screen_start(t, 80, 24, NULL, NULL);
	expect(v, "loading");
	vt_keys(v, "\r");
	expect(v, "n/a: not yet in the kernel's list");
	assert_false(vt_shows(v, "cannot be enabled again"));
	quit(v);
}

/* The first function of the first object of the selected patch. */
static void open_function(struct vt *v)
{
	vt_keys(v, " ");
	expect(v, "vmlinux");
	vt_keys(v, "j ");
	expect(v, "cmdline_proc_show,1");
	vt_keys(v, "j\r");
	expect(v, "sympos");
}

static void a_function_names_the_patch_that_wins(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stacked");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_one");
	open_function(v);
	expect(v, "vmlinux (patched now)");
	expect(v, "also replaced by livepatch_two (order 2, inferred): its code runs");
	vt_keys(v, "qj\r");
	expect(v, "meminfo_proc_show");
	expect(v, "this patch's code runs");
	vt_keys(v, "q/two\r");
	expect(v, ">▸ livepatch_two");
	open_function(v);
	expect(v, "this patch's code runs");
	expect(v, "also replaced by livepatch_one (order 1, inferred), below this one");
	quit(v);
}

static void a_function_of_what_is_not_loaded_runs_nowhere(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "/nfsd_read\r");
	expect(v, "nfsd_read,1");
	vt_keys(v, "G\r");
	expect(v, "nfsd (not patched now: it is not loaded)");
	expect(v, "nobody's: nfsd is not loaded");
	quit(v);
}

static void a_function_in_transition_says_whose_tasks(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "klpsh_lp_nap");
	vt_keys(v, "/target_nap\r");
	expect(v, "target_nap,1");
	vt_keys(v, "G\r");
	expect(v, "this patch's code runs in tasks that have switched");
	quit(v);
}

#define LOG(seq, usec, text) "6," seq "," usec ",-;livepatch: " text "\n"

static void patches_show_how_long(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stacked");
	struct vt *v;

	tree_write(t, "proc/uptime", "7290.00 140.00\n");
	tree_write(t, "dev/kmsg",
		   LOG("1", "10000000", "'livepatch_one': patching complete")
			   LOG("9", "3660000000", "'livepatch_two': patching complete"));
	v = screen_start(t, 80, 24, NULL, NULL);
	expect_line(v, 3, " AGE ");
	assert_false(vt_shows(v, "FUNCS"));
	assert_true(vt_shows(v, "OBJS"));
	expect_line(v, 4, "~2 h 1 min"); /* records are missing behind it */
	expect_line(v, 5, " 1 h 0 min");
	expect_line(v, 6, " n/a");
	vt_keys(v, "\r");
	expect(v, "enabled for 2 h 1 min");
	expect(v, "inferred: records are missing in the kernel's log since");
	vt_keys(v, "qj\r");
	expect(v, "enabled for 1 h 0 min");
	assert_false(vt_shows(v, "inferred: records"));
	vt_keys(v, "qj\r");
	expect(v, "n/a: the kernel's log does not tell");
	vt_keys(v, "qsss");
	expect(v, "by AGE");
	expect_line(v, 4, "livepatch_old");
	expect_line(v, 5, "livepatch_two");
	expect_line(v, 6, "livepatch_one");
	quit(v);
}

static void ages_without_a_log_are_not_known(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v;

	tree_remove(t, "dev/kmsg");
	v = screen_start(t, 80, 24, NULL, NULL);
	expect(v, "livepatch_fix");
	vt_keys(v, "\r");
	expect(v, "n/a: the kernel's log cannot be read");
	quit(v);
}

static void modules_have_sizes_and_identities(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v;

	tree_write(t, "sys/module/jbd2/version", "1.2\033[2J\n");
	v = screen_start(t, 80, 24, NULL, NULL);
	vt_keys(v, "3");
	expect(v, " 960 KiB");
	expect(v, " 16 KiB");
	vt_keys(v, "\r");
	expect(v, "16 KiB (16384 bytes)");
	expect(v, "last of all");
	vt_keys(v, "qj\r");
	expect(v, "before 1 other");
	expect(v, "0123456789ABCDEF0123456");
	expect(v, "01020304");
	vt_keys(v, "qj\r");
	expect(v, "before 2 others");
	expect(v, "1.2\\x1B[2J");
	quit(v);
}

static void the_text_of_a_transition_has_its_progress(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall"), *idle = machine("idle");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "klpsh_lp_nap");
	vt_keys(v, "2");
	expect(v, "12 of 14 tasks");
	vt_keys(v, "v");
	expect(v, "Right more");
	expect(v, "klpsh_lp_nap: patching, 1 min");
	expect(v, "12 of 14 tasks  █");
	expect(v, "next kernel signal in about");
	expect(v, "REASON");
	quit(v);
	v = screen_start(idle, 80, 24, NULL, NULL); /* without a list */
	expect(v, "klpsh_lp_nap");
	vt_keys(v, "2");
	expect(v, "11 of 11 tasks");
	vt_keys(v, "v");
	expect(v, "Right more");
	expect(v, "11 of 11 tasks");
	quit(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taint_sorts_bits_as_numbers),
		cmocka_unit_test(taint_details_stand_below_the_list),
		cmocka_unit_test(taint_lists_on_the_smallest_screen),
		cmocka_unit_test(a_leftover_has_nothing_to_unfold),
		cmocka_unit_test(a_patch_that_loads_is_no_leftover),
		cmocka_unit_test(a_function_names_the_patch_that_wins),
		cmocka_unit_test(a_function_of_what_is_not_loaded_runs_nowhere),
		cmocka_unit_test(a_function_in_transition_says_whose_tasks),
		cmocka_unit_test(patches_show_how_long),
		cmocka_unit_test(ages_without_a_log_are_not_known),
		cmocka_unit_test(modules_have_sizes_and_identities),
		cmocka_unit_test(the_text_of_a_transition_has_its_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
