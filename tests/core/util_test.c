// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strict numbers and the growing array that most readers are built on.
 */
#include "tests/core/fake.h"

static void expect_u64(const char *s, int r, uint64_t want)
{
	uint64_t got = 4711;

	assert_int_equal(parse_u64(s, &got), r);
	assert_true(got == (r ? 4711 : want));
}

static void expect_i64(const char *s, int r, int64_t want)
{
	int64_t got = 4711;

	assert_int_equal(parse_i64(s, &got), r);
	assert_true(got == (r ? 4711 : want));
}

static void test_unsigned_numbers_are_whole_strings(void **state)
{
	expect_u64("0", 0, 0);
	expect_u64("32768", 0, 32768);
	expect_u64("18446744073709551615", 0, UINT64_MAX);
	expect_u64("18446744073709551616", -ERANGE, 0);
	expect_u64("", -EINVAL, 0);
	expect_u64(" 1", -EINVAL, 0);
	expect_u64("1 ", -EINVAL, 0);
	expect_u64("+1", -EINVAL, 0);
	expect_u64("-1", -EINVAL, 0);
	expect_u64("0x10", -EINVAL, 0);
	expect_u64("1\n", -EINVAL, 0);
}

static void test_signed_numbers(void **state)
{
	expect_i64("-1", 0, -1);
	expect_i64("7", 0, 7);
	expect_i64("9223372036854775807", 0, INT64_MAX);
	expect_i64("9223372036854775808", -ERANGE, 0);
	expect_i64("-9223372036854775807", 0, -INT64_MAX);
	expect_i64("--1", -EINVAL, 0);
	expect_i64("-", -EINVAL, 0);
	expect_i64("- 1", -EINVAL, 0);
	expect_i64("-+1", -EINVAL, 0);
}

static void test_numbers_of_64_bits_are_ordered_as_such(void **state)
{
	uint64_t v[] = { UINT64_MAX, 1ULL << 63, 7, 0, 1ULL << 32 }, key = 1ULL << 63;

	qsort(v, ARRAY_SIZE(v), sizeof(*v), by_u64);
	assert_true(v[0] == 0 && v[1] == 7 && v[2] == 1ULL << 32 && v[3] == key && v[4] == UINT64_MAX);
	assert_ptr_equal(bsearch(&key, v, ARRAY_SIZE(v), sizeof(*v), by_u64), &v[3]);
}

static void test_array_keeps_what_it_holds(void **state)
{
	_cleanup_free_ uint32_t *v = NULL;

	for (uint32_t n = 0; n < 5000; n++) {
		assert_int_equal(array_grow(&v, n, sizeof(*v)), 0);
		v[n] = n * 7;
	}
	for (uint32_t n = 0; n < 5000; n++)
		assert_int_equal(v[n], n * 7);
}

/* A reader that drops an element asks again for the same place. */
static void test_array_survives_asking_twice(void **state)
{
	_cleanup_free_ uint64_t *v = NULL;

	for (size_t n = 0; n < 100; n++) {
		assert_int_equal(array_grow(&v, n, sizeof(*v)), 0);
		assert_int_equal(array_grow(&v, n, sizeof(*v)), 0);
		v[n] = n;
	}
	assert_int_equal(v[99], 99);
}

/* Let a refused allocation be NULL under ASan too. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void test_array_that_cannot_grow_is_unchanged(void **state)
{
	_cleanup_free_ char *v = NULL;
	char *before;

	assert_int_equal(array_grow(&v, 0, 1), 0);
	before = v;
	assert_int_equal(array_grow(&v, SIZE_MAX / 8 + 1, 64), -ENOMEM);
	assert_ptr_equal(v, before);
}

static void test_clocks_run(void **state)
{
	uint64_t mono = now_mono(), boot = now_boot();

	assert_true(mono > 0 && now_mono() >= mono);
	assert_true(boot >= mono - mono / 2 && now_boot() >= boot);
	assert_true(now_wall() > 1500000000 * USEC_PER_SEC);
}

static void test_counting_what_comes_before(void **state)
{
	const int v[] = { 1, 3, 3, 3, 9 };

	for (size_t n = 0; n <= ARRAY_SIZE(v); n++)
		for (int key = 0; key <= 10; key++) {
			size_t less = 0, not_more = 0;

			for (size_t k = 0; k < n; k++) {
				less += v[k] < key;
				not_more += v[k] <= key;
			}
			assert_int_equal(COUNT_BEFORE(n, i, v[i] < key), less);
			assert_int_equal(COUNT_BEFORE(n, i, v[i] <= key), not_more);
		}
}

static void test_an_ending_has_a_name_before_it(void **state)
{
	assert_true(has_ending("x.ko", ".ko"));
	assert_true(has_ending("tools/objtool/objtool", "/objtool"));
	assert_true(has_ending("x", ""));
	assert_false(has_ending(".ko", ".ko"));
	assert_false(has_ending("x.ko.xz", ".ko"));
	assert_false(has_ending("o", ".ko"));
	assert_false(has_ending("", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unsigned_numbers_are_whole_strings),
		cmocka_unit_test(test_signed_numbers),
		cmocka_unit_test(test_numbers_of_64_bits_are_ordered_as_such),
		cmocka_unit_test(test_array_keeps_what_it_holds),
		cmocka_unit_test(test_array_survives_asking_twice),
		cmocka_unit_test(test_array_that_cannot_grow_is_unchanged),
		cmocka_unit_test(test_clocks_run),
		cmocka_unit_test(test_counting_what_comes_before),
		cmocka_unit_test(test_an_ending_has_a_name_before_it),
	};

	return cmocka_run_group_tests_name("util", tests, fake_deadline, NULL);
}
