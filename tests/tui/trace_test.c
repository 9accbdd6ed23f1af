// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Trace screen: it asks first, counts appear while they come, what cannot
 * be traced says so, and leaving the screen ends it.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

#define ROWS(entered)                                                                                        \
	"\"functions\":[{\"name\":\"meminfo_proc_show\",\"object\":\"vmlinux\",\"sympos\":1,\"kind\":"       \
	"\"original\",\"entered\":" entered ",\"why\":null,\"others\":\"a kprobe\"},"                        \
	"{\"name\":\"lp_meminfo\",\"object\":\"livepatch_fix\",\"kind\":\"own\",\"entered\":" entered        \
	",\"why\":null,\"others\":null},"                                                                    \
	"{\"name\":\"gone\",\"object\":\"jbd2\",\"sympos\":1,\"kind\":\"original\",\"entered\":null,"        \
	"\"why\":\"its module is not loaded\",\"others\":null}]"
#define COUNTS                                                                                               \
	"{\"event\":\"counts\",\"patch\":\"livepatch_fix\",\"seconds\":1.0,\"calls\":3,\"entries\":3," ROWS( \
		"3") "}\n"
#define RESULT(entered, verdict)                                                                             \
	"{\"v\":1,\"cmd\":[\"trace\"],\"rc\":0,\"status\":\"ok\",\"data\":{\"event\":\"result\","            \
	"\"patch\":\"livepatch_fix\",\"seconds\":10.0,\"ended\":\"time\",\"calls\":" entered                 \
	",\"entries\":" entered ",\"lost\":0,\"verdict\":\"" verdict "\"," ROWS(entered) "},\"error\":null}"

static struct fake asked(const char *answer)
{
	struct fake f = fake_start("ready", 120, 30, "live");

	fake_answer(&f, "trace", answer);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "T");
	expect(f.vt, "Trace livepatch_fix?");
	assert_int_equal(fake_count(&f, "trace"), 0);
	return f;
}

static void counts_appear_while_they_come(void **state)
{
	struct fake f = asked(COUNTS "@hold half\n" RESULT("4711", "ran"));

	fake_hold(&f, "half");
	vt_keys(f.vt, "y");
	assert_true(fake_was_told(&f, "--json trace --seconds=10 -- livepatch_fix\n"));
	expect(f.vt, "1 of 10 s, 3 calls");
	expect(f.vt, "a kprobe");
	expect(f.vt, "n/a");
	vt_keys(f.vt, "x");
	expect(f.vt, "it counts still");
	fake_release(&f, "half");
	expect(f.vt, "its own code ran, 4711 times");
	vt_keys(f.vt, "G\r");
	expect(f.vt, "not counted: its module is not loaded");
	fake_quit(&f);
}

static void what_does_not_run_is_told(void **state)
{
	struct fake f = asked(RESULT("0", "no-occasion"));

	vt_keys(f.vt, "y");
	expect(f.vt, "nobody called it meanwhile");
	fake_answer(&f, "trace", RESULT("0", "not-run"));
	vt_keys(f.vt, "x");
	decide(f.vt, "y");
	expect(f.vt, "its own code did not run");
	fake_answer(&f, "trace", RESULT("0", "unknown"));
	vt_keys(f.vt, "x");
	decide(f.vt, "y");
	expect(f.vt, "cannot be told");
	fake_failed(&f, "trace", 1, "the kernel hides its addresses", "sysctl kernel.kptr_restrict");
	vt_keys(f.vt, "x");
	decide(f.vt, "y");
	expect(f.vt, "the kernel hides its addresses");
	expect(f.vt, "sysctl kernel.kptr_restrict");
	fake_quit(&f);
}

static void leaving_ends_it(void **state)
{
	struct fake f = asked(COUNTS "@hold half\n" RESULT("5", "ran"));

	fake_answer(&f, "interrupted", RESULT("4", "ran"));
	fake_hold(&f, "half");
	vt_keys(f.vt, "y");
	expect(f.vt, "1 of 10 s");
	vt_keys(f.vt, "q");
	expect(f.vt, "PATCH ");
	vt_keys(f.vt, "T"); /* what was counted until then is there */
	expect(f.vt, "as it was counted before");
	expect(f.vt, "its own code ran, 4 times");
	vt_keys(f.vt, "x");
	expect(f.vt, "[ Cancel ]");
	fake_answer(&f, "trace", RESULT("7", "ran"));
	vt_keys(f.vt, "y");
	expect(f.vt, "its own code ran, 7 times");
	fake_quit(&f);
}

static void its_words_lead_to_its_screen(void **state)
{
	struct fake f = fake_start("ready", 120, 30, "live");

	fake_answer(&f, "trace", RESULT("12", "ran"));
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, ":trace livepatch_fix\r");
	expect(f.vt, "Trace livepatch_fix?");
	vt_keys(f.vt, "y");
	expect(f.vt, "its own code ran, 12 times");
	fake_quit(&f);
}

static void a_no_traces_nothing(void **state)
{
	struct fake f = asked(RESULT("1", "ran"));

	vt_keys(f.vt, "n");
	assert_true(vt_wait_gone(f.vt, "[ Cancel ]"));
	assert_int_equal(fake_count(&f, "trace"), 0);
	fake_quit(&f);
	f = fake_start("ready", 80, 24, "read-only");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "T");
	expect(f.vt, "nothing is changed in read-only mode");
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_appear_while_they_come),
		cmocka_unit_test(what_does_not_run_is_told),
		cmocka_unit_test(leaving_ends_it),
		cmocka_unit_test(its_words_lead_to_its_screen),
		cmocka_unit_test(a_no_traces_nothing),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
