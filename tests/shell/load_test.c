// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load, replace and rollback against a made-up kernel that can fail at its
 * n-th call: which calls are made, what is refused before any, what is kept
 * and recorded, and what is said half-way.
 */
#include "core/hash.h"
#include "kmod/store.h"
#include "tests/kmod/fixture.h"
#include "tests/shell/machine.h"

#define SOURCE(name, replace)                                                                                \
	FIXTURE_STRUCTS FIXTURE_LIVEPATCH "static int new_it(int a) { return a + 1; }\n"                     \
					  "static struct klp_func funcs[] = {\n"                             \
					  "	{ .old_name = \"do_it\", .new_func = new_it }, {} };\n"          \
					  "static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"  \
					  "static struct klp_patch patch = { .mod = &__this_module,\n"       \
					  "	.objs = objs, .replace = " #replace " };\n"                  \
					  "int init_module(void) { return klp_enable_patch(&patch); }\n"     \
					  "char other[] = \"" name "\";\n"

static const char *const known[] = { "klpsh_fix", "fixture_lp", "fixture_r1", "fixture_r2" };
static const char note[] = "\4\0\0\0\10\0\0\0\3\0\0\0GNU\0\xde\xad\xbe\xef\0\1\2\3";

static struct bytes modules[4]; /* by index into known; the first one has no file */

/* Compile a module under this name, which is as long as the fixture's own. */
static struct bytes compile(const char *name, const char *source)
{
	static const char *const flags[] = { "-DRELEASE=\"6.1.0-test\"", NULL };
	_cleanup_free_ char *text = strdup(source);

	for (char *at = text; (at = strstr(at, "fixture_lp")); at++)
		memcpy(at, name, strlen(name));
	return fixture_compile(text, flags);
}

static int setup_group(void **state)
{
	modules[1] = compile(known[1], SOURCE("one", 0));
	modules[2] = compile(known[2], SOURCE("two", 1));
	modules[3] = compile(known[3], SOURCE("three", 1));
	return 0;
}

static int teardown_group(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		free(modules[i].data);
	return 0;
}

/* A file below the machine, with its folders; also from the worker, which has no descriptors of the tree. */
static void put(struct machine *m, const char *path, const void *data, size_t len)
{
	char full[512];

	FORMAT(full, "%s/%s", tree_path(m->tree), path);
	for (char *s = full + strlen(tree_path(m->tree)) + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		(void)mkdir(full, 0755);
		*s = '/';
	}
	fixture_write(full, data, len);
}

