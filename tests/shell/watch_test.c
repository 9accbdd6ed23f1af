/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `watch` and `log --follow` as programs see them: the program itself on a
 * pipe, a made-up machine that changes meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/util.h"

#define PATIENCE_MS 20000
#define ROUNDS 9
/* Far from the tenth of a second that is meant, and from the second it once took. */
#define LIMIT_US 250000

struct place {
	char dir[64];
	pid_t pid;
	int from; /* its stdout */
	FILE *lines;
};

static void run(const char *const *argv)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	FORMAT(p->dir, "/tmp/klpsh-watch-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->from = -1;
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	if (p->lines)
		fclose(p->lines);
	else if (p->from >= 0)
		close(p->from);
	run((const char *const[]){ "rm", "-rf", p->dir, NULL });
	free(p);
	return 0;
}

static void put(const struct place *p, const char *file, const char *text)
{
	char path[256], beside[280];
	FILE *f;

	/* As in sysfs: nobody sees it half written. */
	FORMAT(path, "%s/%s", p->dir, file);
	FORMAT(beside, "%s/.new", p->dir);
	f = fopen(beside, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(rename(beside, path), 0);
}

/* Start `klpsh --root DIR WORDS` with one of the two ends as its stdout. */
static void start(struct place *p, const char *kind, const char *const *words, const int ends[2])
{
	const char *program = getenv("KLPSH"),
		   *argv[8] = { program ? program : "build/klpsh", "--root", p->dir };

	run((const char *const[]){ "tests/lib/mkroot.sh", kind, p->dir, NULL });
	for (size_t i = 0; words[i]; i++)
		argv[3 + i] = words[i];
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (!p->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(ends[1]);
	p->from = ends[0];
}

static void start_watch(struct place *p, const char *kind)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	start(p, kind, (const char *const[]){ "watch", NULL }, ends);
	p->lines = fdopen(ends[0], "r");
	assert_non_null(p->lines);
	setvbuf(p->lines, NULL, _IONBF, 0);
}

static void next_line(struct place *p, char *line, int size)
{
	struct pollfd pfd = { .fd = p->from, .events = POLLIN };

	assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
	assert_non_null(fgets(line, size, p->lines));
}

/* Microseconds from the change of a file to the line that tells of it. */
static uint64_t told_after(struct place *p, const char *file, const char *text, const char *words)
{
	uint64_t begun = now_mono();
	char line[512];

	put(p, file, text);
	do
		next_line(p, line, sizeof(line));
	while (!strstr(line, words));
	return now_mono() - begun;
}

static void expect_quick(uint64_t *us, size_t n)
{
	qsort(us, n, sizeof(*us), by_u64);
	if (us[n / 2] >= LIMIT_US)
		fail_msg("told after %u ms", (unsigned)(us[n / 2] / 1000));
}

static void the_taint_is_told_at_once(void **state)
{
	struct place *p = *state;
	uint64_t us[ROUNDS];
	char line[512], value[16], words[48];

	start_watch(p, "ready");
	next_line(p, line, sizeof(line));
	for (unsigned i = 0; i < ROUNDS; i++) {
		FORMAT(value, "%u\n", 4096 + i);
		FORMAT(words, "taint is now %u", 4096 + i);
		us[i] = told_after(p, "proc/sys/kernel/tainted", value, words);
	}
	expect_quick(us, ROUNDS);
}

static void begin_and_end_of_a_transition_are_told_at_once(void **state)
{
	static const char file[] = "sys/kernel/livepatch/livepatch_fix/transition";
	struct place *p = *state;
	uint64_t us[2 * ROUNDS];
	char line[512];

	start_watch(p, "ready");
	next_line(p, line, sizeof(line));
	for (unsigned i = 0; i < ROUNDS; i++) {
		us[2 * i] = told_after(p, file, "1\n", "is being enabled");
		us[2 * i + 1] = told_after(p, file, "0\n", "has ended");
	}
	expect_quick(us, ARRAY_SIZE(us));
}

static void blockers_are_counted_at_once(void **state)
{
	struct place *p = *state;
	uint64_t us[ROUNDS];
	char line[512];

	start_watch(p, "stall");
	next_line(p, line, sizeof(line));
	for (unsigned i = 0; i < ROUNDS; i++)
		us[i] = told_after(p, "proc/57/task/57/patch_state", i % 2 ? "0\n" : "1\n",
				   i % 2 ? ": 2 of" : ": 1 of");
	expect_quick(us, ROUNDS);
}

/* It has shown its first line, and then nobody reads any more. */
static void expect_end_without_reader(struct place *p, const char *const *words, const int ends[2])
{
	char c;
	int status;

	start(p, "stall", words, ends);
	assert_int_equal(read(p->from, &c, 1), 1);
	close(p->from);
	p->from = -1;
	alarm(PATIENCE_MS / 1000);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	alarm(0);
	p->pid = 0;
	assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGPIPE : WEXITSTATUS(status) == 128 + SIGPIPE);
}

static void a_watch_ends_when_nobody_reads(void **state)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	expect_end_without_reader(*state, (const char *const[]){ "watch", NULL }, ends);
}

static void a_watch_ends_when_its_socket_is_closed(void **state)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	expect_end_without_reader(*state, (const char *const[]){ "watch", "--json", NULL }, ends);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(the_taint_is_told_at_once),
		T(begin_and_end_of_a_transition_are_told_at_once),
		T(blockers_are_counted_at_once),
		T(a_watch_ends_when_nobody_reads),
		T(a_watch_ends_when_its_socket_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
