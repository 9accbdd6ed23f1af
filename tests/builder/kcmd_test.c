// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kbuild's saved commands: taken apart as a shell would, repeated with
 * nothing changed but what was asked for, and refused where an argv could not
 * say the same. The shapes are those of 5.10, 6.1 and 6.12.
 */
#include "tests/lib/says.h"
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>

#include "builder/kcmd.h"
#include "tests/builder/kernel.h"
#include "tests/builder/toy.h"

#define GCC "gcc-12 -Wp,-MMD,fs/proc/.cmdline.o.d -nostdinc -I./include -include ./include/linux/kconfig.h "
#define FACTS                                                                                                \
	"-DKBUILD_MODFILE='\"fs/proc/proc\"' -DKBUILD_BASENAME='\"cmdline\"' -DKBUILD_MODNAME='\"proc\"' "   \
	"-D__KBUILD_MODNAME=kmod_proc "
#define TAIL "-c -o fs/proc/cmdline.o fs/proc/cmdline.c"
#define OBJTOOL " ; ./tools/objtool/objtool --orc --rethunk   fs/proc/cmdline.o"
#define DEPS                                                                                                 \
	"source_fs/proc/cmdline.o := fs/proc/cmdline.c\n\ndeps_fs/proc/cmdline.o := \\\n"                    \
	"    $(wildcard include/config/PROC_FS) \\\n  include/linux/kconfig.h \\\n"                          \
	"    $(wildcard include/config/cc/version/text.h) \\\n  /usr/lib/gcc/stdarg.h \\\n\n"                \
	"fs/proc/cmdline.o: $(deps_fs/proc/cmdline.o)\n\n#SYMVER saved_command_line 0x9dc3e4f2\n"

static struct kcmd *parse(const char *text)
{
	struct kcmd *k = NULL;
	struct err e = { 0 };

	if (kcmd_parse("x.cmd", text, strlen(text), &k, &e) < 0)
		fail_msg("%s", e.text);
	return k;
}

static struct kcmd *parse_command(const char *command)
{
	char text[4096];

	FORMAT(text, "savedcmd_fs/proc/cmdline.o := %s\n\n" DEPS, command);
	return parse(text);
}

static void a_command_is_taken_apart(void **state)
{
	struct kcmd *k = parse_command(GCC "-g " FACTS TAIL "  " OBJTOOL);

	assert_string_equal(k->object, "fs/proc/cmdline.o");
	assert_string_equal(k->source, "fs/proc/cmdline.c");
	expect_words(&k->cc, '|',
		     "gcc-12|-Wp,-MMD,fs/proc/.cmdline.o.d|-nostdinc|-I./include|-include|"
		     "./include/linux/kconfig.h|-g|-DKBUILD_MODFILE=\"fs/proc/proc\"|"
		     "-DKBUILD_BASENAME=\"cmdline\"|-DKBUILD_MODNAME=\"proc\"|"
		     "-D__KBUILD_MODNAME=kmod_proc|-c");
	expect_words(&k->objtool, '|', "./tools/objtool/objtool|--orc|--rethunk");
	expect_words(&k->deps, '|', "include/linux/kconfig.h|/usr/lib/gcc/stdarg.h");
	expect_words(&k->configs, '|', "PROC_FS|CC_VERSION_TEXT");
	assert_string_equal(k->modfile, "fs/proc/proc");
	assert_string_equal(k->modname, "proc");
	assert_string_equal(k->basename, "cmdline");
	assert_false(k->is_module);
	assert_false(k->is_asm);
	kcmd_free(k);
}

static void a_module_and_assembly_are_told(void **state)
{
	struct kcmd *k = parse_command(GCC "-DMODULE " TAIL);

	assert_true(k->is_module);
	assert_null(k->modfile);
	assert_int_equal(k->objtool.n, 0);
	kcmd_free(k);
	k = parse("cmd_arch/x86/lib/x.o := gcc -D__ASSEMBLY__ -c -o arch/x86/lib/x.o arch/x86/lib/x.S\n");
	assert_true(k->is_asm);
	assert_int_equal(k->deps.n, 0);
	kcmd_free(k);
}

/* The fragments that older kernels append for symbol versions. */
static void steps_of_others_are_left_out(void **state)
{
	struct kcmd *k = parse_command(GCC TAIL OBJTOOL
				       "; if nm fs/proc/cmdline.o 2>/dev/null | grep -q ' __export_symbol_'; "
				       "then gcc-12 -E fs/proc/cmdline.c | scripts/genksyms/genksyms "
				       "> fs/proc/.cmdline.o.symversions; fi; rm -f fs/proc/.tmp_*;");

	assert_string_equal(k->source, "fs/proc/cmdline.c");
	expect_words(&k->objtool, '|', "./tools/objtool/objtool|--orc|--rethunk");
	kcmd_free(k);
}

