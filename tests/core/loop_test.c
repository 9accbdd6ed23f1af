// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The event loop: what is armed fires, what is not stays silent, a failing
 * callback ends the loop with its errno, and sources may go away while they
 * run. Nothing here sleeps: deadlines only bound a failure.
 */
#include "tests/core/fake.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "core/loop.h"

#define PATIENCE_US (20 * USEC_PER_SEC)

static int set_up(void **state)
{
	struct loop *l = NULL;

	assert_int_equal(loop_new(&l), 0);
	*state = l;
	return 0;
}

static int tear_down(void **state)
{
	loop_free(*state);
	return 0;
}

static int count(struct loop_source *s, void *arg)
{
	++*(int *)arg;
	return 0;
}

/* Rounds until *n is more than `over`, or patience is lost. */
static void turn(struct loop *l, const int *n, int over)
{
	uint64_t until = now_mono() + PATIENCE_US;

	while (*n <= over) {
		assert_true(now_mono() < until);
		assert_true(loop_once(l, PATIENCE_US) >= 0);
	}
}

static void test_a_timer_fires_once_when_set(void **state)
{
	_cleanup_(loop_removep) struct loop_source *t = NULL;
	int n = 0;

	assert_int_equal(loop_add_timer(*state, count, &n, &t), 0);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(n, 0); /* starts disarmed */
	loop_timer_set(t, 0);
	turn(*state, &n, 0);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(n, 1);
	loop_timer_set(t, 0);
	turn(*state, &n, 1);
	loop_timer_set(t, 0);
	loop_timer_stop(t);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(n, 2);
	loop_timer_set(t, 3600 * USEC_PER_SEC);
	assert_int_equal(loop_once(*state, 0), 0);
	loop_timer_set(t, 0); /* set again: sooner */
	turn(*state, &n, 2);
}

static int read_byte(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	char c;

	assert_int_equal(read(fd, &c, 1), 1);
	*(char *)arg = c;
	return 0;
}

static void test_a_descriptor_that_is_ready(void **state)
{
	_cleanup_(loop_removep) struct loop_source *s = NULL;
	char got = 0;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(loop_add_io(*state, fds[0], EPOLLIN, read_byte, &got, &s), 0);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(loop_once(*state, PATIENCE_US), 1);
	assert_int_equal(got, 'x');
	s = loop_remove(s);
	assert_int_equal(write(fds[1], "y", 1), 1);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(got, 'x');
	close(fds[0]); /* still ours */
	close(fds[1]);
}

static int once(struct loop_source *s, void *arg)
{
	++*(int *)arg;
	return loop_enable(s, false);
}

/* As a screen that is to be drawn while much is read. */
static void test_the_first_of_idle_work_is_not_kept_waiting(void **state)
{
	_cleanup_(loop_removep) struct loop_source *work = NULL, *draw = NULL;
	int works = 0, draws = 0;

	loop_add_idle(*state, count, &works, &work);
	loop_add_idle(*state, once, &draws, &draw);
	loop_idle_first(draw);
	loop_enable(work, true);
	turn(*state, &works, 3);
	works = 0;
	loop_enable(draw, true);
	turn(*state, &draws, 0);
	assert_int_equal(works, 0);
	loop_enable(work, false);
}

static void test_idle_work_waits_for_the_rest(void **state)
{
	_cleanup_(loop_removep) struct loop_source *idle = NULL, *timer = NULL;
	int idles = 0, timers = 0;

	loop_add_idle(*state, count, &idles, &idle);
	loop_add_timer(*state, count, &timers, &timer);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(idles, 0); /* starts disabled */
	loop_enable(idle, true);
	turn(*state, &idles, 3); /* again and again */
	loop_timer_set(timer, 0);
	turn(*state, &timers, 0);
	loop_enable(idle, false);
	idles = 0;
	assert_int_equal(loop_once(*state, 0), 0);
	assert_int_equal(idles, 0);
}

static int on_signal(struct loop_source *s, int signo, void *arg)
{
	*(int *)arg = signo;
	return 0;
}

static void test_a_signal_is_an_event(void **state)
{
	_cleanup_(loop_removep) struct loop_source *s = NULL;
	int got = 0;

	assert_int_equal(loop_add_signal(*state, SIGUSR2, on_signal, &got, &s), 0);
	assert_int_equal(raise(SIGUSR2), 0); /* blocked: does not kill us */
	turn(*state, &got, 0);
	assert_int_equal(got, SIGUSR2);
}

struct death {
	int n, pid, status;
};

static int on_child(struct loop_source *s, int pid, int status, void *arg)
{
	struct death *d = arg;

	d->n++;
	d->pid = pid;
	d->status = status;
	return 0;
}

static void expect_death(struct loop *l, int signo, int want)
{
	_cleanup_(loop_removep) struct loop_source *s = NULL;
	struct death d = { 0 };
	int pid = fork();

	if (!pid) {
		if (signo)
			raise(signo);
		_exit(want);
	}
	assert_int_equal(loop_add_child(l, pid, on_child, &d, &s), 0);
	turn(l, &d.n, 0);
	assert_int_equal(d.pid, pid);
	assert_int_equal(d.status, want);
}

static void test_the_end_of_a_child(void **state)
{
	expect_death(*state, 0, 7);
	expect_death(*state, SIGKILL, 128 + SIGKILL);
}

static int stop_with_5(struct loop_source *s, void *arg)
{
	loop_exit(arg, 5);
	return 0;
}

static void test_run_until_exit(void **state)
{
	_cleanup_(loop_removep) struct loop_source *s = NULL;

	loop_add_timer(*state, stop_with_5, *state, &s);
	loop_timer_set(s, 0);
	assert_int_equal(loop_run(*state), 5);
}

static int go_wrong(struct loop_source *s, void *arg)
{
	return -EIO;
}

static void test_a_failing_callback_ends_the_loop(void **state)
{
	_cleanup_(loop_removep) struct loop_source *s = NULL;

	loop_add_timer(*state, go_wrong, NULL, &s);
	loop_timer_set(s, 0);
	assert_int_equal(loop_run(*state), -EIO);
}

static int remove_self(struct loop_source *s, void *arg)
{
	struct loop_source **own = arg;

	assert_ptr_equal(*own, s);
	*own = loop_remove(s);
	return 0;
}

static void test_a_source_may_remove_itself(void **state)
{
	struct loop_source *s = NULL;

	loop_add_idle(*state, remove_self, &s, &s);
	loop_enable(s, true);
	assert_int_equal(loop_once(*state, PATIENCE_US), 1);
	assert_null(s);
	assert_int_equal(loop_once(*state, 0), 0);
	assert_null(loop_remove(NULL));
	assert_null(loop_free(NULL));
}

static void test_what_cannot_be_watched(void **state)
{
	struct loop_source *s = NULL;

	assert_true(loop_add_io(*state, -1, EPOLLIN, read_byte, NULL, &s) < 0);
	assert_null(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_timer_fires_once_when_set),
		TEST(test_a_descriptor_that_is_ready),
		TEST(test_the_first_of_idle_work_is_not_kept_waiting),
		TEST(test_idle_work_waits_for_the_rest),
		TEST(test_a_signal_is_an_event),
		TEST(test_the_end_of_a_child),
		TEST(test_run_until_exit),
		TEST(test_a_failing_callback_ends_the_loop),
		TEST(test_a_source_may_remove_itself),
		TEST(test_what_cannot_be_watched),
	};

	return cmocka_run_group_tests_name("loop", tests, fake_deadline, NULL);
}
