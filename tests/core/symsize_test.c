// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions about namesakes: asked once, answered here or in a helper alike,
 * and not asked for ever when the answer cannot be had.
 */
#include "tests/core/fake.h"

#include "core/dirfile.h"
#include "core/symsize.h"

static struct tree *machine(void)
{
	struct tree *t = tree_new();

	tree_write(t, "proc/kallsyms",
		   "ffffffff81000000 t dup\nffffffff81000010 t sole\nffffffff81000030 t dup\n"
		   "ffffffff81000070 t end\n");
	return t;
}

static void ask_all(struct symsizes *s)
{
	assert_int_equal(symsizes_ask(s, "vmlinux", "dup", 2), 0);
	assert_int_equal(symsizes_ask(s, "vmlinux", "sole", 1), 0);
	assert_int_equal(symsizes_ask(s, "vmlinux", "absent", 1), 0);
	assert_int_equal(symsizes_ask(s, "vmlinux", "dup", 2), 0);
	assert_int_equal(s->n, 3);
	assert_true(symsizes_pending(s));
}

static void expect_answers(const struct symsizes *s)
{
	const struct symsize *q = symsizes_find(s, "vmlinux", "dup", 2);

	assert_false(symsizes_pending(s));
	assert_int_equal(q->error, 0);
	assert_int_equal(q->count, 2);
	assert_int_equal(q->size, 0x40);
	q = symsizes_find(s, "vmlinux", "sole", 1);
	assert_int_equal(q->count, 1);
	assert_int_equal(q->size, 0x20);
	assert_int_equal(symsizes_find(s, "vmlinux", "absent", 1)->error, -ENOENT);
	assert_null(symsizes_find(s, "vmlinux", "dup", 1));
	assert_null(symsizes_find(s, "ext4", "dup", 2));
}

static void test_answers_now(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(symsizes_free) struct symsizes s = { 0 };

	assert_false(symsizes_pending(&s));
	ask_all(&s);
	symsizes_resolve(root, &s);
	expect_answers(&s);
}

static void test_answers_from_a_helper(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(symsizes_free) struct symsizes s = { 0 };
	_cleanup_(helper_freep) struct helper *h = NULL;
	struct symsizes_job job = { root, &s };

	ask_all(&s);
	assert_int_equal(symsizes_start(&job, &h), 0);
	assert_int_equal(helper_wait(h, 30000), 0);
	assert_true(symsizes_pending(&s)); /* the helper has a copy */
	symsizes_take(&s, h);
	expect_answers(&s);
}

static void test_a_closed_source_is_an_answer(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(symsizes_free) struct symsizes s = { 0 };

	tree_write(t, "proc/kallsyms", "0000000000000000 t dup\n");
	symsizes_ask(&s, "vmlinux", "dup", 1);
	symsizes_resolve(root, &s);
	assert_int_equal(s.v[0].error, -EPERM);
	assert_false(symsizes_pending(&s));
}

static void say_nonsense(int out, void *arg)
{
	const uint32_t words[] = { 99, 0, 1, 0, 1, 0, 7 }; /* an index past the end, then half an answer */

	write_all(out, words, sizeof(words));
}

static void test_a_helper_that_fails_is_not_asked_for_ever(void **state)
{
	_cleanup_(symsizes_free) struct symsizes s = { 0 };
	_cleanup_(helper_freep) struct helper *h = NULL;

	symsizes_ask(&s, "vmlinux", "dup", 1);
	assert_int_equal(helper_start(say_nonsense, NULL, &h), 0);
	assert_int_equal(helper_wait(h, 30000), 0);
	symsizes_take(&s, h);
	assert_int_equal(s.v[0].error, -EIO);
	assert_false(symsizes_pending(&s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_now),
		cmocka_unit_test(test_answers_from_a_helper),
		cmocka_unit_test(test_a_closed_source_is_an_answer),
		cmocka_unit_test(test_a_helper_that_fails_is_not_asked_for_ever),
	};

	return cmocka_run_group_tests_name("symsize", tests, fake_deadline, NULL);
}
