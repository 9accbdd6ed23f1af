// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checksums of exports on a toy tree, whose genksyms counts the lines with
 * "member" in what the compiler's preprocessor made; and what the real one says.
 */
#include "tests/builder/linked.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/cache.h"
#include "builder/exportabi.h"
#include "builder/exportcrc.h"
#include "tests/builder/cc.h"

/* It says why, where it is given types of before. */
static const char genksyms[] =
	"#!/bin/sh\n"
	"text=$(cat)\n"
	"n=$(printf '%s\\n' \"$text\" | grep -c member)\n"
	"case \"$text\" in *GONE*) ;; *) echo \"#SYMVER f 0x0000000$n\";; esac\n"
	"echo '#SYMVER g 0x00000009'\n"
	"if [ \"$3\" = -T ]; then echo types >\"$4\"; fi\n"
	"if [ \"$2\" != /dev/null ]; then\n"
	"	read -r types <\"$2\"\n"
	"	why=\"struct s\"\n"
	"	case \"$text\" in *KNOWN*) why=\"struct s (became defined), struct t (became defined)\";; "
	"esac\n"
	"	case \"$text\" in *BOTH*) why=\"struct s (became defined), struct t\";; esac\n"
	"	echo \"a.c:3: warning: f: modversion changed because of changes in $why\" >&2\n"
	"fi\n";

static const char symvers_text[] = "0x00000001\tf\tvmlinux\tEXPORT_SYMBOL\t\n"
				   "0x00000009\tg\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
				   "0x00000000\tplain\tvmlinux\tEXPORT_SYMBOL\t\n";
#define EXPORT(name) "\t.section ___ksymtab+" name ",\"a\"\n__ksymtab_" name ":\t.quad 0\n"
#define EXPORT_LATER(name) "\t.section .export_symbol,\"a\"\n__export_symbol_" name ":\t.quad 0\n"
static const char old_source[] = "struct s { int member; };\nvoid f(struct s *s);\n";

struct toy {
	char dir[256], old[280], new[280], out[280];
	struct symvers symvers;
	struct kcmd *cmd;
	struct object *plain;
	struct refusals refusals;
};

static void write_at(const char *dir, const char *name, const char *text, mode_t mode)
{
	char path[600];

	FORMAT(path, "%s/%s", dir, name);
	fixture_write(path, text, strlen(text));
	assert_int_equal(chmod(path, mode), 0);
}

