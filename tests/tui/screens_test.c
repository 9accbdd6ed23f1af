// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each screen shows on made-up machines, through the real binary on a
 * terminal.
 */
#include "tests/tui/screen.h"

#include <sys/stat.h>
#include <unistd.h>

static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };

static void home_shows_patch_and_state(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct vt *v = screen_start(t, sizes[i][0], sizes[i][1], NULL, NULL);

		expect(v, "1 Patches");
		expect(v, "livepatch_fix");
		expect(v, "enabled");
		expect(v, "ready: 1 livepatch enabled");
		expect(v, "lab");
		expect(v, "RO");
		quit(v);
	}
}

static void transition_names_the_blocker(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct vt *v = screen_start(t, sizes[i][0], sizes[i][1], NULL, NULL);

		expect(v, "kworker/u4:1 (57)"); /* on the first screen already */
		vt_keys(v, "2");
		expect(v, "2 Transition");
		expect(v, "kworker/u4:1");
		expect(v, sizes[i][0] < 80 ? "sleeping-in-p" : "sleeping-in-patched-function");
		if (sizes[i][0] >= 80) {
			expect(v, "target_nap");
			expect(v, "12 of 14 tasks");
			expect(v, "next kernel signal in about");
			expect(v, "301 reader");
		}
		quit(v);
	}
}

static void stack_marks_frames(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	vt_keys(v, "2");
	expect(v, "sleeping-in-patched-function");
	vt_keys(v, "\r");
	expect(v, "kernel thread");
	expect(v, "patch_state");
	vt_keys(v, "G");
	expect(v, "► target_nap+0x1c/0x40 [klpsh_target]  <- blocks");
	expect(v, "  msleep+0x2d/0x40");
	assert_false(vt_shows(v, "msleep+0x2d/0x40  <- blocks"));
	vt_keys(v, "~");
	expect(v, "> target_nap+0x1c/0x40 [klpsh_target]  <- blocks");
	vt_keys(v, "q");
	expect(v, "REASON");
	quit(v);
}

static void reverting_and_idle(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("revert"), *idle = machine("idle");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "disabling");
	vt_keys(v, "2");
	expect(v, "unpatching");
	expect(v, "kworker/u4:1");
	quit(v);
	v = screen_start(idle, 80, 24, NULL, NULL);
	vt_keys(v, "2");
	expect(v, "idle");
	quit(v);
}

/* Wide and combining characters take the columns a terminal gives them. */
static void wide_names_keep_columns(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v;

	tree_write(t, "proc/57/task/57/comm", "模块e\xcc\x81x\n");
	tree_write(t, "proc/57/task/57/stat",
		   "57 (模块e\xcc\x81x) D 1 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n");
	v = screen_start(t, 80, 24, NULL, NULL);
	vt_keys(v, "2");
	/* 4 columns, 1, 1 and blanks up to the 12 of COMM, then the state. */
	expect(v, "57 模块e\xcc\x81x       D");
	vt_keys(v, "~");
	expect(v, "57 ????");
	quit(v);
}

/* A task whose state may not be read counts as unseen, never as done. */
static void unseen_tasks_are_told(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v;

	tree_remove(t, "proc/57/task/57/patch_state");
	tree_mkdir(t, "proc/57/task/57/patch_state");
	v = screen_start(t, 80, 24, NULL, NULL);
	expect(v, "1 of 14 tasks left");
	vt_keys(v, "2");
	expect(v, "12 of 14 tasks, 1 unseen");
	quit(v);
}

static void tree_folds(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "▸ livepatch_fix");
	vt_keys(v, " ");
	expect(v, "▾ livepatch_fix");
	expect(v, "▸ nfsd");
	expect(v, "not loaded");
	vt_keys(v, "j ");
	expect(v, "nfsd_write,2");
	vt_keys(v, "gg ");
	assert_true(vt_wait_gone(v, "nfsd_write"));
	vt_keys(v, "~");
	expect(v, "+ livepatch_fix");
	quit(v);
}

static void patch_details(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "\r");
	expect(v, "cmdline_proc_show,1");
	vt_keys(v, "G");
	expect(v, "srcversion");
	expect(v, "0123456789ABCDEF0123456");
	quit(v);
	v = screen_start(t, 120, 40, NULL, NULL); /* beside the list */
	expect(v, "srcversion");
	expect(v, "│");
	vt_keys(v, "\tO");
	assert_true(vt_wait_gone(v, "│"));
	vt_keys(v, "q");
	expect(v, "│");
	quit(v);
}

static void other_screens(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	vt_keys(v, "3");
	expect(v, "jbd2");
	expect(v, "ext4");
	expect(v, "livepatch_fix");
	vt_keys(v, "4");
	expect(v, "livepatched");
	expect(v, "out-of-tree module");
	vt_keys(v, "\r");
	expect(v, "consequence");
	vt_keys(v, "q7");
	expect(v, "console=ttyS0 quiet");
	expect(v, "sig_enforce");
	expect(v, "not checked");
	vt_keys(v, "?");
	expect(v, "Help: System");
	expect(v, "Keys of System");
	vt_keys(v, "G");
	expect(v, "stalled");
	vt_keys(v, "q");
	expect(v, "console=ttyS0 quiet");
	vt_keys(v, "q");
	expect(v, "PATCH ");
	quit(v);
}

