// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `history` as people and programs see it: a line a change for the ones, a
 * row a record for the others, and hostile values made harmless.
 */
#include <sys/stat.h>

#include "tests/core/history_place.h"

#include "core/record.h"
#include "shell/app.h"
#include "shell/args.h"
#include "shell/render.h"

struct ran {
	int rc;
	char *out; /* what is printed */
	struct err e;
};

static struct ran run(const struct place *p, char *a, char *b)
{
	char *argv[] = { (char *)"history", a, b };
	struct settings set, used;
	struct ran r = { 0 };
	struct report *rep = NULL;
	struct app app;

	settings_init(&set);
	assert_int_equal(app_open(&app, tree_path(p->t), &set, &r.e), 0);
	app.state_dir = p->dir;
	r.rc = verb_dispatch(&app, argv, 1 + (a != NULL) + (b != NULL), NULL, NULL, NULL, &used, &rep, &r.e);
	if (used.json)
		r.out = record_data(rep);
	else if (rep)
		r.out = used.plain ? render_tsv(rep, true) : render_text(rep, &(struct render_opts){ 0 });
	report_free(rep);
	app_close(&app);
	return r;
}

static void expect(const struct place *p, char *a, char *b, int rc, const char *word, int times)
{
	struct ran r = run(p, a, b);
	int n = 0;

	for (const char *at = r.out; at && (at = strstr(at, word)); at++)
		n++;
	if (r.rc != rc || n != times)
		fail_msg("exit %d, \"%s\" %d times in: %s%s", r.rc, word, n, r.out ? r.out : "", r.e.text);
	free(r.out);
}

static void test_nothing_recorded(void **state)
{
	PLACE(p);

	expect(&p, NULL, NULL, 0, "No change was ever recorded on this machine.", 1);
	expect(&p, (char *)"--json", NULL, 0, "[]", 1);
	expect(&p, (char *)"--verify", NULL, 0, "No change was ever recorded", 1);
}

static void test_a_line_a_change_and_a_row_a_record(void **state)
{
	PLACE(p);

	append(&p, "aaa", &pending);
	append(&p, "aaa", &done);
	append(&p, "bbb", &(struct change_result){ .phase = PHASE_DECLINED, .result = "declined", .rc = 8 });
	append(&p, "ccc", &pending);
	append(&p, "ccc",
	       &(struct change_result){
		       .phase = PHASE_OUTCOME, .result = "failed", .rc = 6, .code = -EBUSY });
	expect(&p, NULL, NULL, 0, "kpatch_a", 3);
	expect(&p, NULL, NULL, 0, "pending", 0);
	expect(&p, NULL, NULL, 0, "failed (EBUSY)", 1);
	expect(&p, (char *)"--json", NULL, 0, "\"verb\":\"load\"", 5);
	expect(&p, (char *)"--json", NULL, 0, "\"phase\":\"intent\",\"result\":\"pending\",\"errno\":null",
	       2);
	expect(&p, (char *)"--json", NULL, 0,
	       "\"auid\":1000,\"user\":\"alice\",\"tty\":\"pts/1\",\"origin\":\"192.0.2.1\"", 5);
	expect(&p, (char *)"--plain", NULL, 0, "\n", 6);
	expect(&p, (char *)"--last=1", NULL, 0, "kpatch_a", 1);
	expect(&p, (char *)"--last=1", NULL, 0, "failed", 1);
	expect(&p, (char *)"--last=1", (char *)"--json", 0, "\"verb\"", 1);
}

static void test_inverse_of_what_is_in_effect(void **state)
{
	PLACE(p);

	append(&p, "aaa", &pending);
	append(&p, "aaa", &done);
	append(&p, "bbb", &(struct change_result){ .phase = PHASE_OUTCOME, .result = "reversed", .rc = 7 });
	expect(&p, (char *)"--json", NULL, 0, "\"inverse\":\"disable\"", 1);
	expect(&p, (char *)"--json", NULL, 0, "\"inverse\":null", 2);
	expect(&p, NULL, NULL, 0, "disable", 0);
}

