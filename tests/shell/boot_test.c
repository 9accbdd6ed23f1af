// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * install, uninstall and boot on a made-up machine: what goes into the store
 * and out again, the order, the records, what boot refuses and what it goes on
 * with, the crash guard and the off switch.
 */
#include "tests/kmod/fixture.h"
#include "tests/shell/machine.h"

#include "kmod/bootmark.h"
#include "kmod/bootstore.h"

#define REL "6.1.0-test"

struct place {
	struct machine *m;
	char base[300], ko[300];
	struct report *report;
	struct err e;
};

/* A livepatch file of a name (10 letters), of a function that this machine has. */
static const char *make_ko(struct place *p, const char *name)
{
	static const char *const flags[] = { "-DRELEASE=\"" REL "\"", NULL };
	char source[16384], *at;
	struct bytes b;

	FORMAT(source, "%s",
	       FIXTURE_STRUCTS FIXTURE_LIVEPATCH
	       "static int new_it(int a) { return a + 1; }\n"
	       "static struct klp_func funcs[] = { { .old_name = \"do_it\", .new_func = new_it }, {} };\n"
	       "static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"
	       "static struct klp_patch patch = { .mod = &__this_module, .objs = objs };\n"
	       "int init_module(void) { return klp_enable_patch(&patch); }\n");
	while ((at = strstr(source, "fixture_lp")))
		memcpy(at, name, 10);
	b = fixture_compile(source, flags);
	FORMAT(p->ko, "%s/%s.ko", tree_path(p->m->tree), name);
	fixture_write(p->ko, b.data, b.len);
	free(b.data);
	return p->ko;
}

