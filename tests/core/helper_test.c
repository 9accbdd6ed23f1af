// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Helper processes: what they say arrives whole, one that hangs costs its
 * deadline and no more, and none outlives its owner.
 */
#include "tests/core/fake.h"

#include <signal.h>
#include <sys/mman.h>

#include "core/dirfile.h"
#include "core/helper.h"

#define MUCH (300 * 1024)

static void say_much(int out, void *arg)
{
	static char data[MUCH];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	write_all(out, data, sizeof(data));
}

/* Tells who it is, then blocks like a read behind an exec. */
static void hang(int out, void *arg)
{
	int *pid = arg;

	*pid = getpid();
	write_all(out, "half", 4);
	for (;;)
		pause();
}

static void die(int out, void *arg)
{
	write_all(out, "last words", 10);
	raise(SIGSEGV);
}

static void test_all_of_it_arrives(void **state)
{
	_cleanup_(helper_freep) struct helper *h = NULL;
	const char *data;
	size_t len;

	assert_int_equal(helper_start(say_much, NULL, &h), 0);
	assert_int_equal(helper_wait(h, 30000), 0);
	data = helper_data(h, &len);
	assert_int_equal(len, MUCH);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(data[i], (char)(i * 7));
	helper_consume(h, 5);
	data = helper_data(h, &len);
	assert_int_equal(len, MUCH - 5);
	assert_int_equal(data[0], (char)35);
	helper_consume(h, len);
	helper_data(h, &len);
	assert_int_equal(len, 0);
	assert_int_equal(helper_read(h), 0);
}

static void test_one_that_hangs_is_killed(void **state)
{
	int *pid = mmap(NULL, sizeof(*pid), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct helper *h = NULL;
	const char *data;
	size_t len;

	assert_int_equal(helper_start(hang, pid, &h), 0);
	while (!helper_data(h, &len) || len < 4)
		assert_int_equal(helper_wait(h, 1), -ETIMEDOUT);
	data = helper_data(h, &len);
	assert_memory_equal(data, "half", 4);
	assert_int_equal(kill(*pid, 0), 0);
	assert_null(helper_free(h));
	/* It is dead, or about to be: waiting for it does not hang. */
	while (kill(*pid, 0) == 0) {
		struct helper *next = NULL;

		assert_int_equal(helper_start(say_much, NULL, &next), 0);
		helper_free(next); /* reaps the dead */
	}
	munmap(pid, sizeof(*pid));
}

static void test_one_that_dies_is_done(void **state)
{
	_cleanup_(helper_freep) struct helper *h = NULL;
	size_t len;

	assert_int_equal(helper_start(die, NULL, &h), 0);
	assert_int_equal(helper_wait(h, 30000), 0);
	assert_memory_equal(helper_data(h, &len), "last words", 10);
	assert_int_equal(len, 10);
}

static volatile sig_atomic_t handled;

static void on_signal(int signo)
{
	handled = getpid();
}

static void signal_self(int out, void *arg)
{
	raise(SIGUSR1); /* default action: death, not our parent's handler */
	write_all(out, "x", 1);
}

static void test_it_has_no_handlers_of_ours(void **state)
{
	_cleanup_(helper_freep) struct helper *h = NULL;
	size_t len;

	signal(SIGUSR1, on_signal);
	assert_int_equal(helper_start(signal_self, NULL, &h), 0);
	assert_int_equal(helper_wait(h, 30000), 0);
	helper_data(h, &len);
	assert_int_equal(len, 0);
	assert_int_equal(handled, 0);
	raise(SIGUSR1); /* ours still works, and is not blocked */
	assert_int_equal(handled, getpid());
	signal(SIGUSR1, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_it_arrives),
		cmocka_unit_test(test_one_that_hangs_is_killed),
		cmocka_unit_test(test_one_that_dies_is_done),
		cmocka_unit_test(test_it_has_no_handlers_of_ours),
	};

	return cmocka_run_group_tests_name("helper", tests, fake_deadline, NULL);
}
