// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/modules line by line, and build-ids from ELF notes whose sizes may be
 * lies.
 */
#include "tests/core/fake.h"

#include "core/modlist.h"

static int read_modules(const char *text, struct modules *ret, struct err *e)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);

	tree_write(t, "proc/modules", text);
	return modules_read(root, ret, e);
}

static void test_a_module_line(void **state)
{
	struct modules m = { 0 };
	struct err e = { 0 };

	assert_int_equal(read_modules("klp_fix 16384 1 - Live 0x0000000000000000 (OEK)\n"
				      "ext4 987136 2 jbd2,dm_x, Live 0xffffffffc0000000\n"
				      "stuck 8192 -1 [permanent], Unloading 0x0 (OE-)\n",
				      &m, &e),
			 0);
	assert_int_equal(e.code, 0);
	assert_int_equal(m.n, 3);
	assert_string_equal(m.v[0].name, "klp_fix");
	assert_int_equal(m.v[0].size, 16384);
	assert_int_equal(m.v[0].refcount, 1);
	assert_string_equal(m.v[0].holders, "");
	assert_string_equal(m.v[0].state, "Live");
	assert_string_equal(m.v[0].taints, "OEK");
	assert_true(m.v[0].livepatch);
	assert_string_equal(m.v[1].holders, "jbd2,dm_x");
	assert_string_equal(m.v[1].taints, "");
	assert_false(m.v[1].livepatch);
	assert_int_equal(m.v[2].refcount, -1);
	assert_string_equal(m.v[2].holders, "[permanent]");
	assert_int_equal(m.v[2].age, 2); /* the oldest */
	assert_ptr_equal(modules_find(&m, "ext4"), &m.v[1]);
	assert_null(modules_find(&m, "ext"));
	modules_free(&m);
}

/* '+' and '-' say that a module comes or goes; they are no taint. */
static void test_coming_and_going_are_no_taints(void **state)
{
	struct modules m = { 0 };

	assert_int_equal(read_modules("a 1 1 - Loading 0x0 (OEK+)\nb 1 0 - Unloading 0x0 (-)\n", &m, NULL),
			 0);
	assert_string_equal(m.v[0].taints, "OEK");
	assert_true(m.v[0].livepatch);
	assert_string_equal(m.v[1].taints, "");
	modules_free(&m);
}

static void test_without_module_unloading(void **state)
{
	struct modules m = { 0 };

	assert_int_equal(read_modules("a 4096 - - Live 0x0\n", &m, NULL), 0);
	assert_int_equal(m.v[0].refcount, -1);
	modules_free(&m);
}

static void test_bad_lines_are_left_out_and_told(void **state)
{
	struct modules m = { 0 };
	struct err e = { 0 };

	assert_int_equal(read_modules("rubbish\na x 1 - Live 0x0\n\nb 1 1 - Live 0x0\nc 1 1 -", &m, &e), 0);
	assert_int_equal(m.n, 1);
	assert_string_equal(m.v[0].name, "b");
	assert_int_equal(m.v[0].age, 0);
	assert_int_equal(e.code, -EBADMSG);
	modules_free(&m);
	e = (struct err){ 0 };
	assert_int_equal(read_modules("", &m, &e), 0);
	assert_int_equal(m.n, 0);
	assert_int_equal(e.code, 0);
	modules_free(&m);
}

static void test_binary_and_absent_lists_are_errors(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct modules m = { 0 };
	struct err e = { 0 };

	assert_int_equal(modules_read(root, &m, &e), -ENOENT);
	tree_write_bytes(t, "proc/modules", "a 1\0 1 - Live 0x0\n", 18);
	assert_int_equal(modules_read(root, &m, &e), -EBADMSG);
	assert_int_equal(m.n, 0);
	assert_null(m.v);
}

