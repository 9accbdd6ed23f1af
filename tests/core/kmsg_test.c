// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel log: records and their gaps, every livepatch line that counts as
 * an event, and none that a user can forge.
 */
#include "tests/core/fake.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/kmsg.h"
#include "core/text.h"

static struct kmsg_record parsed(const char *raw)
{
	struct kmsg_record r = { 0 };

	assert_int_equal(kmsg_parse(raw, strlen(raw), &r), 0);
	return r;
}

static void test_a_record(void **state)
{
	struct kmsg_record r =
		parsed("6,339,5140900,-,caller=T1;livepatch: enabling patch 'x'\n SUBSYSTEM=a\n");

	assert_int_equal(r.level, 6);
	assert_int_equal(r.facility, 0);
	assert_int_equal(r.seq, 339);
	assert_int_equal(r.usec, 5140900);
	assert_int_equal(r.lost, 0);
	assert_true(r.livepatch);
	assert_string_equal(r.text, "livepatch: enabling patch 'x'");
	r = parsed("30,18446744073709551615,1,c;a;b");
	assert_int_equal(r.facility, 3);
	assert_int_equal(r.level, 6);
	assert_true(r.seq == UINT64_MAX);
	assert_string_equal(r.text, "a;b");
	assert_false(r.livepatch);
	assert_string_equal(parsed("0,0,0;").text, "");
}

