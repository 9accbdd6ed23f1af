// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The History screen, of what a klpsh behind it answers.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

#define ENTRY(time, txn, verb, target, phase, result, inverse)                                               \
	"{\"time\":\"" time "Z\",\"txn\":\"" txn "\",\"auid\":1000,\"user\":\"ann\","                        \
	"\"tty\":\"pts/3\",\"origin\":\"ssh 10.0.0.7\",\"verb\":\"" verb "\",\"target\":\"" target "\","     \
	"\"phase\":\"" phase "\",\"result\":\"" result "\",\"errno\":null,\"audit\":\"recorded\","           \
	"\"inverse\":" inverse "}"
#define ANSWER(entries) "{\"v\":1,\"rc\":0,\"data\":[" entries "],\"error\":null}"
#define DAY "2026-11-21T"
#define BEGUN ENTRY(DAY "10:00:00.1", "t1", "load", "livepatch_fix", "intent", "pending", "null")
#define DONE ENTRY(DAY "10:00:02.5", "t1", "load", "livepatch_fix", "outcome", "done", "\"disable\"")
#define DECLINED                                                                                             \
	ENTRY(DAY "10:05:00.0", "t2", "disable", "livepatch\\u001b[2Jx", "declined", "declined", "null")
#define OPEN ENTRY(DAY "10:06:00.0", "t3", "unload", "livepatch_fix", "intent", "pending", "null")
#define REVERSED ENTRY(DAY "10:07:00.0", "t4", "load", "livepatch_two", "outcome", "reversed", "null")

static const char list[] = ANSWER(BEGUN "," DONE "," DECLINED "," OPEN "," REVERSED);

static struct fake history(const char *json, int columns, int lines)
{
	struct fake f = fake_start("ready", columns, lines, "live");

	fake_answer(&f, "history", json);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "8");
	expect(f.vt, "8 History");
	return f;
}

static void a_row_a_change_newest_first(void **state)
{
	struct fake f = history(list, 80, 24);
	_cleanup_free_ char *first = NULL, *last = NULL;

	expect(f.vt, "2026-11-21 10:06 ann");
	expect(f.vt, "pending");
	expect(f.vt, "2026-11-21 10:00 ann");
	assert_true(vt_shows(f.vt, "TIME UTC"));
	assert_true(vt_shows(f.vt, "INVERSE"));
	first = vt_line(f.vt, 5);
	last = vt_line(f.vt, 7);
	assert_non_null(strstr(first, "unload"));
	assert_non_null(strstr(last, "load"));
	assert_non_null(strstr(last, "done"));
	assert_non_null(strstr(last, "disable")); /* what takes it back */
	assert_false(vt_raw_has(f.vt, "\033[2Jx"));
	fake_quit(&f);
}

/* What takes it back is what the answer says, and nothing that is guessed here. */
static void the_inverse_is_the_answers(void **state)
{
	struct fake f = history(list, 80, 24);
	_cleanup_free_ char *reversed = NULL;

	expect(f.vt, "livepatch_two");
	reversed = vt_line(f.vt, 4);
	assert_non_null(strstr(reversed, "reversed"));
	assert_null(strstr(reversed, "disable"));
	vt_keys(f.vt, "\r");
	expect(f.vt, "none that the kernel has");
	fake_quit(&f);
}

/* By the moment, also over the turn of a year and within a minute. */
static void times_sort_as_times(void **state)
{
	static const char times[] = ANSWER(ENTRY(
		"2026-01-02T10:00:01.5", "t1", "load", "livepatch_new", "outcome", "done",
		"null") "," ENTRY("2026-01-02T10:00:01.2", "t2", "load", "livepatch_mid", "outcome", "done",
				  "null") "," ENTRY("2025-12-31T23:00:00.0", "t3", "load", "livepatch_old",
						    "outcome", "done", "null"));
	struct fake f = history(times, 80, 24);
	static const char *const ascending[] = { "livepatch_old", "livepatch_mid", "livepatch_new" };

	expect(f.vt, "livepatch_old");
	vt_keys(f.vt, "s");
	expect(f.vt, "by TIME UTC");
	for (int i = 0; i < 3; i++)
		expect_line(f.vt, 4 + i, ascending[i]);
	fake_quit(&f);
}

static void the_inverse_stays_longer_than_audit(void **state)
{
	struct fake f = history(list, 120, 30);

	expect(f.vt, "2026-11-21 10:00");
	assert_true(vt_shows(f.vt, "INVERSE"));
	assert_false(vt_shows(f.vt, "AUDIT"));
	fake_quit(&f);
}

static void details_hold_all_that_was_recorded(void **state)
{
	struct fake f = history(list, 80, 24);

	expect(f.vt, "10:00");
	vt_keys(f.vt, "G\r");
	expect(f.vt, "2026-11-21T10:00:00.1Z");
	expect(f.vt, "ssh 10.0.0.7");
	expect(f.vt, "pts/3");
	expect(f.vt, "1000");
	expect(f.vt, "t1");
	fake_quit(&f);
}

static void it_fits_the_smallest_screen(void **state)
{
	struct fake f = history(list, 40, 10);

	expect(f.vt, "2026-11-21 10:00 load");
	expect(f.vt, "livepat");
	fake_quit(&f);
}

static void nothing_yet_and_unreadable_are_told_apart(void **state)
{
	struct fake f = history("{\"v\":1,\"rc\":0,\"data\":[],\"error\":null}", 80, 24);

	expect(f.vt, "Nothing has been changed by klpsh on this machine yet.");
	fake_failed(&f, "history", 4, "only root reads /var/lib/klpsh/history", "try it as root");
	vt_keys(f.vt, "R");
	expect(f.vt, "only root reads /var/lib/klpsh/history");
	expect(f.vt, "try it as root");
	fake_quit(&f);
}

static void a_change_from_here_shows_up(void **state)
{
	struct fake f = history("{\"v\":1,\"rc\":0,\"data\":[],\"error\":null}", 80, 24);

	expect(f.vt, "Nothing has been changed");
	fake_answer(&f, "history", list);
	fake_dry(&f, "load", "livepatch_fix");
	fake_done(&f, "load", "livepatch_fix", "done");
	vt_keys(f.vt, "Lx.ko\r");
	decide(f.vt, "y");
	expect(f.vt, "2026-11-21 10:00");
	fake_quit(&f);
}

static void a_slow_history_holds_nothing_up(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_hold(&f, "history");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "8");
	expect(f.vt, "reading the history");
	vt_keys(f.vt, "3");
	expect(f.vt, "jbd2");
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_a_change_newest_first),
		cmocka_unit_test(the_inverse_is_the_answers),
		cmocka_unit_test(times_sort_as_times),
		cmocka_unit_test(the_inverse_stays_longer_than_audit),
		cmocka_unit_test(details_hold_all_that_was_recorded),
		cmocka_unit_test(it_fits_the_smallest_screen),
		cmocka_unit_test(nothing_yet_and_unreadable_are_told_apart),
		cmocka_unit_test(a_change_from_here_shows_up),
		cmocka_unit_test(a_slow_history_holds_nothing_up),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
