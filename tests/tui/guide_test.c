// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guided apply and guided rollback: in which order, what each step asks of
 * klpsh, that a guide can be left and taken up again, and that the kernel's
 * word counts.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

static const char inspected[] =
	"{\"v\":1,\"rc\":0,\"data\":{\"module\":\"lp_new\",\"livepatch\":true,\"matches_running\":true,"
	"\"build_id\":null,\"sha256\":\"abcd\",\"compression\":\"none\",\"objects\":[{\"name\":\"vmlinux\","
	"\"functions\":[{\"name\":"
	"\"meminfo_proc_show\",\"sympos\":1}]}]},\"error\":null}";
static const char checked[] =
	"{\"v\":1,\"rc\":0,\"data\":{\"verdict\":\"pass\",\"sha256\":\"abcd\",\"checks\":[{\"id\":"
	"\"vermagic\",\"result\":\"pass\","
	"\"evidence\":\"the same\"}],\"predicted_blockers\":[]},\"error\":null}";
static const char not_checked[] =
	"{\"v\":1,\"rc\":1,\"data\":{\"verdict\":\"fail\",\"checks\":[{\"id\":\"vermagic\",\"result\":"
	"\"fail\","
	"\"evidence\":\"built for another kernel\",\"hint\":\"build it anew\"}],\"predicted_blockers\":[]},"
	"\"error\":null}";
static const char swapped[] = "{\"v\":1,\"rc\":0,\"data\":{\"verdict\":\"pass\",\"sha256\":\"ef01\","
			      "\"checks\":[],\"predicted_blockers\":[]},\"error\":null}";
static const char way_back[] =
	"{\"v\":1,\"rc\":0,\"data\":{\"verb\":\"rollback\",\"target\":\"lp_new\",\"result\":\"would\","
	"\"title\":\"Roll back: load lp_new\",\"facts\":[\"undoes: load lp_new, by ann\","
	"\"step 1: disable lp_new\"],\"undo\":\"again\",\"command\":\"klpsh "
	"rollback\",\"danger\":\"moderate\","
	"\"pin\":\"build-id:abc\",\"of\":\"7a7a\",\"after\":[\"lp_old\"]},\"error\":null}";
static const char old_listed[] =
	"{\"v\":1,\"rc\":0,\"data\":[{\"name\":\"lp_old\",\"enabled\":true,\"transition\":false}],"
	"\"error\":null}";
static const char listed[] =
	"{\"v\":1,\"rc\":0,\"data\":[{\"name\":\"lp_new\",\"enabled\":true,\"transition\":false,"
	"\"objects\":[{\"name\":\"vmlinux\",\"patched\":true}]}],\"error\":null}";

static struct fake applying(int columns, int lines)
{
	struct fake f = fake_start("ready", columns, lines, "live");

	fake_answer(&f, "inspect", inspected);
	fake_answer(&f, "check", checked);
	fake_answer(&f, "list", listed);
	fake_dry(&f, "load", "lp_new");
	fake_done(&f, "load", "lp_new", "done");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "A");
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "/x/lp_new.ko\r");
	expect(f.vt, "Step 1 of 7: inspect");
	return f;
}

static void inspect_it(struct fake *f)
{
	vt_keys(f->vt, "\r");
	expect(f->vt, "done: lp_new");
}

static void up_to_the_question(struct fake *f)
{
	inspect_it(f);
	vt_keys(f->vt, "\r\r");
	expect(f->vt, "done: pass");
	vt_keys(f->vt, "\r\r");
	expect(f->vt, "[ Cancel ]");
}

static void patch_appears(struct fake *f, const char *transition)
{
	tree_write(f->tree, "sys/kernel/livepatch/lp_new/enabled", "1\n");
	tree_write(f->tree, "sys/kernel/livepatch/lp_new/transition", transition);
	vt_keys(f->vt, "R");
}

