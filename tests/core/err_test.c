// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Errors: the exit code an errno means, the one given by hand, hints that do
 * not outlive their error, and foreign text made harmless on the way in.
 */
#include "tests/core/fake.h"

#include "core/text.h"

static void expect_exit(int code, enum rc want)
{
	struct err e = { 0 };

	assert_int_equal(err_set(&e, code, "x"), code);
	assert_int_equal(err_exit(&e), want);
}

static void test_exit_codes_follow_the_errno(void **state)
{
	expect_exit(-ENOENT, RC_NOT_FOUND);
	expect_exit(-ESRCH, RC_NOT_FOUND);
	expect_exit(-EPERM, RC_PERMISSION);
	expect_exit(-EACCES, RC_PERMISSION);
	expect_exit(-EROFS, RC_PERMISSION);
	expect_exit(-EBUSY, RC_BUSY);
	expect_exit(-ENOSYS, RC_UNSUPPORTED);
	expect_exit(-ETIMEDOUT, RC_STALLED);
	expect_exit(-EIO, RC_FAILED);
	expect_exit(-EINVAL, RC_FAILED);
	expect_exit(0, RC_OK);
}

static void test_own_exit_code_wins_and_goes_away(void **state)
{
	struct err e = { 0 };

	err_rc(&e, RC_USAGE, -EINVAL, "bad word");
	assert_int_equal(err_exit(&e), RC_USAGE);
	err_set(&e, -EINVAL, "bad file");
	assert_int_equal(err_exit(&e), RC_FAILED);
}

static void test_hint_belongs_to_its_error(void **state)
{
	struct err e = { 0 };

	err_set(&e, -EPERM, "no");
	err_hint(&e, "try %s", "sudo");
	assert_string_equal(e.hint, "try sudo");
	err_set(&e, -EIO, "other");
	assert_string_equal(e.hint, "");
	err_hint(&e, "again");
	err_rc(&e, RC_USAGE, -EINVAL, "third");
	assert_string_equal(e.hint, "");
}

static void test_foreign_text_is_made_harmless(void **state)
{
	struct err e = { 0 };

	err_set(&e, -EIO, "file %s", "\x1b[31m\xff\n");
	err_hint(&e, "see %s", "\u202ea");
	assert_string_equal(e.text, "file \\x1B[31m\\xFF\\x0A");
	assert_string_equal(e.hint, "see \\u{202E}a");
}

static void test_long_text_is_cut_cleanly(void **state)
{
	char longer[4000];
	struct err e = { 0 };

	memset(longer, 0x1b, sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	err_set(&e, -EIO, "%s", longer);
	assert_true(strlen(e.text) > 300 && strlen(e.text) < sizeof(e.text));
	assert_int_equal(strlen(e.text) % 4, 0);
	/* An error may be made from its own text. */
	err_set(&e, -EIO, "again: %s", e.text);
	assert_memory_equal(e.text, "again: \\x1B", 11);
}

static void test_nobody_need_listen(void **state)
{
	assert_int_equal(err_set(NULL, -EIO, "x %d", 1), -EIO);
	assert_int_equal(err_rc(NULL, RC_USAGE, -EINVAL, "x"), -EINVAL);
	err_hint(NULL, "x");
}

static void test_names(void **state)
{
	assert_string_equal(rc_name(0), "ok");
	assert_string_equal(rc_name(7), "stalled");
	assert_string_equal(rc_name(130), "signal");
	assert_string_equal(rc_name(99), "failed");
	assert_string_equal(errno_word(-EBUSY), "EBUSY");
	assert_string_equal(errno_word(EBUSY), "EBUSY");
	assert_string_equal(errno_word(-99999), "EUNKNOWN");
}

static void test_table_of_exit_codes_is_that_of_the_manual(void **state)
{
	for (int rc = RC_OK; rc <= RC_SAME; rc++) {
		assert_int_equal(rc_table[rc].rc, rc);
		assert_true(strlen(rc_table[rc].meaning) > 0);
	}
	assert_int_equal(rc_table_len, RC_SAME + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_codes_follow_the_errno),
		cmocka_unit_test(test_own_exit_code_wins_and_goes_away),
		cmocka_unit_test(test_hint_belongs_to_its_error),
		cmocka_unit_test(test_foreign_text_is_made_harmless),
		cmocka_unit_test(test_long_text_is_cut_cleanly),
		cmocka_unit_test(test_nobody_need_listen),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_table_of_exit_codes_is_that_of_the_manual),
	};

	return cmocka_run_group_tests_name("err", tests, fake_deadline, NULL);
}