static int say(struct place *p, const char *fmt, ...) _printf_(2, 3);
static int say(struct place *p, const char *fmt, ...)
{
	char words[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	p->report = report_free(p->report);
	p->e = (struct err){ 0 };
	return machine_say(p->m, words, &p->report, &p->e);
}

/* The mark that must stand when the kernel is reached; "": none is looked for. */
static char guard[600];

/* The kernel shows what was loaded; in the worker, so by whole paths. */
static int load_and_show(const struct kops *k, int fd, const char *name, const char *params, struct err *e)
{
	struct machine *m = machine_of(k);
	char path[512];
	int r = machine_load(k, fd, name, params, e);

	if (r < 0)
		return r;
	if (guard[0] && access(guard, F_OK) < 0)
		return err_set(e, -EIO, "no guard stands");
	FORMAT(path, "%s/" LP "/%s/vmlinux", tree_path(m->tree), name);
	(void)mkdir(path, 0755);
	FORMAT(path, "%s/" LP "/%s/vmlinux/do_it,1", tree_path(m->tree), name);
	(void)mkdir(path, 0755);
	FORMAT(path, LP "/%s/vmlinux/patched", name);
	machine_put(m, path, "1\n");
	return 0;
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	alarm(120);
	p->m = machine_new();
	FORMAT(p->base, "%s/store", tree_path(p->m->tree));
	p->m->app.boot_dir = p->base;
	p->m->kops.load = load_and_show;
	tree_write(p->m->tree, "proc/sys/kernel/osrelease", REL "\n");
	tree_write(p->m->tree, "proc/cmdline", "quiet klpsh.enable=01\n");
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	report_free(p->report);
	machine_free(p->m);
	free(p);
	return 0;
}

static void install(struct place *p, const char *name)
{
	int rc = say(p, "install %s --yes", make_ko(p, name));

	if (rc)
		fail_msg("install %s: %d %s", name, rc, p->e.text);
}

static void expect_loaded(const struct place *p, const char *a, const char *b)
{
	const char *want[] = { a, b };
	const struct machine_log *l = p->m->log;

	for (size_t i = 0; i < 2; i++) {
		char line[96];

		if (!want[i]) {
			assert_int_equal(l->calls, i);
			return;
		}
		FORMAT(line, "load %s ", want[i]);
		assert_true(l->calls > i);
		assert_string_equal(l->said[i], line);
	}
	assert_int_equal(l->calls, 2);
}

static const char *boot_result(const struct place *p, size_t i, const char *key)
{
	const struct rows *rows = &row_cell(p->report->rows.v[0], "patches")->rows;

	assert_true(i < rows->n);
	return row_cell(rows->v[i], key)->set ? row_cell(rows->v[i], key)->str : "(null)";
}

static void damage(const struct place *p, const char *name)
{
	char path[512];
	_cleanup_close_ int fd = -1;

	FORMAT(path, "%s/" REL "/%s.ko", p->base, name);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(write(fd, "x", 1), 1);
}

static void test_install(void **state)
{
	struct place *p = *state;
	struct history_list l = { 0 };

	assert_int_equal(say(p, "install %s", make_ko(p, "livepatch1")), RC_DECLINED);
	assert_int_equal(access(p->base, F_OK), -1);
	assert_int_equal(say(p, "install %s --dry-run", p->ko), 0);
	assert_int_equal(access(p->base, F_OK), -1);
	assert_int_equal(say(p, "install %s --yes", p->ko), 0);
	assert_true(p->report->changed);
	assert_int_equal(history_read(p->m->state_dir, 2, &l, NULL), 0);
	assert_string_equal(l.v[0].phase, "intent");
	assert_string_equal(l.v[1].phase, "outcome");
	assert_string_equal(l.v[1].verb, "install");
	assert_string_equal(l.v[1].target, "livepatch1");
	history_list_free(&l);
	assert_int_equal(say(p, "install %s --yes", p->ko), 0);
	assert_string_equal(row_cell(p->report->rows.v[0], "result")->str, "already");
	/* the kernel was not touched */
	assert_int_equal(p->m->log->calls, 0);
	/* an altered file is mended */
	damage(p, "livepatch1");
	assert_int_equal(say(p, "install %s --yes", p->ko), 0);
	assert_string_equal(row_cell(p->report->rows.v[0], "result")->str, "done");
}

static void test_install_refused(void **state)
{
	struct place *p = *state;

	make_ko(p, "livepatch1");
	assert_int_equal(say(p, "install %s --yes --kernel=6.9.9", p->ko), RC_FAILED);
	assert_non_null(strstr(p->e.text, "is built for " REL ", not for kernel 6.9.9"));
	assert_int_equal(say(p, "install %s --yes --kernel=../x", p->ko), RC_USAGE);
	assert_int_equal(say(p, "install %s --yes --order=x", p->ko), RC_USAGE);
	assert_int_equal(say(p, "install /etc/passwd --yes"), RC_FAILED);
	assert_int_equal(access(p->base, F_OK), -1);
}

static void test_uninstall(void **state)
{
	struct place *p = *state;

	assert_int_equal(say(p, "uninstall live-patch --yes"), RC_NOT_FOUND);
	install(p, "live_patch");
	assert_int_equal(say(p, "uninstall live-patch --yes --kernel=6.9.9"), RC_NOT_FOUND);
	assert_int_equal(say(p, "uninstall live-patch"), RC_DECLINED);
	assert_int_equal(say(p, "uninstall live-patch --yes"), 0);
	assert_int_equal(say(p, "uninstall live-patch --yes"), RC_NOT_FOUND);
	assert_int_equal(p->m->log->calls, 0);
}

static void test_boot(void **state)
{
	struct place *p = *state;

	assert_int_equal(say(p, "boot --yes"), 0);
	install(p, "livepatch2");
	install(p, "livepatch1");
	assert_int_equal(say(p, "boot"), RC_DECLINED);
	assert_int_equal(p->m->log->calls, 0);
	assert_int_equal(say(p, "boot --dry-run"), 0);
	assert_string_equal(boot_result(p, 0, "result"), "would");
	assert_int_equal(p->m->log->calls, 0);
	assert_int_equal(say(p, "boot --yes"), 0);
	expect_loaded(p, "livepatch2", "livepatch1");
	assert_true(p->report->changed);
	assert_string_equal(boot_result(p, 1, "result"), "done");
}

static void test_boot_goes_on(void **state)
{
	struct place *p = *state;

	install(p, "livepatch1");
	install(p, "livepatch2");
	damage(p, "livepatch1");
	assert_int_equal(say(p, "boot --yes"), RC_PARTIAL);
	expect_loaded(p, "livepatch2", NULL);
	assert_string_equal(boot_result(p, 0, "name"), "livepatch1");
	assert_string_equal(boot_result(p, 0, "result"), "refused");
	assert_non_null(strstr(boot_result(p, 0, "text"), "is not what was installed"));
}

static void test_boot_fails(void **state)
{
	struct place *p = *state;

	install(p, "livepatch1");
	p->m->log->fail_at = 1;
	p->m->log->fail_with = EINVAL;
	assert_int_equal(say(p, "boot --yes"), RC_FAILED);
	assert_string_equal(boot_result(p, 0, "result"), "failed");
	/* the load was over: the guard is down */
	p->m->log->fail_at = 0;
	assert_int_equal(say(p, "boot --yes"), 0);
}

/* Ctrl-C, or systemd's patience at its end: nobody is told that all are loaded. */
static void test_boot_interrupted(void **state)
{
	struct place *p = *state;
	char *argv[] = { (char *)"boot", (char *)"--yes" };
	volatile int interrupted = SIGTERM;

	install(p, "livepatch1");
	install(p, "livepatch2");
	p->report = report_free(p->report);
	assert_int_equal(verb_dispatch(&p->m->app, argv, 2, NULL, NULL, &interrupted, NULL, &p->report, NULL),
			 RC_SIGNAL + SIGTERM);
	assert_string_equal(p->report->headline, "0 of 2 installed patches loaded, 2 not.");
	expect_loaded(p, NULL, NULL);
}

static void test_guard(void **state)
{
	struct place *p = *state;
	struct boot_list l;
	char path[512];

	install(p, "livepatch1");
	assert_int_equal(bootstore_list(p->base, REL, &l, NULL), 0);
	assert_int_equal(bootmark_set(p->m->state_dir, l.v[0].sha256, "an-earlier-boot", NULL), 0);
	assert_int_equal(say(p, "boot --yes"), RC_FAILED);
	assert_int_equal(p->m->log->calls, 0);
	assert_string_equal(boot_result(p, 0, "result"), "held");
	assert_non_null(strstr(boot_result(p, 0, "text"), "went down while livepatch1 was being loaded"));
	/* installed anew it may */
	assert_int_equal(say(p, "install %s --yes", p->ko), 0);
	assert_int_equal(bootmark_left(p->m->state_dir, l.v[0].sha256, "", NULL), 0);
	assert_int_equal(bootmark_set(p->m->state_dir, l.v[0].sha256, "an-earlier-boot", NULL), 0);
	/* and when it is asked for, anew under guard */
	FORMAT(guard, "%s/state/boot-%s", p->m->state_dir, l.v[0].sha256);
	assert_int_equal(say(p, "boot --yes --retry"), 0);
	expect_loaded(p, "livepatch1", NULL);
	assert_int_equal(bootmark_left(p->m->state_dir, l.v[0].sha256, "", NULL), 0);
	/* and without a mark of before */
	machine_drop(p->m, LP "/livepatch1");
	assert_int_equal(say(p, "boot --yes"), 0);
	assert_int_equal(p->m->log->calls, 2);
	guard[0] = '\0';
	/* no guard, no load */
	machine_drop(p->m, LP "/livepatch1");
	FORMAT(path, "%s/state", p->m->state_dir);
	assert_int_equal(chmod(path, 0777), 0);
	assert_true(say(p, "boot --yes") != 0);
	assert_int_equal(p->m->log->calls, 2);
	boot_list_free(&l);
}

static void test_off(void **state)
{
	struct place *p = *state;
	const char *words[] = { "klpsh.enable=0", "kpatch.enable=0" };

	install(p, "livepatch1");
	for (size_t i = 0; i < 2; i++) {
		tree_writef(p->m->tree, words[i], "proc/cmdline");
		assert_int_equal(say(p, "boot --yes"), 0);
		assert_string_equal(row_cell(p->report->rows.v[0], "off")->str, words[i]);
		assert_int_equal(p->m->log->calls, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_install, setup, teardown),
		cmocka_unit_test_setup_teardown(test_install_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_uninstall, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot_interrupted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_guard, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