static void log_filters_and_gaps(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	vt_keys(v, "5");
	expect(v, "usb 1-1: new device");
	expect(v, "-- 46 records lost here --");
	expect(v, "follow");
	vt_keys(v, "l");
	assert_true(vt_wait_gone(v, "usb 1-1"));
	expect(v, "starting patching transition");
	vt_keys(v, "l");
	expect(v, "usb 1-1");
	vt_keys(v, "/usb");
	expect(v, "1 of ");
	assert_true(vt_wait_gone(v, "starting patching"));
	vt_keys(v, "\r");
	vt_keys(v, "\033");
	expect(v, "starting patching");
	quit(v);
}

static void filter_sort_and_text_view(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stacked");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_two");
	expect(v, "leftover");
	vt_keys(v, "/!two\r");
	assert_true(vt_wait_gone(v, "livepatch_two"));
	expect(v, "2 of 3  /!two");
	vt_keys(v, "\033");
	expect(v, "livepatch_two");
	vt_keys(v, "/meminfo\r"); /* a function deep in a folded tree */
	expect(v, "meminfo_proc_show,1");
	expect(v, "1 of 3");
	vt_keys(v, "\033s");
	expect(v, "by PATCH");
	vt_keys(v, "S");
	expect(v, "by PATCH▲");
	vt_keys(v, "v");
	expect(v, " Patches");
	expect(v, "livepatch_old");
	vt_keys(v, "/old\r");
	expect(v, "/old  n: next");
	quit(v);
}

static void commands_run(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v = screen_start(t, 120, 40, NULL, NULL);

	expect(v, "1 Patches");
	vt_keys(v, ":blo\t");
	expect(v, ":blockers");
	vt_keys(v, "\r");
	expect(v, "reader");
	expect(v, "blockers");
	expect(v, "q back");
	vt_keys(v, "q:nonsense\r");
	expect(v, "no such verb: nonsense");
	vt_keys(v, ":stats\r");
	expect(v, "perhaps status?");
	vt_keys(v, ":sh\t");
	expect(v, ":show");
	vt_keys(v, "\033:list --json\r");
	expect(v, "\"v\":1");
	vt_keys(v, "q:quit\r");
	assert_int_equal(vt_wait_exit(v), 0);
	vt_free(v);
}

static void long_command_is_stopped(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "klpsh_lp_nap");
	vt_keys(v, ":watch\r");
	expect(v, ":watch");
	expect(v, "Esc stops it");
	vt_keys(v, "\033");
	expect(v, "PATCH ");
	quit(v);
}

/* Another command right behind one that was stopped, again and again. */
static void commands_follow_each_other(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "klpsh_lp_nap");
	for (int i = 0; i < 10; i++)
		vt_keys(v, ":watch\r");
	vt_keys(v, ":taint 128\r");
	expect(v, "A kernel with the value 128");
	expect(v, ":taint 128  done");
	quit(v);
}

static void text_view_of_nothing_says_so(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("empty");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "No livepatch is loaded.");
	vt_keys(v, "v");
	expect(v, "Right more");
	expect(v, "No livepatch is loaded.");
	quit(v);
}

/* The only test without --root: a captured tree lets nothing be written. */
static void writes_a_new_private_file(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	static const char *const env[] = { "NO_COLOR=1", NULL };
	const char *argv[] = { klpsh_path(), NULL, NULL };
	struct vt_opts o = { .lines = 24, .columns = 80, .env = env };
	_cleanup_free_ char *text = NULL;
	char path[256], keys[300];
	struct stat st;
	struct vt *v = vt_start(argv, &o);
	FILE *in;
	size_t size = 0;

	FORMAT(path, "%s/out", tree_path(t));
	FORMAT(keys, "w%s\r", path);
	expect(v, "7 System");
	assert_true(vt_wait_gone(v, "reading"));
	vt_keys(v, "7");
	expect(v, "CONFIG_LIVEPATCH");
	vt_keys(v, "w");
	expect(v, "Enter write");
	vt_keys(v, keys + 1);
	expect(v, "written");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	in = fopen(path, "r");
	assert_non_null(in);
	assert_true(getdelim(&text, &size, '\0', in) > 0);
	fclose(in);
	assert_non_null(strstr(text, "CONFIG_LIVEPATCH"));
	vt_keys(v, keys);
	expect(v, "is there already");
	unlink(path);
	assert_int_equal(symlink("/tmp/klpsh-no-such-file", path), 0);
	vt_keys(v, "1");
	vt_keys(v, keys);
	expect(v, "is there already");
	assert_int_equal(access("/tmp/klpsh-no-such-file", F_OK), -1);
	quit(v);
	argv[1] = "--read-only";
	v = vt_start(argv, &o);
	expect(v, "7 System");
	vt_keys(v, "w");
	expect(v, "read-only mode");
	quit(v);
}

