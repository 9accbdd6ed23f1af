// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The build process: it has no rights and nothing of ours, its records arrive
 * whole, and no process of it is left, whoever ends first. What only root can
 * show is skipped otherwise.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "builder/child.h"
#include "builder/jail.h"
#include "tests/builder/nobody.h"
#include "tests/builder/signals.h"

#define SH(script) ((const char *const[]){ "sh", "-c", script, NULL })

static struct jail_user user(void)
{
	struct jail_user u = { .uid = geteuid(), .gid = getegid() };

	return geteuid() == 0 ? (struct jail_user){ .uid = JAIL_NOBODY, .gid = JAIL_NOBODY } : u;
}

static struct jail start(int (*fn)(int, void *), void *arg, const int *keep, size_t n)
{
	struct jail_user u = user();
	struct jail j = { -1, -1, -1 };
	struct err e = { 0 };

	assert_int_equal(jail_start(fn, arg, &u, keep, n, &j, &e), 0);
	return j;
}

/* The next record as a string. Its length, 0 at the end. */
static ssize_t next(const struct jail *j, char *buf, size_t size)
{
	struct pollfd p = { .fd = jail_fd(j), .events = POLLIN };
	ssize_t n;

	while ((n = jail_recv(j, buf, size - 1)) == -EAGAIN)
		assert_int_equal(poll(&p, 1, 60000), 1);
	assert_true(n >= 0);
	buf[n] = '\0';
	return n;
}

static void wait_gone(pid_t pid)
{
	uint64_t deadline = now_mono() + 20 * USEC_PER_SEC;

	while (kill(pid, 0) == 0 || errno != ESRCH) {
		assert_true(now_mono() < deadline);
		while (waitpid(pid, NULL, WNOHANG) > 0)
			;
		poll(NULL, 0, 10);
	}
}

/* A process that has ended, reaped or not. */
static bool is_over(pid_t pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static int send_file(int channel, const char *path)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len;

	if (fd < 0 || fd_read_all(fd, JAIL_RECORD_MAX - 1, &text, &len) < 0)
		return 1;
	return jail_send(channel, text, len) < 0;
}

static int tell_status(int channel, void *arg)
{
	return send_file(channel, "/proc/self/status");
}

static void assert_field(const char *status, const char *name, const char *want)
{
	const char *at = strstr(status, name);

	assert_non_null(at);
	at += strlen(name);
	at += strspn(at, ": \t");
	if (strncmp(at, want, strlen(want)) != 0 || (at[strlen(want)] != '\n' && at[strlen(want)] != ' '))
		fail_msg("%s is %.40s, not %s", name, at, want);
}

static void it_has_no_rights(void **state)
{
	struct jail j = start(tell_status, NULL, NULL, 0);
	struct jail_user u = user();
	char text[16384], want[128];
	int status = -1;

	assert_true(next(&j, text, sizeof(text)) > 0);
	FORMAT(want, "%u\t%u\t%u\t%u", u.uid, u.uid, u.uid, u.uid);
	assert_field(text, "\nUid", want);
	FORMAT(want, "%u\t%u\t%u\t%u", u.gid, u.gid, u.gid, u.gid);
	assert_field(text, "\nGid", want);
	assert_field(text, "CapInh", "0000000000000000");
	assert_field(text, "CapPrm", "0000000000000000");
	assert_field(text, "CapEff", "0000000000000000");
	assert_field(text, "CapAmb", "0000000000000000");
	assert_field(text, "NoNewPrivs", "1");
	assert_no_signals(text, "SigBlk:");
	assert_no_signals(text, "SigIgn:");
	assert_int_equal(next(&j, text, sizeof(text)), 0);
	assert_int_equal(jail_reap(&j, 20000, &status), 0);
	assert_int_equal(status, 0);
	jail_stop(&j);
}

static void root_becomes_the_user_for_good(void **state)
{
	char text[16384];
	struct jail j;

	if (geteuid() != 0)
		skip();
	j = start(tell_status, NULL, NULL, 0);
	assert_true(next(&j, text, sizeof(text)) > 0);
	assert_field(text, "Groups", "65534");
	assert_field(text, "CapBnd", "0000000000000000");
	jail_stop(&j);
}

static int never(int channel, void *arg)
{
	return 0;
}