static void quotes_and_makes_escapes_are_undone(void **state)
{
	struct kcmd *k = parse_command("gcc -DA='a b;c' -DB=\"x\\\"y\\n\" -DC=a\\ b -DD='' -DE='it'\\''s' "
				       "-DF='$$x' -DG='$(pound)1' " TAIL);

	expect_words(&k->cc, '|', "gcc|-DA=a b;c|-DB=x\"y\\n|-DC=a b|-DD=|-DE=it's|-DF=$x|-DG=#1|-c");
	kcmd_free(k);
}

static void expect_refusal(const char *text, int code, const char *part)
{
	struct kcmd *k = NULL;
	struct err e = { 0 };

	if (kcmd_parse("fs/.x.o.cmd", text, strlen(text), &k, &e) != code)
		fail_msg("%s: %d, \"%s\"", text, e.code, e.text);
	assert_null(k);
	assert_non_null(strstr(e.text, "fs/.x.o.cmd"));
	err_says(&e, part);
}

static void what_an_argv_cannot_say_is_refused(void **state)
{
	static const char *const beyond[] = {
		"gcc -DX=$$(id) -c -o x.o x.c",	 "gcc -DX=`id` -c -o x.o x.c",	"gcc -c -o x.o x.c > log",
		"gcc -c -o x.o x.c | tee log",	 "gcc -c -o x.o x.c && rm x.c", "gcc -c -o x.o *.c",
		"LC_ALL=C gcc -c -o x.o x.c",	 "if gcc -c -o x.o x.c",	"(gcc -c -o x.o x.c)",
		"gcc -DX=\"$$A\" -c -o x.o x.c", "gcc -DX='open -c -o x.o x.c", "gcc -c -o x.o x.c \\",
		"{ gcc -c -o x.o x.c",		 "--evil -c -o x.o x.c",
	};
	char text[256];

	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++) {
		FORMAT(text, "cmd_x.o := %s\n", beyond[i]);
		expect_refusal(text, -EOPNOTSUPP, "more than a program and its arguments");
	}
	expect_refusal("cmd_x.o := gcc $(FLAGS) -c -o x.o x.c\n", -EOPNOTSUPP, "variable of make");
	expect_refusal("cmd_x.o := gcc -c -o y.o x.c\n", -EOPNOTSUPP, "another object");
	expect_refusal("cmd_x.o := ld -r -o x.o a.o b.o\n", -EOPNOTSUPP, "does not compile");
	expect_refusal("cmd_x.o := gcc -c -o x.o x.rs\n", -EOPNOTSUPP, "neither C nor assembly");
	expect_refusal("cmd_x.o := gcc -c -o\n", -EOPNOTSUPP, "does not compile");
	expect_refusal("cmd_x.o := gcc -c -o x.o x.c; if true; then tools/objtool/objtool x.o; fi\n",
		       -EOPNOTSUPP, "objtool is called in an unknown way");
	expect_refusal("cmd_x.o := gcc -c -o x.o x.c; tools/objtool/objtool x.o || rm x.o\n", -EOPNOTSUPP,
		       "objtool is called in an unknown way");
}

static void what_is_no_such_file_is_told(void **state)
{
	struct kcmd *k = NULL;
	struct err e = { 0 };

	expect_refusal("", -EBADMSG, "no command of kbuild");
	expect_refusal("hello\n", -EBADMSG, "no command of kbuild");
	expect_refusal("cmd_x.o := ;;\n", -EBADMSG, "empty");
	expect_refusal("cmd_x.o := gcc -c -o x.o x.c\ncmd_x.o := gcc -c -o x.o x.c\n", -EBADMSG,
		       "two commands");
	assert_int_equal(kcmd_parse("x", "cmd_x.o\0 := gcc", 15, &k, &e), -EBADMSG);
	assert_non_null(strstr(e.text, "NUL"));
}

static void a_repeated_command_changes_only_what_was_asked_for(void **state)
{
	static const char *const extra[] = { "-ffunction-sections", "-fdata-sections", NULL };
	struct kcmd_edit edit = {
		.output = "/c/new.o", .source = "/c/new.c", .depfile = "/c/d", .extra = extra
	};
	struct kcmd *k = parse_command(
		"gcc -Wp,-MMD,a.d -g -gdwarf-5 -gz=none -gno-record-gcc-switches -ggdb3 -Wa,-gdwarf-5 -O2 "
		"-include -g -fno-common " TAIL OBJTOOL);
	struct words w = { 0 };

	assert_int_equal(kcmd_compile(k, &edit, &w), 0);
	expect_words(&w, '|',
		     "gcc|-gno-record-gcc-switches|-O2|-include|-g|-fno-common|-c|-ffunction-sections|"
		     "-fdata-sections|-Wp,-MMD,/c/d|-o|/c/new.o|/c/new.c");
	words_clear(&w);
	assert_int_equal(kcmd_compile(k, &(struct kcmd_edit){ .output = "y.o" }, &w), 0);
	expect_words(&w, '|',
		     "gcc|-gno-record-gcc-switches|-O2|-include|-g|-fno-common|-c|-o|y.o|fs/proc/cmdline.c");
	words_clear(&w);
	assert_int_equal(kcmd_objtool(k, "y.o", &w), 0);
	expect_words(&w, '|', "./tools/objtool/objtool|--orc|--rethunk|y.o");
	words_clear(&w);
	kcmd_free(k);
	k = parse_command("gcc " TAIL);
	assert_int_equal(kcmd_objtool(k, "y.o", &w), -ENOENT);
	kcmd_free(k);
}

