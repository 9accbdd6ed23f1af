// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Module.symvers read: what is exported, by whom and with which checksum; and
 * that a line which is none is told with its number.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/symvers.h"

#define SAMPLE                                                                                               \
	"0x8dec1c19\tregister_netdev\tvmlinux\tEXPORT_SYMBOL\t\n"                                            \
	"0xffffffff\tbio_put\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"                                                \
	"0x00000000\tjbd2_journal_start\tfs/jbd2/jbd2\tEXPORT_SYMBOL\t\n"                                    \
	"0x12345678\tsnd_take\tsound/core/snd-pcm\tEXPORT_SYMBOL_GPL\tSND_CORE\n"                            \
	"0x1\told_form\tvmlinux\tEXPORT_SYMBOL\n"

static int parse_bytes(const char *text, size_t len, struct symvers *ret, struct err *e)
{
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	return symvers_parse("Module.symvers", copy, len, ret, e);
}

static int parse(const char *text, struct symvers *ret, struct err *e)
{
	return parse_bytes(text, strlen(text), ret, e);
}

static void expect_export(const struct symvers *s, const char *name, const char *module, uint32_t crc,
			  bool gpl, const char *ns)
{
	const struct export *x = symvers_find(s, name);

	assert_non_null(x);
	assert_string_equal(x->module, module);
	assert_int_equal(x->crc, crc);
	assert_int_equal(x->gpl, gpl);
	assert_string_equal(x->ns, ns);
}

static void every_export_is_found_by_its_name(void **state)
{
	struct symvers s = { 0 };

	assert_int_equal(parse(SAMPLE, &s, NULL), 0);
	assert_int_equal(s.n, 5);
	expect_export(&s, "register_netdev", "vmlinux", 0x8dec1c19, false, "");
	expect_export(&s, "bio_put", "vmlinux", 0xffffffff, true, "");
	expect_export(&s, "jbd2_journal_start", "fs/jbd2/jbd2", 0, false, "");
	expect_export(&s, "snd_take", "sound/core/snd-pcm", 0x12345678, true, "SND_CORE");
	/* before 5.4 there were no namespaces */
	expect_export(&s, "old_form", "vmlinux", 1, false, "");
	assert_null(symvers_find(&s, "register_netde"));
	assert_null(symvers_find(&s, "nobody"));
	symvers_done(&s);
}

/* A module from outside may replace one of the kernel's. */
static void of_two_lists_the_second_counts(void **state)
{
	struct symvers s = { 0 }, more = { 0 }, last = { 0 };

	assert_int_equal(parse(SAMPLE, &s, NULL), 0);
	assert_int_equal(parse("0x7\tsnd_take\t/home/me/snd-pcm\tEXPORT_SYMBOL\t\n"
			       "0x8\tzz_own\t/home/me/own\tEXPORT_SYMBOL_GPL\t\n"
			       "0x9\tabove\t/home/me/own\tEXPORT_SYMBOL\t\n",
			       &more, NULL),
			 0);
	assert_int_equal(symvers_join(&s, &more), 0);
	assert_null(more.text);
	assert_int_equal(s.n, 7);
	expect_export(&s, "snd_take", "/home/me/snd-pcm", 7, false, "");
	expect_export(&s, "zz_own", "/home/me/own", 8, true, "");
	expect_export(&s, "above", "/home/me/own", 9, false, "");
	expect_export(&s, "bio_put", "vmlinux", 0xffffffff, true, "");
	assert_int_equal(parse("0xa\tabove\t/x\tEXPORT_SYMBOL\t\n", &last, NULL), 0);
	assert_int_equal(symvers_join(&s, &last), 0);
	assert_int_equal(s.n, 7);
	expect_export(&s, "above", "/x", 10, false, "");
	symvers_done(&s);
}

/* Whatever a module's folder says, which may list another kernel. */
static void the_kernel_says_what_it_exports(void **state)
{
	struct symvers s = { 0 }, more = { 0 };

	assert_int_equal(parse(SAMPLE, &s, NULL), 0);
	assert_int_equal(parse("0x7\tbio_put\t/home/me/own\tEXPORT_SYMBOL\t\n"
			       "0x8\tregister_netdev\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x9\tgone\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0xa\tsnd_take\tvmlinux\tEXPORT_SYMBOL\t\n",
			       &more, NULL),
			 0);
	assert_int_equal(symvers_join(&s, &more), 3);
	assert_int_equal(s.n, 5);
	expect_export(&s, "bio_put", "vmlinux", 0xffffffff, true, "");
	expect_export(&s, "register_netdev", "vmlinux", 0x8dec1c19, false, "");
	expect_export(&s, "snd_take", "sound/core/snd-pcm", 0x12345678, true, "SND_CORE");
	assert_null(symvers_find(&s, "gone"));
	symvers_done(&s);
}