/* Words of a note section in this machine's byte order, then bytes. */
static int read_note(const uint32_t *words, size_t n, const char *rest, size_t len, char *buf, size_t size)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	char note[512];

	memcpy(note, words, n * 4);
	memcpy(note + n * 4, rest, len);
	tree_write_bytes(t, "sys/module/m/notes/.note.gnu.build-id", note, n * 4 + len);
	return module_build_id(root, "m", buf, size);
}

#define NOTE(a, b, c, rest, size)                                                                            \
	read_note((const uint32_t[]){ a, b, c }, 3, rest, sizeof(rest) - 1, buf, size)

static void test_build_id(void **state)
{
	char buf[256];

	assert_int_equal(NOTE(4, 4, 3, "GNU\0\x01\xab\x00\xff", 256), 0);
	assert_string_equal(buf, "01ab00ff");
	/* Behind another note, whose sizes are padded. */
	assert_int_equal(NOTE(5, 3, 1, "Xen\0a\0\0\0ddd\0\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\x12\x34", 256), 0);
	assert_string_equal(buf, "1234");
	/* Exactly as much room as it needs, or one less. */
	assert_int_equal(NOTE(4, 4, 3, "GNU\0\x01\xab\x00\xff", 9), 0);
	assert_int_equal(NOTE(4, 4, 3, "GNU\0\x01\xab\x00\xff", 8), -EBADMSG);
}

static void test_notes_that_lie_about_sizes(void **state)
{
	char buf[256] = "q";

	assert_int_equal(NOTE(4, 0xffffffff, 3, "GNU\0abcd", 256), -EBADMSG);
	assert_int_equal(NOTE(0xffffffff, 4, 3, "GNU\0abcd", 256), -EBADMSG);
	assert_int_equal(NOTE(0xfffffffd, 0xfffffffd, 3, "GNU\0abcd", 256), -EBADMSG);
	assert_int_equal(NOTE(4, 5, 3, "GNU\0abcd", 256), -EBADMSG);
	assert_int_equal(NOTE(4, 0, 3, "GNU\0", 256), -EBADMSG);
	assert_int_equal(NOTE(4, 0, 3, "", 256), -EBADMSG);
	assert_int_equal(NOTE(0, 0, 0, "", 256), -EBADMSG);
	assert_int_equal(
		NOTE(4, 65, 3, "GNU\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 256),
		-EBADMSG);
	assert_int_equal(read_note((const uint32_t[]){ 4 }, 1, "", 0, buf, 256), -EBADMSG);
	assert_string_equal(buf, "q");
}

static void test_ids_of_any_module(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct module_ids ids;

	tree_write(t, "sys/module/ext4/srcversion", "ABCDEF\n");
	tree_write(t, "sys/module/ext4/version", "1.2\n");
	module_ids_read(root, "ext4", &ids);
	assert_string_equal(ids.srcversion, "ABCDEF");
	assert_string_equal(ids.version, "1.2");
	assert_string_equal(ids.build_id, "");
	/* Neither another's folder nor one that is not there. */
	tree_write(t, "sys/module/srcversion", "OTHER\n");
	module_ids_read(root, ".", &ids);
	assert_string_equal(ids.srcversion, "");
	module_ids_read(root, "ext4/../ext4", &ids);
	assert_string_equal(ids.srcversion, "");
	module_ids_read(root, "jbd2", &ids);
	assert_string_equal(ids.srcversion, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_module_line),
		cmocka_unit_test(test_coming_and_going_are_no_taints),
		cmocka_unit_test(test_without_module_unloading),
		cmocka_unit_test(test_bad_lines_are_left_out_and_told),
		cmocka_unit_test(test_binary_and_absent_lists_are_errors),
		cmocka_unit_test(test_build_id),
		cmocka_unit_test(test_ids_of_any_module),
		cmocka_unit_test(test_notes_that_lie_about_sizes),
	};

	return cmocka_run_group_tests_name("modlist", tests, fake_deadline, NULL);
}
