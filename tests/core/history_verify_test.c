// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an admin asks of `history --verify`: any change to what was written is
 * found, with the record it begins at, and what a crash or rotation did is
 * told apart from that.
 */
#include "tests/core/history_place.h"

#include <sys/stat.h>

#include "core/hash.h"
#include "core/heads.h"

/* Five records in two transactions and a half; heads of the outcomes 2 and 4 as the logs have them. */
struct record_of_five {
	struct history_head head[6];
	struct heads log;
};

static struct record_of_five five(const struct place *p)
{
	struct record_of_five f = { 0 };
	const struct change_result *const kinds[] = { &pending, &done, &pending, &done, &pending };
	const char *const txns[] = { "a", "a", "b", "b", "c" };

	for (int i = 0; i < 5; i++)
		f.head[i + 1] = append(p, txns[i], kinds[i]);
	assert_int_equal(heads_add(&f.log, &f.head[2]), 0);
	assert_int_equal(heads_add(&f.log, &f.head[4]), 0);
	return f;
}

static char *slurp(const struct place *p, uint64_t first)
{
	char path[800], *text = NULL;
	FILE *f;

	file_path(p, first, path, sizeof(path));
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fd_read_all(fileno(f), 16 << 20, &text, NULL), 0);
	fclose(f);
	return text;
}

static void spew(const struct place *p, uint64_t first, const char *text)
{
	char path[800];
	FILE *f;

	file_path(p, first, path, sizeof(path));
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

/* Start of line n, from 1. */
static char *line_of(char *text, int n)
{
	while (--n)
		text = strchr(text, '\n') + 1;
	return text;
}

static void drop_lines(const struct place *p, int from, int count)
{
	char *text = slurp(p, 1), *at = line_of(text, from), *rest = line_of(at, count + 1);

	memmove(at, rest, strlen(rest) + 1);
	spew(p, 1, text);
	free(text);
}

static void alter(const struct place *p, int line, const char *what, const char *by)
{
	char *text = slurp(p, 1), *at = strstr(line_of(text, line), what);

	assert_non_null(at);
	assert_int_equal(strlen(what), strlen(by));
	memcpy(at, by, strlen(by));
	spew(p, 1, text);
	free(text);
}

static void forget_heads(const struct place *p)
{
	char path[800];

	FORMAT(path, "%s/history/heads", p->dir);
	assert_int_equal(unlink(path), 0);
}

static struct history_check verify(const struct place *p, const struct heads *audit,
				   const struct heads *journal)
{
	struct history_check k = { 0 };
	struct err e = { 0 };

	if (history_verify_with(p->dir, audit, journal, &k, &e) < 0)
		fail_msg("not verified: %s", e.text);
	return k;
}

static bool found(const struct history_check *k, const char *word)
{
	for (size_t i = 0; i < k->n_findings; i++)
		if (strstr(k->findings[i], word))
			return true;
	return false;
}

static void expect(const struct place *p, const struct heads *audit, uint64_t bad, const char *word)
{
	_cleanup_(history_check_free) struct history_check k = verify(p, audit, NULL);

	if (k.bad != bad || (word && !found(&k, word)))
		fail_msg("bad is %d, wanted %d; no \"%s\" in: %s", (int)k.bad, (int)bad, word ? word : "",
			 k.n_findings ? k.findings[0] : "(nothing)");
	if (!word && k.n_findings)
		fail_msg("a finding too many: %s", k.findings[0]);
}

static void test_a_whole_history(void **state)
{
	PLACE(p);
	_cleanup_(history_check_free) struct history_check k = { 0 };
	struct record_of_five f = five(&p);

	k = verify(&p, &f.log, &f.log);
	assert_int_equal(k.bad, 0);
	assert_int_equal(k.records, 5);
	assert_int_equal(k.first, 1);
	assert_int_equal(k.last, 5);
	assert_int_equal(k.n_findings, 0);
	assert_true(k.audit_checked && k.journal_checked);
	assert_int_equal(k.audit_heads, 2);
	history_check_free(&k);
	k = verify(&p, NULL, NULL);
	assert_int_equal(k.bad, 0);
	assert_false(k.audit_checked || k.journal_checked);
	heads_done(&f.log);
}

static void test_nothing_there(void **state)
{
	PLACE(p);
	struct heads log = { 0 };
	struct history_head h = { .number = 7, .hash = "x" };

	expect(&p, NULL, 0, NULL);
	assert_int_equal(heads_add(&log, &h), 0);
	expect(&p, &log, 1, "the end is missing: the audit log knows record 7");
	heads_done(&log);
}

static void test_alteration(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);

	alter(&p, 2, "alice", "mallo");
	expect(&p, NULL, 2, "record 2 was altered: its hash is not the one that record 3 carries");
	heads_done(&f.log);
}

/* Nothing comes behind the last one but the heads file. */
static void test_alteration_of_the_last(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);

	alter(&p, 5, "alice", "mallo");
	expect(&p, NULL, 5, "record 5 was altered: the file \"heads\"");
	heads_done(&f.log);
}