static void test_newest_last(void **state)
{
	PLACE(p);
	struct change c = a_change("x", "load");
	struct ran r;

	c.target = "first";
	assert_int_equal(history_append(p.dir, &c, &done, NULL, NULL), 0);
	c.target = "second";
	assert_int_equal(history_append(p.dir, &c, &done, NULL, NULL), 0);
	r = run(&p, NULL, NULL);
	assert_true(strstr(r.out, "first") < strstr(r.out, "second"));
	free(r.out);
}

static void test_intents_without_an_outcome(void **state)
{
	PLACE(p);
	struct change c = a_change("works", "load");

	tree_write(p.t, "proc/sys/kernel/random/boot_id", "b-1\n");
	fake_task(p.t, &(struct fake_task){ .pid = 500, .tid = 500, .comm = "klpsh", .state = 'S' });
	c.pid = 500;
	c.pid_start = 600;
	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	append(&p, "killed", &pending);
	expect(&p, NULL, NULL, 0, "running", 1);
	expect(&p, NULL, NULL, 0, "cut off", 1);
}

static void test_hostile_values(void **state)
{
	PLACE(p);
	struct change c = a_change("x", "load");

	c.target = "a\x1b[2J\nroot";
	c.reason = "b\x9b"
		   "31m\tc";
	assert_int_equal(history_append(p.dir, &c, &done, NULL, NULL), 0);
	expect(&p, NULL, NULL, 0, "\x1b", 0);
	expect(&p, NULL, NULL, 0, "\n", 2);
	expect(&p, NULL, NULL, 0, "a\\x1B[2J\\x0Aroot", 1);
	expect(&p, (char *)"--plain", NULL, 0, "\n", 2);
	expect(&p, (char *)"--json", NULL, 0, "\x1b", 0);
}

static void test_verify(void **state)
{
	PLACE(p);
	char path[800];

	append(&p, "aaa", &pending);
	append(&p, "aaa", &done);
	append(&p, "bbb", &pending);
	expect(&p, (char *)"--verify", NULL, 0, "The history is whole: records 1 to 3.", 1);
	expect(&p, (char *)"--verify", (char *)"--json", 0,
	       "\"whole\":true,\"records\":3,\"first\":1,\"last\":3,\"bad\":null", 1);
	file_path(&p, 1, path, sizeof(path));
	assert_int_equal(truncate(path, 0), 0);
	expect(&p, (char *)"--verify", NULL, 1, "The history is broken, first at record 1.", 1);
	expect(&p, (char *)"--verify", NULL, 1, "the end is missing", 1);
	expect(&p, (char *)"--verify", (char *)"--json", 1, "\"whole\":false", 1);
}

static void test_words_that_make_no_sense(void **state)
{
	PLACE(p);

	expect(&p, (char *)"--last=0", NULL, 2, "", 0);
	expect(&p, (char *)"--verify", (char *)"--last=3", 2, "", 0);
}

static void test_a_folder_that_others_can_write(void **state)
{
	PLACE(p);
	struct ran r;

	append(&p, "aaa", &pending);
	assert_int_equal(chmod(p.dir, 0777), 0);
	r = run(&p, NULL, NULL);
	assert_int_equal(r.rc, RC_PERMISSION);
	assert_null(r.out);
	assert_non_null(strstr(r.e.text, p.dir));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_recorded),
		cmocka_unit_test(test_a_line_a_change_and_a_row_a_record),
		cmocka_unit_test(test_inverse_of_what_is_in_effect),
		cmocka_unit_test(test_newest_last),
		cmocka_unit_test(test_intents_without_an_outcome),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_words_that_make_no_sense),
		cmocka_unit_test(test_a_folder_that_others_can_write),
	};

	return cmocka_run_group_tests_name("shell history", tests, fake_deadline, NULL);
}
