// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kpatch's waits at a made-up kernel whose transition never ends, with limits
 * of fractions of a second: what is said on which stream, and what is left to
 * the kernel. The sentences of everything else are in scripts/kpatch.t.
 */
#include "tests/kmod/fixture.h"
#include "tests/shell/machine.h"

#include "shell/kpatch.h"

#define SOURCE                                                                                               \
	FIXTURE_STRUCTS FIXTURE_LIVEPATCH                                                                    \
		"static int new_it(int a) { return a + 1; }\n"                                               \
		"static struct klp_func funcs[] = { { .old_name = \"do_it\", .new_func = new_it }, {} };\n"  \
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"                            \
		"static struct klp_patch patch = { .mod = &__this_module, .objs = objs };\n"                 \
		"int init_module(void) { return klp_enable_patch(&patch); }\n"

static const struct kpatch_limits short_limits = { .first = 0.2, .second = 0.3, .refs = 15 };

/* The kernel accepts, and a task holds the transition up. */
static int enable_and_stall(const struct kops *k, const char *patch, int value, struct err *e)
{
	struct machine *m = machine_of(k);
	int r = machine_call(k, e, "enable %s %d", patch, value);

	if (r < 0)
		return r;
	machine_put(m, LP "/klpsh_fix/enabled", value ? "1\n" : "0\n");
	machine_put(m, LP "/klpsh_fix/transition", "1\n");
	return 0;
}

struct said {
	int rc;
	char out[4096], err[2048];
};

static void read_back(FILE *f, char *buf, size_t size)
{
	rewind(f);
	buf[fread(buf, 1, size - 1, f)] = '\0';
	fclose(f);
}

/* Run kpatch's words with both streams caught. */
static void say(struct machine *m, const char *word, const char *arg, struct said *ret)
{
	char *words[] = { (char *)word, (char *)arg, NULL };
	FILE *out = tmpfile(), *err = tmpfile();
	int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);

	assert_non_null(out);
	assert_non_null(err);
	fflush(stdout);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	ret->rc = kpatch_run(&m->app, words, arg ? 2 : 1, &short_limits);
	fflush(stdout);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	close(old_out);
	close(old_err);
	read_back(out, ret->out, sizeof(ret->out));
	read_back(err, ret->err, sizeof(ret->err));
}

static int setup(void **state)
{
	alarm(60);
	*state = machine_new();
	return 0;
}

static int teardown(void **state)
{
	machine_free(*state);
	return 0;
}

static void test_unload_stalls(void **state)
{
	struct machine *m = *state;
	struct said s;
	char expected[1024];

	machine_transition(m, 0, (int)getpid());
	fake_patch(m->tree, "klpsh_fix", 1, 0);
	tree_write(m->tree, "dev/kmsg", "6,1,1000000,-;Linux version 6.1.0-test\n");
	m->kops.enable = enable_and_stall;
	say(m, "unload", "klpsh-fix", &s);
	assert_int_equal(s.rc, 1);
	FORMAT(expected,
	       "disabling patch module: klpsh_fix\n"
	       "waiting (up to 0 seconds) for patch transition to complete...\n"
	       "patch transition has stalled!\n"
	       "the kernel signals the stalled processes by itself, every 15 seconds\n"
	       "waiting (up to 0 seconds) for patch transition to complete...\n"
	       "\n"
	       "Stalled processes:\n"
	       "%d holder\n"
	       "  do_it+0x10/0x40\n",
	       (int)getpid());
	assert_string_equal(s.out, expected);
	assert_string_equal(s.err, "kpatch: error: failed to unload module klpsh_fix (transition stalled)\n");
	/* It is left being disabled, and nothing else was tried. */
	assert_int_equal(m->log->calls, 1);
	assert_string_equal(m->log->said[0], "enable klpsh_fix 0");
}

/* Loaded, and a task holds the transition up. */
static int load_and_stall(const struct kops *k, int fd, const char *name, const char *params, struct err *e)
{
	struct machine *m = machine_of(k);
	int r = machine_load(k, fd, name, params, e);
	char dir[512];

	if (r < 0)
		return r;
	FORMAT(dir, "%s/sys/module/fixture_lp", tree_path(m->tree));
	(void)mkdir(dir, 0755);
	machine_put(m, "sys/module/fixture_lp/initstate", "live\n");
	machine_put(m, "sys/module/fixture_lp/refcnt", "0\n");
	machine_put(m, "sys/module/fixture_lp/srcversion", "0123456789ABCDEF0123456\n");
	machine_put(m, "proc/modules", "fixture_lp 16384 0 - Live 0x0000000000000000 (OEK)\n");
	machine_put(m, LP "/fixture_lp/transition", "1\n");
	return 0;
}

/* As kpatch does: what it has loaded itself and stalls is taken out again. */
static void test_load_stalls(void **state)
{
	static const char *const flags[] = { "-DRELEASE=\"6.1.0-test\"", NULL };
	struct machine *m = *state;
	struct bytes b = fixture_compile(SOURCE, flags);
	char ko[300], head[640];
	struct said s;

	FORMAT(ko, "%s/fixture_lp.ko", tree_path(m->tree));
	fixture_write(ko, b.data, b.len);
	free(b.data);
	tree_write(m->tree, "proc/sys/kernel/osrelease", "6.1.0-test\n");
	tree_write(m->tree, "dev/kmsg", "6,1,1000000,-;Linux version 6.1.0-test\n");
	m->kops.load = load_and_stall;
	say(m, "load", ko, &s);
	assert_int_equal(s.rc, 1);
	FORMAT(head,
	       "loading patch module: %s\n"
	       "waiting (up to 0 seconds) for patch transition to complete...\n"
	       "patch transition has stalled!\n"
	       "the kernel signals the stalled processes by itself, every 15 seconds\n"
	       "waiting (up to 0 seconds) for patch transition to complete...\n",
	       ko);
	assert_memory_equal(s.out, head, strlen(head));
	assert_non_null(strstr(s.out, "module fixture_lp did not complete its transition, unloading...\n"
				      "disabling patch module: fixture_lp\n"
				      "unloading patch module: fixture_lp\n"));
	assert_string_equal(s.err, "kpatch: error: failed to load module fixture_lp (transition stalled)\n");
	assert_string_equal(m->log->said[1], "enable fixture_lp 0");
	assert_string_equal(m->log->said[2], "remove fixture_lp");
	assert_int_equal(m->log->calls, 3);
}

static void test_unload(void **state)
{
	struct machine *m = *state;
	struct said s;

	say(m, "unload", "klpsh_fix", &s);
	assert_string_equal(s.out, "disabling patch module: klpsh_fix\nunloading patch module: klpsh_fix\n");
	assert_string_equal(s.err, "");
	assert_int_equal(s.rc, 0);
	assert_int_equal(m->log->calls, 2);
}

/* The kernel's no is an error, with its reason. */
static void test_unload_fails(void **state)
{
	struct machine *m = *state;
	struct said s;

	m->log->fail_at = 2;
	m->log->fail_with = EBUSY;
	say(m, "unload", "klpsh_fix", &s);
	assert_int_equal(s.rc, 1);
	assert_non_null(strstr(s.err, "kpatch: failed to unload module klpsh_fix: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_load_stalls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unload_stalls, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unload, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unload_fails, setup, teardown),
	};

	return cmocka_run_group_tests_name("kpatch", tests, NULL, NULL);
}