static void test_removal(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);

	drop_lines(&p, 2, 2);
	expect(&p, NULL, 2, "records 2 to 3 are missing");
	heads_done(&f.log);
}

static void test_removal_at_the_beginning(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);

	drop_lines(&p, 1, 2);
	expect(&p, NULL, 1, "records 1 to 2 are missing, and rotation did not drop them");
	heads_done(&f.log);
}

static void test_truncation(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);

	drop_lines(&p, 4, 2);
	expect(&p, NULL, 4, "the end is missing: the file \"heads\" knows record 5, the last one here is 3");
	forget_heads(&p);
	expect(&p, NULL, 4, "\"heads\" is missing");
	expect(&p, &f.log, 4, "the end is missing: the audit log knows record 4");
	heads_done(&f.log);
}

/* Records that follow do not heal it. */
static void test_truncation_stays_to_be_seen(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);

	drop_lines(&p, 4, 2);
	assert_int_equal(append(&p, "d", &pending).number, 6);
	expect(&p, NULL, 4, "records 4 to 5 are missing");
	heads_done(&f.log);
}

static void test_reordering(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);
	char *text = slurp(&p, 1), *two = strdup(line_of(text, 2));

	line_of(two, 2)[0] = '\0';
	drop_lines(&p, 2, 1);
	free(text);
	text = slurp(&p, 1);
	text = realloc(text, strlen(text) + strlen(two) + 1);
	strcat(text, two);
	spew(&p, 1, text);
	expect(&p, NULL, 2, "record 2 stands behind record 5");
	free(text);
	free(two);
	heads_done(&f.log);
}

/* Who can write all files can also mend all hashes in them; the logs tell. */
static void test_a_history_that_was_rewritten(void **state)
{
	PLACE(p);
	PLACE(other);
	struct record_of_five f = five(&p), g = five(&other);

	expect(&other, &g.log, 0, NULL);
	expect(&other, &f.log, 2, "record 2 was altered: the audit log has another hash for it");
	heads_done(&f.log);
	heads_done(&g.log);
}

static void test_a_line_that_somebody_put_in(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);
	char *text = slurp(&p, 1), *more = NULL;

	assert_true(asprintf(&more, "%srubbish\n", text) > 0);
	spew(&p, 1, more);
	expect(&p, NULL, 6, "line 6 of 00000000000000000001.json is no record, and no crash explains it");
	free(more);
	assert_true(asprintf(&more, "rubbish\n%s", text) > 0);
	spew(&p, 1, more);
	expect(&p, NULL, 1, "line 1 of");
	free(more);
	free(text);
	heads_done(&f.log);
}

static void test_a_crash_is_no_breach(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);
	char *text = slurp(&p, 1), *more = NULL;

	assert_true(asprintf(&more, "%s{\"number\":6,\"pr", text) > 0);
	spew(&p, 1, more);
	expect(&p, &f.log, 0, "line 6 of 00000000000000000001.json was left unfinished by a crash");
	assert_int_equal(append(&p, "c", &done).number, 6);
	expect(&p, &f.log, 0, "left unfinished by a crash; the record behind it says so");
	free(more);
	free(text);
	heads_done(&f.log);
}

/* Between the line and the heads file. */
static void test_heads_that_lag_behind(void **state)
{
	PLACE(p);
	struct record_of_five f = five(&p);
	char from[800], to[800];

	FORMAT(from, "%s/history/heads", p.dir);
	FORMAT(to, "%s/history/kept", p.dir);
	assert_int_equal(link(from, to), 0);
	assert_int_equal(unlink(from), 0);
	append(&p, "c", &done);
	assert_int_equal(rename(to, from), 0);
	expect(&p, &f.log, 0, NULL);
	heads_done(&f.log);
}

static void test_rotation_is_no_breach(void **state)
{
	PLACE(p);
	_cleanup_(history_check_free) struct history_check k = { 0 };
	struct change c = a_change("x", "load");
	struct heads log = { 0 };
	struct history_head head = { 0 };
	char reason[1025], path_of[4097], path[800];

	memset(reason, '\x01', sizeof(reason) - 1);
	memset(path_of, '\x01', sizeof(path_of) - 1);
	reason[1024] = path_of[4096] = '\0';
	c.reason = c.target = c.flags = c.of = reason;
	c.path = path_of;
	while (head.number < 400) {
		assert_int_equal(history_append(p.dir, &c, &pending, &head, NULL), 0);
		assert_int_equal(heads_add(&log, &head), 0);
	}
	k = verify(&p, &log, NULL);
	assert_int_equal(k.bad, 0);
	assert_true(k.first > 1);
	assert_int_equal(k.records, k.last - k.first + 1);
	assert_int_equal(k.n_findings, 1);
	assert_true(found(&k, "were dropped by rotation"));
	assert_int_equal(k.audit_heads, k.records);
	/* Who takes away one file more is seen. */
	file_path(&p, k.first, path, sizeof(path));
	assert_int_equal(unlink(path), 0);
	expect(&p, &log, 1, "rotation did not drop them");
	heads_done(&log);
}

