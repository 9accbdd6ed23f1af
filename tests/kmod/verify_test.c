// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is seen after a load, on a made-up machine: yes only where everything
 * shows, no for each thing that does not, unknown where a source is closed.
 */
#include "kmod/verify.h"
#include "tests/kmod/preflight.h"

#define ENABLED TRACING "enabled_functions"
#define FLAGS " (1) R I     M \ttramp: 0xffffffffc0001000 (klp_ftrace_handler+0x0/0x1c0)->ftrace_regs\n"

static void expect_verified(struct place *p, int yes, const char *text)
{
	_cleanup_(root_freep) struct root *root = tree_root(p->t);
	struct verified v = { 0 };

	assert_int_equal(verify_load(root, &p->file, &v), 0);
	if (v.yes != yes || (text ? !v.text || !strstr(v.text, text) : v.text != NULL))
		fail_msg("%d, \"%s\"; expected %d, \"%s\"", v.yes, v.text ? v.text : "", yes,
			 text ? text : "");
	verified_done(&v);
}

/* The file is loaded, and everything shows. */
static int setup_loaded(void **state)
{
	struct place *p;

	setup(state);
	p = *state;
	fake_patch(p->t, "fix_lp", 1, 0);
	fake_func(p->t, "fix_lp", "vmlinux", "alpha,1");
	fake_func(p->t, "fix_lp", "vmlinux", "dup,2");
	fake_func(p->t, "fix_lp", "mod_a", "beta,1");
	tree_write(p->t, ENABLED, "alpha" FLAGS "dup" FLAGS "beta [mod_a]" FLAGS);
	return 0;
}

static void test_all_shows(void **state)
{
	expect_verified(*state, 1, NULL);
}

static void test_state(void **state)
{
	struct place *p = *state;

	tree_write(p->t, LP "/fix_lp/transition", "1\n");
	expect_verified(p, 0, "transition has not ended");
	tree_write(p->t, LP "/fix_lp/transition", "0\n");
	tree_write(p->t, LP "/fix_lp/enabled", "0\n");
	expect_verified(p, 0, "not enabled");
	tree_remove(p->t, LP "/fix_lp");
	expect_verified(p, 0, "knows no livepatch fix_lp");
	tree_remove(p->t, LP);
	expect_verified(p, -1, "livepatch");
}

static void test_object_not_patched(void **state)
{
	struct place *p = *state;

	tree_write(p->t, LP "/fix_lp/mod_a/patched", "0\n");
	expect_verified(p, 0, "mod_a is loaded but not patched");
	tree_remove(p->t, LP "/fix_lp/mod_a/patched"); /* a kernel that does not say */
	expect_verified(p, 1, NULL);
	tree_remove(p->t, LP "/fix_lp/mod_a");
	expect_verified(p, 0, "mod_a is not among its objects");
}

static void test_object_not_loaded(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/modules", "");
	tree_write(p->t, LP "/fix_lp/mod_a/patched", "0\n");
	tree_write(p->t, ENABLED, "alpha" FLAGS "dup" FLAGS);
	expect_verified(p, 1, NULL);
	tree_remove(p->t, "proc/modules");
	expect_verified(p, -1, "whether mod_a is loaded");
}

static void test_function(void **state)
{
	struct place *p = *state;

	tree_write(p->t, ENABLED, "alpha" FLAGS "dup" FLAGS "beta [mod_a] (1)             ->some_tracer\n");
	expect_verified(p, 0, "beta of mod_a is not redirected");
	tree_write(p->t, ENABLED, "");
	expect_verified(p, 0, "alpha of vmlinux is not redirected; dup of vmlinux is not redirected");
	tree_remove(p->t, LP "/fix_lp/vmlinux/dup,2");
	expect_verified(p, 0, "dup of vmlinux is not among its functions");
}

static void test_closed_sources(void **state)
{
	struct place *p = *state;

	tree_remove(p->t, ENABLED);
	expect_verified(p, -1, "whether its functions are redirected");
	tree_write(p->t, LP "/fix_lp/enabled", "0\n");
	expect_verified(p, 0, "not enabled");
}

static void test_incomplete_file(void **state)
{
	struct place *p = *state;

	p->file.objects_complete = false;
	expect_verified(p, -1, "does not tell all of its functions");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_shows, setup_loaded, teardown),
		cmocka_unit_test_setup_teardown(test_state, setup_loaded, teardown),
		cmocka_unit_test_setup_teardown(test_object_not_patched, setup_loaded, teardown),
		cmocka_unit_test_setup_teardown(test_object_not_loaded, setup_loaded, teardown),
		cmocka_unit_test_setup_teardown(test_function, setup_loaded, teardown),
		cmocka_unit_test_setup_teardown(test_closed_sources, setup_loaded, teardown),
		cmocka_unit_test_setup_teardown(test_incomplete_file, setup_loaded, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
