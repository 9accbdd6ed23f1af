// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records in the journal, as a journald would get them: values stay values,
 * and neither an absent nor a hanging journald holds anybody up.
 */
#include "tests/core/fake.h"

#include <endian.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/journal.h"

static const struct change_result done = { .phase = PHASE_OUTCOME, .result = "done", .audit = "recorded" };
static const struct change_result intent = { .phase = PHASE_INTENT, .result = "pending" };
static const struct history_head head = { .number = 3, .hash = "abc" };

static struct change a_change(void)
{
	return (struct change){ .txn = "t1",
				.verb = "load",
				.target = "kpatch_a",
				.who = { .auid = 1000, .user = "alice", .origin = "?" } };
}

/* A socket as journald has; *ret_path names it. */
static int listen_at(struct tree *t, char *path, size_t size)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(path, size, "%s/socket", tree_path(t));
	FORMAT(at.sun_path, "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* The value of a field in a datagram, NULL when it is not there; *count: how often. */
static const char *field(const char *data, size_t len, const char *name, char *buf, size_t size, int *count)
{
	const char *found = NULL;

	*count = 0;
	for (size_t at = 0; at < len;) {
		const char *nl = memchr(data + at, '\n', len - at);
		uint64_t n;

		assert_non_null(nl);
		memcpy(&n, nl + 1, sizeof(n));
		n = le64toh(n);
		if (strncmp(data + at, name, strlen(name)) == 0 && data[at + strlen(name)] == '\n') {
			snprintf(buf, size, "%.*s", (int)n, nl + 1 + sizeof(n));
			found = buf;
			++*count;
		}
		at = (size_t)(nl - data) + 1 + sizeof(n) + n + 1;
		assert_true(at <= len && data[at - 1] == '\n');
	}
	return found;
}

static void expect(const char *data, ssize_t len, const char *name, const char *want)
{
	char buf[1024];
	int count;
	const char *got = field(data, (size_t)len, name, buf, sizeof(buf), &count);

	assert_true(count <= 1);
	if (want)
		assert_string_equal(got ? got : "(absent)", want);
	else
		assert_null(got);
}

static void test_fields(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	char path[108], data[8192];
	_cleanup_close_ int fd = listen_at(t, path, sizeof(path));
	struct change c = a_change();
	ssize_t n;

	assert_int_equal(journal_record_at(path, &c, &done, &head), 0);
	n = recv(fd, data, sizeof(data), 0);
	expect(data, n, "KLPSH_TXN", "t1");
	expect(data, n, "KLPSH_VERB", "load");
	expect(data, n, "KLPSH_TARGET", "kpatch_a");
	expect(data, n, "KLPSH_PHASE", "outcome");
	expect(data, n, "KLPSH_RESULT", "done");
	expect(data, n, "KLPSH_HEAD", "3:abc");
	expect(data, n, "KLPSH_AUID", "1000");
	expect(data, n, "MESSAGE", "alice: load kpatch_a: done");
	assert_int_equal(journal_record_at(path, &c, &intent, &head), 0);
	n = recv(fd, data, sizeof(data), 0);
	expect(data, n, "KLPSH_PHASE", "intent");
	expect(data, n, "KLPSH_HEAD", NULL);
}

static void test_no_value_becomes_a_field(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	char path[108], data[8192];
	_cleanup_close_ int fd = listen_at(t, path, sizeof(path));
	struct change c = a_change();
	ssize_t n;

	c.reason = "x\nKLPSH_HEAD=1:evil\nKLPSH_VERB\n";
	c.target = "a\x1b[2J\nb";
	assert_int_equal(journal_record_at(path, &c, &intent, NULL), 0);
	n = recv(fd, data, sizeof(data), 0);
	expect(data, n, "KLPSH_REASON", c.reason);
	expect(data, n, "KLPSH_VERB", "load");
	expect(data, n, "KLPSH_HEAD", NULL);
	expect(data, n, "MESSAGE", "alice: load a\\x1B[2J\\x0Ab: begins");
}

static void test_no_journald(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct change c = a_change();
	char path[108];

	FORMAT(path, "%s/none", tree_path(t));
	assert_int_equal(journal_record_at(path, &c, &done, NULL), -ENOENT);
}

/* One that no longer reads: its queue fills, and we go on. */
static void test_a_journald_that_hangs(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	char path[108];
	_cleanup_close_ int fd = listen_at(t, path, sizeof(path));
	struct change c = a_change();
	int r = 0;

	for (int i = 0; i < 100000 && r == 0; i++)
		r = journal_record_at(path, &c, &done, &head);
	assert_int_equal(r, -EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_no_value_becomes_a_field),
		cmocka_unit_test(test_no_journald),
		cmocka_unit_test(test_a_journald_that_hangs),
	};

	return cmocka_run_group_tests_name("journal", tests, fake_deadline, NULL);
}