static void apply_goes_step_by_step(void **state)
{
	static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 120, 40 } };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct fake f = applying(sizes[i][0], sizes[i][1]);

		assert_int_equal(fake_count(&f, "inspect"), 0); /* nothing runs before Enter */
		vt_keys(f.vt, "\r");
		expect(f.vt, "done: lp_new");
		assert_true(fake_was_told(&f, "--json inspect /x/lp_new.ko\n"));
		vt_keys(f.vt, "\r");
		expect(f.vt, "Step 2 of 7: check");
		vt_keys(f.vt, "\r");
		expect(f.vt, "done: pass");
		assert_true(fake_was_told(&f, "--json check /x/lp_new.ko\n"));
		vt_keys(f.vt, "\r");
		expect(f.vt, "Step 3 of 7: confirm");
		vt_keys(f.vt, "\r");
		expect(f.vt, "[ Cancel ]");
		fake_hold(&f, "done");
		vt_keys(f.vt, "y");
		assert_true(fake_was_told(
			&f, "load --yes --expect=build-id:abc --expect-before=0be4 /x/lp_new.ko\n"));
		expect(f.vt, "Step 4 of 7: load");
		patch_appears(&f, "1\n");
		fake_release(&f, "done");
		expect(f.vt, "Step 5 of 7: watch");
		patch_appears(&f, "0\n");
		expect(f.vt, "Step 6 of 7: verify");
		vt_keys(f.vt, "\r");
		expect(f.vt, "enabled, 1 of 1 obj");
		assert_int_equal(fake_count(&f, "--yes"), 1);
		fake_quit(&f);
	}
}

static const char built[] =
	"{\"v\":1,\"event\":\"progress\",\"phase\":\"compile\",\"done\":1,\"total\":2,\"left_seconds\":9.0}\n"
	"@hold half\n"
	"{\"v\":1,\"event\":\"function\",\"change\":\"changed\",\"object\":\"vmlinux\",\"file\":"
	"\"fs/proc/meminfo.c\",\"function\":\"meminfo_proc_show\"}\n"
	"{\"v\":1,\"cmd\":[\"build\"],\"rc\":0,\"status\":\"ok\",\"data\":{\"event\":\"result\",\"seconds\":"
	"3.4,"
	"\"kernel\":\"6.1\",\"functions\":[],\"module\":\"/x/lp_new.ko\",\"sha256\":\"abcd\",\"size\":1},"
	"\"error\":null}";
static const char refused[] =
	"{\"v\":1,\"event\":\"refusal\",\"code\":\"init-code\",\"file\":\"a.c\",\"function\":\"f\",\"why\":"
	"\"it ran at boot\",\"technique\":\"do it elsewhere\"}\n"
	"{\"v\":1,\"cmd\":[\"build\"],\"rc\":11,\"status\":\"refused\",\"data\":null,\"error\":{\"code\":"
	"\"refused\",\"errno\":\"EPERM\",\"text\":\"1 place is refused\",\"hint\":\"\"}}";

static struct fake from_source(const char *answer)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_answer(&f, "build", answer);
	fake_answer(&f, "inspect", inspected);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "A");
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "/x/fix.patch\r");
	expect(f.vt, "Step 1 of 8: build");
	return f;
}

static void a_source_patch_is_built_first(void **state)
{
	struct fake f = from_source(built);

	fake_hold(&f, "half");
	vt_keys(f.vt, "j\r");
	expect(f.vt, "first: build");
	vt_keys(f.vt, "g\r");
	expect(f.vt, "Build a livepatch?");
	vt_keys(f.vt, "n");
	expect(f.vt, "1 build     ► next");
	assert_int_equal(fake_count(&f, "build"), 0);
	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "1 build     ► running");
	expect(f.vt, "compile, 1 of 2 objects");
	vt_keys(f.vt, "\r"); /* what it says */
	expect(f.vt, "patch check");
	vt_keys(f.vt, "A");
	expect(f.vt, "Step 1 of 8: build");
	fake_release(&f, "half");
	expect(f.vt, "done: 1 function changed");
	expect(f.vt, "meminfo_proc_show in fs/proc/meminfo.c");
	assert_true(fake_was_told(&f, "--json build -- /x/fix.patch\n"));
	vt_keys(f.vt, "\r");
	expect(f.vt, "klpsh inspect /x/lp_new.ko");
	vt_keys(f.vt, "\r");
	expect(f.vt, "done: lp_new");
	fake_quit(&f);
}