static void nothing_is_built_as_root(void **state)
{
	struct jail_user as_root = { .uid = 0, .gid = 1000 }, in_root = { .uid = 1000, .gid = 0 };
	struct jail_user other = { .uid = geteuid() + 1, .gid = getegid() };
	struct jail j = { -1, -1, -1 };
	struct err e = { 0 };

	assert_int_equal(jail_start(never, NULL, &as_root, NULL, 0, &j, &e), -EPERM);
	assert_string_equal(e.text, "nothing is ever compiled as root");
	assert_int_equal(j.pid, -1);
	if (geteuid() == 0) {
		assert_int_equal(jail_start(never, NULL, &in_root, NULL, 0, &j, &e), -EPERM);
		assert_string_equal(e.text, "nothing is ever compiled as root");
	} else {
		assert_int_equal(jail_start(never, NULL, &other, NULL, 0, &j, &e), -EPERM);
		assert_string_equal(e.text, "only root can build as another user");
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void one_that_was_reaped_elsewhere_is_over(void **state)
{
	struct jail j;
	int status = -1;

	signal(SIGCHLD, SIG_IGN);
	j = start(never, NULL, NULL, 0);
	assert_int_equal(jail_reap(&j, 20000, &status), -ECHILD);
	assert_int_equal(j.pid, -1);
	assert_int_equal(status, -1);
	jail_stop(&j);
	j = start(never, NULL, NULL, 0);
	jail_stop(&j);
	signal(SIGCHLD, SIG_DFL);
	assert_int_equal(j.pidfd, -1);
}

struct shared {
	int keep, other;
	pid_t session; /* of the front end */
};

static int tell_surroundings(int channel, void *arg)
{
	const struct shared *s = arg;
	_cleanup_close_ int tty = open("/dev/tty", O_RDWR);
	struct stat null, fd;
	char text[256];
	int n = 0;

	stat("/dev/null", &null);
	for (int i = 0; i < 3; i++)
		n += fstat(i, &fd) == 0 && fd.st_rdev == null.st_rdev;
	FORMAT(text, "null %d kept %d other %d tty %d session %d umask %o dump %d cwd %s", n,
	       fcntl(s->keep, F_GETFD) >= 0, fcntl(s->other, F_GETFD) >= 0, tty >= 0, getsid(0) == s->session,
	       umask(0), prctl(PR_GET_DUMPABLE), getcwd((char[64]){ 0 }, 64));
	return jail_send(channel, text, strlen(text)) < 0;
}

static int tell_environment(int channel, void *arg)
{
	char text[1024] = "";

	for (char **v = environ; *v; v++) {
		strncat(text, *v, sizeof(text) - strlen(text) - 1);
		strncat(text, " ", sizeof(text) - strlen(text) - 1);
	}
	return jail_send(channel, text, strlen(text)) < 0;
}

static int tell_limits(int channel, void *arg)
{
	return send_file(channel, "/proc/self/limits");
}

static void it_inherits_only_what_it_is_given(void **state)
{
	_cleanup_close_ int keep = open("/dev/null", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int other = open("/dev/null", O_RDONLY);
	struct shared s = { keep, other, getsid(0) };
	struct jail j = start(tell_surroundings, &s, &keep, 1);
	char text[8192];

	next(&j, text, sizeof(text));
	assert_string_equal(text, "null 3 kept 1 other 0 tty 0 session 0 umask 77 dump 0 cwd /");
	jail_stop(&j);
	setenv("LD_PRELOAD_X", "1", 1);
	j = start(tell_environment, NULL, NULL, 0);
	unsetenv("LD_PRELOAD_X");
	next(&j, text, sizeof(text));
	assert_string_equal(text, "PATH=/usr/bin:/bin:/usr/sbin:/sbin LANG=C LC_ALL=C HOME=/nonexistent ");
	jail_stop(&j);
	j = start(tell_limits, NULL, NULL, 0);
	next(&j, text, sizeof(text));
	assert_non_null(strstr(text, "Max core file size        0                    0 "));
	assert_non_null(strstr(text, "Max file size             8589934592           8589934592 "));
	assert_non_null(strstr(text, "Max open files            1024                 1024 "));
	jail_stop(&j);
}

#define RECORDS 200

/* More than any buffer holds: the sender has to wait for us. */
static int send_many(int channel, void *arg)
{
	static unsigned char record[JAIL_RECORD_MAX];

	for (unsigned i = 0; i < RECORDS; i++) {
		memset(record, (int)i, sizeof(record));
		if (jail_send(channel, record, JAIL_RECORD_MAX - i) < 0)
			return 1;
	}
	if (jail_send(channel, record, JAIL_RECORD_MAX + 1) != -EMSGSIZE ||
	    jail_send(channel, "", 0) != -EMSGSIZE)
		return 2;
	return 42;
}

static void no_record_is_lost_or_cut(void **state)
{
	static char buf[JAIL_RECORD_MAX + 1];
	struct jail j = start(send_many, NULL, NULL, 0);
	int status = -1;

	assert_int_equal(jail_reap(&j, 200, &status), -ETIMEDOUT);
	for (unsigned i = 0; i < RECORDS; i++) {
		assert_int_equal(next(&j, buf, sizeof(buf)), JAIL_RECORD_MAX - i);
		assert_int_equal((unsigned char)buf[0], i);
		assert_int_equal((unsigned char)buf[JAIL_RECORD_MAX - i - 1], i);
	}
	assert_int_equal(next(&j, buf, sizeof(buf)), 0);
	assert_int_equal(jail_reap(&j, 20000, &status), 0);
	assert_int_equal(status, 42);
	jail_stop(&j);
}

static int send_one(int channel, void *arg)
{
	return jail_send(channel, "0123456789", 10) < 0;
}

static void a_record_that_does_not_fit_is_told(void **state)
{
	struct jail j = start(send_one, NULL, NULL, 0);
	struct pollfd p = { .fd = jail_fd(&j), .events = POLLIN };
	char buf[4];

	assert_int_equal(poll(&p, 1, 20000), 1);
	assert_int_equal(jail_recv(&j, buf, sizeof(buf)), -EMSGSIZE);
	jail_stop(&j);
}

static int crash(int channel, void *arg)
{
	return raise(SIGSEGV);
}

static void how_it_died_is_told(void **state)
{
	struct jail j = start(crash, NULL, NULL, 0);
	int status = -1;

	assert_int_equal(jail_reap(&j, 20000, &status), 0);
	assert_int_equal(status, 128 + SIGSEGV);
	jail_stop(&j);
}

/* Four kinds of descendant, each told by its number: in the group, in a session of its own, deaf, and us. */
#define PIDS 5
static void tell_pid(void *arg, const char *line, size_t len)
{
	(void)jail_send(*(int *)arg, line, len);
}

static int be_busy(int channel, void *arg)
{
	struct child_spec s = { .argv = SH("sleep 1000 & echo $!\n"
					   "setsid sh -c 'echo $$; exec sleep 1000' &\n"
					   "(trap '' TERM INT HUP; exec sleep 1000) & echo $!\n"
					   "echo $$; wait") };
	char text[32];
	int status;

	FORMAT(text, "%d", getpid());
	(void)jail_send(channel, text, strlen(text));
	return child_run(&s, tell_pid, &channel, &status, NULL) < 0;
}

/* Neither listens to a signal nor ends. */
static int be_deaf(int channel, void *arg)
{
	signal(SIGTERM, SIG_IGN);
	return be_busy(channel, arg);
}

static void read_pids(const struct jail *j, pid_t pids[PIDS])
{
	char text[64];

	for (int i = 0; i < PIDS; i++) {
		assert_true(next(j, text, sizeof(text)) > 0);
		pids[i] = (pid_t)atoi(text);
		assert_true(pids[i] > 1);
		assert_int_equal(kill(pids[i], 0), 0);
	}
}

static void stopping_it_ends_every_descendant(void **state)
{
	int (*const kinds[])(int, void *) = { be_busy, be_deaf };

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct jail j = start(kinds[k], NULL, NULL, 0);
		pid_t pids[PIDS];

		read_pids(&j, pids);
		jail_stop(&j);
		/* Not soon: now. */
		for (int i = 0; i < PIDS; i++)
			assert_true(is_over(pids[i]));
		jail_stop(&j);
	}
}

static void its_death_ends_every_descendant(void **state)
{
	struct jail j = start(be_busy, NULL, NULL, 0);
	pid_t pids[PIDS];
	int status = -1;

	read_pids(&j, pids);
	assert_int_equal(kill(pids[0], SIGKILL), 0);
	assert_int_equal(jail_reap(&j, 20000, &status), 0);
	assert_int_equal(status, 128 + SIGKILL);
	for (int i = 0; i < PIDS; i++)
		assert_true(is_over(pids[i]));
	jail_stop(&j);
}

static int leave_a_sleeper(int channel, void *arg)
{
	struct child_spec s = { .argv = SH("setsid sh -c 'echo $$; exec sleep 1000' & sleep 0.2") };
	int status;

	return child_run(&s, tell_pid, &channel, &status, NULL) < 0;
}

static void a_build_that_ends_well_leaves_nobody(void **state)
{
	struct jail j = start(leave_a_sleeper, NULL, NULL, 0);
	char text[64];
	int status = -1;
	pid_t pid;

	assert_true(next(&j, text, sizeof(text)) > 0);
	pid = (pid_t)atoi(text);
	assert_int_equal(jail_reap(&j, 20000, &status), 0);
	assert_int_equal(status, 0);
	assert_true(pid > 1 && is_over(pid));
	jail_stop(&j);
}

static void a_front_end_that_is_killed_takes_it_along(void **state)
{
	int fds[2];
	pid_t pids[PIDS], front;

	assert_int_equal(pipe(fds), 0);
	front = fork();
	if (!front) {
		struct jail j = start(be_busy, NULL, NULL, 0);

		read_pids(&j, pids);
		(void)!write(fds[1], pids, sizeof(pids));
		for (;;)
			pause();
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], pids, sizeof(pids)), sizeof(pids));
	close(fds[0]);
	assert_int_equal(kill(front, SIGKILL), 0);
	wait_gone(front);
	for (int i = 0; i < PIDS; i++)
		wait_gone(pids[i]);
}

