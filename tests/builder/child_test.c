// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running commands: what they say arrives whole and in order, how they ended
 * is told, and nothing of them is left, however it ends.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "builder/child.h"
#include "tests/builder/signals.h"

#define SH(script) ((const char *const[]){ "sh", "-c", script, NULL })

/* What was said, a newline behind each line, with the job before it. */
struct said {
	char text[65536];
	size_t len, lines, longest;
	unsigned done;
};

static void hear(void *arg, const char *line, size_t len)
{
	struct said *s = arg;

	s->lines++;
	s->longest = MAX(s->longest, len);
	if (s->len + len + 1 >= sizeof(s->text))
		return;
	memcpy(s->text + s->len, line, len);
	s->len += len;
	s->text[s->len++] = '\n';
	s->text[s->len] = '\0';
}

static void hear_job(void *arg, size_t job, const char *line, size_t len)
{
	char tagged[256];

	FORMAT(tagged, "%zu:%.*s", job, (int)len, line);
	hear(arg, tagged, strlen(tagged));
}

static void job_done(void *arg, size_t job, int status)
{
	struct said *s = arg;

	s->done++;
}

static int run(struct child_spec s, struct said *said, struct err *e)
{
	int status = -1;
	int r = child_run(&s, hear, said, &status, e);

	return r < 0 ? r : status;
}

static void wait_gone(pid_t pid)
{
	uint64_t deadline = now_mono() + 20 * USEC_PER_SEC;

	while (kill(pid, 0) == 0 || errno != ESRCH) {
		assert_true(now_mono() < deadline);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		poll(NULL, 0, 10);
	}
}

/* The process whose number the command wrote to a file. */
static pid_t pid_in(const struct tree *t, const char *name)
{
	uint64_t deadline = now_mono() + 20 * USEC_PER_SEC;
	_cleanup_(root_freep) struct root *root = tree_root(t);
	int64_t pid = 0;

	while (root_read_int(root, name, &pid) < 0) {
		assert_true(now_mono() < deadline);
		poll(NULL, 0, 10);
	}
	return (pid_t)pid;
}

static void what_it_says_arrives_line_by_line(void **state)
{
	struct said said = { 0 };
	struct err e = { 0 };

	assert_int_equal(run((struct child_spec){ .argv = SH("echo one; echo two >&2; echo; printf three") },
			     &said, &e),
			 0);
	assert_string_equal(said.text, "one\ntwo\n\nthree\n");
	assert_int_equal(said.lines, 4);
}

static void a_long_line_is_cut(void **state)
{
	struct said said = { 0 };
	struct err e = { 0 };
	const char *script = "head -c 10000 /dev/zero | tr '\\0' x; echo; echo next";

	assert_int_equal(run((struct child_spec){ .argv = SH(script) }, &said, &e), 0);
	assert_int_equal(said.longest, CHILD_LINE_MAX);
	assert_int_equal(said.lines, 2);
	assert_string_equal(said.text + CHILD_LINE_MAX, "\nnext\n");
}

static void a_flood_is_read_to_its_end(void **state)
{
	struct said said = { 0 };
	struct err e = { 0 };

	assert_int_equal(run((struct child_spec){ .argv = SH("seq 100000; exit 3") }, &said, &e), 3);
	assert_int_equal(said.lines, 100000);
}

static void how_it_ended_is_told(void **state)
{
	struct child_spec s = { .argv = SH("exit 7") };
	struct said said = { 0 };
	struct err e = { 0 };

	assert_int_equal(child_failed(&s, run(s, &said, &e), &e), -EIO);
	assert_string_equal(e.text, "sh failed with exit status 7");
	s.argv = SH("kill -9 $$");
	assert_int_equal(child_failed(&s, run(s, &said, &e), &e), -EIO);
	assert_string_equal(e.text, "sh was killed by signal 9 (out of memory?)");
	s.argv = SH("kill -SEGV $$");
	assert_int_equal(child_failed(&s, run(s, &said, &e), &e), -EIO);
	assert_string_equal(e.text, "sh was killed by signal 11 (SIGSEGV)");
	assert_int_equal(child_failed(&s, 0, NULL), 0);
}

static void what_cannot_run_is_told(void **state)
{
	struct child_spec s = { .argv = (const char *const[]){ "klpsh-no-such-cc", NULL } };
	struct said said = { 0 };
	struct err e = { 0 };

	assert_int_equal(run(s, &said, &e), -ENOENT);
	assert_string_equal(e.text, "klpsh-no-such-cc is not installed");
	s.argv = (const char *const[]){ "./no/such", NULL };
	assert_int_equal(run(s, &said, &e), -ENOENT);
	assert_string_equal(e.text, "cannot run ./no/such: No such file or directory");
	s.argv = SH("true");
	s.cwd = "/no/such";
	assert_int_equal(run(s, &said, &e), -ENOENT);
	assert_string_equal(e.text, "cannot run sh in /no/such: No such file or directory");
	s.cwd = NULL;
	s.stdin_path = "/no/file";
	assert_int_equal(run(s, &said, &e), -ENOENT);
	assert_string_equal(e.text, "cannot read /no/file for sh: No such file or directory");
	assert_int_equal(said.lines, 0);
}

