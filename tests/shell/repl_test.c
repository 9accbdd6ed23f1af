/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The prompt on a real terminal: the program itself on a pty, read back
 * through libvterm.
 */
#include "tests/shell/prompt.h"

static void the_prompt_says_where_we_are(void **state)
{
	struct place *p = *state;

	start(p, "stall");
	assert_true(vt_wait(p->vt, "klpsh lab 6.1.0-50 (captured) stalled>"));
	vt_keys(p->vt, "list\r");
	assert_true(vt_wait(p->vt, "enabling"));
	vt_keys(p->vt, "quit\r");
	assert_int_equal(vt_wait_exit(p->vt), 0);
}

static void tab_completes(void **state)
{
	struct place *p = *state;

	start(p, "stall");
	assert_true(vt_wait(p->vt, "stalled>"));
	vt_keys(p->vt, "blocke\t");
	assert_true(vt_wait(p->vt, "stalled> blockers"));
	vt_keys(p->vt, "\x15show \t");
	assert_true(vt_wait(p->vt, "show klpsh_lp_nap"));
	vt_keys(p->vt, "\x15stack \t\t");
	assert_true(vt_wait(p->vt, "kworker/u4:1"));
}

static void the_end_of_a_transition_is_told_above_the_line(void **state)
{
	struct place *p = *state;

	start(p, "stall");
	assert_true(vt_wait(p->vt, "stalled>"));
	vt_keys(p->vt, "taint 12");
	assert_true(vt_wait(p->vt, "stalled> taint 12"));
	put(p, "sys/kernel/livepatch/klpsh_lp_nap/transition", "0\n");
	assert_true(vt_wait(p->vt, "-- the transition of klpsh_lp_nap has ended: it is enabled"));
	assert_true(vt_wait(p->vt, "ready> taint 12"));
	assert_true(vt_wait_gone(p->vt, "stalled> taint"));
	vt_keys(p->vt, "8\r");
	assert_true(vt_wait(p->vt, "with the value 128"));
}

static void ctrl_c_clears_the_line_only(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "rubbish");
	assert_true(vt_wait(p->vt, "rubbish"));
	vt_keys(p->vt, "\x03");
	assert_true(vt_wait(p->vt, "^C"));
	vt_keys(p->vt, "taint 0\r");
	assert_true(vt_wait(p->vt, "not tainted.\nklpsh lab 6.1.0-50 (captured) ready>"));
	assert_false(vt_shows(p->vt, "there is no verb"));
	vt_keys(p->vt, "\x04");
	assert_int_equal(vt_wait_exit(p->vt), 0);
}

static void ctrl_c_ends_a_wait_not_the_session(void **state)
{
	struct place *p = *state;

	start(p, "idle");
	assert_true(vt_wait(p->vt, "transition>"));
	vt_keys(p->vt, "wait klpsh_lp_nap --wait\r");
	assert_true(vt_wait(p->vt, "waiting for klpsh_lp_nap"));
	vt_keys(p->vt, "\x03");
	assert_true(vt_wait(p->vt, "goes on in the kernel"));
	vt_keys(p->vt, "taint 0\r");
	assert_true(vt_wait(p->vt, "not tainted"));
}

static void a_line_can_be_continued(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "taint \\\r");
	assert_true(vt_wait(p->vt, "\n>"));
	vt_keys(p->vt, "0x8000\r");
	assert_true(vt_wait(p->vt, "32768"));
}

static void a_continued_line_comes_back_as_one_that_does_the_same(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "taint \\\r");
	assert_true(vt_wait(p->vt, "\n>"));
	vt_keys(p->vt, "32768\r");
	assert_true(vt_wait(p->vt, "livepatched"));
	vt_keys(p->vt, "\x1b[A");
	assert_true(vt_wait(p->vt, "ready> taint 32768"));
}

static void what_stands_behind_a_failure_is_not_run_and_said(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "show nope; taint 1; taint 0\r");
	assert_true(vt_wait(p->vt, "-- 2 commands behind it were not run"));
	assert_false(vt_shows(p->vt, "proprietary"));
	vt_keys(p->vt, "\x1b[200~taint 0\nshow nope\ntaint 1\x1b[201~\r");
	assert_true(vt_wait(p->vt, "line 2: show: there is no livepatch"));
	assert_true(vt_wait(p->vt, "-- 1 command behind it was not run"));
	vt_keys(p->vt, "set keep-going on; show nope; taint 1\r");
	assert_true(vt_wait(p->vt, "proprietary"));
}

static void the_prompt_calls_a_stall_what_was_set_so(void **state)
{
	struct place *p = *state;

	start(p, "stall");
	assert_true(vt_wait(p->vt, "stalled>"));
	vt_keys(p->vt, "set stall-after 86400\r");
	assert_true(vt_wait(p->vt, "transition>"));
	vt_keys(p->vt, "set stall-after 1\r");
	assert_true(vt_wait(p->vt, "-- the transition of klpsh_lp_nap has stalled, 2 tasks left"));
}

static void ctrl_d_drops_a_continued_line_only(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "rubbish \\\r");
	assert_true(vt_wait(p->vt, "\n>"));
	vt_keys(p->vt, "\x04");
	assert_true(vt_wait(p->vt, "\n>\n\nklpsh lab"));
	vt_keys(p->vt, "taint 0\r");
	assert_true(vt_wait(p->vt, "not tainted"));
	assert_false(vt_shows(p->vt, "there is no verb"));
}