static struct jail_user choose(const char *login, const char *sudo, const char *as, int want, struct err *e)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct jail_user u = { .uid = 77777 };

	if (login)
		tree_write(t, "proc/self/loginuid", login);
	if (sudo)
		setenv("SUDO_UID", sudo, 1);
	assert_int_equal(jail_user_choose(root, as, &u, e), want);
	unsetenv("SUDO_UID");
	if (want < 0)
		assert_int_equal(u.uid, 77777);
	return u;
}

static void root_builds_as_who_called_sudo_if_the_kernel_agrees(void **state)
{
	static const char *const lies[][2] = { { "1\n", "2" },	{ "1\n", NULL },
					       { NULL, "1" },	{ "4294967295\n", "1" },
					       { "0\n", "0" },	{ "1\n", "1x" },
					       { "1\n", "-1" }, { "1\n", "4294967297" },
					       { "1\n", "" } };
	const struct passwd *pw = getpwuid(1);
	struct err e = { 0 };
	struct jail_user u;

	if (geteuid() != 0 || !pw)
		skip();
	u = choose("1\n", "1", NULL, 0, &e);
	assert_int_equal(u.uid, 1);
	assert_int_equal(u.gid, pw->pw_gid);
	assert_string_equal(u.name, pw->pw_name);
	assert_false(u.anonymous);
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		u = choose(lies[i][0], lies[i][1], NULL, 0, &e);
		assert_int_equal(u.uid, JAIL_NOBODY);
		assert_int_equal(u.gid, JAIL_NOBODY);
		assert_true(u.anonymous);
	}
}