static void test_what_is_no_record(void **state)
{
	static const char *const bad[] = {
		"",	   ";",		 "6,1,2",    "6;x",	 "6,1;x",
		"a,1,2;x", "-6,1,2,-;x", "6,,2,-;x", "6, 1,2;x", "6,99999999999999999999,2,-;x"
	};
	struct kmsg_record r = { .seq = 4711 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(kmsg_parse(bad[i], strlen(bad[i]), &r), -EBADMSG);
	assert_int_equal(r.seq, 4711);
}

static void test_records_are_sanitized_and_bounded(void **state)
{
	static char raw[9000];
	struct kmsg_record r = parsed("6,1,2,-;\x1b[2J\u202e\xff");

	assert_string_equal(r.text, "\\x1B[2J\\u{202E}\\xFF");
	memset(raw, '\x1b', sizeof(raw));
	memcpy(raw, "6,1,2,-;", 8);
	assert_int_equal(kmsg_parse(raw, sizeof(raw), &r), 0);
	assert_true(text_is_clean(r.text));
	assert_int_equal(strlen(r.text) % 4, 0);
}

static void expect_event(const char *text, enum kmsg_event want, const char *name)
{
	struct kmsg_record r;
	char raw[512], patch[64];

	FORMAT(raw, "5,1,2,-;%s", text);
	r = parsed(raw);
	assert_int_equal(kmsg_event_of(&r, patch, sizeof(patch)), want);
	assert_string_equal(patch, name);
	/* The very same from user space (facility 1) is just text. */
	FORMAT(raw, "13,1,2,-;%s", text);
	r = parsed(raw);
	assert_int_equal(kmsg_event_of(&r, patch, sizeof(patch)), KMSG_NONE);
	assert_string_equal(patch, "");
}

static void test_every_livepatch_line(void **state)
{
	expect_event("livepatch: enabling patch 'klp_x'", KMSG_ENABLING, "klp_x");
	expect_event("livepatch: 'klp_x': starting patching transition", KMSG_PATCHING, "klp_x");
	expect_event("livepatch: 'klp_x': patching complete", KMSG_PATCHED, "klp_x");
	expect_event("livepatch: 'klp_x': starting unpatching transition", KMSG_UNPATCHING, "klp_x");
	expect_event("livepatch: 'klp_x': unpatching complete", KMSG_UNPATCHED, "klp_x");
	expect_event("livepatch: signaling remaining tasks", KMSG_SIGNALING, "");
	expect_event("livepatch: forcing remaining tasks to the patched state", KMSG_FORCING, "");
	expect_event("livepatch: 'klp_x': reversing transition from patching to unpatching", KMSG_REVERSING,
		     "klp_x");
	expect_event("livepatch: failed to enable patch 'klp_x'", KMSG_FAILED, "klp_x");
	expect_event("klp_x: tainting kernel with TAINT_LIVEPATCH", KMSG_TAINTING, "klp_x");
}

static void test_lines_that_are_no_event(void **state)
{
	expect_event("livepatch: sysfs: something else", KMSG_NONE, "");
	expect_event("foo: livepatch: 'x': patching complete", KMSG_NONE, "");
	expect_event(" livepatch: 'x': patching complete", KMSG_NONE, "");
	expect_event("klp_x: module verification failed: signature and/or required key missing", KMSG_NONE,
		     "");
	expect_event("usb 1-1: new device", KMSG_NONE, "");
}

static void test_lines_that_concern_livepatching(void **state)
{
	assert_true(parsed("5,1,2,-;x: module verification failed: signature").livepatch);
	assert_true(parsed("5,1,2,-;x: tainting kernel with TAINT_LIVEPATCH").livepatch);
	assert_false(parsed("5,1,2,-;usb 1-1: new device").livepatch);
}

static void test_names_fit_their_buffer(void **state)
{
	struct kmsg_record r = parsed("5,1,2,-;livepatch: 'abcdefgh': patching complete");
	char patch[8];

	assert_int_equal(kmsg_event_of(&r, patch, 5), KMSG_PATCHED);
	assert_string_equal(patch, "abcd");
	r = parsed("5,1,2,-;livepatch: 'half: patching complete");
	assert_int_equal(kmsg_event_of(&r, patch, sizeof(patch)), KMSG_PATCHED);
	assert_string_equal(patch, "");
	r = parsed("5,1,2,-;abcdefgh: tainting kernel with TAINT_LIVEPATCH");
	assert_int_equal(kmsg_event_of(&r, patch, 5), KMSG_TAINTING);
	assert_string_equal(patch, "abcd");
}

static void test_a_captured_log_with_gaps(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(kmsg_freep) struct kmsg *k = NULL;
	struct kmsg_record r;

	tree_write(t, "dev/kmsg",
		   "6,100,1,-;one\n SUBSYSTEM=pci\n DEVICE=+pci:0\n6,101,2,-;two\nrubbish\n6,105,3,-;three\n"
		   "6,106,4,-;four");
	assert_int_equal(kmsg_open(root, true, &k, NULL), 0);
	assert_int_equal(kmsg_fd(k), -1);
	assert_int_equal(kmsg_next(k, &r), 1);
	assert_string_equal(r.text, "one");
	assert_int_equal(r.lost, 0); /* the first is the first */
	assert_int_equal(kmsg_next(k, &r), 1);
	assert_int_equal(r.lost, 0);
	assert_int_equal(kmsg_next(k, &r), 1);
	assert_string_equal(r.text, "three");
	assert_int_equal(r.lost, 3);
	assert_int_equal(kmsg_next(k, &r), 1);
	assert_string_equal(r.text, "four");
	assert_int_equal(kmsg_next(k, &r), 0);
	assert_int_equal(kmsg_next(k, &r), 0);
}

static void test_only_what_is_new(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(kmsg_freep) struct kmsg *k = NULL;
	struct kmsg_record r;

	tree_write(t, "dev/kmsg", "6,100,1,-;one\n");
	assert_int_equal(kmsg_open(root, false, &k, NULL), 0);
	assert_int_equal(kmsg_next(k, &r), 0);
}

static void test_logs_that_cannot_be_read(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct kmsg *k = NULL;
	struct err e = { 0 };

	assert_int_equal(kmsg_open(root, true, &k, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/dev/kmsg"));
	tree_fifo(t, "dev/kmsg");
	assert_int_equal(kmsg_open(root, true, &k, &e), -EINVAL);
	tree_remove(t, "dev/kmsg");
	tree_mkdir(t, "dev/kmsg");
	assert_int_equal(kmsg_open(root, true, &k, &e), -EINVAL);
	assert_null(k);
}

/* A captured /dev, copied with its devices, is not this machine's log. */
static void test_a_device_in_a_captured_tree(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct kmsg *k = NULL;
	char path[600];

	tree_mkdir(t, "dev");
	FORMAT(path, "%s/dev/kmsg", tree_path(t));
	if (mknod(path, S_IFCHR | 0600, makedev(1, 5)) < 0)
		return; /* needs root, and a machine that allows it */
	assert_int_equal(kmsg_open(root, true, &k, NULL), -EINVAL);
	kmsg_free(k);
}

static void test_words(void **state)
{
	assert_string_equal(kmsg_level_word(0), "emergency");
	assert_string_equal(kmsg_level_word(7), "debug");
	assert_string_equal(kmsg_level_word(8), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record),
		cmocka_unit_test(test_what_is_no_record),
		cmocka_unit_test(test_records_are_sanitized_and_bounded),
		cmocka_unit_test(test_every_livepatch_line),
		cmocka_unit_test(test_lines_that_are_no_event),
		cmocka_unit_test(test_lines_that_concern_livepatching),
		cmocka_unit_test(test_names_fit_their_buffer),
		cmocka_unit_test(test_a_captured_log_with_gaps),
		cmocka_unit_test(test_only_what_is_new),
		cmocka_unit_test(test_logs_that_cannot_be_read),
		cmocka_unit_test(test_a_device_in_a_captured_tree),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("kmsg", tests, fake_deadline, NULL);
}
