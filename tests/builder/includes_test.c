// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may include a header: by quotes, angles, from above, through other
 * headers and through C files that are included, and who of them the kernel
 * has an object of.
 */
#include "tests/builder/toy.h"

#include <errno.h>

#include "builder/includes.h"

static struct toy *toy_new(void)
{
	static const char *const files[][2] = {
		{ ".config", "CONFIG_ON=y\n" },
		{ "fs/Makefile",
		  "obj-y += direct.o angle.o deep.o above.o other.o\nobj-$(CONFIG_OFF) += off.o\n" },
		{ "fs/sub/Makefile", "obj-y += up.o own.o\n" },
		{ "include/linux/h.h", "int h;\n" },
		{ "include/linux/through.h", "  #  include <linux/h.h>\n" },
		{ "fs/internal.h", "int i;\n" },
		{ "fs/sub/internal.h", "int j;\n" },
		{ "fs/direct.c", "#include \"internal.h\"\n" },
		{ "fs/angle.c", "int x;\n#include <linux/h.h> /* why */\n" },
		{ "fs/deep.c", "#include <linux/through.h>\n#include \"part.c\"\n" },
		{ "fs/part.c", "#include \"../include/linux/h.h\"\n#include \"internal.h\"\n" },
		{ "fs/other.c",
		  "#include <linux/other.h>\n// #include <linux/h.h>\n#include <linux/xh.h>\n" },
		{ "fs/off.c", "#include <linux/h.h>\n" },
		{ "fs/sub/up.c", "#include \"./more/../../internal.h\"\n" },
		{ "fs/sub/own.c", "#include \"internal.h\"\n" },
		{ "gem/Makefile", "" },
		{ "gem/clock.c", "#include <linux/gem.h>\n#include \"selftests/clock.c\"\n" },
		{ "gem/selftests/clock.c", "#include <linux/gem.h>\n#include \"clock.c\"\n" },
		{ "gem/other/clock.c", "#include <linux/gem.h>\n" },
		{ "lib/user.c", "#include \"clock.c\"\n" },
		{ "lib/clock.c", "#include <linux/lib.h>\n" },
		{ "arch/x86/entry/Makefile", "obj-y += entry.o\nobj-$(CONFIG_OFF) += cold.o\n" },
		{ "arch/x86/entry/entry.S", "#include <linux/asm.h>\n" },
		{ "arch/x86/entry/cold.S", "#include <linux/asm.h>\n" },
		{ "arch/x86/entry/unlisted.S", "#include <linux/asm.h>\n" },
		{ "arch/x86/entry/vmlinux.lds.S", "#include <linux/asm.h>\n" },
		{ "arch/x86/boot/head.S", "#include <linux/asm.h>\n" },
		{ "arch/x86/boot/early.c", "#include <linux/asm.h>\n" },
		{ "arch/x86/entry/vdso/time.c", "#include <linux/vtime.h>\n" },
		{ "arch/x86/entry/vdso/vma.c", "#include <linux/vtime.h>\n" },
		{ "arch/x86/entry/vdso/vdso2c.c", "#include <linux/vtime.h>\n" },
		{ "include/linux/kconfig.h", "#include <generated/autoconf.h>\n" },
		{ "arch/arm/kernel/x.c", "#include <linux/h.h>\n" },
		{ "tools/x.c", "#include <linux/h.h>\n" },
		{ "samples/x.c", "#include <linux/h.h>\n" },
		{ "loop/a.h", "#include \"b.h\"\n" },
		{ "loop/b.h", "#include \"a.h\"\n#include\n#include <\n#include \"" },
		{ "loop/l.c", "#include \"a.h\"" },
	};
	struct toy *toy = toy_begin();

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		tree_write(toy->t, files[i][0], files[i][1]);
	return toy;
}

static struct includes find(struct toy *toy, const char *a, const char *b)
{
	const char *const files[] = { a, b, NULL };
	struct includes found = { 0 };
	struct err e = { 0 };

	if (includes_find(&toy->k, files, 100, &found, &e) < 0)
		fail_msg("%s", e.text);
	return found;
}

static void expect(struct toy *toy, const char *a, const char *b, const char *joined)
{
	struct includes found = find(toy, a, b);

	expect_words(&found.objects, ' ', joined);
	includes_clear(&found);
}

