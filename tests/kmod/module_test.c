// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is said when the kernel refuses a module: the reason from the log line
 * where there is one, else from the errno, the fitting exit code, and a hint.
 * Nothing is loaded or removed here.
 */
#include <errno.h>

#include "kmod/module.h"
#include "tests/lib/tree.h"

#define ROUTINE                                                                                              \
	"fix: loading out-of-tree module taints kernel.\n"                                                   \
	"fix: tainting kernel with TAINT_LIVEPATCH\n"                                                        \
	"fix: module verification failed: signature and/or required key missing - tainting kernel\n"

static void expect(int code, const char *log, enum rc rc, const char *text)
{
	struct err e = { 0 };

	module_explain_load("fix", code, log, &e);
	if (e.code != code || err_exit(&e) != rc || !strstr(e.text, text))
		fail_msg("%d, exit %d: %s", e.code, (int)err_exit(&e), e.text);
	assert_int_equal(strncmp(e.text, "fix could not be loaded: ", 25), 0);
}

static void test_log_tells_the_reason(void **state)
{
	expect(-ENOEXEC, "fix: version magic '6.1.0' should be '6.12.0'\n", RC_FAILED,
	       "built for another kernel");
	expect(-ENOEXEC,
	       ".gnu.linkonce.this_module section size must match the kernel's built struct module size at "
	       "run "
	       "time\n",
	       RC_FAILED, "built for another kernel");
	expect(-EINVAL, ROUTINE "livepatch: symbol 'foo' not found in symbol table\n", RC_FAILED,
	       "not in this kernel (the kernel: \"livepatch: symbol 'foo' not found in symbol table\")");
	expect(-EINVAL, "livepatch: unresolvable ambiguity for symbol 'foo' in object 'vmlinux'\n", RC_FAILED,
	       "more than once");
	expect(-EBUSY,
	       "livepatch: enabling patch 'fix'\n"
	       "livepatch: failed to register ftrace handler for function 'foo' (-16)\n"
	       "livepatch: failed to patch object 'vmlinux'\n",
	       RC_FAILED, "for function 'foo' (-16)");
	expect(-ENODEV, "livepatch: pre-patch callback failed for object 'vmlinux'\n", RC_FAILED,
	       "pre-patch callback refused");
	expect(-EINVAL, "livepatch: pre-patch callback failed for object 'vmlinux'\n", RC_FAILED,
	       "pre-patch callback refused");
	expect(-EINVAL,
	       "livepatch: Livepatch patch (fix) is not compatible with the already installed livepatches.\n",
	       RC_FAILED, "state that it does not support");
	expect(-ENOENT, "fix: Unknown symbol klpsh_target_use (err -2)\n", RC_FAILED, "klpsh_target_use");
	expect(-EKEYREJECTED, "Loading of unsigned module is rejected\n", RC_PERMISSION,
	       "demands a signature");
	expect(-EPERM, "Lockdown: klpsh: unsigned module loading is restricted; see man kernel_lockdown.7\n",
	       RC_PERMISSION, "locked down");
}

static void test_errno_alone(void **state)
{
	expect(-EBUSY, NULL, RC_BUSY, "another transition runs");
	expect(-EBUSY, "", RC_BUSY, "(EBUSY)");
	expect(-EEXIST, NULL, RC_FAILED, "loaded already");
	expect(-EKEYREJECTED, NULL, RC_PERMISSION, "signature");
	expect(-ENOKEY, NULL, RC_PERMISSION, "key");
	expect(-EPERM, NULL, RC_PERMISSION, "not permitted");
	expect(-EACCES, NULL, RC_PERMISSION, "security module");
	expect(-ENOENT, NULL, RC_FAILED, "symbol");
	expect(-ENOEXEC, NULL, RC_FAILED, "does not take it");
	expect(-EINVAL, NULL, RC_FAILED, "invalid");
	expect(-EOPNOTSUPP, NULL, RC_UNSUPPORTED, "unpack");
	expect(-EILSEQ, NULL, RC_FAILED, "EILSEQ");
}

/* What every load of an unsigned livepatch says is not the reason. */
static void test_routine_lines(void **state)
{
	struct err e = { 0 };

	expect(-EINVAL, ROUTINE "fix: parameters are wrong\n", RC_FAILED, "parameters are wrong");
	module_explain_load("fix", -EINVAL, ROUTINE "other: not ours\n", &e);
	assert_null(strstr(e.text, "taint"));
	assert_null(strstr(e.text, "not ours"));
}

static void test_memory_hint(void **state)
{
	static const int codes[] = { -EPERM, -EACCES };
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		module_explain_load("fix", codes[i], NULL, &e);
		assert_non_null(strstr(e.hint, "load-from = file"));
	}
	module_explain_load("fix", -EPERM, "LoadPin: kernel-module denied obj=\"memfd\" pid=7\n", &e);
	assert_non_null(strstr(e.hint, "load-from = file"));
}

/* However long and strange a line is. */
static void test_hostile_line(void **state)
{
	_cleanup_free_ char *log = calloc(1, 3000);
	struct err e = { 0 };

	memset(log, '%', 2900);
	memcpy(log, "fix: \033[31m", 10);
	module_explain_load("fix", -EINVAL, log, &e);
	assert_null(strchr(e.text, '\033'));
	assert_true(strlen(e.text) < sizeof(e.text));
}

static void expect_remove(int code, enum rc rc, const char *text)
{
	struct err e = { 0 };

	module_explain_remove("fix", code, &e);
	assert_int_equal(e.code, code);
	assert_int_equal(err_exit(&e), rc);
	assert_non_null(strstr(e.text, "module fix could not be removed: "));
	assert_non_null(strstr(e.text, text));
}

static void test_remove(void **state)
{
	expect_remove(-EAGAIN, RC_BUSY, "in use");
	expect_remove(-EBUSY, RC_BUSY, "never to be removed");
	expect_remove(-ENOENT, RC_NOT_FOUND, "no such module");
	expect_remove(-EPERM, RC_PERMISSION, "not permitted");
	expect_remove(-EIO, RC_FAILED, "EIO");
}

static void test_absent_module(void **state)
{
	char **names = NULL;
	size_t n = 9;

	assert_true(module_refcount("klpsh_no_such_module") < 0);
	assert_int_equal(module_holders("klpsh_no_such_module", &names, &n, NULL), 0);
	assert_int_equal(n, 0);
	strv_free(names);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log_tells_the_reason), cmocka_unit_test(test_errno_alone),
		cmocka_unit_test(test_routine_lines),	     cmocka_unit_test(test_memory_hint),
		cmocka_unit_test(test_hostile_line),	     cmocka_unit_test(test_remove),
		cmocka_unit_test(test_absent_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
