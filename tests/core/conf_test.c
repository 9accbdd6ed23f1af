// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The site's policy: defaults without a file, and every typing error told
 * with its file and line rather than taken for the default.
 */
#include "tests/core/fake.h"

#include <sys/stat.h>

#include "core/conf.h"
#include "core/transition.h"

/* Where the tests are not root's, no file of theirs may be a policy. */
static void skip_unless_root(void)
{
	if (geteuid() != 0)
		skip();
}

static int read_conf(const char *text, struct conf *ret, struct err *e)
{
	struct tree *t;
	char path[600];
	int r;

	if (text)
		skip_unless_root();
	t = tree_new();
	FORMAT(path, "%s/klpsh.conf", tree_path(t));
	if (text)
		tree_write(t, "klpsh.conf", text);
	r = conf_read(path, ret, e);
	tree_free(t);
	return r;
}

static void test_no_file_means_defaults(void **state)
{
	struct conf c;
	struct err e = { 0 };

	assert_int_equal(read_conf(NULL, &c, &e), 0);
	assert_int_equal(c.stall_after, STALL_AFTER_DEFAULT);
	assert_int_equal(c.audit, AUDIT_DEFAULT);
	assert_int_equal(c.n_module_dirs, 0);
	assert_false(c.present);
	assert_int_equal(e.code, 0);
	assert_int_equal(read_conf("", &c, &e), 0);
	assert_int_equal(c.stall_after, STALL_AFTER_DEFAULT);
	assert_true(c.present);
}

static void test_all_keys(void **state)
{
	struct conf c;
	struct err e = { 0 };

	assert_int_equal(read_conf("# a comment\n; another\n\naudit = best-effort\nstall-after=45 ; why\n"
				   "module-dir = /srv/a b\nmodule-dir = /srv/c\n",
				   &c, &e),
			 0);
	assert_int_equal(c.audit, AUDIT_BEST_EFFORT);
	assert_int_equal(c.stall_after, 45);
	assert_int_equal(c.n_module_dirs, 2);
	assert_string_equal(c.module_dirs[0], "/srv/a b");
	assert_string_equal(c.module_dirs[1], "/srv/c");
	conf_free(&c);
	assert_int_equal(c.n_module_dirs, 0);
}

static void expect_bad(const char *text, const char *line, const char *word)
{
	struct conf c = { .stall_after = 4711 };
	struct err e = { 0 };

	assert_int_equal(read_conf(text, &c, &e), -EINVAL);
	assert_int_equal(c.stall_after, 4711);
	if (!strstr(e.text, "klpsh.conf") || !strstr(e.text, line) || !strstr(e.text, word))
		fail_msg("no '%s' and '%s' in: %s", line, word, e.text);
}

static void test_errors_name_file_and_line(void **state)
{
	expect_bad("stall_after = 5\n", "line 1", "unknown key");
	expect_bad("# x\n\naudit = maybe\n", "line 3", "required, best-effort or off");
	expect_bad("audit = default\n", "line 1", "required");
	expect_bad("stall-after = 0\n", "line 1", "1 to 86400");
	expect_bad("stall-after = 86401\n", "line 1", "1 to 86400");
	expect_bad("stall-after = 20 s\n", "line 1", "1 to 86400");
	expect_bad("stall-after =\n", "line 1", "1 to 86400");
	expect_bad("audit = off\nmodule-dir = relative\n", "line 2", "absolute");
	expect_bad("[site]\naudit = off\n", "line 2", "section");
	expect_bad("audit off\n", "line 1", "key = value");
	expect_bad("= 5\n", "line 1", "unknown key");
}

static void test_the_first_error_is_the_one_told(void **state)
{
	expect_bad("audit = off\nrubbish\nnonsense = 1\n", "line 2", "key = value");
	expect_bad("nonsense = 1\nrubbish\nodd = 2\n", "line 1", "nonsense");
}

static void test_foreign_bytes_are_made_harmless(void **state)
{
	expect_bad("\x1b[2J = 5\n", "line 1", "\\x1B[2J");
}

static void test_too_many_folders(void **state)
{
	char text[9 * 32] = "";

	for (int i = 0; i < 9; i++)
		strcat(text, "module-dir = /srv/d\n");
	expect_bad(text, "line 9", "8 at most");
}

/* A line that the parser would cut must not become another policy. */
static void test_a_line_that_is_too_long(void **state)
{
	char text[600];

	memset(text, 'd', sizeof(text));
	memcpy(text, "module-dir = /", 14);
	snprintf(text + 400, 100, "\naudit = off\n");
	expect_bad(text, "line 1", "");
}

