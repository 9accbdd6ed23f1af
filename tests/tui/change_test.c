// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The capital keys and their dialogs, on screens that think they may change
 * the kernel and with a klpsh behind them that only writes down its words:
 * what is asked, what a yes does, and that nothing else is ever a yes.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

static struct fake disabling(int columns, int lines)
{
	struct fake f = fake_start("ready", columns, lines, "live");

	fake_dry(&f, "disable", "livepatch_fix");
	fake_done(&f, "disable", "livepatch_fix", "done");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "D");
	expect(f.vt, "[ Cancel ]");
	return f;
}

static void a_key_asks_and_shows_what_was_found(void **state)
{
	static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 200, 60 } };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct fake f = disabling(sizes[i][0], sizes[i][1]);

		expect(f.vt, "disable livepatch_fix?");
		expect(f.vt, "a fact read now");
		expect(f.vt, "[ disable livepatch_fix");
		expect(f.vt, "►[ Cancel ]");
		vt_keys(f.vt, "\033OF");
		expect(f.vt, "klpsh disable");
		assert_true(fake_was_told(&f, "--json disable --dry-run livepatch_fix"));
		vt_keys(f.vt, "n");
		expect(f.vt, "cancelled, no");
		assert_int_equal(fake_count(&f, "--yes"), 0);
		fake_quit(&f);
	}
}

/* Neither begun nor done; that the screens read the history is no change. */
static void assert_no_change(struct fake *f)
{
	assert_int_equal(fake_count(f, "--dry-run"), 0);
	assert_int_equal(fake_count(f, "--yes"), 0);
}

static void yes_does_it_with_the_identity_that_was_shown(void **state)
{
	static const char *const yes[] = { "y", "\t\r", "\033OC\r", "\033[Z\r" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		struct fake f = disabling(80, 24);

		vt_keys(f.vt, yes[i]);
		expect(f.vt, "disable livepatch_fix: done in 1.5 s, recorded");
		assert_true(fake_was_told(
			&f, "--json disable --yes --expect=build-id:abc --expect-before=0be4 livepatch_fix"));
		assert_int_equal(fake_count(&f, "--yes"), 1);
		fake_quit(&f);
	}
}

static void what_cancels_does_nothing(void **state)
{
	static const char *const no[] = { "n", "\r", "\033", "\003", "\t\t\r", "\t\033OD\r" };

	for (size_t i = 0; i < ARRAY_SIZE(no); i++) {
		struct fake f = disabling(80, 24);

		vt_keys(f.vt, no[i]);
		expect(f.vt, "cancelled, nothing was done");
		assert_true(vt_wait_gone(f.vt, "[ Cancel ]"));
		assert_true(fake_was_told(&f, "disable --no-input livepatch_fix\n")); /* for the records */
		assert_int_equal(fake_count(&f, "--yes"), 0);
		fake_quit(&f);
	}
}

/* Ctrl-D, Backspace, Delete, blanks, capitals: the dialog stays, also with the focus on the verb. */
static void other_keys_leave_the_dialog_alone(void **state)
{
	static const char keys[] = "\004\177\b\033[3~ DULVPQqYNx:/?129v\032\f~";
	struct fake f = disabling(80, 24);

	vt_keys(f.vt, "\t");
	vt_key_bytes(f.vt, keys, sizeof(keys) - 1);
	expect(f.vt, "►[ disable livepatch_fix ]");
	vt_keys(f.vt, "\t");
	expect(f.vt, "►[ Cancel ]");
	assert_true(vt_running(f.vt));
	vt_keys(f.vt, "\r");
	expect(f.vt, "cancelled");
	assert_int_equal(fake_count(&f, "--dry-run"), 1);
	assert_int_equal(fake_count(&f, "--yes"), 0);
	fake_quit(&f);
}

static void any_size_while_it_asks(void **state)
{
	static const int sizes[][2] = {
		{ 10, 40 }, { 60, 200 }, { 9, 39 }, { 1, 1 }, { 12, 50 }, { 24, 80 }
	};
	struct fake f = disabling(80, 24);

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		vt_resize(f.vt, sizes[i][0], sizes[i][1]);
		if (sizes[i][0] >= 10)
			expect(f.vt, "►[ Cancel ]");
		vt_settle(f.vt, 50);
	}
	expect(f.vt, "a fact read now");
	vt_keys(f.vt, "y");
	expect(f.vt, "done in 1.5 s");
	fake_quit(&f);
}

static void a_changed_target_is_told(void **state)
{
	struct fake f = disabling(80, 24);

	fake_failed(&f, "done", 1, "livepatch_fix is not the one that was shown",
		    "look again and decide anew");
	vt_keys(f.vt, "y");
	expect(f.vt, "disable livepatch_fix: failed");
	expect(f.vt, "livepatch_fix is not the one that was shown");
	expect(f.vt, "look again and decide anew");
	expect(f.vt, "ESTALE");
	vt_keys(f.vt, "q");
	expect(f.vt, "PATCH ");
	fake_quit(&f);
}

