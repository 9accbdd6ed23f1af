// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes beside others: what helps a stuck transition comes through while
 * somebody waits for it, and nothing is done on a view that is out of date.
 */
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/act.h"
#include "core/confirm.h"
#include "core/lock.h"
#include "tests/shell/machine.h"

static int somebody_waits(const struct machine *m)
{
	struct change c = { .verb = "load", .target = "klpsh_fix" };
	int fd = lock_take(m->run_dir, LOCK_WHOLE, &c, 0, NULL);

	assert_true(fd >= 0);
	return fd;
}

static void a_stuck_change_can_be_helped(void **state)
{
	static const struct {
		const char *words, *call;
		int direction;
	} helps[] = {
		{ "reverse --yes", "enable klpsh_fix 0", 1 },
		{ "enable klpsh_fix --yes", "enable klpsh_fix 1", 0 },
		{ "unload klpsh_fix --yes", "enable klpsh_fix 0", 1 },
		{ "force klpsh_fix --confirm=klpsh_fix --reason=x", "force klpsh_fix", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(helps); i++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = machine_new();
		int lock = somebody_waits(m);

		machine_transition(m, helps[i].direction, (int)getpid());
		assert_int_equal(machine_say(m, helps[i].words, &r, NULL), RC_OK);
		assert_string_equal(m->log->said[0], helps[i].call);
		close(lock);
		machine_free(m);
	}
}

static void any_other_change_is_told_who_is_at_it(void **state)
{
	struct machine *m = machine_new();
	int lock = somebody_waits(m);
	struct err e = { 0 };
	_cleanup_(report_freep) struct report *r = NULL;

	assert_int_equal(machine_say(m, "disable klpsh_fix --yes", &r, &e), RC_BUSY);
	assert_non_null(strstr(e.text, "load klpsh_fix"));
	assert_int_equal(m->log->calls, 0);
	close(lock);
	machine_free(m);
}

static void (*meanwhile)(struct machine *m);
static struct machine *asked_of;

static enum answer yes_after_a_while(struct app *app, const struct ask *ask)
{
	meanwhile(asked_of);
	return ANSWER_YES;
}

/* Say it, and let something happen while the question stands. */
static int say_slowly(struct machine *m, const char *words, void (*fn)(struct machine *m), struct err *e)
{
	_cleanup_(report_freep) struct report *r = NULL;

	meanwhile = fn;
	asked_of = m;
	m->app.ask = yes_after_a_while;
	m->app.set.interactive = true;
	return machine_say(m, words, &r, e);
}

static void another_is_loaded(struct machine *m)
{
	fake_patch(m->tree, "klpsh_other", 1, 0);
	fake_func(m->tree, "klpsh_other", "vmlinux", "do_that,1");
	tree_write(m->tree, "proc/modules",
		   "klpsh_other 16384 0 - Live 0x0000000000000000 (OEK)\n"
		   "klpsh_fix 16384 0 - Live 0x0000000000000000 (OEK)\n");
}

static void it_has_ended(struct machine *m)
{
	fake_patch(m->tree, "klpsh_fix", 1, 0);
}

static void it_was_turned_round(struct machine *m)
{
	fake_patch(m->tree, "klpsh_fix", 0, 1);
}

static void a_yes_counts_for_what_was_shown(void **state)
{
	struct machine *m = machine_new();
	struct err e = { 0 };

	assert_int_equal(say_slowly(m, "disable klpsh_fix", another_is_loaded, &e), RC_FAILED);
	assert_int_equal(e.code, -ESTALE);
	assert_non_null(strstr(e.text, "klpsh_other"));
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

static void an_ended_transition_is_not_reversed(void **state)
{
	void (*const ends[])(struct machine *) = { it_has_ended, it_was_turned_round };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct machine *m = machine_new();
		struct err e = { 0 };

		machine_transition(m, 1, (int)getpid());
		m->log->fail_at = 1; /* as the kernel does for the value that it has */
		m->log->fail_with = EINVAL;
		assert_int_equal(say_slowly(m, "reverse", ends[i], &e), RC_FAILED);
		assert_int_equal(e.code, -ESTALE);
		assert_int_equal(m->log->calls, i);
		machine_free(m);
	}
}

/* A screen's dialog: the dry run is shown, and the yes is another call. */
static void a_yes_of_another_call_counts_for_what_was_shown(void **state)
{
	struct machine *m = machine_new();
	_cleanup_(report_freep) struct report *shown = NULL;
	char words[128];

	assert_int_equal(machine_say(m, "disable klpsh_fix --dry-run", &shown, NULL), RC_OK);
	FORMAT(words, "disable klpsh_fix --yes --expect-before=%s",
	       row_cell(shown->rows.v[0], "before")->str);
	another_is_loaded(m);
	for (int again = 0; again < 2; again++) {
		struct report *r = NULL;
		struct err e = { 0 };

		assert_int_equal(machine_say(m, words, &r, &e), again ? RC_OK : RC_FAILED);
		assert_int_equal(e.code, again ? 0 : -ESTALE);
		assert_int_equal(m->log->calls, again);
		report_free(r);
		machine_drop(m, LP "/klpsh_other");
	}
	machine_free(m);
}

/* Other modules are pinned for good by the other direction, and that was not agreed to. */
static void what_goes_the_other_way_is_not_forced(void **state)
{
	struct machine *m = machine_new();
	struct err e = { 0 };

	machine_transition(m, 1, (int)getpid());
	m->app.set.reason = "x";
	assert_int_equal(say_slowly(m, "force klpsh_fix", it_was_turned_round, &e), RC_FAILED);
	assert_int_equal(e.code, -ESTALE);
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

static const char txn[] = "0123456789abcdef0123456789abcdef";

static void arm_until(const struct machine *m, const char *verb, uint64_t deadline_us)
{
	struct confirm c = { .target = "klpsh_fix", .deadline_us = deadline_us, .seconds = 5 };

	FORMAT(c.txn, "%s", txn);
	FORMAT(c.verb, "%s", verb);
	FORMAT(c.boot_id, "b007-1d");
	c.auid = LOGIN_UNSET;
	c.uid = getuid();
	assert_int_equal(confirm_arm(m->state_dir, &c, NULL), 0);
}

/* Armed, and its time is over. */
static void arm(const struct machine *m, const char *verb)
{
	arm_until(m, verb, 1);
}

static void expire(struct machine *m)
{
	_cleanup_(report_freep) struct report *r = NULL;

	(void)machine_say(m, "confirm 0123456789abcdef0123456789abcdef --expire", &r, NULL);
}

static void what_nobody_confirmed_goes_back(void **state)
{
	struct machine *m = machine_new();

	machine_transition(m, 1, (int)getpid());
	arm(m, "load");
	expire(m);
	assert_int_equal(m->log->calls, 2);
	assert_string_equal(m->log->said[0], "enable klpsh_fix 0");
	assert_string_equal(m->log->said[1], "remove klpsh_fix");
	machine_free(m);
}

static bool is_armed(const struct machine *m)
{
	struct confirm c;

	return confirm_find(m->state_dir, "01234567", &c, NULL) >= 0;
}

static void expect_ongoing(struct machine *m, const char *part)
{
	_cleanup_(report_freep) struct report *r = NULL;
	const struct cell *said;

	assert_int_equal(machine_say(m, "status", &r, NULL), RC_OK);
	said = row_cell(r->rows.v[0], "ongoing");
	if (!part) {
		assert_int_equal(said->strs.n, 0);
		return;
	}
	assert_int_equal(said->strs.n, 1);
	assert_non_null(strstr(said->strs.v[0], part));
}

/* The history tells that klpsh has loaded klpsh_fix, and found these patches enabled. */
static void loaded_over(const struct machine *m, struct patch_ref *before, size_t n)
{
	struct change c = { .verb = "load",
			    .target = "klpsh_fix",
			    .pid = 76,
			    .before_known = true,
			    .before = before,
			    .n_before = n };
	struct change_result r = { .phase = PHASE_INTENT, .result = "pending" };

	FORMAT(c.txn, "%s", txn);
	FORMAT(c.boot_id, "b007-1d");
	assert_int_equal(history_append(m->state_dir, &c, &r, NULL, NULL), 0);
	r.phase = PHASE_OUTCOME;
	r.result = "done";
	assert_int_equal(history_append(m->state_dir, &c, &r, NULL, NULL), 0);
}

static void loaded_by_klpsh(const struct machine *m)
{
	loaded_over(m, NULL, 0);
}

/* The kernel refuses it for good; then it is done by hand, or kept. */
static void what_cannot_be_undone_is_told_until_somebody_decides(void **state)
{
	static const char *const words[] = { "confirm 01234567", "unload klpsh_fix --yes",
					     "rollback --of=0123456789abcdef0123456789abcdef --yes" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = machine_new();

		loaded_by_klpsh(m);
		m->log->fail_at = 1;
		m->log->fail_with = EIO;
		arm(m, "load");
		expire(m);
		assert_int_equal(m->log->calls, 1);
		assert_true(is_armed(m));
		expect_ongoing(m, "load klpsh_fix was not confirmed and could not be undone: made to fail; "
				  "klpsh rollback --of=0123456789abcdef0123456789abcdef tries again");
		assert_int_equal(machine_say(m, words[i], &r, NULL), RC_OK);
		assert_int_equal(is_armed(m), i > 0);
		expect_ongoing(m, NULL);
		machine_free(m);
	}
}

/* Whoever took it back, and however: the watcher has nothing to do, and nobody is told. */
static void what_was_taken_back_by_hand_waits_no_longer(void **state)
{
	static const char *const words[] = { "rollback --yes", "disable klpsh_fix --yes",
					     "unload klpsh_fix --yes" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = machine_new();
		unsigned calls;

		loaded_by_klpsh(m);
		arm_until(m, "load", UINT64_MAX / 4);
		expect_ongoing(m, "nobody watches it: klpsh history takes it up again");
		assert_int_equal(machine_say(m, words[i], &r, NULL), RC_OK);
		expect_ongoing(m, NULL);
		calls = m->log->calls;
		arm(m, "load");
		expire(m);
		assert_false(is_armed(m));
		/* but for the module that is only left over */
		assert_int_equal(m->log->calls, calls + (i == 1));
		machine_free(m);
	}
}

/* What the change found is not there again: this is no taking back. */
static void a_replaced_patch_that_is_gone_is_not_taken_back_by_unloading(void **state)
{
	struct patch_ref before = { .name = "klpsh_old", .build_id = "01d" };
	struct machine *m = machine_new();
	_cleanup_(report_freep) struct report *r = NULL;

	loaded_over(m, &before, 1);
	arm_until(m, "load", UINT64_MAX / 4);
	assert_int_equal(machine_say(m, "unload klpsh_fix --yes", &r, NULL), RC_OK);
	arm(m, "load");
	expire(m);
	assert_true(is_armed(m));
	expect_ongoing(m, "could not be undone");
	machine_free(m);
}

/* The second call fails, once; nobody is there who could go on from half-way. */
static void a_rollback_that_came_half_way_is_gone_on_with(void **state)
{
	struct machine *m = machine_new();

	loaded_by_klpsh(m);
	m->log->fail_at = 2;
	m->log->fail_with = EIO;
	arm(m, "load");
	expire(m);
	assert_string_equal(m->log->said[0], "enable klpsh_fix 0");
	assert_string_equal(m->log->said[1], "remove klpsh_fix");
	assert_string_equal(m->log->said[2], "remove klpsh_fix");
	machine_free(m);
}

static void what_goes_back_already_is_not_turned_round_again(void **state)
{
	struct machine *m = machine_new();

	m->app.set.wait = 0;
	machine_transition(m, 0, (int)getpid());
	arm(m, "load");
	expire(m);
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

static void a_reversed_load_leaves_no_module(void **state)
{
	struct machine *m = machine_new();

	machine_drop(m, LP "/klpsh_fix");
	arm(m, "load");
	expire(m);
	assert_int_equal(m->log->calls, 1);
	assert_string_equal(m->log->said[0], "remove klpsh_fix");
	machine_free(m);
}

/* While the watcher undoes it, nobody is told that it is kept. */
static void a_confirmation_that_comes_too_late_is_refused(void **state)
{
	static const struct {
		uint64_t deadline_us;
		int rc, armed;
	} cases[] = { { 1, RC_FAILED, 0 }, { UINT64_MAX / 4, RC_OK, -ENOENT } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct machine *m = machine_new();
		_cleanup_(report_freep) struct report *r = NULL;
		struct confirm c;

		arm_until(m, "load", cases[i].deadline_us);
		assert_int_equal(machine_say(m, "confirm 01234567", &r, NULL), cases[i].rc);
		assert_int_equal(confirm_find(m->state_dir, "01234567", &c, NULL), cases[i].armed);
		machine_free(m);
	}
}

/* A rollback undoes the last change alone: behind a second one the first would stay for good. */
static void one_change_at_a_time_waits_to_be_confirmed(void **state)
{
	struct machine *m = machine_new();
	_cleanup_(report_freep) struct report *r = NULL;
	struct err e = { 0 };

	arm_until(m, "load", UINT64_MAX / 4);
	assert_int_equal(machine_say(m, "disable klpsh_fix --yes --confirm-within=60", &r, &e), RC_BUSY);
	assert_non_null(strstr(e.text, "load klpsh_fix waits to be confirmed"));
	assert_non_null(strstr(e.hint, "klpsh confirm 01234567"));
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

static void what_a_change_keeps_from_going_back_is_told(void **state)
{
	struct machine *m = machine_new();
	_cleanup_(report_freep) struct report *r = NULL;
	const struct cell *notes;

	another_is_loaded(m);
	arm_until(m, "load", UINT64_MAX / 4);
	assert_int_equal(machine_say(m, "disable klpsh_other --yes --wait=0", &r, NULL), RC_OK);
	notes = row_cell(r->rows.v[0], "notes");
	assert_true(notes->set && notes->strs.n);
	assert_non_null(strstr(notes->strs.v[0], "load klpsh_fix waits to be confirmed"));
	machine_free(m);
}

/* Who arms asks every 20 ms whether the watcher is there; that must not turn it away. */
static void who_asks_for_the_watcher_is_not_in_its_way(void **state)
{
	struct machine *m = machine_new();
	pid_t asker;
	int status;

	arm(m, "load");
	asker = fork();
	assert_true(asker >= 0);
	while (!asker)
		(void)confirm_is_watched(m->state_dir, txn);
	for (int i = 0; i < 3000; i++) {
		int fd = confirm_watch(m->state_dir, txn, NULL);

		if (fd < 0)
			kill(asker, SIGKILL);
		assert_true(fd >= 0);
		close(fd);
	}
	kill(asker, SIGKILL);
	waitpid(asker, &status, 0);
	machine_free(m);
}

/* An intent of a process that is there (in the made-up /proc) or not. */
static void begin_change(struct machine *m, const char *id, int pid)
{
	struct change c = { .verb = "load", .target = "klpsh_fix", .pid = pid };
	struct change_result r = { .phase = PHASE_INTENT, .result = "pending" };

	FORMAT(c.txn, "%s", id);
	FORMAT(c.boot_id, "b007-1d");
	assert_int_equal(history_append(m->state_dir, &c, &r, NULL, NULL), 0);
}

static void what_a_killed_worker_left_is_closed_once(void **state)
{
	struct machine *m = machine_new();
	struct history_list l = { 0 };

	fake_task(m->tree, &(struct fake_task){ .pid = 77, .tid = 77, .comm = "klpsh", .state = 'S' });
	begin_change(m, "aaaa0000aaaa0000aaaa0000aaaa0000", 76);
	begin_change(m, "bbbb0000bbbb0000bbbb0000bbbb0000", 77);
	for (int left = 1; left >= 0; left--)
		assert_int_equal(
			act_recover(m->app.root, &m->app.conf, m->state_dir, m->run_dir, NULL, NULL, NULL),
			left);
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[2].txn, "aaaa0000aaaa0000aaaa0000aaaa0000");
	assert_string_equal(l.v[2].result, "unknown");
	history_list_free(&l);
	machine_free(m);
}

static void who_only_looks_is_not_in_the_way(void **state)
{
	struct machine *m = machine_new();
	char path[300];
	int fd;

	close(somebody_waits(m));
	FORMAT(path, "%s/lock", m->run_dir);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_SH), 0);
	assert_int_equal(lock_peek(m->run_dir, LOCK_WHOLE, NULL), 0);
	close(fd);
	machine_free(m);
}

static pid_t job;

/* As its user stops it, while the question stands. */
static void it_was_stopped(struct machine *m)
{
	int status;

	kill(job, SIGSTOP);
	assert_int_equal(waitpid(job, &status, WUNTRACED), job);
	fake_task(m->tree, &(struct fake_task){ .pid = job, .tid = job, .comm = "job", .state = 'T' });
}

static void a_job_that_was_stopped_stays_so(void **state)
{
	struct machine *m = machine_new();
	struct err e = { 0 };
	char words[32];
	int status;

	job = fork();
	assert_true(job >= 0);
	if (!job)
		for (;;)
			pause();
	machine_transition(m, 1, job);
	FORMAT(words, "poke %d", (int)job);
	assert_int_equal(say_slowly(m, words, it_was_stopped, &e), RC_PERMISSION);
	assert_int_equal(m->log->calls, 0);
	assert_int_equal(waitpid(job, &status, WCONTINUED | WNOHANG), 0);
	kill(job, SIGKILL);
	waitpid(job, &status, 0);
	machine_free(m);
}

/* ulimit -f comes along with sudo. */
static void a_limit_on_files_is_told(void **state)
{
	const struct rlimit tight = { 64, RLIM_INFINITY };
	struct machine *m = machine_new();
	_cleanup_(report_freep) struct report *r = NULL;
	struct rlimit old;
	int rc;

	m->app.conf.audit = AUDIT_REQUIRED;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	rc = machine_say(m, "disable klpsh_fix --yes", &r, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, RC_AUDIT);
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_stuck_change_can_be_helped, fake_deadline),
		cmocka_unit_test_setup(any_other_change_is_told_who_is_at_it, fake_deadline),
		cmocka_unit_test_setup(a_yes_counts_for_what_was_shown, fake_deadline),
		cmocka_unit_test_setup(an_ended_transition_is_not_reversed, fake_deadline),
		cmocka_unit_test_setup(what_goes_the_other_way_is_not_forced, fake_deadline),
		cmocka_unit_test_setup(a_yes_of_another_call_counts_for_what_was_shown, fake_deadline),
		cmocka_unit_test_setup(what_nobody_confirmed_goes_back, fake_deadline),
		cmocka_unit_test_setup(what_cannot_be_undone_is_told_until_somebody_decides, fake_deadline),
		cmocka_unit_test_setup(what_was_taken_back_by_hand_waits_no_longer, fake_deadline),
		cmocka_unit_test_setup(a_replaced_patch_that_is_gone_is_not_taken_back_by_unloading,
				       fake_deadline),
		cmocka_unit_test_setup(a_rollback_that_came_half_way_is_gone_on_with, fake_deadline),
		cmocka_unit_test_setup(what_goes_back_already_is_not_turned_round_again, fake_deadline),
		cmocka_unit_test_setup(a_reversed_load_leaves_no_module, fake_deadline),
		cmocka_unit_test_setup(a_confirmation_that_comes_too_late_is_refused, fake_deadline),
		cmocka_unit_test_setup(one_change_at_a_time_waits_to_be_confirmed, fake_deadline),
		cmocka_unit_test_setup(what_a_change_keeps_from_going_back_is_told, fake_deadline),
		cmocka_unit_test_setup(who_asks_for_the_watcher_is_not_in_its_way, fake_deadline),
		cmocka_unit_test_setup(what_a_killed_worker_left_is_closed_once, fake_deadline),
		cmocka_unit_test_setup(who_only_looks_is_not_in_the_way, fake_deadline),
		cmocka_unit_test_setup(a_job_that_was_stopped_stays_so, fake_deadline),
		cmocka_unit_test_setup(a_limit_on_files_is_told, fake_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