static void test_what_is_no_file(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct conf c;
	struct err e = { 0 };
	char path[600];

	tree_write(t, "real", "audit = off\n");
	tree_symlink(t, "real", "link");
	FORMAT(path, "%s/link", tree_path(t));
	assert_int_equal(conf_read(path, &c, &e), -ELOOP);
	assert_non_null(strstr(e.text, path));
	tree_fifo(t, "pipe");
	FORMAT(path, "%s/pipe", tree_path(t));
	assert_int_equal(conf_read(path, &c, &e), -EINVAL);
	FORMAT(path, "%s", tree_path(t));
	assert_int_equal(conf_read(path, &c, &e), -EINVAL);
}

static void test_keys_of_changes(void **state)
{
	struct conf c;
	struct err e = { 0 };

	assert_int_equal(read_conf("audit = off\n", &c, &e), 0);
	assert_false(c.allow_force || c.allow_preflight_off || c.load_from_file || c.audit_consumer_kernel);
	assert_int_equal(c.store_keep, STORE_KEEP_DEFAULT);
	assert_int_equal(read_conf("allow-force = yes\nallow-preflight-off = yes\nload-from = file\n"
				   "audit-consumer = kernel\nstore-keep = 7\n",
				   &c, &e),
			 0);
	assert_true(c.allow_force && c.allow_preflight_off && c.load_from_file && c.audit_consumer_kernel);
	assert_int_equal(c.store_keep, 7);
	assert_int_equal(read_conf("allow-force = yes\nallow-force = no\n", &c, &e), 0);
	assert_false(c.allow_force);
	expect_bad("allow-force = true\n", "line 1", "must be no or yes");
	expect_bad("load-from = disk\n", "line 1", "memfd or file");
	expect_bad("audit-consumer =\n", "line 1", "daemon or kernel");
	expect_bad("store-keep = 1\n", "line 1", "from 2");
}

static void expect_refused(struct tree *t, const char *path, const char *word)
{
	struct conf c = { .stall_after = 4711 };
	struct err e = { 0 };

	assert_int_equal(conf_read(path, &c, &e), -EPERM);
	assert_int_equal(err_exit(&e), RC_PERMISSION);
	assert_int_equal(c.stall_after, 4711);
	assert_non_null(strstr(e.text, path));
	assert_non_null(strstr(e.text, word));
	assert_non_null(strstr(e.hint, "chown root:root"));
}

/* Who can write the policy can allow himself everything. */
static void test_a_policy_that_others_could_write(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	char path[600];

	tree_write(t, "klpsh.conf", "allow-force = yes\n");
	FORMAT(path, "%s/klpsh.conf", tree_path(t));
	if (geteuid() != 0) {
		expect_refused(t, path, "not to root");
		return;
	}
	assert_int_equal(chmod(path, 0664), 0);
	expect_refused(t, path, "mode 0664");
	assert_int_equal(chmod(path, 0602), 0);
	expect_refused(t, path, "mode 0602");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chown(path, 4711, 0), 0);
	expect_refused(t, path, "uid 4711");
}

static void test_what_holds_without_a_policy(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct conf c = { 0 };

	assert_int_equal(conf_audit_policy(&c, root), AUDIT_BEST_EFFORT);
	tree_write(t, "usr/sbin/auditd", "");
	assert_int_equal(conf_audit_policy(&c, root), AUDIT_REQUIRED);
	c.audit = AUDIT_OFF;
	assert_int_equal(conf_audit_policy(&c, root), AUDIT_OFF);
}

static void test_words(void **state)
{
	assert_string_equal(audit_policy_word(AUDIT_REQUIRED), "required");
	assert_string_equal(audit_policy_word(AUDIT_DEFAULT), "default");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_file_means_defaults),
		cmocka_unit_test(test_all_keys),
		cmocka_unit_test(test_errors_name_file_and_line),
		cmocka_unit_test(test_the_first_error_is_the_one_told),
		cmocka_unit_test(test_foreign_bytes_are_made_harmless),
		cmocka_unit_test(test_too_many_folders),
		cmocka_unit_test(test_a_line_that_is_too_long),
		cmocka_unit_test(test_what_is_no_file),
		cmocka_unit_test(test_keys_of_changes),
		cmocka_unit_test(test_a_policy_that_others_could_write),
		cmocka_unit_test(test_what_holds_without_a_policy),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("conf", tests, fake_deadline, NULL);
}
