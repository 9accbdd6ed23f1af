// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The history as an admin relies on it: what was recorded is read back, a
 * crash in the middle of a write costs that line and no other, rotation loses
 * only the oldest, and a folder that others can write is not used.
 */
#include "tests/core/history_place.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/hash.h"

static struct history_list read_all(const struct place *p, size_t max)
{
	struct history_list l = { 0 };
	struct err e = { 0 };

	if (history_read(p->dir, max, &l, &e) < 0)
		fail_msg("not read: %s", e.text);
	return l;
}

static void expect_count(const struct place *p, size_t records, size_t damaged)
{
	_cleanup_(history_list_free) struct history_list l = read_all(p, 0);

	assert_int_equal(l.n, records);
	assert_int_equal(l.damaged, damaged);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].number, l.v[0].number + i);
}

/* Put bytes behind the newest record. */
static void scribble(const struct place *p, const char *text)
{
	char path[800];
	FILE *f;

	file_path(p, 1, path, sizeof(path));
	f = fopen(path, "a");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void test_what_was_recorded_is_read_back(void **state)
{
	PLACE(p);
	struct change c = a_change("0123456789abcdef0123456789abcdef", "load");
	struct patch_ref before[2] = { { .name = "old", .build_id = "aa", .sha256 = "bb", .replace = 1 },
				       { .name = "older", .replace = -1 } };
	_cleanup_(history_list_free) struct history_list l = { 0 };
	struct change_result fail = { .phase = PHASE_OUTCOME,
				      .result = "failed",
				      .rc = 6,
				      .code = -EBUSY,
				      .text = "another transition\n\x1b[2J runs",
				      .audit = "recorded" };
	const struct history_entry *en;

	c.before = before;
	c.n_before = 2;
	c.before_known = true;
	c.path = "/root/kpatch_a.ko";
	c.flags = "preflight=off";
	c.params = "debug=1";
	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	assert_int_equal(history_append(p.dir, &c, &fail, NULL, NULL), 0);
	l = read_all(&p, 0);
	assert_int_equal(l.n, 2);
	en = &l.v[0];
	assert_int_equal(en->number, 1);
	assert_string_equal(en->txn, c.txn);
	assert_string_equal(en->verb, "load");
	assert_string_equal(en->target, "kpatch_a");
	assert_string_equal(en->user, "alice");
	assert_string_equal(en->origin, "192.0.2.1");
	assert_string_equal(en->phase, "intent");
	assert_string_equal(en->reason, "because");
	assert_string_equal(en->path, "/root/kpatch_a.ko");
	assert_string_equal(en->flags, "preflight=off");
	assert_string_equal(en->params, "debug=1");
	assert_null(en->errno_name);
	assert_int_equal(en->auid, 1000);
	assert_int_equal(en->pid, 4242);
	assert_int_equal(en->pid_start, 99);
	assert_true(en->before_known);
	assert_int_equal(en->n_before, 2);
	assert_string_equal(en->before[0].name, "old");
	assert_int_equal(en->before[0].replace, 1);
	assert_string_equal(en->before[1].name, "older");
	assert_int_equal(en->before[1].replace, -1);
	assert_true(en->wall_us > 1000000 * USEC_PER_SEC);
	en = &l.v[1];
	assert_string_equal(en->phase, "outcome");
	assert_string_equal(en->result, "failed");
	assert_string_equal(en->errno_name, "EBUSY");
	assert_int_equal(en->rc, 6);
	assert_string_equal(en->text, fail.text);
	assert_false(en->before_known);
}

static void test_each_record_carries_the_hash_of_the_one_before(void **state)
{
	PLACE(p);
	struct history_head first = append(&p, "a", &pending), second = append(&p, "a", &done);
	_cleanup_free_ char *text = NULL;
	const char *line;
	char path[800], hash[SHA256_HEX];
	size_t len;
	int fd;

	assert_int_equal(first.number, 1);
	assert_int_equal(second.number, 2);
	file_path(&p, 1, path, sizeof(path));
	fd = open(path, O_RDONLY);
	assert_int_equal(fd_read_all(fd, 1 << 20, &text, &len), 0);
	close(fd);
	line = strchr(text, '\n') + 1;
	assert_int_equal(sha256_hex(text, (size_t)(line - 1 - text), hash), 0);
	assert_string_equal(hash, first.hash);
	assert_non_null(strstr(line, first.hash));
	assert_int_equal(sha256_hex(line, strlen(line) - 1, hash), 0);
	assert_string_equal(hash, second.hash);
	line = NULL;
}

static void test_nothing_recorded_yet(void **state)
{
	PLACE(p);

	expect_count(&p, 0, 0);
	tree_mkdir(p.t, "state");
	expect_count(&p, 0, 0);
}

/* Even a record that says next to nothing is one, and the chain goes on through it. */
static void test_empty_values(void **state)
{
	PLACE(p);
	_cleanup_(history_list_free) struct history_list l = { 0 };
	struct change c = { .verb = "", .target = "" };

	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	assert_int_equal(append(&p, "b", &pending).number, 2);
	l = read_all(&p, 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].txn, "");
	assert_string_equal(l.v[0].target, "");
	assert_int_equal(l.damaged, 0);
}

