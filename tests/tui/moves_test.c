// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What keys and sizes do to lists, texts and the frame around them: nothing is
 * skipped, nothing that matters goes out of sight, a key without effect says why.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

/* The lowest and the highest number behind this word that the screen shows. */
static void numbers_shown(struct vt *v, const char *word, int *low, int *high)
{
	char *text = vt_text(v);

	*low = *high = 0;
	for (const char *at = text; (at = strstr(at, word)); at++) {
		int n = atoi(at + strlen(word));

		*low = n && (!*low || n < *low) ? n : *low;
		*high = MAX(*high, n);
	}
	free(text);
}

static void a_page_skips_nothing(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("crowded");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);
	int low, high, before;

	vt_keys(v, "2");
	expect(v, "tasks left, most 42"); /* the curve takes its lines */
	expect(v, "daemon401");
	for (int i = 0; i < 8; i++) {
		numbers_shown(v, "daemon", &low, &before);
		vt_keys(v, "\006");
		vt_settle(v, 200);
		numbers_shown(v, "daemon", &low, &high);
		assert_true(low <= before + 1);
	}
	assert_int_equal(high, 440);
	quit(v);
}

static void a_wider_terminal_shows_details_at_once(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "p");
	expect(v, "PAUSED");
	vt_resize(v, 30, 120);
	expect(v, "build-id");
	quit(v);
}

static void one_pane_says_so(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "3O");
	expect(v, "there is one pane only");
	vt_keys(v, "q");
	expect(v, "1 Patches");
	quit(v);
}

static void sorting_ends_following(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 120, 24, NULL, NULL);

	vt_keys(v, "5");
	expect(v, "follow");
	vt_keys(v, "s");
	expect(v, "by TIME");
	assert_false(vt_shows(v, "  follow"));
	vt_keys(v, "f");
	expect(v, "  follow");
	assert_false(vt_shows(v, "by TIME"));
	quit(v);
}

static void what_is_found_is_marked(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v = screen_start(t, 80, 24, NULL, NULL);

	expect(v, "livepatch_fix");
	vt_keys(v, "?n");
	expect(v, "nothing was searched for yet");
	vt_keys(v, "/clipboard\r");
	expect(v, "copy the selected row");
	assert_true(vt_reversed(v, "copy the selected row"));
	quit(v);
}

static void an_oops_is_told_during_a_transition(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("crowded");
	struct vt *v = screen_start(t, 120, 24, NULL, NULL);

	expect(v, "42 of 54 tasks left");
	expect(v, "kernel OOPSED (4)");
	vt_resize(v, 10, 40);
	expect(v, "stalled, 42 of 54 left");
	expect(v, " OOPS");
	assert_true(vt_shows(v, "kworker/u4:1 (57) sleeps")); /* beside who is in the way */
	quit(v);
}

static void help_is_always_in_the_footer(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	expect(f.vt, "livepatch_fix");
	expect(f.vt, "L load  ? help");
	vt_resize(f.vt, 10, 40);
	expect(f.vt, "? help");
	vt_resize(f.vt, 24, 200); /* no more keys than one can read */
	expect(f.vt, "L load  ? help");
	vt_keys(f.vt, " j j ");
	expect(f.vt, "a function has nothing to fold");
	fake_quit(&f);
}

/* Of a captured machine only its own clock is known. */
static void a_line_of_the_log_has_a_time(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	vt_keys(f.vt, "5");
	expect(f.vt, "follow");
	vt_keys(f.vt, "g\r");
	expect(f.vt, " UTC, ");
	expect(f.vt, " ago");
	fake_quit(&f);
	f = fake_start("ready", 80, 24, "captured");
	vt_keys(f.vt, "5");
	expect(f.vt, "follow");
	vt_keys(f.vt, "g\r");
	expect(f.vt, "after boot");
	assert_false(vt_shows(f.vt, " UTC, "));
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_skips_nothing),
		cmocka_unit_test(a_wider_terminal_shows_details_at_once),
		cmocka_unit_test(one_pane_says_so),
		cmocka_unit_test(sorting_ends_following),
		cmocka_unit_test(what_is_found_is_marked),
		cmocka_unit_test(an_oops_is_told_during_a_transition),
		cmocka_unit_test(help_is_always_in_the_footer),
		cmocka_unit_test(a_line_of_the_log_has_a_time),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