static void what_a_wait_has_told_is_not_told_twice(void **state)
{
	struct place *p = *state;

	start(p, "idle");
	assert_true(vt_wait(p->vt, "transition>"));
	vt_keys(p->vt, "wait klpsh_lp_nap --wait\r");
	assert_true(vt_wait(p->vt, "waiting for klpsh_lp_nap"));
	put(p, "sys/kernel/livepatch/klpsh_lp_nap/transition", "0\n");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "taint 0\r"); /* by then it would be there */
	assert_true(vt_wait(p->vt, "not tainted"));
	assert_false(vt_shows(p->vt, "-- the transition"));
}

static void ctrl_d_gives_the_last_exit_code(void **state)
{
	struct place *p = *state;
	int status;

	start(p, "stall");
	assert_true(vt_wait(p->vt, "stalled>"));
	vt_keys(p->vt, "status\r");
	assert_true(vt_wait(p->vt, "what helps.\nklpsh lab 6.1.0-50 (captured) stalled>"));
	vt_keys(p->vt, "\x04");
	status = vt_wait_exit(p->vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void ctrl_d_while_a_verb_runs_is_not_lost(void **state)
{
	struct place *p = *state;

	start(p, "idle");
	assert_true(vt_wait(p->vt, "transition>"));
	vt_keys(p->vt, "wait klpsh_lp_nap --wait\r");
	assert_true(vt_wait(p->vt, "waiting for klpsh_lp_nap"));
	vt_keys(p->vt, "\x04");
	assert_true(vt_wait(p->vt, "^D"));
	put(p, "sys/kernel/livepatch/klpsh_lp_nap/transition", "0\n");
	assert_int_equal(vt_wait_exit(p->vt), 0);
	assert_int_equal(vt_modes(p->vt).c_cc[VEOF], vt_modes_before(p->vt)->c_cc[VEOF]);
}

static void a_signal_to_end_ends_the_session_too(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct place *p = *state;
		int status;

		start(p, "idle");
		assert_true(vt_wait(p->vt, "transition>"));
		vt_keys(p->vt, "watch\r");
		assert_true(vt_wait(p->vt, "  in transition: "));
		vt_signal(p->vt, signals[i]);
		status = vt_wait_exit(p->vt);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 128 + signals[i]);
		p->vt = vt_free(p->vt);
	}
}

static void ctrl_backslash_leaves_a_whole_terminal(void **state)
{
	struct place *p = *state;
	int status;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "\x1c");
	status = vt_wait_exit(p->vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGQUIT);
	assert_int_equal(vt_modes(p->vt).c_lflag, vt_modes_before(p->vt)->c_lflag);
}

static void the_terminal_is_as_before(void **state)
{
	struct place *p = *state;
	const struct termios *before;
	struct termios after;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "quit\r");
	assert_int_equal(vt_wait_exit(p->vt), 0);
	before = vt_modes_before(p->vt);
	after = vt_modes(p->vt);
	assert_int_equal(after.c_lflag, before->c_lflag);
	assert_int_equal(after.c_iflag, before->c_iflag);
}

/* An inputrc of root's must not be read: it could bind keys to macros. */
static void root_has_no_inputrc(void **state)
{
	struct place *p = *state;
	_cleanup_(fclosep) FILE *f = NULL;
	char path[128];

	if (geteuid() != 0)
		skip();
	FORMAT(path, "%s/.inputrc", p->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("\"z\": \"macro was run\"\n", f);
	fflush(f);
	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "xzy");
	assert_true(vt_wait(p->vt, "xzy"));
	assert_false(vt_shows(p->vt, "macro"));
}

static void a_build_elsewhere_is_told_when_it_ends(void **state)
{
	struct place *p = *state;
	_cleanup_(fclosep) FILE *f = NULL;
	char path[160];

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	FORMAT(path, "%s/klpsh/builds", p->home);
	f = fopen(path, "a");
	assert_non_null(f);
	fputs("1 0 livepatch_one\n1 11 livepatch_two\n", f);
	fflush(f);
	assert_true(vt_wait(p->vt, "-- build of livepatch_one has finished: livepatch_one.ko"));
	assert_true(vt_wait(p->vt, "-- build of livepatch_two was refused"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_prompt_says_where_we_are, setup, teardown),
		cmocka_unit_test_setup_teardown(tab_completes, setup, teardown),
		cmocka_unit_test_setup_teardown(the_end_of_a_transition_is_told_above_the_line, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_build_elsewhere_is_told_when_it_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(ctrl_c_clears_the_line_only, setup, teardown),
		cmocka_unit_test_setup_teardown(ctrl_c_ends_a_wait_not_the_session, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_can_be_continued, setup, teardown),
		cmocka_unit_test_setup_teardown(a_continued_line_comes_back_as_one_that_does_the_same, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_stands_behind_a_failure_is_not_run_and_said, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_prompt_calls_a_stall_what_was_set_so, setup, teardown),
		cmocka_unit_test_setup_teardown(ctrl_d_drops_a_continued_line_only, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_wait_has_told_is_not_told_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(ctrl_d_gives_the_last_exit_code, setup, teardown),
		cmocka_unit_test_setup_teardown(ctrl_d_while_a_verb_runs_is_not_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signal_to_end_ends_the_session_too, setup, teardown),
		cmocka_unit_test_setup_teardown(ctrl_backslash_leaves_a_whole_terminal, setup, teardown),
		cmocka_unit_test_setup_teardown(the_terminal_is_as_before, setup, teardown),
		cmocka_unit_test_setup_teardown(root_has_no_inputrc, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
