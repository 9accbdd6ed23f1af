// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the TUI does to the terminal: gives it back in every case, keeps
 * foreign escape sequences away from it, lives with any size and any key.
 */
#include "tests/tui/screen.h"

#include <signal.h>
#include <unistd.h>

static bool modes_equal(struct vt *v)
{
	const struct termios *a = vt_modes_before(v);
	struct termios b = vt_modes(v);

	return a->c_iflag == b.c_iflag && a->c_oflag == b.c_oflag && a->c_lflag == b.c_lflag &&
	       a->c_cflag == b.c_cflag && memcmp(a->c_cc, b.c_cc, sizeof(b.c_cc)) == 0;
}

static void assert_restored(struct vt *v)
{
	assert_false(vt_alternate(v));
	assert_true(vt_cursor_shown(v));
	assert_true(modes_equal(v));
}

static void restored_after_quitting(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	static const char *const keys[] = { "q", "Q", ":quit\r", "5q4?qqq", "2vqqq" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct vt *v = screen_start(t, 80, 24, NULL, NULL);

		expect(v, "livepatch_fix");
		assert_true(vt_alternate(v));
		assert_false(modes_equal(v));
		vt_keys(v, keys[i]);
		assert_int_equal(vt_wait_exit(v), 0);
		assert_restored(v);
		vt_free(v);
	}
}

static void restored_after_signals(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	static const int ends[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT },
			 fatal[] = { SIGSEGV, SIGABRT, SIGBUS };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct vt *v = screen_start(t, 80, 24, NULL, NULL);
		int status;

		expect(v, "klpsh_lp_nap");
		vt_signal(v, ends[i]);
		status = vt_wait_exit(v);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 128 + ends[i]);
		assert_restored(v);
		vt_free(v);
	}
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
		struct vt *v = screen_start(t, 80, 24, NULL, NULL);
		int status;

		expect(v, "klpsh_lp_nap");
		vt_signal(v, fatal[i]);
		status = vt_wait_exit(v);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), fatal[i]);
		assert_restored(v);
		vt_free(v);
	}
}

/*
 * libvterm brings back with its first screen whether the cursor was shown when
 * it was saved last (DECSC, which ncurses uses while it scrolls).
 */
static void the_cursor_is_shown_whatever_was_saved(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	static const int ends[] = { 0, SIGTERM, SIGSEGV };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct vt *v = screen_start(t, 80, 24, NULL, NULL);

		expect(v, "livepatch_fix");
		assert_false(vt_cursor_shown(v));
		vt_feed(v, "\0337");
		if (ends[i])
			vt_signal(v, ends[i]);
		else
			vt_keys(v, "Q");
		assert_int_not_equal(vt_wait_exit(v), -1);
		assert_restored(v);
		vt_free(v);
	}
}

static void stops_and_comes_back(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	static const char *const env[] = { "PS1=ready> ", "HISTFILE=", NULL };
	const char *argv[] = { "bash", "--norc", "--noprofile", "-i", NULL };
	struct vt_opts o = { .lines = 24, .columns = 80, .env = env };
	char command[512];
	struct vt *v = vt_start(argv, &o);

	assert_non_null(v);
	expect(v, "ready>");
	FORMAT(command, "%s --root %s\r", klpsh_path(), tree_path(t));
	vt_keys(v, command);
	expect(v, "1 Patches");
	vt_keys(v, "\032");
	expect(v, "Stopped");
	assert_false(vt_alternate(v));
	assert_true(vt_cursor_shown(v));
	vt_resize(v, 30, 100);
	vt_keys(v, "fg\r");
	expect(v, "livepatch_fix");
	assert_true(vt_alternate(v));
	vt_keys(v, "2");
	expect(v, "No transition runs");
	vt_keys(v, "Q");
	expect(v, "Stopped"); /* the shell's screen again */
	vt_keys(v, "\recho still $((40 + 2))\r");
	expect(v, "still 42");
	assert_false(vt_alternate(v));
	vt_keys(v, "exit\r");
	vt_wait_exit(v);
	vt_free(v);
}