static void put_text(struct machine *m, const char *text, const char *fmt, ...) _printf_(3, 4);
static void put_text(struct machine *m, const char *text, const char *fmt, ...)
{
	char path[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	put(m, path, text, strlen(text));
}

static bool there(struct machine *m, const char *fmt, ...) _printf_(2, 3);
static bool there(struct machine *m, const char *fmt, ...)
{
	char path[256], full[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	FORMAT(full, "%s/%s", tree_path(m->tree), path);
	return access(full, F_OK) == 0;
}

/* /proc/modules: the newest first, which is the order of `known` turned round. */
static void list_modules(struct machine *m)
{
	char text[512] = "";

	for (size_t i = ARRAY_SIZE(known); i-- > 0;) {
		size_t len = strlen(text);

		if (there(m, "sys/module/%s/refcnt", known[i]))
			snprintf(text + len, sizeof(text) - len, "%s 16384 0 - Live 0x0 (OEK)\n", known[i]);
	}
	put_text(m, text, "proc/modules");
}

static void appear(struct machine *m, const char *name)
{
	char path[256];

	put_text(m, "1\n", LP "/%s/enabled", name);
	put_text(m, "0\n", LP "/%s/transition", name);
	put_text(m, "1\n", LP "/%s/vmlinux/patched", name);
	put_text(m, "", LP "/%s/vmlinux/do_it,1/none", name);
	put_text(m, "0\n", "sys/module/%s/refcnt", name);
	put_text(m, "OEK\n", "sys/module/%s/taint", name);
	FORMAT(path, "sys/module/%s/notes/.note.gnu.build-id", name);
	put(m, path, note, sizeof(note) - 1);
	list_modules(m);
}

/* An atomic replace takes all others out of sysfs; their modules stay. */
static int do_load(const struct kops *k, int fd, const char *name, const char *params, struct err *e)
{
	struct machine *m = k->ctx;
	char first;
	int r = machine_call(k, e, "load %s%s%s", name, *params ? " " : "", params);

	if (r < 0)
		return r;
	if (pread(fd, &first, 1, 0) != 1 || first != '\x7f')
		return err_set(e, -EBADF, "no module behind the descriptor");
	for (size_t i = 0; strstr(name, "_r") && i < ARRAY_SIZE(known); i++) {
		char path[128];

		FORMAT(path, LP "/%s", known[i]);
		machine_drop(m, path);
	}
	appear(m, name);
	return 0;
}

static int do_remove(const struct kops *k, const char *name, struct err *e)
{
	int r = machine_remove(k, name, e);

	list_modules(k->ctx);
	return r;
}

static struct machine *start(void)
{
	struct machine *m = machine_new();
	char path[64];

	m->kops.load = do_load;
	m->kops.remove = do_remove;
	m->app.conf.store_keep = 20;
	m->app.conf.audit = AUDIT_OFF;
	appear(m, "klpsh_fix");
	for (size_t i = 1; i < ARRAY_SIZE(known); i++) {
		FORMAT(path, "%s.ko", known[i]);
		put(m, path, modules[i].data, modules[i].len);
	}
	return m;
}

/* Say words, in which @ stands for the machine's folder. */
static int say(struct machine *m, const char *words, struct report **ret, struct err *e)
{
	char text[500];
	const char *at = strchr(words, '@');

	report_free(*ret);
	*ret = NULL;
	*e = (struct err){ 0 };
	if (at)
		FORMAT(text, "%.*s%s%s", (int)(at - words), words, tree_path(m->tree), at + 1);
	else
		FORMAT(text, "%s", words);
	m->log->calls = 0;
	return machine_say(m, text, ret, e);
}

static const char *cell(const struct report *r, const char *key)
{
	const struct cell *c = row_cell(r->rows.v[0], key);

	return c->set ? c->str : "(null)";
}

static void expect_calls(const struct machine *m, const char *want)
{
	char got[512] = "";

	for (unsigned i = 0; i < m->log->calls; i++) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%s%s", i ? "; " : "", m->log->said[i]);
	}
	assert_string_equal(got, want);
}

static void must(struct machine *m, const char *words, const char *calls)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct err e = { 0 };
	int rc = say(m, words, &r, &e);

	if (rc != RC_OK)
		fail_msg("%s: %d: %s", words, rc, e.text);
	expect_calls(m, calls);
}

/* Refused before any call, and recorded as refused. */
static void refused(struct machine *m, const char *words, int rc, const char *text)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct history_list l = { 0 };
	struct err e = { 0 };
	int got = say(m, words, &r, &e);

	if (got != rc || !strstr(e.text, text))
		fail_msg("%s: %d: %s", words, got, e.text);
	expect_calls(m, "");
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_true(l.n && streq(l.v[l.n - 1].phase, "refused"));
	history_list_free(&l);
}

static void a_load_keeps_and_records_what_it_loaded(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	_cleanup_(image_freep) struct image *i = NULL;
	struct machine *m = start();
	struct history_list l = { 0 };
	struct err e = { 0 };

	assert_int_equal(say(m, "load @/fixture_lp.ko debug=1 --yes", &r, &e), RC_OK);
	expect_calls(m, "load fixture_lp debug=1");
	assert_string_equal(cell(r, "result"), "done");
	assert_string_equal(cell(r, "state"), "enabled");
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[1].result, "done");
	assert_string_equal(l.v[0].sha256, l.v[0].content);
	assert_int_equal(l.v[0].n_before, 1);
	assert_string_equal(l.v[0].before[0].name, "klpsh_fix");
	assert_int_equal(store_get(m->state_dir, l.v[0].content, &i, NULL), 0);
	history_list_free(&l);
	assert_int_equal(say(m, "load @/fixture_lp.ko --yes", &r, &e), RC_OK);
	assert_string_equal(cell(r, "result"), "already");
	expect_calls(m, "");
	machine_free(m);
}

static void a_dry_run_touches_nothing(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct err e = { 0 };

	assert_int_equal(say(m, "load @/fixture_lp.ko --dry-run", &r, &e), RC_OK);
	assert_string_equal(cell(r, "result"), "would");
	assert_memory_equal(cell(r, "pin"), "sha256:", 7);
	assert_non_null(row_cell(r->rows.v[0], "preflight")->row);
	expect_calls(m, "");
	assert_false(there(m, "state/store"));
	machine_free(m);
}