static void test_findings_are_bounded(void **state)
{
	PLACE(p);
	_cleanup_(history_check_free) struct history_check k = { 0 };
	struct record_of_five f = five(&p);
	char *text = slurp(&p, 1), more[16384] = "";

	for (int i = 0; i < 20; i++)
		strcat(more, "rubbish\n");
	strcat(more, text);
	spew(&p, 1, more);
	k = verify(&p, NULL, NULL);
	assert_int_equal(k.n_findings, 16);
	assert_string_equal(k.findings[15], "and 5 more findings");
	free(text);
	heads_done(&f.log);
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BEFORE "type=USYS_CONFIG msg=audit(1700000000.123:45): pid=7 uid=0 auid=1000 ses=3 msg='"
#define TXN "txn=\"0123456789abcdef0123456789abcdef\""
#define AFTER " exe=\"/usr/bin/klpsh\" hostname=? addr=? terminal=pts/1 res=success'\x1dUID=\"root\""

static void test_lines_of_the_audit_log(void **state)
{
	struct history_head h = { 0 };

	assert_true(
		audit_line_head(BEFORE "op=\"load\" patch=\"a'b\" " TXN " head=\"12:" HASH "\"" AFTER, &h));
	assert_int_equal(h.number, 12);
	assert_string_equal(h.hash, HASH);
	assert_true(audit_line_head("node=web1 " BEFORE "op=\"load\" " TXN " head=\"9:" HASH "\"" AFTER, &h));
	assert_int_equal(h.number, 9);
	/* Another type, an intent, a value that looks like a field, other programs, rubbish. */
	assert_false(audit_line_head(
		"type=USER_CMD msg=audit(1:2): msg='op=\"load\" " TXN " head=\"1:" HASH "\"" AFTER, &h));
	assert_false(audit_line_head(BEFORE "op=\"load\" " TXN AFTER, &h));
	assert_false(audit_line_head(BEFORE "op=\"load\" " TXN " reason=\"head=\"12:" HASH "\"" AFTER, &h));
	assert_false(audit_line_head(BEFORE "op=set-time head=\"1:" HASH "\"" AFTER, &h));
	assert_false(audit_line_head(BEFORE "op=\"load\" " TXN " head=\"0:" HASH "\"" AFTER, &h));
	assert_false(audit_line_head(
		BEFORE "op=\"load\" " TXN " head=\"99999999999999999999:" HASH "\"" AFTER, &h));
	assert_false(audit_line_head(BEFORE "op=\"load\" " TXN " head=\"1:" HASH "0\"" AFTER, &h));
	assert_false(audit_line_head(BEFORE "op=\"load\" txn=\"12\" head=\"1:" HASH "\"" AFTER, &h));
	assert_false(audit_line_head(BEFORE, &h));
	assert_false(audit_line_head("", &h));
	assert_int_equal(h.number, 9);
}

static void test_rotated_audit_logs(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(heads_done) struct heads h = { 0 };
	struct err e = { 0 };
	char *big = malloc(100000);

	memset(big, 'x', 99999);
	big[99999] = '\0';
	tree_write(t, "audit.log", BEFORE "op=\"load\" " TXN " head=\"3:" HASH "\"" AFTER "\n");
	tree_write(t, "audit.log.1", BEFORE "op=\"load\" " TXN " head=\"2:" HASH "\"" AFTER "\nrubbish\n");
	tree_write(t, "audit.log.2", big);
	tree_write(t, "audit.log.bak", BEFORE "op=\"load\" " TXN " head=\"1:" HASH "\"" AFTER "\n");
	tree_fifo(t, "audit.log.4");
	assert_int_equal(audit_log_heads(tree_path(t), &h, &e), 0);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.v[0].number + h.v[1].number, 5);
	free(big);
	assert_int_equal(audit_log_heads("/nonexistent/audit", &h, &e), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_history),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_alteration),
		cmocka_unit_test(test_alteration_of_the_last),
		cmocka_unit_test(test_removal),
		cmocka_unit_test(test_removal_at_the_beginning),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_truncation_stays_to_be_seen),
		cmocka_unit_test(test_reordering),
		cmocka_unit_test(test_a_history_that_was_rewritten),
		cmocka_unit_test(test_a_line_that_somebody_put_in),
		cmocka_unit_test(test_a_crash_is_no_breach),
		cmocka_unit_test(test_heads_that_lag_behind),
		cmocka_unit_test(test_rotation_is_no_breach),
		cmocka_unit_test(test_findings_are_bounded),
		cmocka_unit_test(test_lines_of_the_audit_log),
		cmocka_unit_test(test_rotated_audit_logs),
	};

	return cmocka_run_group_tests_name("history_verify", tests, fake_deadline, NULL);
}