/* The terminal's own size counts, whatever the environment says. */
static void silly_sizes_in_the_environment(void **state)
{
	static const char *const sizes[][3] = { { "LINES=100000", "COLUMNS=100000", NULL },
						{ "LINES=1", "COLUMNS=1", NULL },
						{ "LINES=-5", "COLUMNS=x", NULL } };
	_cleanup_(tree_freep) struct tree *t = machine("ready");

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct vt *v = screen_start(t, 80, 24, NULL, sizes[i]);

		expect(v, "livepatch_fix");
		quit(v);
	}
}

/* SGR reports, as terminals send them once they were asked to. */
static void the_mouse_selects_and_scrolls(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("many");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, ">▸ livepatch_1 ");
	assert_false(vt_raw_has(v, "1000h")); /* the terminal's own at the start */
	vt_keys(v, ":set mouse\r");
	expect(v, "set mouse on, or set mouse off");
	vt_keys(v, ":set mouse on\r");
	expect(v, "the mouse selects and scrolls");
	assert_true(vt_raw_has(v, "1000h"));
	vt_keys(v, "\033[<0;5;8M"); /* line 8 of the screen: the fourth row */
	expect(v, ">▸ livepatch_1000");
	vt_keys(v, "\033[<65;5;8M"); /* the wheel, down */
	expect(v, ">▸ livepatch_1003");
	vt_keys(v, "\033[<64;5;8M");
	expect(v, ">▸ livepatch_1000");
	vt_keys(v, "\033[<0;5;24M\033[<0;5;5M\033[<0;5;1M"); /* footer, heading, header: nothing */
	vt_keys(v, ":set mouse off\r");
	expect(v, "the mouse is the terminal's again");
	assert_true(vt_raw_has(v, "1000l"));
	expect(v, ">▸ livepatch_1000");
	quit(v);
}

static void keys_that_never_harm(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	/* ^D, Backspace, ^H, Delete, ^\, ^S, ^Q, NUL, and the capitals of later actions */
	static const char harmless[] = "\004\177\b\033[3~\034\023\021\000UDEVPBKAZL";
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_key_bytes(v, harmless, sizeof(harmless) - 1);
	vt_keys(v, "\003");
	expect(v, "Q quits");
	assert_true(vt_running(v));
	expect(v, "livepatch_fix");
	quit(v);
}

static void too_small_and_back(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 30, 8, NULL, NULL);

	expect(v, "too small: 30x8");
	expect(v, "needs 40x10");
	vt_resize(v, 24, 80);
	expect(v, "livepatch_fix");
	vt_resize(v, 9, 80);
	expect(v, "too small: 80x9");
	vt_resize(v, 1, 1);
	vt_settle(v, 100);
	vt_resize(v, 10, 40);
	expect(v, "livepatch_fix");
	quit(v);
}

static void hostile_names_stay_text(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("hostile");
	static const char *const bad[] = { "\033[31mred", "\033]0;", "\033[2Jc", "owned\a" };
	static const char *const walk[] = { " j jj", "2", "\r", "q3", "5", "v", "q7", "1\r", "?" };
	struct vt *v = screen_start(t, 120, 40, NULL, NULL);

	expect(v, "livepatch_with_a_name");
	for (size_t i = 0; i < ARRAY_SIZE(walk); i++) {
		vt_keys(v, walk[i]);
		vt_settle(v, 150);
	}
	vt_keys(v, "qq2");
	expect(v, "\\x1B[31mred");
	vt_keys(v, ":blockers\r");
	expect(v, "\\x1B[31mred");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(vt_raw_has(v, bad[i]));
	quit(v);
}

