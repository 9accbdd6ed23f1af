// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Audit records: values that try to be fields stay values, and a record counts
 * only when nothing speaks against it, each case with its own sentence.
 */
#include "tests/core/fake.h"

#include "core/audit.h"

#define EVIL "x\nres=failed op=evil patch=\"other\""

static struct change a_change(void)
{
	return (struct change){ .txn = "0123456789abcdef0123456789abcdef",
				.verb = "load",
				.target = "kpatch_a",
				.release = "6.1.0-test",
				.build_id = "b1d",
				.sha256 = "5a",
				.who = { .auid = 0, .tty = "pts/1", .origin = "192.0.2.1" } };
}

static const struct history_head head = { .number = 12, .hash = "00ff" };
static const struct change_result intent = { .phase = PHASE_INTENT, .result = "pending" };
static const struct change_result failed = {
	.phase = PHASE_OUTCOME, .result = "failed", .rc = 6, .code = -EBUSY, .text = "busy; " EVIL
};

/* How often a word begins in the message, at its start or behind a blank. */
static int fields_named(const char *message, const char *name)
{
	size_t n = strlen(name);
	int count = 0;

	for (const char *p = message; p; p = strchr(p, ' ')) {
		p += *p == ' ';
		count += strncmp(p, name, n) == 0 && p[n] == '=';
	}
	return count;
}

static void expect_field(const char *message, const char *field)
{
	if (!strstr(message, field))
		fail_msg("no %s in: %s", field, message);
}

static char *message_of(const struct change *c, const struct change_result *r, const struct history_head *h)
{
	char *m = audit_message(c, r, h);

	if (!HAVE_AUDIT)
		skip();
	assert_non_null(m);
	return m;
}

static void test_fields(void **state)
{
	struct change c = a_change();
	_cleanup_free_ char *m = message_of(&c, &intent, &head);

	expect_field(m, "op=\"load\"");
	expect_field(m, "patch=\"kpatch_a\"");
	expect_field(m, "phase=\"intent\"");
	expect_field(m, "kernel=\"6.1.0-test\"");
	expect_field(m, "txn=\"0123456789abcdef0123456789abcdef\"");
	expect_field(m, "build-id=\"b1d\"");
	expect_field(m, "sha256=\"5a\"");
	assert_int_equal(fields_named(m, "head"), 0);
	assert_int_equal(fields_named(m, "reason"), 0);
	free(m);
	m = message_of(&c, &failed, &head);
	expect_field(m, "phase=\"outcome\"");
	expect_field(m, "result=\"failed\"");
	expect_field(m, "errno=\"EBUSY\"");
	expect_field(m, "head=\"12:00ff\"");
}

static void test_no_value_becomes_a_field(void **state)
{
	static const char *const once[] = { "op",   "patch", "phase",  "result", "reason",
					    "path", "flags", "params", "error" };
	struct change c = a_change();
	_cleanup_free_ char *m = NULL;

	c.target = c.reason = c.path = c.flags = c.params = EVIL;
	m = message_of(&c, &failed, &head);
	for (size_t i = 0; i < ARRAY_SIZE(once); i++)
		if (fields_named(m, once[i]) != 1)
			fail_msg("%s is there %d times: %s", once[i], fields_named(m, once[i]), m);
	assert_int_equal(fields_named(m, "res"), 0);
	for (const char *p = m; *p; p++)
		assert_true(*p >= ' ' && *p < 0x7f);
	expect_field(m, "reason=780A7265733D6661696C6564");
}

/* libaudit cuts what is too long, and would cut off its own res= with it. */
static void test_a_record_is_bounded(void **state)
{
	struct change c = a_change();
	char text[20000];
	_cleanup_free_ char *m = NULL;

	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	c.target = c.reason = c.path = c.flags = text;
	m = message_of(&c, &failed, &head);
	assert_true(strlen(m) < 7500);
	expect_field(m, "head=\"12:00ff\"");
	free(m);
	memset(text, 'a', sizeof(text) - 1);
	m = message_of(&c, &failed, &head);
	assert_true(strlen(m) < 7500);
}

static void expect_not(struct audit_info before, struct audit_info after, int sent, bool gone, int code,
		       const char *word)
{
	struct err e = { 0 };

	assert_int_equal(audit_judge(&before, &after, sent, false, gone, &e), code);
	assert_int_equal(err_exit(&e), RC_AUDIT);
	if (!strstr(e.text, word))
		fail_msg("no '%s' in: %s", word, e.text);
}

static void test_what_counts(void **state)
{
	const struct audit_info good = { .enabled = 1, .pid = 77, .lost = 5 };
	const struct audit_info locked = { .enabled = 2, .pid = 77, .lost = 5 };
	const struct audit_info disabled = { .enabled = 0, .pid = 77, .lost = 5 };
	const struct audit_info alone = { .enabled = 1, .pid = 0, .lost = 5 };
	const struct audit_info losing = { .enabled = 1, .pid = 77, .lost = 6 };
	struct err e = { 0 };

	assert_int_equal(audit_judge(&good, &good, 9, false, false, &e), 1);
	assert_int_equal(audit_judge(&locked, &locked, 9, false, false, &e), 1);
	assert_int_equal(audit_judge(&alone, &alone, 9, true, false, &e), 1);
	assert_int_equal(e.code, 0);
	expect_not(disabled, disabled, 9, false, -ESHUTDOWN, "switched off");
	expect_not(good, disabled, 9, false, -ESHUTDOWN, "switched off");
	expect_not(alone, alone, 9, false, -ENOTCONN, "no auditd runs");
	expect_not(good, alone, 9, false, -ENOTCONN, "no auditd runs");
	expect_not(good, good, 9, true, -ENOTCONN, "has died");
	expect_not(good, losing, 9, false, -ENOBUFS, "lost 1 record ");
	expect_not(good, good, 0, false, -ECOMM, "never sent");
	expect_not(good, good, -EPERM, false, -EPERM, "not permitted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_no_value_becomes_a_field),
		cmocka_unit_test(test_a_record_is_bounded),
		cmocka_unit_test(test_what_counts),
	};

	return cmocka_run_group_tests_name("audit", tests, fake_deadline, NULL);
}