static void everybody_who_includes_a_header_is_found(void **state)
{
	struct toy *toy = toy_new();

	expect(toy, "include/linux/h.h", NULL, "fs/angle.c fs/deep.c");
	expect(toy, "include/linux/through.h", NULL, "fs/deep.c");
	expect(toy, "fs/part.c", NULL, "fs/deep.c");
	expect(toy, "include/linux/nobody.h", NULL, "");
	expect(toy, "loop/b.h", NULL, "loop/l.c");
	toy_free(toy);
}

/* gcc passes over a NUL with a warning. */
static void no_way_to_write_an_include_is_missed(void **state)
{
	static const char nul[] = "int a\0;\n#include <linux/h.h>\n";
	struct toy *toy = toy_new();

	tree_write(toy->t, "fs/angle.c", "#include_next <linux/h.h>\n");
	tree_write(toy->t, "fs/direct.c", "#import <linux/h.h>\n");
	tree_write_bytes(toy->t, "lib/user.c", nul, sizeof(nul) - 1);
	expect(toy, "include/linux/h.h", NULL, "fs/angle.c fs/deep.c fs/direct.c lib/user.c");
	toy_free(toy);
}

static void quotes_mean_the_file_that_is_nearest(void **state)
{
	struct toy *toy = toy_new();

	expect(toy, "fs/internal.h", NULL, "fs/deep.c fs/direct.c fs/sub/up.c");
	expect(toy, "fs/sub/internal.h", NULL, "fs/sub/own.c");
	expect(toy, "fs/sub/internal.h", "fs/internal.h", "fs/deep.c fs/direct.c fs/sub/own.c fs/sub/up.c");
	toy_free(toy);
}

/* As i915's gem/i915_gem_context.c, whose selftest has the same name, and mlx5's clock.c. */
static void an_object_is_not_mistaken_for_an_included_file_of_its_name(void **state)
{
	struct toy *toy = toy_new();

	expect(toy, "include/linux/gem.h", NULL, "gem/clock.c gem/other/clock.c");
	expect(toy, "include/linux/lib.h", NULL, "lib/user.c");
	toy_free(toy);
}

static void what_no_patch_can_change_is_told_apart(void **state)
{
	struct toy *toy = toy_new();
	struct includes found = find(toy, "include/linux/asm.h", NULL);

	expect_words(&found.objects, ' ', "");
	expect_words(&found.fixed, ' ', "arch/x86/entry/entry.S arch/x86/entry/unlisted.S");
	includes_clear(&found);
	found = find(toy, "include/linux/vtime.h", NULL);
	expect_words(&found.objects, ' ', "arch/x86/entry/vdso/vma.c");
	expect_words(&found.fixed, ' ', "arch/x86/entry/vdso/time.c");
	includes_clear(&found);
	found = find(toy, "include/linux/h.h", NULL);
	expect_words(&found.fixed, ' ', "");
	includes_clear(&found);
	toy_free(toy);
}

/* As fs/binfmt_elf.c, which is an object and a part of compat_binfmt_elf.c, and kernel/sched/rt.c. */
static void a_c_file_that_others_include_is_a_part(void **state)
{
	struct toy *toy = toy_new();
	struct includes found = find(toy, "fs/part.c", "fs/direct.c");

	expect_words(&found.objects, ' ', "fs/deep.c");
	expect_words(&found.parts, ' ', "fs/part.c");
	includes_clear(&found);
	tree_write(toy->t, "fs/other.c", "#include \"direct.c\"\n");
	tree_remove(toy->t, ".klpsh-includes3");
	found = find(toy, "fs/direct.c", "fs/nobody.c");
	expect_words(&found.objects, ' ', "fs/other.c");
	expect_words(&found.parts, ' ', "");
	includes_clear(&found);
	toy_free(toy);
}

static void a_header_of_the_command_line_is_of_all_objects(void **state)
{
	static const char *const headers[] = { "include/linux/kconfig.h", "include/generated/autoconf.h",
					       "include/linux/compiler_types.h",
					       "include/linux/compiler-version.h" };
	struct toy *toy = toy_new();

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		const char *const files[] = { headers[i], NULL };
		struct includes found = { 0 };
		struct err e = { 0 };

		assert_int_equal(includes_find(&toy->k, files, 5, &found, &e), -E2BIG);
		assert_non_null(strstr(e.text, "11 objects of the kernel may include"));
	}
	toy_free(toy);
}