/* As for sources in a folder of their own (make M=/m/src). */
static void a_command_is_moved_to_another_folder(void **state)
{
	struct kcmd *moved = NULL,
		    *k = parse("savedcmd_/m/src/a.o := gcc-12 -Wp,-MMD,/m/src/.a.o.d -I/m/src -I/m/src/inc "
			       "-I./include -I/m/src2 -ffile-prefix-map=/m/src/=/usr/src/x/ "
			       "-DPLACE='\"/m/src\"' -DMODULE -c -o /m/src/a.o /m/src/a.c\n");

	assert_int_equal(kcmd_move(k, "/m/src", "/m/patched", &moved), 0);
	expect_words(&moved->cc, '|',
		     "gcc-12|-Wp,-MMD,/m/patched/.a.o.d|-I/m/patched|-I/m/patched/inc|-I./include|"
		     "-I/m/src2|-ffile-prefix-map=/m/patched/=/usr/src/x/|-DPLACE=\"/m/patched\"|"
		     "-DMODULE|-c");
	assert_string_equal(moved->object, "/m/patched/a.o");
	assert_string_equal(moved->source, "/m/patched/a.c");
	assert_true(moved->is_module);
	kcmd_free(moved);
	kcmd_free(k);
}

static void the_file_of_an_object_is_found_and_must_be_its_own(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_close_ int dir = open(tree_path(t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct kcmd *k = NULL;
	struct err e = { 0 };

	tree_write(t, "fs/.a.o.cmd", "cmd_fs/a.o := gcc -c -o fs/a.o fs/a.c\n");
	tree_write(t, "fs/.b.o.cmd", "cmd_fs/a.o := gcc -c -o fs/a.o fs/a.c\n");
	assert_int_equal(kcmd_read(dir, "fs/a.o", &k, &e), 0);
	assert_string_equal(k->source, "fs/a.c");
	k = kcmd_free(k);
	assert_int_equal(kcmd_read(dir, "fs/b.o", &k, &e), -EBADMSG);
	assert_non_null(strstr(e.text, "it is about fs/a.o"));
	assert_int_equal(kcmd_read(dir, "fs/c.o", &k, &e), -ENOENT);
	assert_non_null(strstr(e.text, "fs/.c.o.cmd"));
	assert_null(k);
}

/* Whatever the bytes are, it ends and stays within them (ASan has the last word). */
static void damaged_files_do_no_harm(void **state)
{
	static const char good[] = "savedcmd_fs/proc/cmdline.o := " GCC "-g " FACTS TAIL OBJTOOL "\n\n" DEPS;
	static const char signs[] = "'\"\\$;`|\n :=)(#-";
	uint64_t n = kernel_damages(4);
	uint32_t seed = 1;

	for (uint64_t i = 0; i < n; i++) {
		struct bytes b = { malloc(sizeof(good) - 1), sizeof(good) - 1 };
		struct kcmd *k = NULL;

		memcpy(b.data, good, b.len);
		kernel_damage(b, 0, &seed);
		b.data[(seed >> 8) % b.len] = signs[(seed >> 4) % (sizeof(signs) - 1)];
		if (i % 3 == 0)
			b.len = (seed >> 8) % b.len;
		if (kcmd_parse("x", b.data, b.len, &k, NULL) >= 0)
			assert_true(k->cc.n && k->source && k->object);
		kcmd_free(k);
		free(b.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_taken_apart),
		cmocka_unit_test(a_module_and_assembly_are_told),
		cmocka_unit_test(steps_of_others_are_left_out),
		cmocka_unit_test(quotes_and_makes_escapes_are_undone),
		cmocka_unit_test(what_an_argv_cannot_say_is_refused),
		cmocka_unit_test(what_is_no_such_file_is_told),
		cmocka_unit_test(a_repeated_command_changes_only_what_was_asked_for),
		cmocka_unit_test(a_command_is_moved_to_another_folder),
		cmocka_unit_test(the_file_of_an_object_is_found_and_must_be_its_own),
		cmocka_unit_test(damaged_files_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