static void folder_environment_and_files_are_as_asked(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct said said = { 0 };
	struct err e = { 0 };
	char text[64] = "", want[512];
	struct child_spec s = {
		.argv = SH("echo \"$KLPSH_T-$PATH\" >&2; pwd >&2; cat"),
		.cwd = tree_path(t),
		.env = (const char *const[]){ "KLPSH_T=new", NULL },
		.stdin_path = "in",
		.stdout_path = "out",
	};

	tree_write(t, "in", "from a file\n");
	setenv("KLPSH_T", "old", 1);
	assert_int_equal(run(s, &said, &e), 0);
	unsetenv("KLPSH_T");
	FORMAT(want, "new-%s\n%s\n", getenv("PATH"), tree_path(t));
	assert_string_equal(said.text, want);
	assert_true(root_read_attr(root, "out", text, sizeof(text)) > 0);
	assert_string_equal(text, "from a file");
}

static void it_inherits_nothing_but_its_pipe(void **state)
{
	_cleanup_close_ int open_one = open("/dev/null", O_RDONLY); /* not closed on exec */
	struct said said = { 0 };
	struct err e = { 0 };
	const char *script =
		"for f in /proc/self/fd/*; do echo ${f##*/}; done; cat; kill -0 -$$ && echo group";

	assert_true(open_one > 2);
	signal(SIGUSR1, SIG_IGN);
	assert_int_equal(run((struct child_spec){ .argv = SH("grep -E 'SigIgn|SigBlk' /proc/self/status") },
			     &said, &e),
			 0);
	signal(SIGUSR1, SIG_DFL);
	assert_no_signals(said.text, "SigBlk:");
	assert_no_signals(said.text, "SigIgn:");
	said.len = 0;
	/* 3 is the listing itself. */
	assert_int_equal(run((struct child_spec){ .argv = SH(script) }, &said, &e), 0);
	assert_string_equal(said.text, "0\n1\n2\n3\ngroup\n");
}

static void one_that_takes_too_long_is_killed_with_its_group(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct said said = { 0 };
	struct err e = { 0 };
	struct child_spec s = {
		.argv = SH("sleep 1000 & echo $! > pid; echo begun; wait"),
		.cwd = tree_path(t),
		.timeout_s = 1,
	};

	assert_int_equal(run(s, &said, &e), -ETIMEDOUT);
	assert_string_equal(e.text, "sh did not come to an end within 1 s");
	assert_string_equal(said.text, "begun\n");
	wait_gone(pid_in(t, "pid"));
}

static void what_it_left_behind_ends_with_it(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	uint64_t begun = now_mono();
	struct said said = { 0 };
	struct err e = { 0 };
	struct child_spec s = { .argv = SH("sleep 1000 & echo $! > pid; echo said"), .cwd = tree_path(t) };

	assert_int_equal(run(s, &said, &e), 0);
	assert_true(now_mono() - begun < 100 * USEC_PER_SEC);
	assert_string_equal(said.text, "said\n");
	wait_gone(pid_in(t, "pid"));
}

/* Another session holds the pipe open: no reason to wait for it. */
static void nobody_outside_its_group_is_waited_for(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct said said = { 0 };
	struct err e = { 0 };
	struct child_spec s = {
		.argv = SH("setsid sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 1000' &\n"
			   "until test -s pid; do :; done; echo said"),
		.cwd = tree_path(t),
		.timeout_s = 100,
	};
	pid_t pid;

	assert_int_equal(run(s, &said, &e), 0);
	assert_string_equal(said.text, "said\n");
	pid = pid_in(t, "pid");
	assert_int_equal(kill(pid, SIGKILL), 0);
	wait_gone(pid);
}

static void many_run_side_by_side_and_are_told_apart(void **state)
{
	const char *const *argv = SH("seq 100");
	static struct said said;
	struct child_job jobs[20] = { 0 };
	struct err e = { 0 };

	memset(&said, 0, sizeof(said));
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
		jobs[i].spec.argv = argv;
	assert_int_equal(child_run_all(jobs, ARRAY_SIZE(jobs), 4, hear_job, job_done, &said, &e), 0);
	assert_int_equal(said.lines, 100 * ARRAY_SIZE(jobs));
	assert_int_equal(said.done, ARRAY_SIZE(jobs));
	assert_non_null(strstr(said.text, "19:100\n"));
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
		assert_int_equal(jobs[i].status, 0);
	assert_int_equal(child_run_all(NULL, 0, 4, NULL, NULL, NULL, &e), 0);
}

