// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The set of names that one pass over a table is compared with, and counting
 * kallsyms with it.
 */
#include "tests/core/fake.h"

#include "core/kallsyms.h"

static int find(const struct nameset *s, const char *object, const char *name)
{
	return nameset_find(s, object, object ? strlen(object) : 0, name, strlen(name));
}

static void test_names_are_by_object(void **state)
{
	_cleanup_(nameset_done) struct nameset s = { 0 };

	assert_int_equal(nameset_init(&s, 3), 0);
	assert_int_equal(nameset_add(&s, "vmlinux", "one"), 0);
	assert_int_equal(nameset_add(&s, "mod", "one"), 1);
	assert_int_equal(nameset_add(&s, "vmlinux", "one"), 0);
	assert_int_equal(find(&s, NULL, "one"), 0);
	assert_int_equal(find(&s, "mod", "one"), 1);
	assert_int_equal(find(&s, "mo", "one"), -1);
	assert_int_equal(find(&s, "mod", "on"), -1);
	assert_int_equal(find(&s, NULL, "ones"), -1);
	/* not terminated: only so many bytes count */
	assert_int_equal(nameset_find(&s, "modern", 3, "oneself", 3), 1);
	assert_int_equal(nameset_add(&s, "mod", "two"), 2);
	assert_int_equal(nameset_add(&s, "mod", "three"), -ENOSPC);
	assert_int_equal(nameset_add(&s, "mod", "two"), 2);
}

static void test_an_empty_set_finds_nothing(void **state)
{
	_cleanup_(nameset_done) struct nameset s = { 0 };

	assert_int_equal(nameset_init(&s, 0), 0);
	assert_int_equal(find(&s, NULL, "one"), -1);
	assert_int_equal(nameset_add(&s, "mod", "one"), -ENOSPC);
	assert_int_equal(nameset_init(&(struct nameset){ 0 }, SIZE_MAX), -ENOMEM);
}

static void test_many_names(void **state)
{
	enum { MANY = 5000 };
	_cleanup_(nameset_done) struct nameset s = { 0 };
	static char names[MANY][32];

	assert_int_equal(nameset_init(&s, MANY), 0);
	for (int i = 0; i < MANY; i++) {
		FORMAT(names[i], "function_%d", i);
		assert_int_equal(nameset_add(&s, i % 2 ? "mod" : "vmlinux", names[i]), i);
	}
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(find(&s, i % 2 ? "mod" : NULL, names[i]), i);
		assert_int_equal(find(&s, i % 2 ? NULL : "mod", names[i]), -1);
	}
}

static void test_kallsyms_is_counted_in_one_pass(void **state)
{
	static const char table[] =
		"ffffffff81000100 t dup\nffffffff81000200 T dup\nffffffff81000300 D other\n"
		"ffffffffc0000000 t dup\t[one]\nrubbish\n";
	_cleanup_(kallsyms_freep) struct kallsyms *k = NULL;
	_cleanup_(nameset_done) struct nameset s = { 0 };
	size_t counts[3] = { 0 };

	assert_int_equal(kallsyms_parse(table, strlen(table), &k), 0);
	assert_int_equal(nameset_init(&s, 3), 0);
	nameset_add(&s, "vmlinux", "dup");
	nameset_add(&s, "one", "dup");
	nameset_add(&s, "one", "other");
	assert_int_equal(kallsyms_count_all(k, &s, counts), 4);
	assert_int_equal(counts[0], 2);
	assert_int_equal(counts[1], 1);
	assert_int_equal(counts[2], 0);
	assert_false(kallsyms_hidden(k));
}

static void test_hidden_addresses_leave_the_names(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(kallsyms_freep) struct kallsyms *k = NULL;
	struct err e = { 0 };

	tree_write(t, "proc/kallsyms", "0000000000000000 T one\n0000000000000000 T two\n");
	assert_int_equal(kallsyms_read(root, &k, &e), -EPERM);
	assert_int_equal(kallsyms_read_names(root, &k, &e), 0);
	assert_true(kallsyms_hidden(k));
	assert_int_equal(kallsyms_count(k, NULL, "one"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_by_object),
		cmocka_unit_test(test_an_empty_set_finds_nothing),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_kallsyms_is_counted_in_one_pass),
		cmocka_unit_test(test_hidden_addresses_leave_the_names),
	};

	return cmocka_run_group_tests_name("nameset", tests, fake_deadline, NULL);
}