/* A build of the same patch from the Build screen is not the guide's, least of all a check. */
static void another_build_is_not_the_guides(void **state)
{
	struct fake f = from_source(built);

	vt_keys(f.vt, "\r");
	decide(f.vt, "n");
	assert_true(vt_wait_gone(f.vt, "[ Cancel ]"));
	vt_keys(f.vt, "6");
	expect(f.vt, "none yet"); /* a no has left the form as it was */
	vt_keys(f.vt, "\r");
	expect(f.vt, "source patch:");
	vt_keys(f.vt, "/x/fix.patch\r");
	expect(f.vt, "Enter: begin");
	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "/x/lp_new.ko");
	vt_keys(f.vt, "A");
	expect(f.vt, "1 inspect   ► next"); /* of the module that was built: no guide had begun */
	fake_quit(&f);
}

static void a_build_that_is_gone_is_not_waited_for(void **state)
{
	struct fake f = from_source(built);

	fake_hold(&f, "half");
	fake_answer(&f, "interrupted", refused);
	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "1 build     ► running");
	vt_keys(f.vt, "6K");
	decide(f.vt, "y");
	expect(f.vt, "! stopped");
	vt_keys(f.vt, "xA");
	expect(f.vt, "1 build     ! failed");
	fake_release(&f, "half");
	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "done: 1 function changed");
	fake_quit(&f);
}

static void a_refused_one_goes_no_further(void **state)
{
	struct fake f = from_source(refused);

	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "failed: 1 place is refused");
	expect(f.vt, "it ran at boot");
	expect(f.vt, "do it elsewhere");
	vt_keys(f.vt, "j\r");
	expect(f.vt, "first: build");
	fake_answer(&f, "build", built); /* it was mended */
	vt_keys(f.vt, "g\r");
	decide(f.vt, "y");
	expect(f.vt, "done: 1 function changed");
	fake_quit(&f);
}

/* 1 inspect, 2 check: turned round, the next step would stand above the last. */
static void steps_are_not_sorted(void **state)
{
	struct fake f = applying(80, 24);
	_cleanup_free_ char *before = vt_line(f.vt, 6), *after = NULL;

	assert_true(vt_wait_gone(f.vt, "s sort"));
	vt_keys(f.vt, "ssS");
	inspect_it(&f);
	after = vt_line(f.vt, 6);
	before[12] = after[12] = '\0';
	assert_string_equal(before, after);
	fake_quit(&f);
}

static void a_failed_check_stops_it(void **state)
{
	struct fake f = applying(80, 24);

	fake_answer(&f, "check", not_checked);
	inspect_it(&f);
	vt_keys(f.vt, "\r\r");
	expect(f.vt, "failed: fail");
	expect(f.vt, "built for another kernel");
	vt_keys(f.vt, "j\r");
	expect(f.vt, "first: check");
	vt_keys(f.vt, "jjjj\r");
	expect(f.vt, "first: check");
	assert_int_equal(fake_count(&f, "load"), 0);
	fake_answer(&f, "check", checked);
	vt_keys(f.vt, "gj\r"); /* again, now that it was built anew */
	expect(f.vt, "done: pass");
	fake_quit(&f);
}

static void it_can_be_left_and_taken_up(void **state)
{
	struct fake f = applying(80, 24);

	inspect_it(&f);
	vt_keys(f.vt, "q");
	expect(f.vt, "PATCH ");
	vt_keys(f.vt, "3");
	expect(f.vt, "jbd2");
	vt_keys(f.vt, "A");
	expect(f.vt, "1 inspect   ● done");
	expect(f.vt, "► next");
	vt_keys(f.vt, "x"); /* over */
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "/y.ko\r");
	expect(f.vt, "klpsh inspect /y.ko");
	assert_true(vt_wait_gone(f.vt, "● done"));
	fake_quit(&f);
}

/* The kernel says what was loaded meanwhile, and what is gone again. */
static void the_kernels_word_counts(void **state)
{
	struct fake f = applying(80, 24);

	inspect_it(&f);
	patch_appears(&f, "1\n");
	expect(f.vt, "4 load      ● done");
	expect(f.vt, "5 watch     ► running");
	patch_appears(&f, "0\n");
	expect(f.vt, "5 watch     ● done");
	tree_remove(f.tree, "sys/kernel/livepatch/lp_new");
	vt_keys(f.vt, "R");
	expect(f.vt, "lp_new was taken out again");
	expect(f.vt, "4 load      · later");
	fake_quit(&f);
}