static void folder(char *path, size_t size, const char *dir, const char *name)
{
	(void)snprintf(path, size, "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make(struct toy *t, const char *exports, const char *new_source, const char *program)
{
	static const char cmd[] = "cmd_a.o := gcc -nostdinc -c -o a.o a.c\n";
	char path[600];

	memset(t, 0, sizeof(*t));
	cc_dir(t->dir);
	folder(t->old, sizeof(t->old), t->dir, "old");
	folder(t->new, sizeof(t->new), t->dir, "new");
	folder(t->out, sizeof(t->out), t->dir, "out");
	folder(path, sizeof(path), t->old, "scripts");
	folder(path, sizeof(path), t->old, "scripts/genksyms");
	if (program)
		write_at(path, "genksyms", program, 0700);
	write_at(t->old, "a.c", old_source, 0600);
	write_at(t->new, "a.c", new_source, 0600);
	assert_int_equal(symvers_parse("s", strdup(symvers_text), strlen(symvers_text), &t->symvers, NULL),
			 0);
	assert_int_equal(kcmd_parse("a.cmd", cmd, strlen(cmd), &t->cmd, NULL), 0);
	t->plain = linked_object(exports);
}

static void done(struct toy *t)
{
	_cleanup_close_ int tmp = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(cache_rmtree(tmp, "old"), 0);
	assert_int_equal(cache_rmtree(tmp, "new"), 0);
	assert_int_equal(cache_rmtree(tmp, "out"), 0);
	assert_int_equal(rmdir(t->dir), 0);
	refusals_done(&t->refusals);
	symvers_done(&t->symvers);
	kcmd_free(t->cmd);
	object_free(t->plain);
}

static int check(struct toy *t, struct err *e)
{
	const struct exportabi x = { .tree = t->old,
				     .view = t->new,
				     .out = t->out,
				     .include = t->new,
				     .symvers = &t->symvers,
				     .jobs = 2 };
	const struct exportabi_unit u[] = { { t->plain, t->cmd }, { t->plain, t->cmd } };

	return exportabi_check(&x, u, ARRAY_SIZE(u), &t->refusals, e);
}

static void make_and_check(struct toy *t, const char *exports, const char *new_source)
{
	struct err e = { 0 };

	make(t, exports, new_source, genksyms);
	if (check(t, &e) < 0)
		fail_msg("%s", e.text);
}

#define MORE "struct s {\n int member;\n int member2;\n};\n"

static void the_same_checksum_is_no_refusal(void **state)
{
	struct toy t;

	make_and_check(&t, EXPORT("f") EXPORT("g"), old_source);
	assert_int_equal(t.refusals.n, 0);
	done(&t);
}

static void another_checksum_is_refused(const char *exports)
{
	struct toy t;

	make_and_check(&t, exports, MORE);
	assert_int_equal(t.refusals.n, 1);
	assert_int_equal(t.refusals.v[0].code, REFUSE_ABI);
	assert_false(t.refusals.v[0].warning);
	assert_string_equal(t.refusals.v[0].function, "f");
	assert_string_equal(t.refusals.v[0].file, "a.c");
	assert_non_null(strstr(t.refusals.v[0].why, "0x00000002, not 0x00000001, because of struct s"));
	done(&t);
}

static void an_export_with_another_checksum_is_refused(void **state)
{
	another_checksum_is_refused(EXPORT("f") EXPORT("g"));
	another_checksum_is_refused(EXPORT_LATER("f") EXPORT_LATER("g"));
}

static void an_export_that_is_gone_is_refused(void **state)
{
	struct toy t;

	make_and_check(&t, EXPORT("f"), "int GONE;\n");
	assert_int_equal(refusals_count(&t.refusals), 1);
	assert_non_null(strstr(t.refusals.v[0].why, "no longer exported"));
	done(&t);
}

static void a_type_that_became_known_is_told(void **state)
{
	struct toy t;

	make_and_check(&t, EXPORT("f"), MORE "int KNOWN;\n");
	assert_int_equal(t.refusals.n, 1);
	assert_int_equal(t.refusals.n_warnings, 1);
	assert_non_null(strstr(t.refusals.v[0].why, "now knows struct s, struct t;"));
	done(&t);
	make_and_check(&t, EXPORT("f"), MORE "int BOTH;\n");
	assert_int_equal(refusals_count(&t.refusals), 1);
	done(&t);
	/* nor is it believed when the unpatched source has another checksum than the kernel */
	make(&t, EXPORT("f"), MORE "int KNOWN;\n", genksyms);
	write_at(t.old, "a.c", "int member1,\n member2,\n member3;\n", 0600);
	assert_int_equal(check(&t, NULL), 0);
	assert_int_equal(refusals_count(&t.refusals), 1);
	done(&t);
}

static void what_has_no_checksum_is_passed_over(void **state)
{
	struct toy t;

	/* nothing is run for it */
	make(&t, EXPORT("plain") EXPORT("unknown") "\t.quad __ksymtab_f\n", MORE, "#!/bin/sh\nexit 1\n");
	assert_int_equal(check(&t, NULL), 0);
	assert_int_equal(t.refusals.n, 0);
	done(&t);
}

static void a_tree_without_genksyms_is_told(void **state)
{
	struct toy t;

	make(&t, EXPORT("f"), MORE, NULL);
	assert_int_equal(check(&t, NULL), 0);
	assert_int_equal(t.refusals.n_warnings, 1);
	assert_int_equal(refusals_count(&t.refusals), 0);
	done(&t);
}

static void a_genksyms_that_fails_is_an_error(void **state)
{
	struct toy t;
	struct err e = { 0 };

	make(&t, EXPORT("f"), MORE, "#!/bin/sh\nexit 3\n");
	assert_int_equal(check(&t, &e), -EIO);
	assert_non_null(strstr(e.text, "exit status 3"));
	done(&t);
}

static void what_is_no_checksum_is_passed_over(void **state)
{
	static const char text[] = "rubbish\n#SYMVER a 0x1\n#SYMVER b\n#SYMVER c 0x\n#SYMVER d 0x123456789\n"
				   "#SYMVER e 12\n#SYMVER  0x2\n#SYMVER f 0xffffffff";
	struct export_crcs c;
	uint32_t crc = 0;
	char *copy = strdup(text);

	assert_int_equal(export_crcs_parse(copy, strlen(copy), &c), 0);
	assert_int_equal(c.n, 2);
	assert_true(export_crcs_find(&c, "f", &crc));
	assert_int_equal(crc, 0xffffffff);
	assert_false(export_crcs_find(&c, "b", &crc));
	export_crcs_done(&c);
}

static void a_cut_line_is_not_trusted(void **state)
{
	static const char line[] = "a.c:1: warning: f: modversion changed because of changes in struct s "
				   "(became defined)";
	struct export_causes c = { 0 };
	char *longer = malloc(CHILD_LINE_MAX);

	memset(longer, ' ', CHILD_LINE_MAX);
	memcpy(longer + CHILD_LINE_MAX - strlen(line), line, strlen(line));
	assert_int_equal(export_causes_line(&c, line, strlen(line)), 0);
	assert_true(export_causes_find(&c, "f")->known_now);
	export_causes_done(&c);
	assert_int_equal(export_causes_line(&c, longer, CHILD_LINE_MAX), 0);
	assert_false(export_causes_find(&c, "f")->known_now);
	assert_int_equal(export_causes_line(&c, "a.c:1: warning: other", 21), 0);
	assert_int_equal(c.n, 1);
	export_causes_done(&c);
	free(longer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_checksum_is_no_refusal),
		cmocka_unit_test(an_export_with_another_checksum_is_refused),
		cmocka_unit_test(an_export_that_is_gone_is_refused),
		cmocka_unit_test(a_type_that_became_known_is_told),
		cmocka_unit_test(what_has_no_checksum_is_passed_over),
		cmocka_unit_test(a_tree_without_genksyms_is_told),
		cmocka_unit_test(a_genksyms_that_fails_is_an_error),
		cmocka_unit_test(what_is_no_checksum_is_passed_over),
		cmocka_unit_test(a_cut_line_is_not_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
