/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line that is being typed: stopping and going on, searching, pasting.
 */
#include "tests/core/fake.h"
#include "tests/shell/prompt.h"

/* Below a shell with jobs, as people have it: one that nobody could continue is not stopped. */
static void ctrl_z_keeps_what_was_typed(void **state)
{
	struct place *p = *state;
	char words[512];
	const char *env[] = { p->env, p->env_home, "COLUMNS", "NO_COLOR", NULL };
	const char *argv[] = { "sh", "-mc", words, NULL };
	struct vt_opts o = { .lines = 24, .columns = 100, .env = env };

	make_root("ready", p->root);
	FORMAT(words, "%s --root %s shell; echo it is stopped; read x; fg", program(), p->root);
	p->vt = vt_start(argv, &o);
	assert_non_null(p->vt);
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "taint 3276");
	assert_true(vt_wait(p->vt, "taint 3276"));
	vt_keys(p->vt, "\x1a");
	assert_true(vt_wait(p->vt, "it is stopped"));
	assert_int_equal(vt_modes(p->vt).c_lflag, vt_modes_before(p->vt)->c_lflag);
	vt_keys(p->vt, "\r");
	assert_true(vt_wait(p->vt, "\nklpsh lab 6.1.0-50 (captured) ready> taint 3276"));
	vt_keys(p->vt, "8\r");
	assert_true(vt_wait(p->vt, "livepatched"));
}

static void ctrl_z_without_a_shell_stops_nothing(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "taint 3276");
	assert_true(vt_wait(p->vt, "taint 3276"));
	vt_keys(p->vt, "\x1a");
	assert_true(vt_wait(p->vt, "\nklpsh lab 6.1.0-50 (captured) ready> taint 3276\nklpsh lab"));
	vt_keys(p->vt, "8\r");
	assert_true(vt_wait(p->vt, "livepatched"));
}

/* A process group without a parent, as here, is not stopped by the kernel. */
static void ctrl_z_in_a_verb_does_not_stop_the_prompt_later(void **state)
{
	struct place *p = *state;

	start(p, "idle");
	assert_true(vt_wait(p->vt, "transition>"));
	vt_keys(p->vt, "wait klpsh_lp_nap --wait\r");
	assert_true(vt_wait(p->vt, "waiting for klpsh_lp_nap"));
	vt_keys(p->vt, "\x1a");
	vt_keys(p->vt, "\x03");
	assert_true(vt_wait(p->vt, "goes on in the kernel"));
	vt_keys(p->vt, "taint 0\r");
	assert_true(vt_wait(p->vt, "not tainted"));
	vt_keys(p->vt, "quit\r");
	assert_int_equal(vt_wait_exit(p->vt), 0);
}

static void ctrl_r_searches_and_ctrl_c_leaves_it(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "taint 4096\r");
	assert_true(vt_wait(p->vt, "support may ask for its source.\nklpsh lab"));
	vt_keys(p->vt, "\x12tai");
	assert_true(vt_wait(p->vt, "`tai': taint 4096"));
	vt_keys(p->vt, "\x03");
	assert_true(vt_wait(p->vt, "ready> taint 4096^C"));
	vt_keys(p->vt, "\x12"
		       "409");
	assert_true(vt_wait(p->vt, "`409': taint 4096"));
	vt_keys(p->vt, "\r");
	assert_true(vt_wait(p->vt, "ready> taint 4096\nA kernel"));
	vt_keys(p->vt, "\x1b[A");
	assert_true(vt_wait(
		p->vt, "support may ask for its source.\nklpsh lab 6.1.0-50 (captured) ready> taint 4096"));
}

static void ctrl_c_below_a_cursor_within_the_line(void **state)
{
	struct place *p = *state;

	start(p, "ready");
	assert_true(vt_wait(p->vt, "ready>"));
	vt_keys(p->vt, "abcdef\x01!");
	assert_true(vt_wait(p->vt, "!abcdef"));
	vt_keys(p->vt, "\x03");
	assert_true(vt_wait(p->vt, "!abcdef^C"));
}

static void tables_have_a_colour_on_a_terminal_only(void **state)
{
	struct place *p = *state;
	char words[512];
	const char *argv[] = { "sh", "-c", words, NULL };
	const char *env[] = { "NO_COLOR", "COLUMNS", NULL };
	struct vt_opts o = { .lines = 24, .columns = 100, .env = env };

	make_root("ready", p->root);
	FORMAT(words, "%s --root %s list | cat; echo piped; read x; %s --root %s list; echo shown", program(),
	       p->root, program(), p->root);
	p->vt = vt_start(argv, &o);
	assert_non_null(p->vt);
	assert_true(vt_wait(p->vt, "\npiped"));
	assert_false(vt_raw_has(p->vt, "\x1b["));
	vt_keys(p->vt, "\r");
	assert_true(vt_wait(p->vt, "\nshown"));
	assert_true(vt_raw_has(p->vt, "\x1b["));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(ctrl_z_keeps_what_was_typed),
		T(ctrl_z_without_a_shell_stops_nothing),
		T(ctrl_z_in_a_verb_does_not_stop_the_prompt_later),
		T(ctrl_r_searches_and_ctrl_c_leaves_it),
		T(tables_have_a_colour_on_a_terminal_only),
		T(ctrl_c_below_a_cursor_within_the_line),
	};

	return cmocka_run_group_tests(tests, fake_deadline, NULL);
}
