// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the screens ask klpsh about the machine: at the start what an earlier
 * one left unfinished, and on System what would be loaded at boot.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

static const char held[] =
	"{\"v\":1,\"rc\":10,\"data\":{\"release\":\"6.1.0-50-amd64\",\"off\":null,\"patches\":["
	"{\"name\":\"lp_a\",\"result\":\"already\",\"text\":null},"
	"{\"name\":\"lp_b\",\"result\":\"held\",\"text\":\"the machine went down while lp_b was being "
	"loaded\"}]},\"error\":null}";
static const char none[] = "{\"v\":1,\"rc\":0,\"data\":{\"release\":\"6.1.0-50-amd64\",\"off\":null,"
			   "\"patches\":[]},\"error\":null}";

#define HOOKS(functions, hooked)                                                                             \
	"{\"v\":1,\"rc\":0,\"data\":{\"functions\":" functions ",\"hooked\":[" hooked                        \
	"],\"hooks_unseen\":[],\"errors\":[\"another thing\"]},\"error\":null}"

static void what_is_held_back_at_boot_is_said(void **state)
{
	struct fake f = fake_start("ready", 200, 60, "live");

	fake_answer(&f, "dry", held);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "7");
	expect(f.vt, "lp_a is installed and loaded; lp_b is HELD BACK: the machine went down");
	assert_true(fake_was_told(&f, "--json boot --dry-run\n"));
	fake_answer(&f, "dry", none);
	vt_keys(f.vt, "17");
	expect(f.vt, "nothing is installed for this kernel");
	fake_quit(&f);
}

static void a_boot_store_that_cannot_be_asked_is_not_empty(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	fake_failed(&f, "dry", 4, "only root reads it", "");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "7");
	vt_keys(f.vt, "G");
	expect(f.vt, "not known: only root reads it");
	fake_quit(&f);
}

static void who_else_hooks_is_said(void **state)
{
	struct fake f = fake_start("ready", 200, 60, "live");

	fake_answer(&f, "system",
		    HOOKS("3", "{\"name\":\"meminfo_proc_show\",\"object\":\"vmlinux\","
			       "\"others\":\"a kprobe\"}"));
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "7");
	expect(f.vt, "meminfo_proc_show of vmlinux: a kprobe");
	assert_true(fake_was_told(&f, "--json system\n"));
	fake_answer(&f, "system", HOOKS("3", ""));
	vt_keys(f.vt, "17");
	expect(f.vt, "nobody hooks the 3 replaced functions besides livepatches");
	fake_answer(&f, "system", HOOKS("0", ""));
	vt_keys(f.vt, "17");
	expect(f.vt, "no livepatch replaces a function");
	fake_failed(&f, "system", 4, "the tables are not for you", "");
	vt_keys(f.vt, "17");
	expect(f.vt, "not known: the tables are not for you");
	fake_quit(&f);
}

static void what_was_cut_off_is_said_at_the_start(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "live");

	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "Q");
	assert_int_equal(vt_wait_exit(f.vt), 0);
	vt_free(f.vt);
	tree_write(f.tree, "fake/note-history", "load lp_b by ann was cut off");
	fake_screens(&f, 80, 24, "live");
	expect(f.vt, "see 8: load lp_b by ann was cut off");
	fake_quit(&f);
}

static void nothing_is_asked_where_nothing_may_be_changed(void **state)
{
	struct fake f = fake_start("ready", 80, 24, "read-only");

	expect(f.vt, "livepatch_fix");
	assert_int_equal(fake_count(&f, "history"), 0);
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_held_back_at_boot_is_said),
		cmocka_unit_test(a_boot_store_that_cannot_be_asked_is_not_empty),
		cmocka_unit_test(who_else_hooks_is_said),
		cmocka_unit_test(what_was_cut_off_is_said_at_the_start),
		cmocka_unit_test(nothing_is_asked_where_nothing_may_be_changed),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