/* Done in spite of what a note tells. */
static void went_on(struct machine *m, const char *words, const char *note_begin)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct err e = { 0 };
	const struct cell *notes;
	bool told = false;

	assert_int_equal(say(m, words, &r, &e), RC_OK);
	expect_calls(m, "load fixture_lp");
	notes = row_cell(r->rows.v[0], "notes");
	for (size_t i = 0; notes->set && i < notes->strs.n; i++)
		told |= !strncmp(notes->strs.v[i], note_begin, strlen(note_begin));
	assert_true(told);
}

static void what_would_not_load_is_refused(void **state)
{
	struct machine *m = start();

	refused(m, "load @/fixture_lp.ko --yes --expect=sha256:00", RC_FAILED, "not what was expected");
	put_text(m, "Y\n", "sys/module/module/parameters/sig_enforce");
	refused(m, "load @/fixture_lp.ko --yes", RC_PERMISSION, "not signed");
	put_text(m, "N\n", "sys/module/module/parameters/sig_enforce");
	put_text(m, "0\n", "proc/sys/kernel/ftrace_enabled");
	refused(m, "load @/fixture_lp.ko --yes", RC_FAILED, "ftrace_enabled");
	went_on(m, "load @/fixture_lp.ko --yes --preflight=warn", "fail: ftrace-enabled: ");
	machine_free(m);
}

static void another_build_is_refused(void **state)
{
	char other[sizeof(note)];
	struct machine *m = start();

	memcpy(other, note, sizeof(note));
	other[16] = 0x11;
	appear(m, "fixture_lp");
	put(m, "sys/module/fixture_lp/notes/.note.gnu.build-id", other, sizeof(other) - 1);
	refused(m, "load @/fixture_lp.ko --yes", RC_FAILED,
		"build-id 11adbeef00010203, and the file has deadbeef");
	machine_free(m);
}

static void the_policy_decides_on_checks(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct err e = { 0 };

	assert_int_equal(say(m, "load @/fixture_lp.ko --yes --preflight=off", &r, &e), RC_PERMISSION);
	assert_int_equal(say(m, "load @/fixture_lp.ko --yes --preflight=maybe", &r, &e), RC_USAGE);
	m->app.conf.allow_preflight_off = true;
	must(m, "load @/fixture_lp.ko --yes --preflight=off", "load fixture_lp");
	machine_free(m);
}

/* By policy from the file itself; overwritten while the question stands it is not loaded. */
static enum answer overwriting(struct app *app, const struct ask *ask)
{
	struct machine *m = app->kops->ctx;
	char path[512];
	int fd;

	FORMAT(path, "%s/fixture_lp.ko", tree_path(m->tree));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 64), 1);
	close(fd);
	return ANSWER_YES;
}

/* Another one in its place. */
static enum answer exchanging(struct app *app, const struct ask *ask)
{
	struct machine *m = app->kops->ctx;
	char path[512], other[512];

	FORMAT(path, "%s/fixture_lp.ko", tree_path(m->tree));
	FORMAT(other, "%s/fixture_r1.ko", tree_path(m->tree));
	assert_int_equal(rename(other, path), 0);
	return ANSWER_YES;
}

/* Only the bytes of fixture_lp.ko as they were at first. */
static int load_the_first(const struct kops *k, int fd, const char *name, const char *params, struct err *e)
{
	_cleanup_free_ char *got = malloc(modules[1].len + 1);

	if (!got || pread(fd, got, modules[1].len + 1, 0) != (ssize_t)modules[1].len ||
	    memcmp(got, modules[1].data, modules[1].len) != 0)
		return err_set(e, -EBADF, "other bytes than those that were inspected");
	return do_load(k, fd, name, params, e);
}

/* words: from memory, and by policy from the file. refused: the latter is not loaded. */
static void swapped(const char *words, enum answer (*swap)(struct app *app, const struct ask *ask),
		    bool refused)
{
	for (int from_file = 0; from_file < 2; from_file++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = start();
		bool no = from_file && refused;
		struct err e = { 0 };

		m->kops.load = load_the_first;
		m->app.conf.load_from_file = from_file;
		m->app.ask = swap;
		m->app.set.interactive = true;
		assert_int_equal(say(m, words, &r, &e), no ? RC_FAILED : RC_OK);
		assert_int_equal(e.code, no ? -ESTALE : 0);
		expect_calls(m, no ? "" : "load fixture_lp");
		machine_free(m);
	}
}