static void a_no_leaves_it_where_it_was(void **state)
{
	struct fake f = applying(80, 24);

	up_to_the_question(&f);
	vt_keys(f.vt, "\r");
	expect(f.vt, "not confirmed, nothing was done");
	assert_true(vt_wait_gone(f.vt, "[ Cancel ]"));
	fake_failed(&f, "done", 1, "the file was swapped", "look at it again");
	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "3 confirm   ! failed");
	expect(f.vt, "look at it again");
	fake_quit(&f);
}

static void what_was_turned_round_is_not_watched(void **state)
{
	struct fake f = applying(80, 24);

	up_to_the_question(&f);
	fake_hold(&f, "done");
	fake_failed(&f, "done", 1, "the transition of lp_new was turned round", "by somebody");
	vt_keys(f.vt, "y");
	expect(f.vt, "4 load      ► running");
	patch_appears(&f, "1\n");
	expect(f.vt, "5 watch     ► running");
	tree_remove(f.tree, "sys/kernel/livepatch/lp_new");
	vt_keys(f.vt, "R");
	fake_release(&f, "done");
	expect(f.vt, "3 confirm   ! failed");
	expect(f.vt, "was turned round");
	expect(f.vt, "5 watch     · later");
	fake_quit(&f);
}

static void another_file_in_its_place_is_seen(void **state)
{
	struct fake f = applying(80, 24);

	inspect_it(&f);
	fake_answer(&f, "check", swapped);
	vt_keys(f.vt, "\r\r");
	expect(f.vt, "2 check     ! failed");
	expect(f.vt, "the file was changed since it was inspected");
	fake_answer(&f, "check", checked);
	vt_keys(f.vt, "\r");
	expect(f.vt, "done: pass");
	fake_failed(&f, "dry", 1, "lp_new is not what was expected", "look again");
	vt_keys(f.vt, "\r\r");
	expect(f.vt, "3 confirm   ! failed");
	expect(f.vt, "lp_new is not what was expected");
	assert_true(fake_was_told(&f, "load --dry-run --expect=sha256:abcd /x/lp_new.ko\n"));
	assert_int_equal(fake_count(&f, "--yes"), 0);
	fake_quit(&f);
}

static void through_but_for_the_boot(struct fake *f)
{
	inspect_it(f);
	patch_appears(f, "0\n");
	expect(f->vt, "6 verify    ► next");
	vt_keys(f->vt, "\r\r");
	expect(f->vt, "enabled, 1 of 1 obj");
}

static void what_is_installed_is_what_was_loaded(void **state)
{
	struct fake f = applying(80, 24);

	through_but_for_the_boot(&f);
	fake_dry(&f, "install", "lp_new");
	fake_done(&f, "install", "lp_new", "done");
	vt_keys(f.vt, "\r");
	expect(f.vt, "Step 7 of 7: install");
	vt_keys(f.vt, "\r");
	expect(f.vt, "[ Cancel ]");
	assert_true(fake_was_told(&f, "install --dry-run --expect=sha256:abcd /x/lp_new.ko\n"));
	vt_keys(f.vt, "y");
	expect(f.vt, "7 install   ● done");
	vt_keys(f.vt, "1A"); /* through: the next one */
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "\033");
	fake_quit(&f);
}

/* A change that looked by itself need not be verified once more. */
static void what_the_change_saw_is_not_asked_again(void **state)
{
	struct fake f = applying(80, 24);

	fake_answer(&f, "done",
		    "{\"v\":1,\"rc\":0,\"data\":{\"verb\":\"load\",\"target\":\"lp_new\",\"result\":\"done\","
		    "\"verified\":true,\"pin\":\"sha256:77\"},\"error\":null}");
	up_to_the_question(&f);
	fake_hold(&f, "done");
	vt_keys(f.vt, "y");
	expect(f.vt, "4 load      ► running");
	patch_appears(&f, "0\n");
	fake_release(&f, "done");
	expect(f.vt, "6 verify    ● done");
	fake_dry(&f, "install", "lp_new");
	vt_keys(f.vt, "\r");
	expect(f.vt, "[ Cancel ]");
	assert_true(fake_was_told(&f, "install --dry-run --expect=sha256:77 /x/lp_new.ko\n"));
	vt_keys(f.vt, "n");
	assert_int_equal(fake_count(&f, "list"), 0);
	fake_quit(&f);
}