static void nothing_is_written_of_a_captured_tree(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "w");
	expect(v, "captured tree");
	quit(v);
}

static void no_livepatch_kernel(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("none"), *empty = machine("empty");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "This kernel has no livepatch support.");
	expect(v, "CONFIG_LIVEPATCH");
	expect(v, "klpsh-lab demo");
	vt_keys(v, "2");
	expect(v, "no transition ever runs here");
	vt_keys(v, "4");
	expect(v, "The kernel is not tainted");
	quit(v);
	v = screen_start(empty, 80, 24, NULL, NULL);
	expect(v, "No livepatch is loaded.");
	vt_keys(v, "2");
	expect(v, "No transition runs");
	vt_keys(v, "3");
	expect(v, "No module is loaded.");
	quit(v);
}

static void pause_and_interval(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "------------");
	expect(v, "reading every 0.25 s");
	vt_keys(v, "+");
	expect(v, "reading every 0.5 s");
	expect(v, "old, read every 0.5 s"); /* as long as it is so */
	vt_keys(v, "p");
	expect(v, "PAUSED");
	vt_keys(v, "+"); /* whatever else is said */
	expect(v, "PAUSED for 0 s reading every 1 s");
	vt_keys(v, "-");
	tree_write(t, "sys/kernel/livepatch/livepatch_fix/enabled", "0\n");
	tree_write(t, "sys/kernel/livepatch/livepatch_fix/transition", "1\n");
	vt_settle(v, 700);
	assert_false(vt_shows(v, "disabling"));
	vt_keys(v, "R");
	expect(v, "disabling");
	vt_keys(v, "p");
	assert_true(vt_wait_gone(v, "PAUSED"));
	tree_remove(t, "sys/kernel/livepatch/livepatch_fix");
	expect(v, "leftover");
	vt_keys(v, "++++++");
	expect(v, "reading every 60 s, every second in a transition");
	vt_keys(v, "+");
	expect(v, "reading every 5 s, every second in a transition"); /* by itself again */
	quit(v);
}

static void selection_follows_its_patch(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stacked");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_two");
	vt_keys(v, "------------j");
	expect(v, ">▸ livepatch_two");
	tree_remove(t, "sys/kernel/livepatch/livepatch_one");
	expect(v, "1 livepatch enabled");
	tree_remove(t, "sys/module/livepatch_old");
	tree_write(t, "proc/modules", "livepatch_two 16384 1 - Live 0x0 (OEK)\n");
	assert_true(vt_wait_gone(v, "livepatch_old"));
	expect(v, ">▸ livepatch_two");
	vt_keys(v, "\r");
	expect(v, "vmlinux: patched");
	tree_remove(t, "sys/kernel/livepatch/livepatch_two");
	tree_write(t, "proc/modules", "");
	tree_remove(t, "sys/module/livepatch_two");
	expect(v, "gone");
	quit(v);
}

/* ASan looks for it: what a row's children are was asked of rows that were no longer there. */
static void rows_that_vanish_under_a_filter(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stacked");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_two");
	vt_keys(v, "/vmlinux\r");
	expect(v, "of 3  /vmlinux");
	tree_remove(t, "sys/kernel/livepatch/livepatch_one");
	vt_keys(v, "R");
	expect(v, "1 of 3  /vmlinux"); /* a leftover now, which has no objects */
	quit(v);
}

static void many_patches(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("many");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "2000 livepatches enabled");
	vt_keys(v, "G");
	expect(v, "livepatch_999");
	vt_keys(v, "/_1234\r");
	expect(v, "1 of 2000");
	quit(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(home_shows_patch_and_state),
		cmocka_unit_test(transition_names_the_blocker),
		cmocka_unit_test(stack_marks_frames),
		cmocka_unit_test(reverting_and_idle),
		cmocka_unit_test(unseen_tasks_are_told),
		cmocka_unit_test(wide_names_keep_columns),
		cmocka_unit_test(tree_folds),
		cmocka_unit_test(patch_details),
		cmocka_unit_test(other_screens),
		cmocka_unit_test(log_filters_and_gaps),
		cmocka_unit_test(filter_sort_and_text_view),
		cmocka_unit_test(commands_run),
		cmocka_unit_test(long_command_is_stopped),
		cmocka_unit_test(commands_follow_each_other),
		cmocka_unit_test(text_view_of_nothing_says_so),
		cmocka_unit_test(writes_a_new_private_file),
		cmocka_unit_test(nothing_is_written_of_a_captured_tree),
		cmocka_unit_test(no_livepatch_kernel),
		cmocka_unit_test(pause_and_interval),
		cmocka_unit_test(selection_follows_its_patch),
		cmocka_unit_test(rows_that_vanish_under_a_filter),
		cmocka_unit_test(many_patches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