static void a_file_that_changes_meanwhile(void **state)
{
	char hash[SHA256_HEX], expecting[128];

	assert_int_equal(sha256_hex(modules[1].data, modules[1].len, hash), 0);
	FORMAT(expecting, "load @/fixture_lp.ko --expect=sha256:%s", hash);
	swapped("load @/fixture_lp.ko", overwriting, true);
	swapped(expecting, overwriting, true);
	/* The descriptor is still that of the file that was inspected. */
	swapped("load @/fixture_lp.ko", exchanging, false);
	swapped(expecting, exchanging, false);
}

/* A store that cannot be written is told, and the load goes on. */
static void without_a_store(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct err e = { 0 };
	const struct cell *notes;

	put_text(m, "in the way", "state/store");
	(void)chmod(m->state_dir, 0700);
	assert_int_equal(say(m, "load @/fixture_lp.ko --yes", &r, &e), RC_OK);
	notes = row_cell(r->rows.v[0], "notes");
	assert_true(notes->set && notes->strs.n);
	assert_non_null(strstr(notes->strs.v[0], "rollback will not have the bytes of fixture_lp"));
	machine_free(m);
}

static void replacing(void **state)
{
	struct machine *m = start();

	must(m, "load @/fixture_lp.ko --yes", "load fixture_lp");
	refused(m, "replace fixture_lp @/fixture_r1.ko --yes", RC_FAILED, "klpsh_fix would go as well");
	refused(m, "replace nothing @/fixture_r1.ko --yes", RC_NOT_FOUND, "no livepatch \"nothing\"");
	must(m, "replace fixture_lp @/fixture_r1.ko --yes --all",
	     "load fixture_r1; remove fixture_lp; remove klpsh_fix");
	refused(m, "replace fixture_r1 @/fixture_lp.ko --yes", RC_FAILED, "no atomic replace");
	must(m, "replace klpsh_fix @/fixture_r1.ko --yes", ""); /* done already */
	machine_free(m);
}

/* klpsh_fix was not loaded by klpsh, so its bytes are not there. */
static void a_way_back_is_wanted(void **state)
{
	struct machine *m = start();

	refused(m, "replace klpsh_fix @/fixture_r1.ko --yes --confirm-within=60", RC_NOT_FOUND,
		"it could not be undone: the file of klpsh_fix");
	machine_free(m);
}

static void a_leftover_that_stays_is_partial(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct err e = { 0 };

	m->log->fail_at = 2;
	m->log->fail_with = EAGAIN;
	assert_int_equal(say(m, "replace klpsh_fix @/fixture_r1.ko --yes", &r, &e), RC_PARTIAL);
	assert_string_equal(cell(r, "result"), "partial");
	assert_true(r->changed);
	assert_non_null(strstr(e.text, "the upgrade is done"));
	machine_free(m);
}

static void rolling_back(void **state)
{
	struct machine *m = start();

	refused(m, "rollback --yes", RC_NOT_FOUND, "no change is recorded");
	must(m, "load @/fixture_lp.ko --yes", "load fixture_lp");
	must(m, "rollback --yes", "enable fixture_lp 0; remove fixture_lp");
	must(m, "rollback --yes", "load fixture_lp");
	must(m, "rollback --yes", "enable fixture_lp 0; remove fixture_lp");
	must(m, "replace klpsh_fix @/fixture_r1.ko --yes", "load fixture_r1; remove klpsh_fix");
	refused(m, "rollback --yes", RC_NOT_FOUND, "the file of klpsh_fix (build-id deadbeef00010203)");
	must(m, "replace fixture_r1 @/fixture_r2.ko --yes", "load fixture_r2; remove fixture_r1");
	must(m, "rollback --yes", "load fixture_r1; remove fixture_r2");
	refused(m, "rollback --yes --wait=0", RC_USAGE, "each waits for the one before");
	machine_free(m);
}

static bool has_fact(const struct report *r, const char *text)
{
	const struct cell *c = row_cell(r->rows.v[0], "facts");

	for (size_t i = 0; i < c->strs.n; i++)
		if (streq(c->strs.v[i], text))
			return true;
	return false;
}

