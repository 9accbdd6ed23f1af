// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who a change is written down for: the kernel's login uid, the controlling
 * terminal, and an origin that comes from a record and never from the
 * environment.
 */
#include "tests/core/fake.h"

#include <utmp.h>

#include "core/login.h"

#define STAT(tty) "77 (a ) 1 2) S 1 77 77 " tty " 77 4194304 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0\n"

static void add_utmp(struct tree *t, const char *line, const char *host, int pid)
{
	struct utmp u[2] = { { .ut_type = BOOT_TIME }, { .ut_type = USER_PROCESS, .ut_pid = pid } };

	memcpy(u[1].ut_line, line, strlen(line));
	memcpy(u[1].ut_host, host, strlen(host));
	tree_write_bytes(t, "run/utmp", u, sizeof(u));
}

static struct tree *machine(const char *auid, const char *stat)
{
	struct tree *t = fake_machine();

	tree_write(t, "proc/self/loginuid", auid);
	tree_write(t, "proc/self/sessionid", "12");
	tree_write(t, "proc/self/stat", stat);
	fake_task(t, &(struct fake_task){ .pid = 900, .tid = 900, .comm = "sshd", .state = 'S' });
	return t;
}

static struct login read_login(const struct tree *t)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct login l;

	login_read(root, &l);
	return l;
}

static void test_login_uid_and_terminal(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("0\n", STAT("34819"));
	struct login l;

	add_utmp(t, "pts/3", "192.0.2.7", 900);
	l = read_login(t);
	assert_int_equal(l.auid, 0);
	assert_int_equal(l.ses, 12);
	assert_int_equal(l.uid, getuid());
	assert_string_equal(l.user, "root");
	assert_string_equal(l.tty, "pts/3");
	assert_string_equal(l.origin, "192.0.2.7");
}

static void test_no_login(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("4294967295\n", STAT("0"));
	struct login l;

	tree_write(t, "proc/self/sessionid", "4294967295");
	setenv("SSH_CONNECTION", "198.51.100.1 5 6 7", 1);
	setenv("SSH_CLIENT", "198.51.100.1 5 6", 1);
	setenv("LOGNAME", "mallory", 1);
	setenv("USER", "mallory", 1);
	l = read_login(t);
	assert_int_equal(l.auid, LOGIN_UNSET);
	assert_int_equal(l.ses, LOGIN_UNSET);
	assert_string_equal(l.tty, "");
	assert_string_equal(l.origin, "?");
	assert_string_not_equal(l.user, "mallory");
}

static void test_a_uid_without_a_name(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("3999999999\n", STAT("1025"));
	struct login l = read_login(t);

	assert_string_equal(l.user, "3999999999");
	assert_string_equal(l.tty, "tty1");
}

static void expect_origin(const char *line, const char *host, int pid, const char *want)
{
	_cleanup_(tree_freep) struct tree *t = machine("0\n", STAT("34819"));
	struct login l;

	add_utmp(t, line, host, pid);
	l = read_login(t);
	assert_string_equal(l.origin, want);
}

/* A record of another terminal, of a dead login or with more than a host in it tells nothing. */
static void test_records_that_do_not_count(void **state)
{
	expect_origin("pts/3", "", 900, "local");
	expect_origin("pts/3", ":0", 900, "local");
	expect_origin("pts/3", "host.example", 900, "host.example");
	expect_origin("pts/4", "192.0.2.7", 900, "?");
	expect_origin("pts/3", "192.0.2.7", 901, "?");
	expect_origin("pts/3", "tmux(5).%0", 900, "?");
	expect_origin("pts/3", "a res=success", 900, "?");
	expect_origin("pts/3", "a\x1b[2J", 900, "?");
}

static void test_a_torn_utmp(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("0\n", STAT("34819"));

	tree_write(t, "run/utmp", "short");
	assert_string_equal(read_login(t).origin, "?");
}

static void test_nothing_to_read(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	struct login l = read_login(t);

	assert_int_equal(l.auid, LOGIN_UNSET);
	assert_string_equal(l.origin, "?");
	assert_string_equal(l.tty, "");
	assert_true(l.user[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_login_uid_and_terminal),
		cmocka_unit_test(test_no_login),
		cmocka_unit_test(test_a_uid_without_a_name),
		cmocka_unit_test(test_records_that_do_not_count),
		cmocka_unit_test(test_a_torn_utmp),
		cmocka_unit_test(test_nothing_to_read),
	};

	return cmocka_run_group_tests_name("login", tests, fake_deadline, NULL);
}
