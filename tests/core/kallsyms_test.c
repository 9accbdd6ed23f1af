// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sizes and positions of symbols, as the kernel counts them: every symbol of
 * the name in the object, in the table's order, up to the next address of the
 * same object.
 */
#include "tests/core/fake.h"

#include "core/kallsyms.h"

static const char table[] = "0000000000000000 A fixed_percpu_data\n"
			    "ffffffff81000000 T _text\n"
			    "ffffffff81000100 t dup\n"
			    "ffffffff81000120 t alias\n"
			    "ffffffff81000120 T other\n"
			    "ffffffff81000200 t dup\n"
			    "ffffffff81000300 d dup\n"
			    "ffffffff81000310 T last\n"
			    "ffffffffc0000000 t dup\t[one]\n"
			    "ffffffffc0000030 t end_of_one\t[one]\n"
			    "ffffffffc0000100 t dup\t[two]\n"
			    "ffffffffc0000180 t end_of_two\t[two]\n"
			    "ffffffffc0001000 d data_of_one\t[one]\n";

static struct kallsyms *parsed(const char *text)
{
	struct kallsyms *k = NULL;

	assert_int_equal(kallsyms_parse(text, strlen(text), &k), 0);
	return k;
}

static void test_namesakes_are_counted_by_object(void **state)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k = parsed(table);

	assert_int_equal(kallsyms_count(k, "vmlinux", "dup"), 3);
	assert_int_equal(kallsyms_count(k, NULL, "dup"), 3);
	assert_int_equal(kallsyms_count(k, "one", "dup"), 1);
	assert_int_equal(kallsyms_count(k, "three", "dup"), 0);
	assert_int_equal(kallsyms_count(k, "vmlinux", "du"), 0);
	assert_int_equal(kallsyms_count(k, "vmlinux", "dupe"), 0);
}

static void expect_size(const struct kallsyms *k, const char *object, const char *name, unsigned pos, int r,
			uint64_t want)
{
	uint64_t size = 4711;

	assert_int_equal(kallsyms_size(k, object, name, pos, &size), r);
	assert_int_equal(size, r ? 4711 : want);
}

static void test_size_at_a_position(void **state)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k = parsed(table);

	expect_size(k, "vmlinux", "dup", 0, 0, 0x20);
	expect_size(k, "vmlinux", "dup", 1, 0, 0x20);
	expect_size(k, "vmlinux", "dup", 2, 0, 0x100);
	expect_size(k, "vmlinux", "dup", 3, 0, 0x10);
	expect_size(k, "vmlinux", "dup", 4, -ENOENT, 0);
	expect_size(k, "vmlinux", "alias", 0, 0, 0xe0); /* to the next other address */
	expect_size(k, "one", "dup", 1, 0, 0x30);
	expect_size(k, "two", "dup", 1, 0, 0x80);
	expect_size(k, "two", "dup", 2, -ENOENT, 0);
	expect_size(k, "vmlinux", "absent", 0, -ENOENT, 0);
}

/*
 * The last function of an object ends where its text ends, which the table
 * does not tell: another module's first symbol, or this one's data, is not it.
 */
static void test_the_last_symbol_of_an_object_has_no_known_size(void **state)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k = parsed(table);

	expect_size(k, "vmlinux", "last", 1, -ENOENT, 0);
	expect_size(k, "one", "end_of_one", 1, -ENOENT, 0);
	expect_size(k, "two", "end_of_two", 1, -ENOENT, 0);
}

static void test_hidden_addresses(void **state)
{
	const char *zero = "0000000000000000 T a\n0000000000000000 T b\n";
	struct kallsyms *k = NULL;

	assert_int_equal(kallsyms_parse(zero, strlen(zero), &k), -EPERM);
	assert_null(k);
}

static void test_rubbish_is_skipped(void **state)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k =
		parsed("\n\nffff\nffff t\nffff t \n t x\nzzzz t x\n10 t x\n20 tt y\n30 t y\t[\n40 t z\t[]\n"
		       "50 t y\n11111111111111111 t x\n60 t w");

	assert_int_equal(kallsyms_count(k, NULL, "x"), 1);
	expect_size(k, NULL, "x", 1, 0, 0x20);
	assert_int_equal(kallsyms_count(k, NULL, "w"), 1);
	assert_int_equal(kallsyms_count(k, NULL, ""), 0);
}

static void test_nothing_at_all(void **state)
{
	_cleanup_(kallsyms_freep) struct kallsyms *k = parsed("");

	assert_int_equal(kallsyms_count(k, NULL, "x"), 0);
	expect_size(k, NULL, "x", 0, -ENOENT, 0);
}

static void test_through_a_root(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(kallsyms_freep) struct kallsyms *k = NULL;
	struct err e = { 0 };

	assert_int_equal(kallsyms_read(root, &k, &e), -ENOENT);
	tree_write(t, "proc/kallsyms", "0000000000000000 T a\n");
	assert_int_equal(kallsyms_read(root, &k, &e), -EPERM);
	assert_non_null(strstr(e.text, "hidden"));
	tree_write(t, "proc/kallsyms", table);
	assert_int_equal(kallsyms_read(root, &k, &e), 0);
	expect_size(k, "one", "dup", 1, 0, 0x30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namesakes_are_counted_by_object),
		cmocka_unit_test(test_size_at_a_position),
		cmocka_unit_test(test_the_last_symbol_of_an_object_has_no_known_size),
		cmocka_unit_test(test_hidden_addresses),
		cmocka_unit_test(test_rubbish_is_skipped),
		cmocka_unit_test(test_nothing_at_all),
		cmocka_unit_test(test_through_a_root),
	};

	return cmocka_run_group_tests_name("kallsyms", tests, fake_deadline, NULL);
}
