/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions at the prompt: this program plays klpsh itself, on a pty, in front
 * of a machine whose kernel only notes what it is told.
 */
#include "tests/shell/machine.h"

#include <signal.h>

#include "shell/asking.h"
#include "shell/callloop.h"
#include "shell/repl.h"
#include "shell/session.h"
#include "tests/lib/vt.h"

/* What runs on the pty. */
static int play(void)
{
	struct machine *m = machine_new();
	unsigned calls;

	m->app.set.interactive = true;
	m->app.ask = asking_terminal;
	repl_run(&m->app);
	calls = m->log->calls;
	machine_free(m);
	printf("the kernel was called %u times\n", calls);
	return 0;
}

static struct vt *start(void)
{
	static const char *const env[] = { "XDG_STATE_HOME=/dev/null/none", NULL };
	struct vt_opts o = { .lines = 40, .columns = 120, .env = env };
	char self[256] = "";
	const char *argv[] = { self, "--prompt", NULL };
	struct vt *vt;

	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	vt = vt_start(argv, &o);
	assert_non_null(vt);
	assert_true(vt_wait(vt, "ready>"));
	return vt;
}

static void a_pasted_yes_is_no_answer(void **state)
{
	struct vt *vt = start();

	vt_keys(vt, "\x1b[200~disable klpsh_fix\ny\n\x1b[201~\r");
	assert_true(vt_wait(vt, "Do it? [y/N]"));
	vt_keys(vt, "\r");
	assert_true(vt_wait(vt, "-- 1 command behind it was not run"));
	vt_keys(vt, "quit\r");
	assert_true(vt_wait(vt, "the kernel was called 0 times"));
	vt_free(vt);
}

static void ctrl_c_is_a_no_at_once(void **state)
{
	struct vt *vt = start();

	vt_keys(vt, "disable klpsh_fix; taint 0\r");
	assert_true(vt_wait(vt, "Do it? [y/N]"));
	vt_keys(vt, "\x03");
	assert_true(vt_wait(vt, "-- 1 command behind it was not run"));
	vt_keys(vt, "quit\r");
	assert_true(vt_wait(vt, "the kernel was called 0 times"));
	vt_free(vt);
}

/* Within the shell they are blocked: one that came during a verb stops the next. */
static void a_signal_that_waits_is_taken(void **state)
{
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, &before);
	assert_int_equal(call_signal_taken(), 0);
	raise(SIGINT);
	assert_int_equal(call_signal_taken(), SIGINT);
	assert_int_equal(call_signal_taken(), 0);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void what_waits_ends_the_line(void **state)
{
	struct machine *m = machine_new();
	_cleanup_(commands_free) struct commands all = { 0 };
	sigset_t set, before;
	struct err e;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, &before);
	assert_int_equal(tokens_parse("disable klpsh_fix --yes", &all, &e), 0);
	raise(SIGINT);
	(void)session_run_all(&m->app, &all);
	assert_int_equal(m->log->calls, 0);
	assert_int_equal(session_interrupted, SIGINT);
	sigprocmask(SIG_SETMASK, &before, NULL);
	machine_free(m);
}

static void a_typed_yes_is_one(void **state)
{
	struct vt *vt = start();

	vt_keys(vt, "disable klpsh_fix\r");
	assert_true(vt_wait(vt, "Do it? [y/N]"));
	vt_keys(vt, "y\rquit\r");
	assert_true(vt_wait(vt, "the kernel was called 1 times"));
	vt_free(vt);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pasted_yes_is_no_answer),	cmocka_unit_test(ctrl_c_is_a_no_at_once),
		cmocka_unit_test(a_signal_that_waits_is_taken), cmocka_unit_test(what_waits_ends_the_line),
		cmocka_unit_test(a_typed_yes_is_one),
	};

	if (argc > 1 && streq(argv[1], "--prompt"))
		return play();
	return cmocka_run_group_tests(tests, fake_deadline, NULL);
}
