// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sanitizer: whatever a stranger writes into a task's name or the log,
 * the terminal sees visible characters only, cut between whole ones; and the
 * widths that tables are laid out by.
 */
#include "tests/core/fake.h"

#include <math.h>

#include "core/text.h"

static void expect_clean(const char *src, const char *want)
{
	char got[256];
	size_t n = text_clean(got, sizeof(got), src, strlen(src));

	assert_string_equal(got, want);
	assert_int_equal(n, strlen(want));
	assert_true(text_is_clean(got));
	assert_int_equal(text_is_clean(src), streq(src, want));
}

static void test_plain_text_is_untouched(void **state)
{
	expect_clean("", "");
	expect_clean("kworker/u4:1-events", "kworker/u4:1-events");
	expect_clean("Grüße, 日本語, é, 😀", "Grüße, 日本語, é, 😀");
}

static void test_controls_and_escapes_are_visible(void **state)
{
	expect_clean("a\nb\tc\rd\b", "a\\x0Ab\\x09c\\x0Dd\\x08");
	expect_clean("\x1b[2J\x1b]0;x\a", "\\x1B[2J\\x1B]0;x\\x07");
	expect_clean("del\x7f", "del\\x7F");
	/* C1 as UTF-8: U+009B is CSI to some terminals. */
	expect_clean("\xc2\x9b"
		     "31m\xc2\x85",
		     "\\u{009B}31m\\u{0085}");
}

static void test_deceptive_characters_are_visible(void **state)
{
	expect_clean("a\u202eb\u2066c\u2069", "a\\u{202E}b\\u{2066}c\\u{2069}");
	expect_clean("x\u200by\u200dz\ufeff", "x\\u{200B}y\\u{200D}z\\u{FEFF}");
	expect_clean("\u2028\u2029\u061c", "\\u{2028}\\u{2029}\\u{061C}");
	expect_clean("\U000e0041", "\\u{E0041}"); /* a tag character */
}

static void test_invalid_utf8_is_visible_byte_by_byte(void **state)
{
	expect_clean("\xff", "\\xFF");
	expect_clean("a\x80z", "a\\x80z"); /* a continuation alone */
	expect_clean("\xc0\xaf", "\\xC0\\xAF"); /* overlong slash */
	expect_clean("\xe0\x80\xaf", "\\xE0\\x80\\xAF");
	expect_clean("\xf0\x80\x80\xaf", "\\xF0\\x80\\x80\\xAF");
	expect_clean("\xed\xa0\x80", "\\xED\\xA0\\x80"); /* a surrogate */
	expect_clean("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"); /* past U+10FFFF */
	expect_clean("\xe2\x82", "\\xE2\\x82"); /* cut off */
	expect_clean("\xe2(\xa1", "\\xE2(\\xA1");
}

static void test_nul_inside_is_visible(void **state)
{
	char got[32];

	assert_int_equal(text_clean(got, sizeof(got), "a\0b", 3), 6);
	assert_string_equal(got, "a\\x00b");
}

static void test_every_size_cuts_between_whole_units(void **state)
{
	const char *src = "aé\x1b日😀\u202e\xff!";
	const char *whole = "aé\\x1B日😀\\u{202E}\\xFF!";
	/* The lengths at which a cut leaves no half character or escape. */
	static const size_t cuts[] = { 0, 1, 3, 7, 10, 14, 22, 26, 27 };
	char got[64];

	for (size_t size = 1; size <= sizeof(got); size++) {
		size_t want = 0, n = text_clean(got, size, src, strlen(src));

		for (size_t i = 0; i < ARRAY_SIZE(cuts) && cuts[i] < size; i++)
			want = cuts[i];
		assert_int_equal(n, want);
		assert_int_equal(strlen(got), n);
		assert_memory_equal(got, whole, n);
	}
	got[0] = 'q';
	assert_int_equal(text_clean(got, 0, src, strlen(src)), 0);
	assert_int_equal(got[0], 'q');
}

static void test_cleaning_twice_changes_nothing(void **state)
{
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			char src[2] = { (char)a, (char)b }, once[64], twice[64];
			size_t n = text_clean(once, sizeof(once), src, 2);

			assert_true(text_is_clean(once));
			assert_int_equal(text_clean(twice, sizeof(twice), once, n), n);
			assert_string_equal(once, twice);
		}
}