static void test_only_the_newest(void **state)
{
	PLACE(p);
	_cleanup_(history_list_free) struct history_list l = { 0 };

	append(&p, "a", &pending);
	append(&p, "b", &pending);
	append(&p, "c", &pending);
	l = read_all(&p, 2);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].txn, "b");
	assert_string_equal(l.v[1].txn, "c");
}

/* A line without an end, as a crash leaves it, then a new record. */
static void test_a_torn_line_costs_only_itself(void **state)
{
	PLACE(p);
	_cleanup_(history_list_free) struct history_list l = { 0 };
	struct history_head head;

	append(&p, "a", &pending);
	scribble(&p, "{\"number\":2,\"prev\":\"00");
	expect_count(&p, 1, 1);
	head = append(&p, "b", &pending);
	assert_int_equal(head.number, 2);
	append(&p, "c", &pending);
	expect_count(&p, 3, 1);
}

static void test_rubbish_lines(void **state)
{
	PLACE(p);

	append(&p, "a", &pending);
	scribble(&p, "\n\n[]\nnull\n{\"number\":2}\n{\"number\":-5,\"txn\":\"x\"}\n\x80\xff\n");
	assert_int_equal(append(&p, "b", &pending).number, 2);
	expect_count(&p, 2, 7);
}

static void test_modes(void **state)
{
	PLACE(p);
	char path[800];
	struct stat st;

	umask(0);
	append(&p, "a", &pending);
	umask(022);
	assert_int_equal(stat(p.dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	FORMAT(path, "%s/history", p.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	file_path(&p, 1, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void expect_refused(const struct place *p, int code, const char *word)
{
	struct change c = a_change("x", "load");
	struct err e = { 0 };

	assert_int_equal(history_append(p->dir, &c, &pending, NULL, &e), code);
	assert_int_equal(err_exit(&e), RC_AUDIT);
	if (!strstr(e.text, word))
		fail_msg("no '%s' in: %s", word, e.text);
}

static void test_folders_that_are_not_safe(void **state)
{
	PLACE(p);
	char path[800], elsewhere[800];

	append(&p, "a", &pending);
	FORMAT(path, "%s/history", p.dir);
	assert_int_equal(chmod(path, 0770), 0);
	expect_refused(&p, -EPERM, "not safe");
	assert_int_equal(chmod(path, 0700), 0);
	assert_int_equal(chmod(p.dir, 0707), 0);
	expect_refused(&p, -EPERM, "not safe");
	assert_int_equal(chmod(p.dir, 0700), 0);
	FORMAT(elsewhere, "%s/elsewhere", p.dir);
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(symlink("elsewhere", path), 0);
	expect_refused(&p, -ENOTDIR, "history");
	assert_int_equal(unlink(path), 0);
	append(&p, "b", &pending);
}

static void test_links_are_not_followed(void **state)
{
	PLACE(p);
	char path[800], other[800];
	struct stat st;

	append(&p, "a", &pending);
	file_path(&p, 1, path, sizeof(path));
	FORMAT(other, "%s/other", tree_path(p.t));
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(symlink(other, path), 0);
	expect_refused(&p, -ELOOP, "history");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(link(other, path), 0);
	expect_refused(&p, -EPERM, "one name");
}

static void test_a_file_that_is_full(void **state)
{
	PLACE(p);
	struct change c = a_change("x", "load");
	_cleanup_free_ char *reason = malloc(1025), *path_of = malloc(4097);
	struct history_head head = { 0 };
	size_t n = 0, files = 0;
	_cleanup_(history_list_free) struct history_list l = { 0 };
	char path[800];

	memset(reason, '\x01', 1024); /* six bytes each as JSON */
	reason[1024] = '\0';
	memset(path_of, '\x01', 4096);
	path_of[4096] = '\0';
	c.path = path_of;
	c.reason = c.target = c.flags = c.of = reason;
	while (head.number < 400) {
		assert_int_equal(history_append(p.dir, &c, &pending, &head, NULL), 0);
		n++;
	}
	for (uint64_t i = 1; i <= head.number; i++) {
		file_path(&p, i, path, sizeof(path));
		files += access(path, F_OK) == 0;
	}
	assert_int_equal(files, HISTORY_KEEP);
	l = read_all(&p, 0);
	assert_true(l.n < n);
	assert_int_equal(l.v[l.n - 1].number, n);
	assert_int_equal(l.v[0].number, n - l.n + 1);
	assert_int_equal(l.damaged, 0);
	assert_int_equal(strlen(l.v[0].reason), 1024);
}

/* What was cut off at the end is not numbered anew: the gap stays to be seen. */
static void test_numbers_are_not_used_twice(void **state)
{
	PLACE(p);
	struct history_head second;
	char path[800];

	append(&p, "a", &pending);
	file_path(&p, 1, path, sizeof(path));
	second = append(&p, "b", &pending);
	assert_int_equal(second.number, 2);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(append(&p, "c", &pending).number, 3);
}

static void test_two_writers(void **state)
{
	PLACE(p);
	pid_t child = fork();

	assert_true(child >= 0);
	for (int i = 0; i < 40; i++)
		append(&p, child ? "parent" : "child", &pending);
	if (!child)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	expect_count(&p, 80, 0);
}

/* A write of which only the beginning found room is taken back. */
static void test_no_room(void **state)
{
	PLACE(p);
	struct rlimit old, small;
	struct change c = a_change("x", "load");
	struct err e = { 0 };
	char path[800];
	struct stat st;
	int r;

	append(&p, "a", &pending);
	file_path(&p, 1, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = (rlim_t)st.st_size + 100;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = history_append(p.dir, &c, &pending, NULL, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(r, -ENOSPC);
	assert_int_equal(err_exit(&e), RC_AUDIT);
	assert_non_null(strstr(e.text, "No space left"));
	assert_non_null(strstr(e.hint, "make room"));
	expect_count(&p, 1, 0);
	assert_int_equal(append(&p, "b", &pending).number, 2);
}

static void test_no_folder_above(void **state)
{
	PLACE(p);

	FORMAT(p.dir, "%s/absent/state", tree_path(p.t));
	expect_refused(&p, -ENOENT, "absent");
}

/* Intents of a process that is gone, of another boot, and of one that still works. */
static void test_open_intents(void **state)
{
	PLACE(p);
	_cleanup_(root_freep) struct root *root = tree_root(p.t);
	_cleanup_(history_list_free) struct history_list l = { 0 };
	struct change c = a_change("works", "load");
	size_t open[8];

	tree_write(p.t, "proc/sys/kernel/random/boot_id", "b-1\n");
	fake_task(p.t, &(struct fake_task){ .pid = 500, .tid = 500, .comm = "klpsh) S 1", .state = 'S' });
	fake_task(p.t, &(struct fake_task){ .pid = 501, .tid = 501, .comm = "klpsh", .state = 'Z' });
	c.pid = 500;
	c.pid_start = 600;
	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	FORMAT(c.txn, "reused");
	c.pid_start = 599;
	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	FORMAT(c.txn, "otherboot");
	FORMAT(c.boot_id, "b-0");
	c.pid_start = 600;
	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	FORMAT(c.txn, "zombie");
	FORMAT(c.boot_id, "b-1");
	c.pid = 501;
	c.pid_start = 601;
	assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	append(&p, "ended", &pending);
	append(&p, "ended", &done);
	append(&p, "never", &(struct change_result){ .phase = PHASE_DECLINED, .result = "declined" });
	l = read_all(&p, 0);
	assert_int_equal(history_open_intents(root, &l, open, ARRAY_SIZE(open)), 3);
	assert_string_equal(l.v[open[0]].txn, "reused");
	assert_string_equal(l.v[open[1]].txn, "otherboot");
	assert_string_equal(l.v[open[2]].txn, "zombie");
	assert_int_equal(history_open_intents(root, &l, open, 1), 1);
}

/* Files are read in windows from their end; a record may lie across two of them. */
static void test_many_windows(void **state)
{
	PLACE(p);
	struct history_list l;
	char reason[1001];

	for (size_t n = 0; n < 150; n++) {
		struct change c = a_change("0123456789abcdef0123456789abcdef", "load");

		memset(reason, 'a' + (int)(n % 26), sizeof(reason));
		reason[n * 6] = '\0';
		c.reason = reason;
		assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	}
	expect_count(&p, 150, 0);
	l = read_all(&p, 0);
	for (size_t n = 1; n < 150; n++) {
		assert_int_equal(strlen(l.v[n].reason), n * 6);
		assert_int_equal(l.v[n].reason[n * 6 - 1], 'a' + (int)(n % 26));
	}
	history_list_free(&l);
}

static int until_140(struct history_entry *en, void *arg)
{
	size_t *seen = arg;

	assert_int_equal(en->number, 150 - *seen);
	++*seen;
	return en->number == 140;
}

static void test_a_walk_ends_where_it_is_told(void **state)
{
	PLACE(p);
	struct change c = a_change("0123456789abcdef0123456789abcdef", "load");
	size_t seen = 0;

	for (size_t n = 0; n < 150; n++)
		assert_int_equal(history_append(p.dir, &c, &pending, NULL, NULL), 0);
	assert_int_equal(history_walk(p.dir, until_140, &seen, NULL), 0);
	assert_int_equal(seen, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_recorded_is_read_back),
		cmocka_unit_test(test_each_record_carries_the_hash_of_the_one_before),
		cmocka_unit_test(test_nothing_recorded_yet),
		cmocka_unit_test(test_empty_values),
		cmocka_unit_test(test_only_the_newest),
		cmocka_unit_test(test_a_torn_line_costs_only_itself),
		cmocka_unit_test(test_rubbish_lines),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_folders_that_are_not_safe),
		cmocka_unit_test(test_links_are_not_followed),
		cmocka_unit_test(test_a_file_that_is_full),
		cmocka_unit_test(test_numbers_are_not_used_twice),
		cmocka_unit_test(test_two_writers),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_no_folder_above),
		cmocka_unit_test(test_open_intents),
		cmocka_unit_test(test_many_windows),
		cmocka_unit_test(test_a_walk_ends_where_it_is_told),
	};

	return cmocka_run_group_tests_name("history", tests, fake_deadline, NULL);
}