/* The screens are gone, as with a terminal or an SSH session; new ones come up. */
static void new_screens(struct fake *f)
{
	vt_free(f->vt);
	fake_screens(f, 80, 24, "live");
	expect(f->vt, "livepatch_fix");
}

/* What is kept is root's alone. */
static bool can_keep(void)
{
	return getuid() == 0;
}

static void an_apply_survives_its_screens(void **state)
{
	struct fake f;

	if (!can_keep())
		skip();
	f = applying(80, 24);
	new_screens(&f);
	vt_keys(f.vt, "A"); /* nothing was done, so there is nothing to take up */
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "/x/lp_new.ko\r");
	inspect_it(&f);
	new_screens(&f);
	expect(f.vt, "a guided apply of /x/lp_new.ko was left: A takes it up");
	vt_keys(f.vt, "A");
	expect(f.vt, "1 inspect   ● done");
	expect(f.vt, "Step 2 of 7: check");
	vt_keys(f.vt, "\r");
	expect(f.vt, "done: pass");
	new_screens(&f);
	vt_keys(f.vt, "A"); /* what a check found is old by now */
	expect(f.vt, "2 check     ► next");
	patch_appears(&f, "0\n"); /* the kernel's word */
	expect(f.vt, "5 watch     ● done");
	vt_keys(f.vt, "x"); /* from anew: nothing is left of the old one */
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "/y.ko\r");
	expect(f.vt, "Step 1 of 7: inspect");
	new_screens(&f);
	vt_keys(f.vt, "A");
	expect(f.vt, "file to apply:");
	vt_keys(f.vt, "\033");
	fake_quit(&f);
}

static void a_built_one_is_not_built_again(void **state)
{
	struct fake f;

	if (!can_keep())
		skip();
	f = from_source(built);
	vt_keys(f.vt, "\r");
	decide(f.vt, "y");
	expect(f.vt, "done: 1 function changed");
	new_screens(&f);
	expect(f.vt, "a guided apply of /x/fix.patch was left");
	vt_keys(f.vt, "A");
	expect(f.vt, "1 build     ● done");
	expect(f.vt, "klpsh inspect /x/lp_new.ko");
	fake_quit(&f);
}

static void a_rollback_survives_its_screens(void **state)
{
	struct fake f;

	if (!can_keep())
		skip();
	f = fake_start("ready", 80, 24, "live");
	fake_answer(&f, "dry", way_back);
	fake_done(&f, "rollback", "lp_new", "done");
	fake_answer(&f, "list", old_listed);
	fake_hold(&f, "done");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "Z\r");
	expect(f.vt, "done: Roll back");
	vt_keys(f.vt, "\r\r");
	decide(f.vt, "y");
	expect(f.vt, "3 rollback  ► running");
	new_screens(&f);
	fake_release(&f, "done");
	expect(f.vt, "a guided rollback was left: Z takes it up");
	vt_keys(f.vt, "Z");
	expect(f.vt, "3 rollback  ! warned");
	expect(f.vt, "Step 5 of 5: verify");
	vt_keys(f.vt, "\r");
	expect(f.vt, "1 patch enabled, as before");
	new_screens(&f); /* it is through */
	vt_keys(f.vt, "Z");
	expect(f.vt, "1 look      ► next");
	fake_quit(&f);
}

static void what_was_kept_is_hostile(void **state)
{
	static const char *const notes[] = {
		"",
		"[]",
		"{\"file\":7,\"steps\":{}}",
		"\x01\xff{",
		"{\"file\":\"/"
		"a\\u001b[31mb.ko\",\"steps\":[{\"state\":\"done\"},{\"state\":\"done\",\"said\":"
		"\"\\u001b[2J\"},{\"state\":\"done\"},{},{},{},{},{},{},{},{}],\"wanted\":[1,null,\"x\"]}",
	};

	if (!can_keep())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		struct fake f = fake_start("ready", 80, 24, "live");

		expect(f.vt, "livepatch_fix");
		tree_write(f.tree, "kept/state/guide-apply", notes[i]);
		new_screens(&f);
		vt_keys(f.vt, "A");
		expect(f.vt, i == ARRAY_SIZE(notes) - 1 ? "2 check     ► next" : "file to apply:");
		assert_false(vt_raw_has(f.vt, "\x1b[31mb"));
		vt_keys(f.vt, "\033");
		fake_quit(&f);
	}
}