static void the_list_is_made_once_and_may_be_damaged(void **state)
{
	struct toy *toy = toy_new();
	const char *const files[] = { "include/linux/h.h", NULL };
	struct includes w = { 0 };
	struct err e = { 0 };

	expect(toy, files[0], NULL, "fs/angle.c fs/deep.c");
	tree_write(toy->t, "fs/other.c", "#include <linux/h.h>\n");
	expect(toy, files[0], NULL, "fs/angle.c fs/deep.c");
	tree_write(toy->t, ".klpsh-includes3", "<linux/h.h\nfs/angle.c\n");
	assert_int_equal(includes_find(&toy->k, files, 100, &w, &e), -EBADMSG);
	tree_remove(toy->t, ".klpsh-includes3");
	expect(toy, files[0], NULL, "fs/angle.c fs/deep.c fs/other.c");
	toy_free(toy);
}

static void more_than_the_limit_are_refused_with_their_number(void **state)
{
	struct toy *toy = toy_new();
	const char *const files[] = { "include/linux/h.h", NULL };
	struct includes w = { 0 };
	struct err e = { 0 };

	assert_int_equal(includes_find(&toy->k, files, 1, &w, &e), -E2BIG);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_string_equal(e.text, "2 objects of the kernel may include include/linux/h.h, the limit is 1");
	assert_int_equal(w.objects.n, 0);
	toy_free(toy);
}

static void the_compilers_word_is_exact(void **state)
{
	static const char text[] = "cmd_fs/a.o := gcc -c -o fs/a.o fs/a.c\ndeps_fs/a.o := \\\n"
				   "  ./include/linux/h.h \\\n  fs/internal.h \\\n"
				   "  fs/proc/../mount.h \\\n  fs/x/./y/../../z//deep.h \\\n ../out.h \\\n";
	struct kcmd *k = NULL;

	assert_int_equal(kcmd_parse("x", text, strlen(text), &k, NULL), 0);
	assert_true(includes_names(k, "include/linux/h.h"));
	assert_true(includes_names(k, "fs/internal.h"));
	assert_true(includes_names(k, "fs/a.c"));
	assert_true(includes_names(k, "fs/mount.h"));
	assert_true(includes_names(k, "fs/z/deep.h"));
	assert_false(includes_names(k, "mount.h"));
	assert_false(includes_names(k, "fs/proc/mount.h"));
	assert_false(includes_names(k, "out.h"));
	assert_false(includes_names(k, "internal.h"));
	kcmd_free(k);
}

static void expect_plain(const char *path, const char *plain)
{
	_cleanup_free_ char *text = strdup(path);

	assert_non_null(text);
	kcmd_plain_path(text);
	assert_string_equal(text, plain);
}

static void a_path_is_made_plain_by_its_text(void **state)
{
	expect_plain("fs/proc/../mount.h", "fs/mount.h");
	expect_plain("./a/./b//c.h", "a/b/c.h");
	expect_plain("a/b/../../c.h", "c.h");
	expect_plain("a/../../c.h", "../c.h");
	expect_plain("../../a/../c.h", "../../c.h");
	expect_plain("/usr/lib/../include/x.h", "/usr/include/x.h");
	expect_plain("a..b/..c/.d", "a..b/..c/.d");
	expect_plain("a/..", "");
	expect_plain("", "");
	expect_plain("/", "/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_who_includes_a_header_is_found),
		cmocka_unit_test(no_way_to_write_an_include_is_missed),
		cmocka_unit_test(quotes_mean_the_file_that_is_nearest),
		cmocka_unit_test(an_object_is_not_mistaken_for_an_included_file_of_its_name),
		cmocka_unit_test(what_no_patch_can_change_is_told_apart),
		cmocka_unit_test(a_c_file_that_others_include_is_a_part),
		cmocka_unit_test(a_header_of_the_command_line_is_of_all_objects),
		cmocka_unit_test(the_list_is_made_once_and_may_be_damaged),
		cmocka_unit_test(more_than_the_limit_are_refused_with_their_number),
		cmocka_unit_test(the_compilers_word_is_exact),
		cmocka_unit_test(a_path_is_made_plain_by_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