static void a_refusal_says_why_and_asks_nothing(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_failed(&f, "dry", 6, "load of other waits since 3 s", "wait for its end");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "U");
	expect(f.vt, "not possible now");
	expect(f.vt, "load of other waits since 3 s");
	expect(f.vt, "wait for its end");
	assert_false(vt_shows(f.vt, "Cancel"));
	vt_keys(f.vt, "q");
	fake_quit(&f);
}

static void while_it_looks_esc_leaves(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_dry(&f, "disable", "livepatch_fix");
	fake_hold(&f, "dry");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "D");
	expect(f.vt, "looking what it would meet");
	vt_keys(f.vt, "yy\r\rjk"); /* typed too early: no answer to anything */
	vt_resize(f.vt, 30, 100); /* and nothing waits */
	expect(f.vt, "looking what it would meet");
	vt_keys(f.vt, "\033");
	expect(f.vt, "nothing was done");
	fake_release(&f, "dry");
	vt_settle(f.vt, 200);
	assert_false(vt_shows(f.vt, "Cancel"));
	assert_int_equal(fake_count(&f, "--yes"), 0);
	fake_quit(&f);
}

static void while_it_runs_the_screens_go_on(void **state)
{
	struct fake f = disabling(80, 24);

	fake_hold(&f, "done");
	fake_done(&f, "disable", "livepatch_fix", "interrupted");
	vt_keys(f.vt, "y");
	expect(f.vt, "waiting for the kernel");
	assert_true(fake_was_told(&f, "--yes"));
	vt_keys(f.vt, "3");
	expect(f.vt, "jbd2");
	expect(f.vt, "waiting for the kernel");
	vt_keys(f.vt, "Q");
	expect(f.vt, "would go on alone");
	vt_keys(f.vt, "1");
	vt_keys(f.vt, "\003");
	expect(f.vt, "2 shows how far");
	assert_int_equal(fake_count(&f, "--yes"), 1);
	fake_quit(&f);
}

static void a_stall_points_at_what_helps(void **state)
{
	struct fake f = disabling(80, 24);

	fake_done(&f, "disable", "livepatch_fix", "stalled");
	vt_keys(f.vt, "y");
	expect(f.vt, "stalled after 1.5 s; 2 shows who blocks it");
	fake_quit(&f);
}

static void each_key_is_its_verb(void **state)
{
	static const struct {
		const char *kind, *keys, *words;
	} cases[] = {
		{ "ready", "D", "--json disable --dry-run livepatch_fix\n" },
		{ "ready", "E", "--json enable --dry-run livepatch_fix\n" },
		{ "ready", "U", "--json unload --dry-run livepatch_fix\n" },
		{ "ready", " jD", "--json disable --dry-run livepatch_fix\n" }, /* from an object's row */
		{ "ready", "\rD", "--json disable --dry-run livepatch_fix\n" }, /* from the details */
		{ "stall", "V", "--json reverse --dry-run\n" },
		{ "stall", "2V", "--json reverse --dry-run\n" },
		{ "stall", "2P", "--json poke --dry-run 57\n" },
		{ "ready", "L/x/y.ko\r", "--json load --dry-run /x/y.ko\n" },
		{ "ready", "L-x.ko\r", "--json load --dry-run ./-x.ko\n" },
		{ "ready", ":disable some --yes\r", "--json disable --dry-run some\n" },
		{ "ready", ":unload x --wait=3 --plain\r", "--json unload --dry-run x --wait=3\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fake f = fake_start(cases[i].kind, 80, 24, "live");

		fake_dry(&f, "x", "y");
		expect(f.vt, cases[i].kind[0] == 'r' ? "livepatch_fix" : "klpsh_lp_nap");
		vt_keys(f.vt, cases[i].keys);
		if (!fake_was_told(&f, cases[i].words))
			fail_msg("%s did not run: %s", cases[i].keys, cases[i].words);
		decide(f.vt, "n");
		assert_int_equal(fake_count(&f, "--yes"), 0);
		fake_quit(&f);
	}
}

static void nothing_is_changed_where_it_must_not(void **state)
{
	static const struct {
		const char *mode, *why;
	} cases[] = { { "captured", "captured tree" },
		      { "read-only", "read-only mode" },
		      { "user", "only root" } };
	static const char *const keys[] = {
		"D", "E", "U", "V", "L", "2P", "2V", "3L", "1D", ":disable x\r", ":unload x --yes\r"
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fake f = fake_start("stall", 80, 24, cases[i].mode);

		expect(f.vt, "klpsh_lp_nap");
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
			vt_keys(f.vt, "\f1");
			assert_true(vt_wait_gone(f.vt, cases[i].why));
			vt_keys(f.vt, keys[k]);
			expect(f.vt, cases[i].why);
		}
		assert_false(vt_shows(f.vt, "D disable"));
		assert_no_change(&f);
		fake_quit(&f);
	}
}

