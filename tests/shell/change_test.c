// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing verbs against a kernel that fails at its n-th call with each errno:
 * the exit code, the state that is reported and the records must be right
 * whatever happens, and nothing is done without a yes.
 */
#include "tests/shell/machine.h"

static const int errnos[] = { EBUSY, EPERM, EIO, EINVAL, ENODEV, ENOENT };

static const char *cell(const struct report *r, const char *key)
{
	const struct cell *c = row_cell(r->rows.v[0], key);

	return c->set ? c->str : "(null)";
}

/* The records of the last transaction: intent and outcome, in this order. */
static void expect_records(const struct machine *m, const char *verb, const char *result, int code)
{
	struct history_list l = { 0 };
	const struct history_entry *in, *out;

	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_true(l.n >= 2);
	in = &l.v[l.n - 2];
	out = &l.v[l.n - 1];
	assert_string_equal(in->phase, "intent");
	assert_string_equal(out->phase, "outcome");
	assert_string_equal(in->txn, out->txn);
	assert_string_equal(in->verb, verb);
	assert_string_equal(out->result, result);
	if (code)
		assert_string_equal(out->errno_name, errno_word(code));
	history_list_free(&l);
}

struct failing {
	const char *words, *verb, *state;
	unsigned calls; /* that it makes when all goes well */
	int transition; /* -1 none, else the direction that runs */
	const char *late_state; /* after a failure at the last of several calls */
};

static const struct failing cases[] = {
	{ "disable klpsh_fix --yes", "disable", "enabled", 1, -1, NULL },
	{ "unload klpsh_fix --yes", "unload", "enabled", 2, -1, "leftover" },
	{ "reverse --yes", "reverse", "enabling", 1, 1, NULL },
	{ "enable klpsh_fix --yes", "enable", "disabling", 1, 0, NULL },
	{ "force klpsh_fix --confirm=klpsh_fix --reason=x", "force", "enabling", 1, 1, NULL },
};

static struct machine *prepare(const struct failing *f)
{
	struct machine *m = machine_new();

	if (f->transition >= 0)
		machine_transition(m, f->transition, (int)getpid());
	return m;
}

static void fail_once(const struct failing *f, unsigned at, int code)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = prepare(f);
	struct err e = { 0 }, want = { 0 };
	int rc;

	m->log->fail_at = at;
	m->log->fail_with = code;
	rc = machine_say(m, f->words, &r, &e);
	err_set(&want, -code, "x");
	assert_int_equal(rc, err_exit(&want));
	assert_int_equal(e.code, -code);
	assert_non_null(r);
	assert_string_equal(cell(r, "result"), "failed");
	assert_string_equal(cell(r, "state"), at > 1 ? f->late_state : f->state);
	assert_int_equal(r->changed, at > 1);
	assert_int_equal(m->log->calls, at);
	expect_records(m, f->verb, "failed", code);
	machine_free(m);
}

static void each_failure_is_told_and_recorded(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (unsigned at = 1; at <= cases[i].calls; at++)
			for (size_t k = 0; k < ARRAY_SIZE(errnos); k++)
				fail_once(&cases[i], at, errnos[k]);
}

static void success_is_recorded_as_done(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = prepare(&cases[i]);

		assert_int_equal(machine_say(m, cases[i].words, &r, NULL), RC_OK);
		assert_string_equal(cell(r, "result"), "done");
		assert_true(r->changed);
		assert_int_equal(m->log->calls, cases[i].calls);
		expect_records(m, cases[i].verb, "done", 0);
		machine_free(m);
	}
}

/* Its transition runs, and nobody can read how far. */
static int enable_unseen(const struct kops *k, const char *patch, int value, struct err *e)
{
	machine_put(machine_of(k), LP "/klpsh_fix/transition", "?\n");
	return machine_call(k, e, "enable %s %d", patch, value);
}

static void a_state_that_cannot_be_read_is_no_success(void **state)
{
	static const char *const words[] = { "disable klpsh_fix --yes", "disable klpsh_fix --yes --wait=0",
					     "unload klpsh_fix --yes" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = machine_new();
		struct err e = { 0 };

		m->kops.enable = enable_unseen;
		assert_int_equal(machine_say(m, words[i], &r, &e), RC_FAILED);
		assert_int_equal(e.code, -EBADMSG);
		assert_non_null(strstr(e.text, "the kernel goes on"));
		assert_true(r->changed);
		assert_int_equal(m->log->calls, 1);
		expect_records(m, i < 2 ? "disable" : "unload", "unknown", EBADMSG);
		machine_free(m);
	}
}

