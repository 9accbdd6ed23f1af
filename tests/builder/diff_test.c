// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is refused, and what is told and left out.
 */
#include "tests/builder/differ.h"

static void changed_initialisation_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int __init setup(int a) { return out(V(1, 2)); }\n"
		 "int __init other(int a) { return out(3); }\n"
		 "int list[2] section(\".init.data\") = { 1, V(2, 3) };\n"
		 "int f(int a) { return out(4); }\n");
	expect_refused(&p, REFUSE_INIT, "setup");
	expect_refused(&p, REFUSE_INIT, "list");
	assert_null(refusal_of(&p, REFUSE_INIT, "other"));
	assert_int_equal(refusals_count(&p.refusals), 2);
	pair_done(&p);
}

static void what_was_for_initialisation_is_refused(void **state)
{
	struct pair p;

	/* the kernel has thrown its copy away */
	pair(&p, "V(__init,) noinline int setup(int a) { return out(3); }\n"
		 "int f(int a) { V(return 0, return setup(a)); }\n");
	expect_refused(&p, REFUSE_INIT, "setup");
	assert_int_equal(refusals_count(&p.refusals), 1);
	pair_done(&p);
}

static void initialisation_that_is_new_or_used_is_refused(void **state)
{
	struct pair p;

	pair(&p, "static noinline int __init setup(int a) { return out(3); }\n"
		 "int __init begin(void) { return setup(1); }\n"
		 "V(, int __init late(void) { return out(9); })\n"
		 "int f(int a) { return V(out(a), setup(a)); }\n");
	expect_refused(&p, REFUSE_INIT, "late");
	expect_refused(&p, REFUSE_INIT, "f");
	pair_done(&p);
}

static void changed_values_are_refused(void **state)
{
	struct pair p;

	pair(&p, "int number = V(3, 4); const int fixed = V(5, 6); int same = 7; const char *word = V(\"a\", "
		 "\"b\");\n"
		 "int (*call)(int) = V(out, (int (*)(int))sink);\n"
		 "int f(int a) { return out(number + same + sink(&fixed, word, call)); }\n");
	expect_refused(&p, REFUSE_DATA, "number");
	expect_refused(&p, REFUSE_DATA, "fixed");
	expect_refused(&p, REFUSE_DATA, "word");
	expect_refused(&p, REFUSE_DATA, "call");
	assert_null(refusal_of(&p, REFUSE_DATA, "same"));
	expect_same(&p, "f");
	pair_done(&p);
}

static void changed_sizes_and_places_are_refused(void **state)
{
	struct pair p;

	pair(&p,
	     "int list[V(3, 4)] = { 1 }; int zero[V(2, 3)]; int was = V(1, 0); V(, const) int moved = 3;\n"
	     "struct { int a V(, , b); } grown;\n"
	     "int f(int a) { return out(sink(list, zero, &was, &moved, &grown)); }\n");
	expect_refused(&p, REFUSE_DATA_SIZE, "list");
	expect_refused(&p, REFUSE_DATA_SIZE, "zero");
	expect_refused(&p, REFUSE_DATA_SIZE, "was");
	expect_refused(&p, REFUSE_DATA_SIZE, "moved");
	expect_refused(&p, REFUSE_DATA_SIZE, "grown");
	pair_done(&p);
}

static void functions_without_a_hook_are_refused(void **state)
{
	struct pair p;

	pair(&p, "int notrace bare(int a) { return out(V(1, 2)); }\n"
		 "int notrace same(int a) { return out(3); }\n"
		 "int f(int a) { return bare(a) + same(a); }\n"
		 "V(, int notrace fresh(int a) { return out(5); })\n");
	expect_refused(&p, REFUSE_NO_HOOK, "bare");
	assert_int_equal(refusals_count(&p.refusals), 1);
	expect_change(&p, "fresh", CHANGE_NEW);
	pair_done(&p);
}

