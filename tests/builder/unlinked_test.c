// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects that the kernel has nothing of: which of them a header's change may
 * leave alone.
 */
#include "tests/builder/differ.h"

#include "builder/unlinked.h"

static enum unlinked judge(const char *name, const char *source)
{
	struct pair p;
	enum unlinked u;

	pair_flags(&p, source, NULL);
	u = unlinked_judge(name, p.a, p.b);
	pair_done(&p);
	return u;
}

/* As DEFINE() of linux/kbuild.h. */
#define CONSTANT(value)                                                                                      \
	"int main(void)\n{\n\tasm volatile(\".ascii \\\"->N %0\\\"\" : : \"i\"(" value "));\n\treturn "      \
	"0;\n}\n"

static void what_stays_the_same_does_not_matter(void **state)
{
	assert_int_equal(
		judge("fs/a.c", "struct s { int a; V(, int b;) };\nint f(struct s *s) { return s->a; }\n"),
		UNLINKED_SAME);
	assert_int_equal(judge("kernel/bounds.c", CONSTANT("V(7, 3 + 4)")), UNLINKED_SAME);
	assert_int_equal(judge("fs/a.c", "int table[2] = { V(1, 2 - 1) };\n"), UNLINKED_SAME);
}

static void a_function_that_the_kernel_does_not_have_does_not_matter(void **state)
{
	assert_int_equal(judge("fs/a.c", "int f(void) { return V(1, 2); }\n"), UNLINKED_GONE);
	assert_int_equal(judge("fs/a.c", "int f(void) { return out(1); }\nint x = V(1, 2);\n"),
			 UNLINKED_GONE);
	assert_int_equal(judge("fs/a.c", "int g(int), h(int);\nint f(void) { return 1 + V(g, h)(1); }\n"),
			 UNLINKED_GONE);
}

static void constants_for_headers_matter_when_they_change(void **state)
{
	assert_int_equal(judge("kernel/bounds.c", CONSTANT("V(7, 8)")), UNLINKED_CONSTANTS);
	assert_int_equal(judge("arch/x86/kernel/asm-offsets.c", CONSTANT("V(7, 8)")), UNLINKED_CONSTANTS);
	assert_int_equal(judge("arch/x86/kvm/kvm-asm-offsets.c", CONSTANT("V(7, 8)")), UNLINKED_CONSTANTS);
	assert_int_equal(judge("fs/bounds.c", CONSTANT("V(7, 8)")), UNLINKED_GONE);
}

static void absence_is_not_certain_without_a_function(void **state)
{
	assert_int_equal(judge("fs/a.c", "int table[2] = { V(1, 2) };\n"), UNLINKED_UNSURE);
	assert_int_equal(judge("fs/a.c", "__attribute__((weak)) int f(void) { return V(1, 2); }\n"),
			 UNLINKED_UNSURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_the_same_does_not_matter),
		cmocka_unit_test(a_function_that_the_kernel_does_not_have_does_not_matter),
		cmocka_unit_test(constants_for_headers_matter_when_they_change),
		cmocka_unit_test(absence_is_not_certain_without_a_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