static void a_key_out_of_place_says_so(void **state)
{
	struct fake f = fake_start("empty", 80, 24, "live");

	expect(f.vt, "No livepatch is loaded.");
	vt_keys(f.vt, "D");
	expect(f.vt, "nothing that it could act on is selected");
	vt_keys(f.vt, "V");
	expect(f.vt, "no transition runs");
	vt_keys(f.vt, "3U");
	expect(f.vt, "U (unload) is a key of the screen 1 Patches");
	vt_keys(f.vt, "P");
	expect(f.vt, "P (poke) is a key of the screen 2 Transition");
	vt_keys(f.vt, "f");
	expect(f.vt, "f (follow) is a key of the screen 5 Log");
	vt_keys(f.vt, "1\r");
	expect(f.vt, "nothing is selected that has details");
	vt_keys(f.vt, "?U");
	expect(f.vt, "U (unload) is a key of the list: q goes back to it");
	vt_keys(f.vt, "q");
	vt_keys(f.vt, "L\r");
	expect(f.vt, "no file was named");
	assert_no_change(&f);
	fake_quit(&f);
}

static void force_wants_its_name_and_a_reason(void **state)
{
	static const char dry[] =
		"{\"v\":1,\"rc\":0,\"data\":{\"result\":\"would\",\"title\":\"force klpsh_lp_nap?\","
		"\"danger\":\"severe\",\"confirm\":\"klpsh_lp_nap\",\"pin\":\"build-id:abc\"},"
		"\"error\":null}";
	struct fake f = fake_start("stall", 80, 24, "live");

	fake_answer(&f, "dry", dry);
	fake_done(&f, "force", "klpsh_lp_nap", "done");
	expect(f.vt, "klpsh_lp_nap");
	vt_keys(f.vt, ":force klpsh_lp_nap\r");
	decide(f.vt, "y");
	expect(f.vt, "type klpsh_lp_nap to force it:");
	vt_keys(f.vt, "klpsh\r");
	expect(f.vt, "that is not its name, nothing was done");
	vt_keys(f.vt, ":force klpsh_lp_nap\r");
	decide(f.vt, "y");
	expect(f.vt, "to force it:");
	vt_keys(f.vt, "klpsh_lp_nap\r");
	expect(f.vt, "the reason");
	vt_keys(f.vt, "\r");
	expect(f.vt, "no reason was given, nothing was done");
	vt_keys(f.vt, ":force klpsh_lp_nap\r");
	decide(f.vt, "y");
	expect(f.vt, "to force it:");
	vt_keys(f.vt, "\033");
	expect(f.vt, "left, nothing was done");
	assert_int_equal(fake_count(&f, "--confirm"), 0);
	vt_keys(f.vt, ":force klpsh_lp_nap\r");
	decide(f.vt, "y");
	expect(f.vt, "to force it:");
	vt_keys(f.vt, "klpsh_lp_nap\r");
	expect(f.vt, "the reason");
	vt_keys(f.vt, "disk dies\r");
	assert_true(fake_was_told(
		&f, "force --expect=build-id:abc --confirm=klpsh_lp_nap --reason=disk dies klpsh_lp_nap"));
	expect(f.vt, "force klpsh_lp_nap: done");
	fake_quit(&f);
}

/* The no is recorded by the same words, which must not hold what a script says for yes. */
static void a_no_to_force_forces_nothing(void **state)
{
	static const char *const lines[] = {
		":force klpsh_lp_nap --confirm=klpsh_lp_nap --reason=x\r",
		":force --confirm klpsh_lp_nap klpsh_lp_nap --reason=x\r",
	};
	struct fake f = fake_start("stall", 80, 24, "live");

	fake_dry(&f, "force", "klpsh_lp_nap");
	expect(f.vt, "klpsh_lp_nap");
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		vt_keys(f.vt, lines[i]);
		decide(f.vt, "n");
		expect(f.vt, "cancelled, nothing was done");
		assert_true(vt_wait_gone(f.vt, "[ Cancel ]"));
	}
	assert_true(fake_was_told(&f, "force --no-input klpsh_lp_nap --reason=x\n"));
	assert_int_equal(fake_count(&f, "--confirm"), 0);
	fake_quit(&f);
}