/* A name of controls in Unicode's clothes: C1 CSI, a bidi override, an isolate. */
static void deceptive_names_stay_text(void **state)
{
	static const char name[] = "sys/kernel/livepatch/e\u202evil\xc2\x9b"
				   "31m\u2066";
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	static const char *const bad[] = { "\u202e", "\xc2\x9b", "\u2066" };
	static const char *const walk[] = { "\r", "q2", "\r", "q5", "1v", "q", ":list\r", "q:stack \t" };
	struct vt *v;

	tree_remove(t, "sys/kernel/livepatch/klpsh_lp_nap");
	tree_writef(t, "1\n", "%s/enabled", name);
	tree_writef(t, "1\n", "%s/transition", name);
	tree_writef(t, "1\n", "%s/klpsh_target/patched", name);
	tree_writef(t, "", "%s/klpsh_target/targ\u202eet_nap,1/x", name);
	v = screen_start(t, 120, 40, NULL, NULL);
	expect(v, "vil");
	for (size_t i = 0; i < ARRAY_SIZE(walk); i++) {
		vt_keys(v, walk[i]);
		vt_settle(v, 150);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(vt_raw_has(v, bad[i]));
	vt_keys(v, "\033"
		   "2");
	expect(v, "e\\u{202E}vil\\u{009B}31m\\u{2066}: patching");
	quit(v);
}

/* Is there a colour in the output: SGR 30..37, 38, 39, 40..47, 48, 49, 90..107? */
static bool has_colour(const struct vt *v)
{
	size_t n;
	const char *raw = vt_raw(v, &n);

	for (size_t i = 0; i + 2 < n; i++) {
		const char *p = raw + i + 2, *end;

		if (raw[i] != '\033' || raw[i + 1] != '[')
			continue;
		end = p + strspn(p, "0123456789;");
		for (; *end == 'm' && p < end; p += strcspn(p, ";m") + 1) {
			int code = atoi(p);

			if ((code >= 30 && code <= 49) || (code >= 90 && code <= 107))
				return true;
		}
	}
	return false;
}

static void no_color_is_kept(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	static const char *const none[] = { "NO_COLOR=1", NULL }, *const light[] = { "KLPSH_THEME=light",
										     NULL };
	const char *const *envs[] = { none, NULL, light };

	for (size_t i = 0; i < ARRAY_SIZE(envs); i++) {
		struct vt *v = screen_start(t, 80, 24, NULL, envs[i]);

		expect(v, "STATE");
		expect(v, "enabling"); /* the word stands, with or without */
		vt_keys(v, "2");
		expect(v, "sleeping-in-patched-function");
		assert_int_equal(has_colour(v), i > 0);
		assert_true(vt_reversed(v, "2 Transition"));
		quit(v);
	}
}

static void terminals_of_all_kinds(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	static const char *const terms[] = { "vt100", "linux", "screen", "xterm-256color", "xterm" };

	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		struct vt *v = screen_start(t, 80, 24, terms[i], NULL);

		vt_keys(v, "2");
		expect(v, "12 of 14 tasks");
		expect(v, "kworker/u4:1");
		vt_keys(v, "Q");
		assert_int_equal(vt_wait_exit(v), 0);
		assert_true(modes_equal(v));
		vt_free(v);
	}
}

static void unknown_terminal_is_told(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, "no-such-terminal", NULL);

	assert_int_not_equal(vt_wait_exit(v), 0);
	assert_true(vt_shows(v, "no-such-terminal"));
	assert_true(modes_equal(v));
	vt_free(v);
}

static void ascii_without_utf8(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	static const char *const env[] = { "LANG=C", NULL };
	struct vt *v = screen_start(t, 80, 24, NULL, env);
	size_t n;
	const char *raw;

	expect(v, "+ livepatch_fix");
	raw = vt_raw(v, &n);
	for (size_t i = 0; i < n; i++)
		assert_true((unsigned char)raw[i] < 0x80);
	quit(v);
}

static void copies_by_osc52(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	vt_keys(v, "3");
	expect(v, "jbd2");
	vt_keys(v, "/jbd2\ry");
	expect(v, "clipboard");
	assert_true(vt_raw_has(v, "\033]52;c;amJkM")); /* "jbd2..." */
	quit(v);
	v = screen_start(t, 80, 24, "vt100", NULL);
	expect(v, "livepatch_fix");
	vt_keys(v, "y");
	expect(v, "no clipboard sequence");
	assert_false(vt_raw_has(v, "\033]52"));
	quit(v);
}