static void test_heap_copy_is_the_whole_text(void **state)
{
	_cleanup_free_ char *none = text_clean_dup(NULL, 7), *some = text_clean_dup("\x1b\x1b", 2);

	assert_string_equal(none, "");
	assert_string_equal(some, "\\x1B\\x1B");
}

static void test_widths(void **state)
{
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("日本"), 4);
	assert_int_equal(text_width("e\u0301"), 1);
	assert_int_equal(text_width("😀"), 2);
	assert_int_equal(text_width("가"), 2);
	assert_int_equal(text_width("ｱ"), 1); /* half-width */
	assert_int_equal(text_width("Ａ"), 2); /* full-width */
}

static void expect_fit(const char *s, size_t columns, size_t bytes, size_t width)
{
	size_t got = 99;

	assert_int_equal(text_fit(s, columns, &got), bytes);
	assert_int_equal(got, width);
	assert_int_equal(text_fit(s, columns, NULL), bytes);
}

static void test_fit(void **state)
{
	expect_fit("abc", 5, 3, 3);
	expect_fit("abc", 2, 2, 2);
	expect_fit("abc", 0, 0, 0);
	expect_fit("日本", 3, 3, 2); /* half a wide character is none */
	expect_fit("日本", 1, 0, 0);
	expect_fit("e\u0301x", 1, 3, 1); /* the accent stays with its letter */
	expect_fit("", 3, 0, 0);
}

static void expect_duration(double s, const char *want)
{
	char got[32];

	text_duration(got, sizeof(got), s);
	assert_string_equal(got, want);
}

static void test_durations(void **state)
{
	expect_duration(0, "0 s");
	expect_duration(59.99, "59 s");
	expect_duration(60, "1 min 0 s");
	expect_duration(185, "3 min 5 s");
	expect_duration(7800, "2 h 10 min");
	expect_duration(86399, "23 h 59 min");
	expect_duration(5 * 86400 + 3 * 3600 + 59, "5 d 3 h");
	expect_duration(-1, "n/a");
	expect_duration(NAN, "n/a");
	expect_duration(INFINITY, "n/a");
}

static void expect_bytes(uint64_t bytes, const char *want)
{
	char got[32];

	text_bytes(got, sizeof(got), bytes);
	assert_string_equal(got, want);
}

static void test_bytes_have_a_persons_units(void **state)
{
	expect_bytes(0, "0 B");
	expect_bytes(1023, "1023 B");
	expect_bytes(1024, "1 KiB");
	expect_bytes(16384, "16 KiB");
	expect_bytes(983040, "960 KiB");
	expect_bytes(1536, "1.5 KiB");
	expect_bytes(1025, "1 KiB");
	expect_bytes(1572864, "1.5 MiB");
	expect_bytes(10 * 1024 - 1, "10 KiB");
	expect_bytes((1 << 20) - 1, "1 MiB");
	expect_bytes(UINT64_MAX, "16 EiB");
}

static void expect_time(uint64_t us, const char *want)
{
	char got[64];

	text_time(got, sizeof(got), us);
	assert_string_equal(got, want);
}

static void test_times_are_rfc3339_utc(void **state)
{
	setenv("TZ", "America/New_York", 1);
	expect_time(0, "1970-01-01T00:00:00.000000Z");
	expect_time(951782400000001, "2000-02-29T00:00:00.000001Z");
	expect_time(1767225599999999, "2025-12-31T23:59:59.999999Z");
	unsetenv("TZ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_text_is_untouched),
		cmocka_unit_test(test_controls_and_escapes_are_visible),
		cmocka_unit_test(test_deceptive_characters_are_visible),
		cmocka_unit_test(test_invalid_utf8_is_visible_byte_by_byte),
		cmocka_unit_test(test_nul_inside_is_visible),
		cmocka_unit_test(test_every_size_cuts_between_whole_units),
		cmocka_unit_test(test_cleaning_twice_changes_nothing),
		cmocka_unit_test(test_heap_copy_is_the_whole_text),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_bytes_have_a_persons_units),
		cmocka_unit_test(test_times_are_rfc3339_utc),
	};

	return cmocka_run_group_tests_name("text", tests, fake_deadline, NULL);
}