/* Each counts the locks of all: never more than were allowed at a time. */
static void no_more_than_allowed_run_at_a_time(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	const char *const *argv = SH("mkdir r.$$; set -- r.*; echo $#; sleep 0.05; rmdir r.$$");
	static struct said said;
	struct child_job jobs[12] = { 0 };
	struct err e = { 0 };

	memset(&said, 0, sizeof(said));
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		jobs[i].spec.argv = argv;
		jobs[i].spec.cwd = tree_path(t);
	}
	assert_int_equal(child_run_all(jobs, ARRAY_SIZE(jobs), 3, hear_job, job_done, &said, &e), 0);
	assert_int_equal(said.lines, ARRAY_SIZE(jobs));
	assert_non_null(strstr(said.text, ":3\n"));
	assert_null(strstr(said.text, ":4\n"));
}

static void the_first_failure_ends_all(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct said said = { 0 };
	struct err e = { 0 };
	struct child_job jobs[] = {
		{ .spec = { .argv = SH("sleep 1000 & echo $! > pid.new; mv pid.new pid; wait"),
			    .cwd = tree_path(t) } },
		{ .spec = { .argv = SH("until test -s pid; do :; done; echo wrong; exit 5"),
			    .cwd = tree_path(t) } },
		{ .spec = { .argv = SH("echo never") } },
	};

	assert_int_equal(child_run_all(jobs, ARRAY_SIZE(jobs), 2, hear_job, job_done, &said, &e), -EIO);
	assert_string_equal(e.text, "sh failed with exit status 5");
	assert_string_equal(said.text, "1:wrong\n");
	assert_int_equal(said.done, 1);
	assert_int_equal(jobs[0].status, -1);
	assert_int_equal(jobs[1].status, 5);
	assert_int_equal(jobs[2].status, -1);
	wait_gone(pid_in(t, "pid"));
}

/* A build process with two commands and a sleeping grandchild; both numbers are in files. */
static pid_t busy_build_process(const struct tree *t)
{
	struct child_job jobs[] = {
		{ .spec = { .argv = SH("echo $$ > a.new; mv a.new a; exec sleep 1000"),
			    .cwd = tree_path(t) } },
		{ .spec = { .argv = SH("sleep 1000 & echo $! > b.new; mv b.new b; wait"),
			    .cwd = tree_path(t) } },
	};
	pid_t pid = fork();

	if (pid)
		return pid;
	child_guard_signals();
	child_run_all(jobs, ARRAY_SIZE(jobs), 2, NULL, NULL, NULL, NULL);
	_exit(0);
}

static void a_signal_that_ends_us_ends_them_all(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		_cleanup_(tree_freep) struct tree *t = tree_new();
		pid_t pid = busy_build_process(t), a = pid_in(t, "a"), b = pid_in(t, "b");
		int status = 0;

		assert_int_equal(kill(pid, signals[i]), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
		wait_gone(a);
		wait_gone(b);
	}
}

static void one_whose_build_process_is_killed_dies(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	pid_t pid = busy_build_process(t), a = pid_in(t, "a"), b = pid_in(t, "b");

	assert_int_equal(kill(pid, SIGKILL), 0);
	wait_gone(pid);
	wait_gone(a);
	/* Its grandchild is the jail's to end. */
	assert_int_equal(kill(b, SIGKILL), 0);
	wait_gone(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says_arrives_line_by_line),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(a_flood_is_read_to_its_end),
		cmocka_unit_test(how_it_ended_is_told),
		cmocka_unit_test(what_cannot_run_is_told),
		cmocka_unit_test(folder_environment_and_files_are_as_asked),
		cmocka_unit_test(it_inherits_nothing_but_its_pipe),
		cmocka_unit_test(one_that_takes_too_long_is_killed_with_its_group),
		cmocka_unit_test(what_it_left_behind_ends_with_it),
		cmocka_unit_test(nobody_outside_its_group_is_waited_for),
		cmocka_unit_test(many_run_side_by_side_and_are_told_apart),
		cmocka_unit_test(no_more_than_allowed_run_at_a_time),
		cmocka_unit_test(the_first_failure_ends_all),
		cmocka_unit_test(a_signal_that_ends_us_ends_them_all),
		cmocka_unit_test(one_whose_build_process_is_killed_dies),
	};

	/* What the commands leave behind comes to us, so that it can be seen to end. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