/* Parameters are in the records and in the question, and come back with the module. */
static void rolling_back_with_parameters(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct history_list l = { 0 };
	struct err e = { 0 };

	must(m, "load @/fixture_lp.ko debug=1 level=2 --yes", "load fixture_lp debug=1 level=2");
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_string_equal(l.v[0].params, "debug=1 level=2");
	history_list_free(&l);
	must(m, "rollback --yes", "enable fixture_lp 0; remove fixture_lp");
	assert_int_equal(say(m, "rollback --dry-run", &r, &e), RC_OK);
	assert_true(has_fact(r, "step 1: load fixture_lp, from the store, with debug=1 level=2"));
	must(m, "rollback --yes", "load fixture_lp debug=1 level=2");
	assert_int_equal(history_read(m->state_dir, 0, &l, NULL), 0);
	assert_string_equal(l.v[l.n - 1].params, "fixture_lp: debug=1 level=2");
	history_list_free(&l);
	machine_free(m);
}

/* Those that the module had, not those of a load that failed since. */
static void parameters_of_a_failed_load_do_not_come_back(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct err e = { 0 };

	must(m, "load @/fixture_lp.ko level=1 --yes", "load fixture_lp level=1");
	must(m, "unload fixture_lp --yes", "enable fixture_lp 0; remove fixture_lp");
	m->log->fail_at = 1;
	m->log->fail_with = EINVAL;
	assert_int_equal(say(m, "load @/fixture_lp.ko level=abc --yes", &r, &e), RC_FAILED);
	m->log->fail_at = 0;
	must(m, "rollback fixture_lp --yes", "load fixture_lp level=1");
	machine_free(m);
}

/* It is no longer the module that klpsh has loaded, though it is called the same. */
static void parameters_of_another_load_are_not_known(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	struct machine *m = start();
	struct err e = { 0 };

	must(m, "load @/fixture_lp.ko level=1 --yes", "load fixture_lp level=1");
	machine_drop(m, "sys/module/fixture_lp");
	appear(m, "fixture_lp"); /* somebody else has loaded it again */
	must(m, "unload fixture_lp --yes", "enable fixture_lp 0; remove fixture_lp");
	assert_int_equal(say(m, "rollback --dry-run", &r, &e), RC_OK);
	assert_true(has_fact(r, "step 1: load fixture_lp, from the store; its parameters are not known, so "
				"without any"));
	must(m, "rollback --yes", "load fixture_lp");
	machine_free(m);
}

/* Whichever step fails: what was done is told, and what was said helps. */
static void failing_half_way(void **state)
{
	static const char *const rest[][2] = {
		{ "rollback --yes", "enable fixture_lp 0; remove fixture_lp" },
		{ "rollback --yes", "remove fixture_lp" },
	};

	for (unsigned at = 1; at <= 2; at++) {
		_cleanup_(report_freep) struct report *r = NULL;
		struct machine *m = start();
		struct err e = { 0 };

		must(m, "load @/fixture_lp.ko --yes", "load fixture_lp");
		m->log->fail_at = at;
		m->log->fail_with = EIO;
		assert_int_equal(say(m, "rollback --yes", &r, &e), at > 1 ? RC_PARTIAL : RC_FAILED);
		assert_int_equal(r->changed, at > 1);
		if (at > 1)
			assert_non_null(strstr(e.text, "step 2 of 2 (remove fixture_lp)"));
		m->log->fail_at = 0;
		must(m, rest[at - 1][0], rest[at - 1][1]);
		assert_false(there(m, "sys/module/%s/refcnt", "fixture_lp"));
		machine_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_load_keeps_and_records_what_it_loaded, fake_deadline),
		cmocka_unit_test_setup(a_dry_run_touches_nothing, fake_deadline),
		cmocka_unit_test_setup(what_would_not_load_is_refused, fake_deadline),
		cmocka_unit_test_setup(another_build_is_refused, fake_deadline),
		cmocka_unit_test_setup(the_policy_decides_on_checks, fake_deadline),
		cmocka_unit_test_setup(a_file_that_changes_meanwhile, fake_deadline),
		cmocka_unit_test_setup(without_a_store, fake_deadline),
		cmocka_unit_test_setup(replacing, fake_deadline),
		cmocka_unit_test_setup(a_way_back_is_wanted, fake_deadline),
		cmocka_unit_test_setup(a_leftover_that_stays_is_partial, fake_deadline),
		cmocka_unit_test_setup(rolling_back, fake_deadline),
		cmocka_unit_test_setup(rolling_back_with_parameters, fake_deadline),
		cmocka_unit_test_setup(parameters_of_a_failed_load_do_not_come_back, fake_deadline),
		cmocka_unit_test_setup(parameters_of_another_load_are_not_known, fake_deadline),
		cmocka_unit_test_setup(failing_half_way, fake_deadline),
	};

	return cmocka_run_group_tests(tests, setup_group, teardown_group);
}