static void resize_storm(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("stall");
	static const char *const keys[] = { "1", "2", "\r", "q",    "3",  "?",
					    "q", "5", ":x", "\033", "/a", "\033" };
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);
	unsigned seed = 7;

	for (int i = 0; i < 200; i++) {
		int lines = 1 + rand_r(&seed) % 200, columns = 1 + rand_r(&seed) % 500;

		vt_resize(v, lines, columns);
		if (i % 5 == 0)
			vt_keys(v, keys[(size_t)i / 5 % ARRAY_SIZE(keys)]);
		if (i % 20 == 0)
			vt_settle(v, 5);
		assert_true(vt_running(v));
	}
	vt_resize(v, 24, 80);
	vt_keys(v, "\033\033\033");
	vt_settle(v, 100);
	vt_keys(v, "1");
	expect(v, "klpsh_lp_nap");
	quit(v);
}

/* Any keys, in any order: the program goes on, or ends because Q was among them. */
static void random_keys(void **state)
{
	static const char *const machines[] = { "stall", "hostile", "ready" };
	static const char *const words[] = { "\033[A",
					     "\033[B",
					     "\033[5~",
					     "\033[6~",
					     "\033[H",
					     "\033[F",
					     "\033",
					     "\r",
					     "\t",
					     ":list\r",
					     ":blockers --json\r",
					     "/a\r",
					     "/~(\r",
					     "\033[3~",
					     "\x1b[200~",
					     "\xc3\xa4",
					     "\xff\xfe" };
	long total = getenv("KLPSH_SOAK_KEYS") ? atol(getenv("KLPSH_SOAK_KEYS")) : 400;

	for (size_t m = 0; m < ARRAY_SIZE(machines); m++) {
		_cleanup_(tree_freep) struct tree *t = machine(machines[m]);
		struct vt *v = screen_start(t, 80, 24, NULL, NULL);
		unsigned seed = 42 + (unsigned)m;

		expect(v, "1 Patches");
		for (long i = 0; i < total; i++) {
			char key[2] = { (char)(1 + rand_r(&seed) % 126), 0 };

			if (rand_r(&seed) % 4 == 0)
				vt_keys(v, words[(size_t)rand_r(&seed) % ARRAY_SIZE(words)]);
			else if (!strchr("qQ\032", key[0]))
				vt_keys(v, key);
			if (i % 50 == 0)
				vt_resize(v, 10 + rand_r(&seed) % 40, 40 + rand_r(&seed) % 160);
			if (i % 8 == 0)
				vt_settle(v, 1);
			if (!vt_running(v))
				break;
		}
		vt_settle(v, 100);
		if (!vt_running(v)) /* `:quit` came up by itself */
			assert_int_equal(vt_wait_exit(v), 0);
		else
			vt_signal(v, SIGTERM);
		assert_true(WIFEXITED(vt_wait_exit(v)));
		assert_restored(v);
		vt_free(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restored_after_quitting),
		cmocka_unit_test(restored_after_signals),
		cmocka_unit_test(the_cursor_is_shown_whatever_was_saved),
		cmocka_unit_test(stops_and_comes_back),
		cmocka_unit_test(silly_sizes_in_the_environment),
		cmocka_unit_test(keys_that_never_harm),
		cmocka_unit_test(the_mouse_selects_and_scrolls),
		cmocka_unit_test(too_small_and_back),
		cmocka_unit_test(hostile_names_stay_text),
		cmocka_unit_test(deceptive_names_stay_text),
		cmocka_unit_test(no_color_is_kept),
		cmocka_unit_test(terminals_of_all_kinds),
		cmocka_unit_test(unknown_terminal_is_told),
		cmocka_unit_test(ascii_without_utf8),
		cmocka_unit_test(copies_by_osc52),
		cmocka_unit_test(resize_storm),
		cmocka_unit_test(random_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
