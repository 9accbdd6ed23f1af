// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts about the system: each from its own file, unknown where it does not
 * say.
 */
#include "tests/core/fake.h"

#include "core/sysfacts.h"

static void facts(struct tree *t, struct sysfacts *ret)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);

	sysfacts_read(root, "6.1.0-test", ret);
}

static void test_nothing_is_known_of_an_empty_tree(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct sysfacts f;

	facts(t, &f);
	assert_string_equal(f.lockdown, "");
	assert_int_equal(f.sig_enforce, -1);
	assert_int_equal(f.ftrace_enabled, -1);
	assert_int_equal(f.cpus, -1);
	assert_int_equal(f.livepatch_config, -1);
	assert_int_equal(f.ptrace_scope, -1);
	assert_string_equal(f.cmdline, "");
}

static void test_a_whole_machine(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct sysfacts f;

	tree_write(t, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	tree_write(t, "sys/module/module/parameters/sig_enforce", "Y\n");
	tree_write(t, "proc/sys/kernel/ftrace_enabled", "0\n");
	tree_write(t, "proc/sys/kernel/yama/ptrace_scope", "3\n");
	tree_write(t, "sys/devices/system/cpu/online", "0-3,8\n");
	tree_write(t, "boot/config-6.1.0-test", "CONFIG_A=y\nCONFIG_LIVEPATCH=y\n");
	tree_write(t, "proc/cmdline", "root=/dev/vda quiet\n");
	facts(t, &f);
	assert_string_equal(f.lockdown, "integrity");
	assert_int_equal(f.sig_enforce, 1);
	assert_int_equal(f.ftrace_enabled, 0);
	assert_int_equal(f.ptrace_scope, 3);
	assert_int_equal(f.cpus, 5);
	assert_int_equal(f.livepatch_config, 1);
	assert_string_equal(f.cmdline, "root=/dev/vda quiet");
}

static void test_broken_sources_stay_unknown(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct sysfacts f;

	tree_write(t, "sys/kernel/security/lockdown", "none integrity]\n");
	tree_write(t, "sys/module/module/parameters/sig_enforce", "\n");
	tree_write(t, "proc/sys/kernel/ftrace_enabled", "maybe\n");
	tree_write(t, "proc/sys/kernel/yama/ptrace_scope", "x\n");
	tree_write(t, "sys/devices/system/cpu/online", "\n");
	tree_write(t, "boot/config-6.1.0-test", "");
	facts(t, &f);
	assert_string_equal(f.lockdown, "");
	assert_int_equal(f.sig_enforce, -1);
	assert_int_equal(f.ftrace_enabled, -1);
	assert_int_equal(f.ptrace_scope, -1);
	assert_int_equal(f.cpus, -1);
	assert_int_equal(f.livepatch_config, -1);
}

static void test_a_kernel_configured_without(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct sysfacts f;

	tree_write(t, "boot/config-6.1.0-test", "CONFIG_HAVE_LIVEPATCH=y\n# CONFIG_LIVEPATCH is not set\n");
	facts(t, &f);
	assert_int_equal(f.livepatch_config, 0);
}

/* Longer than we keep: its beginning, rather than nothing at all. */
static void test_a_long_command_line_is_cut(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct sysfacts f;
	char line[2001];

	memset(line, 'x', sizeof(line) - 1);
	line[2000] = '\0';
	tree_write(t, "proc/cmdline", line);
	facts(t, &f);
	assert_int_equal(strlen(f.cmdline), sizeof(f.cmdline) - 1);
}

static void test_lists_of_cpus(void **state)
{
	assert_int_equal(cpulist_count("0"), 1);
	assert_int_equal(cpulist_count("0-3"), 4);
	assert_int_equal(cpulist_count("0-3,8,10-11"), 7);
	assert_int_equal(cpulist_count(""), 0);
	assert_int_equal(cpulist_count("3-1"), -EBADMSG);
	assert_int_equal(cpulist_count("a"), -EBADMSG);
	assert_int_equal(cpulist_count("0-"), -EBADMSG);
	assert_int_equal(cpulist_count("0-3 "), -EBADMSG);
	assert_int_equal(cpulist_count("-1"), -EBADMSG);
	assert_int_equal(cpulist_count("99999999999999999999"), -EBADMSG);
	assert_int_equal(cpulist_count("0-99999999"), -EBADMSG);
	assert_int_equal(cpulist_count(",1"), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_known_of_an_empty_tree),
		cmocka_unit_test(test_a_whole_machine),
		cmocka_unit_test(test_broken_sources_stay_unknown),
		cmocka_unit_test(test_a_kernel_configured_without),
		cmocka_unit_test(test_a_long_command_line_is_cut),
		cmocka_unit_test(test_lists_of_cpus),
	};

	return cmocka_run_group_tests_name("sysfacts", tests, fake_deadline, NULL);
}
