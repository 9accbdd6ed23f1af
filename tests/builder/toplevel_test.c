// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which changes of a source can change a type, and which lie in a function's
 * body.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include "builder/toplevel.h"

static bool same(const char *a, const char *b)
{
	bool r = toplevel_same(a, strlen(a), b, strlen(b));

	assert_int_equal(toplevel_same(b, strlen(b), a, strlen(a)), r);
	return r;
}

#define FUNC(body) "static int f(int a)\n{\n" body "}\n"
#define TYPE(members) "struct s {\n" members "};\n"

static void a_change_in_a_body_is_none(void **state)
{
	assert_true(same(FUNC("\treturn 1;\n"), FUNC("\tint b;\n\n\treturn 2;\n")));
	assert_true(same("int a;\n\n" FUNC("\treturn 1;\n"), "int a;\n" FUNC("#line 12\n\treturn 2;\n")));
	assert_true(same(FUNC("\tgoto out;\nout:\n\ta();\n"), FUNC("\tgoto out;\nout:\n\tb();\n")));
	assert_true(same("int f(int a,\n      int b)\n{\n\ta();\n}\n",
			 "int f(int a,\n      int b)\n{\n\tb();\n}\n"));
}

static void a_change_outside_is_one(void **state)
{
	assert_false(same(TYPE("\tint a;\n"), TYPE("\tint a;\n\tint b;\n")));
	assert_false(same(FUNC("\ta();\n") TYPE("\tint a;\n"), FUNC("\tb();\n") TYPE("\tlong a;\n")));
	assert_false(same("int f(void)\n{\n}\n", "int f(int a)\n{\n}\n"));
	assert_false(same("#include <a.h>\n", "#include <a.h>\n#include <b.h>\n"));
	assert_false(same("", "int a;"));
	assert_false(same("/* */\n", "/* */\n" FUNC("")));
}

static void a_structure_with_its_brace_at_the_margin_is_no_body(void **state)
{
	assert_false(same("struct s\n{\n\tint a;\n};\n", "struct s\n{\n\tint a;\n\tint b;\n};\n"));
	assert_false(same("int f(void) {\n\ta();\n}\n", "int f(void) {\n\tb();\n}\n"));
}

static void a_macro_in_a_body_is_outside(void **state)
{
	assert_false(same(FUNC("#define N 1\n"), FUNC("#define N 2\n")));
	assert_false(same(FUNC("#define N \\\n\t1\n"), FUNC("#define N \\\n\t2\n")));
	assert_true(same(FUNC("#define N \\\n\t1\n\n\ta();\n"), FUNC("#define N \\\n\t1\n\n\tb();\n")));
}

static void a_body_without_its_end_hides_no_type(void **state)
{
	assert_false(same("int f(int a)\n{\n }\nstruct s {\n\tint a;\n};\n",
			  "int f(int a)\n{\n }\nstruct s {\n\tint b;\n};\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_in_a_body_is_none),
		cmocka_unit_test(a_change_outside_is_one),
		cmocka_unit_test(a_structure_with_its_brace_at_the_margin_is_no_body),
		cmocka_unit_test(a_macro_in_a_body_is_outside),
		cmocka_unit_test(a_body_without_its_end_hides_no_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