static void rollback_goes_step_by_step(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_answer(&f, "dry", way_back);
	fake_done(&f, "rollback", "lp_new", "done");
	fake_answer(&f, "list", old_listed);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "Z");
	expect(f.vt, "Step 1 of 5: look");
	vt_keys(f.vt, "\r");
	expect(f.vt, "done: Roll back: load lp_new");
	expect(f.vt, "undoes: load lp_new, by ann");
	vt_keys(f.vt, "q");
	expect(f.vt, "PATCH ");
	vt_keys(f.vt, "Z");
	expect(f.vt, "1 look      ● done");
	vt_keys(f.vt, "\r\r");
	decide(f.vt, "y");
	assert_true(fake_was_told(&f, "rollback --yes --expect=build-id:abc --of=7a7a\n"));
	expect(f.vt, "Step 5 of 5: verify");
	vt_keys(f.vt, "\r");
	expect(f.vt, "1 patch enabled, as before");
	fake_quit(&f);
}

static void a_rollback_half_way_is_not_taken_for_done(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_answer(&f, "dry", way_back);
	fake_done(&f, "rollback", "lp_new", "stalled");
	fake_answer(&f, "list", listed);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "Z\r");
	expect(f.vt, "done: Roll back");
	vt_keys(f.vt, "\r\r");
	decide(f.vt, "y");
	expect(f.vt, "3 rollback  ! warned");
	expect(f.vt, "Step 5 of 5: verify");
	vt_keys(f.vt, "\r");
	expect(f.vt, "failed: not the patches from before: 1 missing, 1 too many");
	expect(f.vt, "missing      lp_old");
	fake_quit(&f);
}

static void nothing_to_go_back_to(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_failed(&f, "dry", 5, "no change is recorded", "nothing was done");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "Z\r");
	expect(f.vt, "failed: no change is recorded");
	vt_keys(f.vt, "j\r");
	expect(f.vt, "first: look");
	fake_quit(&f);
}

static void no_guide_where_nothing_may_be_changed(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "read-only");

	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "A");
	expect(f.vt, "guided apply: nothing is changed in read-only mode");
	vt_keys(f.vt, "Z");
	expect(f.vt, "guided rollback: nothing is changed in read-only mode");
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apply_goes_step_by_step),
		cmocka_unit_test(a_failed_check_stops_it),
		cmocka_unit_test(it_can_be_left_and_taken_up),
		cmocka_unit_test(the_kernels_word_counts),
		cmocka_unit_test(a_no_leaves_it_where_it_was),
		cmocka_unit_test(what_was_turned_round_is_not_watched),
		cmocka_unit_test(another_file_in_its_place_is_seen),
		cmocka_unit_test(what_is_installed_is_what_was_loaded),
		cmocka_unit_test(what_the_change_saw_is_not_asked_again),
		cmocka_unit_test(rollback_goes_step_by_step),
		cmocka_unit_test(a_rollback_half_way_is_not_taken_for_done),
		cmocka_unit_test(nothing_to_go_back_to),
		cmocka_unit_test(steps_are_not_sorted),
		cmocka_unit_test(an_apply_survives_its_screens),
		cmocka_unit_test(a_built_one_is_not_built_again),
		cmocka_unit_test(a_rollback_survives_its_screens),
		cmocka_unit_test(what_was_kept_is_hostile),
		cmocka_unit_test(a_source_patch_is_built_first),
		cmocka_unit_test(a_refused_one_goes_no_further),
		cmocka_unit_test(another_build_is_not_the_guides),
		cmocka_unit_test(a_build_that_is_gone_is_not_waited_for),
		cmocka_unit_test(no_guide_where_nothing_may_be_changed),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