static void a_hook_without_a_table_is_seen(void **state)
{
	static const char *const flags[] = { "-mno-record-mcount", "-fcf-protection=branch", NULL };
	struct pair p;

	pair_flags(&p, "int f(int a) { return out(V(1, 2)); }\n", flags);
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void an_unknown_table_about_a_changed_function_is_refused(void **state)
{
	struct pair p;

	pair(&p, "#define ABOUT(s) asm volatile(\"771:.pushsection \" s \",\\\"a\\\"\\n.quad 771b, "
		 "5\\n.popsection\")\n"
		 "int f(int a) { ABOUT(\"__strange\"); return out(V(1, 2)); }\n"
		 "int g(int a) { ABOUT(\"__odd\"); return out(3); }\n");
	expect_refused(&p, REFUSE_SECTION, "f");
	assert_non_null(refusal_of(&p, REFUSE_SECTION, "f"));
	assert_string_equal(refusal_of(&p, REFUSE_SECTION, "f")->section, "__strange");
	assert_null(refusal_of(&p, REFUSE_SECTION, "g"));
	pair_done(&p);
}

static void expect_refused_section(const struct pair *p, const char *section)
{
	for (size_t i = 0; i < p->refusals.n; i++)
		if (p->refusals.v[i].code == REFUSE_SECTION && streq(p->refusals.v[i].section, section))
			return;
	fail_msg("%s is not refused", section);
}

static void bytes_without_a_symbol_are_refused_where_they_are_used(void **state)
{
	struct pair p;

	pair(&p, "asm(\".pushsection .data.blob,\\\"aw\\\"\\n.quad 1, 2\\nlabel: .quad 3\\n.popsection\");\n"
		 "extern long label;\n"
		 "int f(int a) { V(, label = a;) return out(1); }\n"
		 "int g(int a) { return out(2); }\n");
	expect_refused(&p, REFUSE_SECTION, "f");
	pair_done(&p);
}

static void changed_bytes_without_a_symbol_are_refused(void **state)
{
	struct pair p;

	/* a function of assembly without a size, between others; a table that only the linker's symbols know
	 */
	pair(&p,
	     "asm(\".pushsection .text.asm,\\\"ax\\\"\\n.type one,@function\\none: ret\\n.size one,.-one\\n"
	     "mov $\" V(\"1\", \"2\") \", %eax\\nret\\nint3\\n.type two,@function\\ntwo: ret\\n.size "
	     "two,.-two\\n.popsection\\n\"\n"
	     "\".pushsection .rodata.list,\\\"a\\\"\\n.quad \" V(\"3\", \"4\") \"\\n.popsection\\n\"\n"
	     "\".pushsection .rodata.grows,\\\"a\\\"\\n.quad 1 \" V(\"\", \", 2\") \"\\n.popsection\\n\"\n"
	     "\".pushsection .data.comes,\\\"aw\\\"\\n\" V(\"\", \".quad 5\\n\") \".popsection\\n\"\n"
	     "\".pushsection .rodata.stays,\\\"a\\\"\\n.quad 5\\n.popsection\\n\");\n"
	     "int f(int a) { return out(1); }\n");
	expect_refused_section(&p, ".text.asm");
	expect_refused_section(&p, ".rodata.list");
	expect_refused_section(&p, ".rodata.grows");
	expect_refused_section(&p, ".data.comes");
	assert_int_equal(refusals_count(&p.refusals), 4);
	pair_done(&p);
}

static void nameless_constants_are_their_users(void **state)
{
	struct pair p;

	pair(&p, "#define GET(n, v) int n(void) { long r; asm(\".pushsection .rodata.mine,\\\"a\\\"\\n.L\" "
		 "#n \": .quad "
		 "\" v \"\\n.popsection\\nmov .L\" #n \"(%%rip), %0\" : \"=r\"(r)); return r; }\n"
		 "GET(f, V(\"1\", \"2\"))\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void padding_is_nothing(void **state)
{
	struct pair p;

	pair(&p,
	     "asm(\".pushsection .text.asm,\\\"ax\\\"\\n.type one,@function\\none: ret\\n.size one,.-one\\n"
	     "\" V(\".byte 0xcc,0xcc,0xcc,0,0\", \"nopw 0(%rax); .byte 0x90,0xcc,0\") \"\\n"
	     ".type two,@function\\ntwo: ret\\n.size two,.-two\\n.popsection\\n\");\n"
	     "int f(int a) { return out(1); }\n");
	expect_nothing(&p);
	pair_done(&p);
}

static void what_is_of_the_whole_module_is_left_out(void **state)
{
	struct pair p;

	pair(&p, "static const char version[] section(\".modinfo\") used = V(\"v=1\", \"v=2\");\n"
		 "V(, static const char author[] section(\".modinfo\") used = \"author=me\";)\n"
		 "int f(int a) { return out(V(1, 2)); }\n");
	expect_accepted(&p, 1);
	assert_int_equal(p.refusals.n_warnings, 2);
	assert_non_null(refusal_of(&p, REFUSE_SECTION, "version"));
	assert_non_null(refusal_of(&p, REFUSE_SECTION, "author"));
	expect_included(&p, "author", false);
	pair_done(&p);
}

static void a_table_that_cannot_be_divided_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { asm volatile(\"771:.pushsection __jump_table,\\\"aw\\\"\\n.long 771b - "
		 ".\\n.long 0\\n\"\n"
		 "\".long 5\\n.popsection\"); return out(V(1, 2)); }\n");
	assert_true(refusals_count(&p.refusals) > 0);
	assert_int_equal(p.refusals.v[0].code, REFUSE_SECTION);
	assert_string_equal(p.refusals.v[0].section, "__jump_table");
	pair_done(&p);
}

static void what_was_cut_out_of_an_ignored_function_is_ignored(void **state)
{
	struct pair p;

	pair(&p, "__attribute__((cold)) extern void die(int);\n"
		 "int f(int a) { if (a) { die(V(1, 2)); out(a); } return out(a) + 1; }\n"
		 "static void *skip section(\".klpsh.ignore.functions\") used = f;\n");
	assert_true(has_thing(&p.d->b.t, "f.cold"));
	expect_same(&p, "f");
	expect_same(&p, "f.cold");
	expect_accepted(&p, 0);
	assert_true(diff_is_empty(p.d));
	pair_done(&p);
}

static void dropped_functions_are_told(void **state)
{
	struct pair p;

	pair(&p, "V(int gone(int a) { return out(a); },)\nint f(int a) { return out(1); }\n");
	expect_accepted(&p, 0);
	assert_int_equal(p.d->n_dropped, 1);
	assert_int_equal(p.d->lost[thing_called(&p.d->a.t, "gone")].change, CHANGE_DROPPED);
	assert_true(diff_is_empty(p.d));
	pair_done(&p);
}

static void code_that_cannot_be_followed_is_told(void **state)
{
	struct pair p;

	/* no instruction in 64-bit mode, in a section that two functions share */
	pair(&p,
	     "int section(\".sched.text\") f(int a) { asm volatile(\".byte 0x06\"); return out(V(1, 2)); }\n"
	     "int section(\".sched.text\") g(int a) { return out(3); }\n");
	expect_refused(&p, REFUSE_CODE, "f");
	assert_null(refusal_of(&p, REFUSE_CODE, "g"));
	pair_done(&p);
}

static void second_names_are_refused_when_they_part(void **state)
{
	struct pair p;

	pair(&p, "int a(int x) { return out(x) + 1; }\n"
		 "V(int b(int x) __attribute__((alias(\"a\")));, int b(int x) { return out(x) + 2; })\n"
		 "V(int c(int x) { return out(x) + 3; }, int c(int x) __attribute__((alias(\"a\")));)\n"
		 "int d(int x) __attribute__((alias(\"a\")));\n"
		 "int var = 3; V(extern int other __attribute__((alias(\"var\")));, int other = 3;)\n");
	expect_refused(&p, REFUSE_NO_HOOK, "b");
	expect_refused(&p, REFUSE_NO_HOOK, "c");
	expect_refused(&p, REFUSE_DATA, "other");
	assert_int_equal(refusals_count(&p.refusals), 3);
	expect_same(&p, "a");
	pair_done(&p);
}

static void local_second_names_are_their_callers(void **state)
{
	struct pair p;

	/* folded as they were, so that the patch parts them */
	pair(&p, "noinline int a(int x) { return out(x) + 1; }\n"
		 "static noinline int b(int x) { return out(x) + V(1, 2); }\n"
		 "int f(int x) { return b(x) + 3; }\n"
		 "int g(int x) { return a(x) * 5; }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	expect_included(&p, "b", true);
	pair_done(&p);
}

static void members_of_a_group_are_refused(void **state)
{
	struct pair p;

	pair(&p,
	     "#define G(n) int section(\".text.\" #n \",\\\"axG\\\",@progbits,\" #n \",comdat#\") n(int a)\n"
	     "G(f) { return out(a + V(1, 2)); }\nG(g) { return out(a + 3); }\n");
	expect_refused(&p, REFUSE_GROUP, "f");
	assert_int_equal(refusals_count(&p.refusals), 1);
	pair_done(&p);
}

static void per_cpu_variables_are_data(void **state)
{
	struct pair p;

	pair(&p, "#define PCPU section(\".data..percpu\")\n"
		 "int one PCPU = V(1, 2); int two PCPU = 3; V(, int three PCPU = 4;)\n"
		 "int f(int a) { return sink(&one, &two V(, , &three)); }\n");
	expect_refused(&p, REFUSE_DATA, "one");
	assert_null(refusal_of(&p, REFUSE_DATA, "two"));
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_initialisation_is_refused),
		cmocka_unit_test(what_was_for_initialisation_is_refused),
		cmocka_unit_test(initialisation_that_is_new_or_used_is_refused),
		cmocka_unit_test(changed_values_are_refused),
		cmocka_unit_test(changed_sizes_and_places_are_refused),
		cmocka_unit_test(functions_without_a_hook_are_refused),
		cmocka_unit_test(a_hook_without_a_table_is_seen),
		cmocka_unit_test(an_unknown_table_about_a_changed_function_is_refused),
		cmocka_unit_test(bytes_without_a_symbol_are_refused_where_they_are_used),
		cmocka_unit_test(changed_bytes_without_a_symbol_are_refused),
		cmocka_unit_test(nameless_constants_are_their_users),
		cmocka_unit_test(padding_is_nothing),
		cmocka_unit_test(what_is_of_the_whole_module_is_left_out),
		cmocka_unit_test(a_table_that_cannot_be_divided_is_refused),
		cmocka_unit_test(what_was_cut_out_of_an_ignored_function_is_ignored),
		cmocka_unit_test(dropped_functions_are_told),
		cmocka_unit_test(code_that_cannot_be_followed_is_told),
		cmocka_unit_test(second_names_are_refused_when_they_part),
		cmocka_unit_test(local_second_names_are_their_callers),
		cmocka_unit_test(members_of_a_group_are_refused),
		cmocka_unit_test(per_cpu_variables_are_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