static void expect_declined(const char *words)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = machine_new();
	struct history_list l = { 0 };

	assert_int_equal(machine_say(m, words, &r, NULL), RC_DECLINED);
	assert_int_equal(m->log->calls, 0);
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].phase, "declined");
	history_list_free(&l);
	machine_free(m);
}

static void without_a_yes_nothing_is_done_but_recorded(void **state)
{
	expect_declined("disable klpsh_fix");
	expect_declined("unload klpsh_fix");
	expect_declined("force klpsh_fix --yes --reason=x");
	expect_declined("force klpsh_fix --confirm=klpsh_fi --reason=x");
	expect_declined("force klpsh_fix --confirm=klpsh_fix");
}

static enum answer answer;
static char asked[256];

static enum answer answering(struct app *app, const struct ask *ask)
{
	FORMAT(asked, "%s", ask->title);
	return answer;
}

static void a_person_is_asked(void **state)
{
	static const struct {
		enum answer answer;
		int rc;
		unsigned calls;
	} runs[] = { { ANSWER_NO, RC_DECLINED, 0 },
		     { ANSWER_EXPIRED, RC_DECLINED, 0 },
		     { ANSWER_YES, RC_OK, 1 } };

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = machine_new();

		answer = runs[i].answer;
		m->app.ask = answering;
		m->app.set.interactive = true;
		assert_int_equal(machine_say(m, "disable klpsh_fix", &r, NULL), runs[i].rc);
		assert_string_equal(asked, "Disable klpsh_fix");
		assert_int_equal(m->log->calls, runs[i].calls);
		machine_free(m);
	}
}

static void no_input_asks_nobody(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = machine_new();

	answer = ANSWER_YES;
	m->app.ask = answering;
	m->app.set.interactive = true;
	assert_int_equal(machine_say(m, "disable klpsh_fix --no-input", &r, NULL), RC_DECLINED);
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

/* While the question stands, the target is exchanged for another build. */
static enum answer answering_late(struct app *app, const struct ask *ask)
{
	struct machine *m = app->kops->ctx;

	tree_write(m->tree, "sys/module/klpsh_fix/srcversion", "ANOTHER\n");
	return ANSWER_YES;
}

static void the_identity_is_read_again_after_the_yes(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = machine_new();
	struct err e = { 0 };

	tree_write(m->tree, "sys/module/klpsh_fix/srcversion", "FIRST\n");
	m->app.ask = answering_late;
	m->app.set.interactive = true;
	assert_int_equal(machine_say(m, "disable klpsh_fix", &r, &e), RC_FAILED);
	assert_int_equal(e.code, -ESTALE);
	assert_int_equal(m->log->calls, 0);
	expect_records(m, "disable", "failed", ESTALE);
	machine_free(m);
}

static void a_dry_run_leaves_no_trace(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = machine_new();
	struct history_list l = { 0 };

	assert_int_equal(machine_say(m, "unload klpsh_fix --dry-run", &r, NULL), RC_OK);
	assert_true(r->changed);
	assert_int_equal(m->log->calls, 0);
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_int_equal(l.n, 0);
	history_list_free(&l);
	machine_free(m);
}

static void an_unreadable_policy_forbids_changes(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = machine_new();

	err_set(&m->app.conf_err, -EPERM, "the policy is not root's");
	assert_int_equal(machine_say(m, "disable klpsh_fix --yes", &r, NULL), RC_PERMISSION);
	assert_int_equal(m->log->calls, 0);
	machine_free(m);
}

/* A history that cannot be written, and a policy that requires it. */
static void required_and_not_recorded_is_not_done(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = machine_new();
	struct err e = { 0 };

	m->app.conf.audit = AUDIT_REQUIRED;
	tree_write(m->tree, "state", "a file in the way");
	assert_int_equal(machine_say(m, "disable klpsh_fix --yes", &r, &e), RC_AUDIT);
	assert_int_equal(m->log->calls, 0);
	assert_non_null(strstr(e.text, "not recorded, so not done"));
	machine_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_failure_is_told_and_recorded, fake_deadline),
		cmocka_unit_test_setup(success_is_recorded_as_done, fake_deadline),
		cmocka_unit_test_setup(a_state_that_cannot_be_read_is_no_success, fake_deadline),
		cmocka_unit_test(without_a_yes_nothing_is_done_but_recorded),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(no_input_asks_nobody),
		cmocka_unit_test(the_identity_is_read_again_after_the_yes),
		cmocka_unit_test(a_dry_run_leaves_no_trace),
		cmocka_unit_test(an_unreadable_policy_forbids_changes),
		cmocka_unit_test(required_and_not_recorded_is_not_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