static void an_empty_file_exports_nothing(void **state)
{
	static const char *const texts[] = { "", "\n\n\n" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct symvers s = { 0 };

		assert_int_equal(parse(texts[i], &s, NULL), 0);
		assert_null(symvers_find(&s, "bio_put"));
		symvers_done(&s);
	}
}

static void the_last_line_may_lack_its_end(void **state)
{
	struct symvers s = { 0 };

	assert_int_equal(parse("0x1\tone\tvmlinux\tEXPORT_SYMBOL", &s, NULL), 0);
	expect_export(&s, "one", "vmlinux", 1, false, "");
	symvers_done(&s);
}

static void a_line_that_is_none_is_told_with_its_number(void **state)
{
	static const char *const lines[] = {
		"not a line",
		"0x1\tname\tvmlinux",
		"0x1\t\tvmlinux\tEXPORT_SYMBOL\t",
		"0x1\tname\t\tEXPORT_SYMBOL\t",
		"1\tname\tvmlinux\tEXPORT_SYMBOL\t",
		"0x\tname\tvmlinux\tEXPORT_SYMBOL\t",
		"0x1g\tname\tvmlinux\tEXPORT_SYMBOL\t",
		"0x100000000\tname\tvmlinux\tEXPORT_SYMBOL\t",
		"0x-1\tname\tvmlinux\tEXPORT_SYMBOL\t",
		"0x 1\tname\tvmlinux\tEXPORT_SYMBOL\t",
		"0x0x1\tname\tvmlinux\tEXPORT_SYMBOL\t",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct symvers s = { 0 };
		struct err e = { 0 };
		char text[200];

		FORMAT(text, "0x1\tone\tvmlinux\tEXPORT_SYMBOL\t\n\n%s\n", lines[i]);
		if (parse(text, &s, &e) != -EBADMSG)
			fail_msg("taken: %s", lines[i]);
		assert_string_equal(e.text, "Module.symvers:3: not a line of a Module.symvers");
		assert_non_null(strstr(e.hint, "--symvers"));
		assert_null(s.v);
	}
}

static void a_module_has_the_name_that_the_kernel_gives_it(void **state)
{
	static const struct {
		const char *path, *name;
	} v[] = { { "fs/jbd2/jbd2", "jbd2" }, { "sound/core/snd-pcm", "snd_pcm" }, { "vmlinux", "vmlinux" } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		const struct export x = { .module = v[i].path };
		char name[64], shorter[4];

		export_module(&x, name, sizeof(name));
		assert_string_equal(name, v[i].name);
		export_module(&x, shorter, sizeof(shorter));
		assert_int_equal(strlen(shorter), 3);
	}
}

/* Whatever it says, it is read or refused, and every export has all its parts. */
static void damaged_files_are_read_safely(void **state)
{
	uint32_t seed = 11;

	for (uint64_t i = 0, n = kernel_damages(4); i < n; i++) {
		char text[sizeof(SAMPLE)];
		struct bytes b = { text, sizeof(SAMPLE) - 1 };
		struct symvers s = { 0 };

		memcpy(text, SAMPLE, sizeof(text));
		kernel_damage(b, 0, &seed);
		if (parse_bytes(text, b.len - seed % 40, &s, NULL) < 0)
			continue;
		for (size_t k = 0; k < s.n; k++)
			assert_non_null(symvers_find(&s, s.v[k].name));
		symvers_done(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_export_is_found_by_its_name),
		cmocka_unit_test(of_two_lists_the_second_counts),
		cmocka_unit_test(the_kernel_says_what_it_exports),
		cmocka_unit_test(an_empty_file_exports_nothing),
		cmocka_unit_test(the_last_line_may_lack_its_end),
		cmocka_unit_test(a_line_that_is_none_is_told_with_its_number),
		cmocka_unit_test(a_module_has_the_name_that_the_kernel_gives_it),
		cmocka_unit_test(damaged_files_are_read_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
