// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taint flags: bit, letter and value as the kernel's documentation has them;
 * bits that nobody knows yet are shown, not dropped.
 */
#include "tests/core/fake.h"

#include "core/taint.h"

static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";

static void test_every_flag_has_its_bit_and_letter(void **state)
{
	assert_int_equal(sizeof(letters) - 1, TAINT_BITS);
	for (unsigned bit = 0; bit < TAINT_BITS; bit++) {
		const struct taint_flag *f = taint_flag_of(bit);
		char buf[8];

		assert_int_equal(f->bit, bit);
		assert_int_equal(f->letter, letters[bit]);
		assert_ptr_equal(taint_flag_of_letter(letters[bit]), f);
		assert_true(*f->name && *f->meaning && *f->consequence);
		taint_letters(1ULL << bit, buf, sizeof(buf));
		assert_int_equal(buf[0], letters[bit]);
		assert_int_equal(buf[1], 0);
	}
	assert_null(taint_flag_of(TAINT_BITS));
	assert_null(taint_flag_of(64));
	assert_null(taint_flag_of_letter('?'));
	assert_null(taint_flag_of_letter('G')); /* P's absence, no flag */
}

static void test_letters_of_a_value(void **state)
{
	char buf[65];

	taint_letters(0, buf, sizeof(buf));
	assert_string_equal(buf, "");
	taint_letters(45056, buf, sizeof(buf));
	assert_string_equal(buf, "OEK");
	taint_letters(1ULL << 63 | 1ULL << 20 | 1, buf, sizeof(buf));
	assert_string_equal(buf, "P??");
	taint_letters(UINT64_MAX, buf, sizeof(buf));
	assert_int_equal(strlen(buf), 64);
	memset(buf, 'q', sizeof(buf));
	taint_letters(UINT64_MAX, buf, 3);
	assert_string_equal(buf, "PF");
	assert_int_equal(buf[3], 'q');
	taint_letters(UINT64_MAX, buf, 0);
	assert_int_equal(buf[0], 'P');
}

static void expect_taint(const char *text, int r, uint64_t want)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	uint64_t v = 4711;

	if (text)
		tree_write(t, "proc/sys/kernel/tainted", text);
	assert_int_equal(taint_read(root, &v), r);
	assert_true(v == (r ? 4711 : want));
}

static void test_the_value(void **state)
{
	expect_taint("0\n", 0, 0);
	expect_taint("45056\n", 0, 45056);
	expect_taint("18446744073709551615\n", 0, UINT64_MAX);
	expect_taint("", -EBADMSG, 0);
	expect_taint("-1\n", -EBADMSG, 0);
	expect_taint("12 G\n", -EBADMSG, 0);
	expect_taint(NULL, -ENOENT, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_flag_has_its_bit_and_letter),
		cmocka_unit_test(test_letters_of_a_value),
		cmocka_unit_test(test_the_value),
	};

	return cmocka_run_group_tests_name("taint", tests, fake_deadline, NULL);
}