/* A row that moves under the finger: the verb gets the name that was selected. */
static void the_selected_patch_is_meant_whatever_moves(void **state)
{
	struct fake f = fake_start("stacked", 80, 24, "live");

	fake_dry(&f, "unload", "livepatch_two");
	expect(f.vt, "livepatch_two");
	vt_keys(f.vt, "/two\r\033");
	tree_write(f.tree, "sys/kernel/livepatch/aaa_first/enabled", "1\n");
	tree_write(f.tree, "sys/kernel/livepatch/aaa_first/transition", "0\n");
	vt_keys(f.vt, "R");
	expect(f.vt, "aaa_first");
	vt_keys(f.vt, "U");
	assert_true(fake_was_told(&f, "unload --dry-run livepatch_two"));
	decide(f.vt, "n");
	fake_quit(&f);
}

static void a_file_name_completes(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");
	char keys[600];

	fake_dry(&f, "load", "x");
	tree_write(f.tree, "mods/some_fix.ko", "");
	tree_write(f.tree, "mods/some_fix.c", "");
	FORMAT(keys, "L%s/mo\ts\t\r", tree_path(f.tree));
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, keys);
	assert_true(fake_was_told(&f, "/mods/some_fix.ko\n"));
	decide(f.vt, "n");
	fake_quit(&f);
}

static void broken_answers_are_told(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{\"rc\":\"x\"}", "no json at all" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct fake f = fake_start("ready", 80, 24, "live");

		fake_answer(&f, "dry", bad[i]);
		expect(f.vt, "livepatch_fix");
		vt_keys(f.vt, "D");
		expect(f.vt, "not possible now");
		vt_keys(f.vt, "q");
		expect(f.vt, "PATCH ");
		assert_int_equal(fake_count(&f, "--yes"), 0);
		fake_quit(&f);
	}
}

/* What a dialog asked must have been answered with a yes of its own for each change. */
static void random_keys_never_change_anything(void **state)
{
	static const char keys[] = "DEUVLPBKTAZx12345678jkgG \r\t\033\004\177\b\003nNYRs/:?vp~O+-xz";
	long total = getenv("KLPSH_SOAK_KEYS") ? atol(getenv("KLPSH_SOAK_KEYS")) : 400;
	struct fake f = fake_start("stall", 80, 24, "live");
	unsigned seed = 11;

	fake_dry(&f, "disable", "klpsh_lp_nap");
	fake_done(&f, "disable", "klpsh_lp_nap", "done");
	expect(f.vt, "klpsh_lp_nap");
	for (long i = 0; i < total && vt_running(f.vt); i++) {
		char key[2] = { keys[(size_t)rand_r(&seed) % (sizeof(keys) - 1)], 0 };

		/* Enter may be a yes where Tab has moved the focus: then only Tab or Enter. */
		if (key[0] == '\t')
			key[0] = 'D';
		vt_keys(f.vt, key);
		if (i % 20 == 0) /* out of what was typed, and to a row that can be meant */
			vt_keys(f.vt, "\033\033\0331VD");
		if (i % 4 == 0)
			vt_settle(f.vt, 5);
		if (i % 50 == 0)
			vt_resize(f.vt, 10 + rand_r(&seed) % 40, 40 + rand_r(&seed) % 160);
	}
	vt_settle(f.vt, 200);
	assert_true(vt_running(f.vt));
	assert_true(fake_count(&f, "--dry-run") > 0);
	assert_int_equal(fake_count(&f, "--yes"), 0);
	assert_int_equal(fake_count(&f, "--json build"), 0);
	assert_int_equal(fake_count(&f, "--json trace"), 0);
	fake_stop(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_asks_and_shows_what_was_found),
		cmocka_unit_test(yes_does_it_with_the_identity_that_was_shown),
		cmocka_unit_test(what_cancels_does_nothing),
		cmocka_unit_test(other_keys_leave_the_dialog_alone),
		cmocka_unit_test(any_size_while_it_asks),
		cmocka_unit_test(a_changed_target_is_told),
		cmocka_unit_test(a_refusal_says_why_and_asks_nothing),
		cmocka_unit_test(while_it_looks_esc_leaves),
		cmocka_unit_test(while_it_runs_the_screens_go_on),
		cmocka_unit_test(a_stall_points_at_what_helps),
		cmocka_unit_test(each_key_is_its_verb),
		cmocka_unit_test(nothing_is_changed_where_it_must_not),
		cmocka_unit_test(a_key_out_of_place_says_so),
		cmocka_unit_test(force_wants_its_name_and_a_reason),
		cmocka_unit_test(a_no_to_force_forces_nothing),
		cmocka_unit_test(the_selected_patch_is_meant_whatever_moves),
		cmocka_unit_test(a_file_name_completes),
		cmocka_unit_test(broken_answers_are_told),
		cmocka_unit_test(random_keys_never_change_anything),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