static void root_builds_as_who_is_named_but_never_as_root(void **state)
{
	const struct passwd *pw = getpwuid(1);
	struct err e = { 0 };
	struct jail_user u;

	if (geteuid() != 0 || !pw)
		skip();
	u = choose(NULL, NULL, "1", 0, &e);
	assert_int_equal(u.uid, 1);
	u = choose("2\n", "2", pw->pw_name, 0, &e);
	assert_int_equal(u.uid, 1);
	choose(NULL, NULL, "root", -EPERM, &e);
	assert_string_equal(e.text, "--as root: nothing is ever compiled as root");
	assert_int_equal(err_exit(&e), RC_USAGE);
	choose(NULL, NULL, "0", -EPERM, &e);
	choose(NULL, NULL, "4294967296", -ENOENT, &e);
	choose(NULL, NULL, "", -ENOENT, &e);
	choose(NULL, NULL, "no-such-user\x1b[2J", -ENOENT, &e);
	assert_string_equal(e.text, "--as no-such-user\\x1B[2J: there is no such user");
}

static void whoever_is_not_root_builds_as_himself(void **state)
{
	struct err e = { 0 };
	struct jail_user u;

	u = choose("1\n", "1", NULL, 0, &e);
	assert_int_equal(u.uid, geteuid());
	assert_int_equal(u.gid, getegid());
	choose(NULL, NULL, "root", -EPERM, &e);
	assert_string_equal(e.text, "--as root: only root can build as another user");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_no_rights),
		cmocka_unit_test(root_becomes_the_user_for_good),
		cmocka_unit_test(nothing_is_built_as_root),
		cmocka_unit_test(one_that_was_reaped_elsewhere_is_over),
		cmocka_unit_test(it_inherits_only_what_it_is_given),
		cmocka_unit_test(no_record_is_lost_or_cut),
		cmocka_unit_test(a_record_that_does_not_fit_is_told),
		cmocka_unit_test(how_it_died_is_told),
		cmocka_unit_test(stopping_it_ends_every_descendant),
		cmocka_unit_test(its_death_ends_every_descendant),
		cmocka_unit_test(a_build_that_ends_well_leaves_nobody),
		cmocka_unit_test(a_front_end_that_is_killed_takes_it_along),
		cmocka_unit_test(root_builds_as_who_called_sudo_if_the_kernel_agrees),
		cmocka_unit_test(root_builds_as_who_is_named_but_never_as_root),
		unit_test_as_nobody(whoever_is_not_root_builds_as_himself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
