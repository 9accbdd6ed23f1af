// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What counts as a change of a function and what does not: bytes, sizes,
 * relocations, strings, constants, bundles and children.
 */
#include "tests/builder/differ.h"

static void the_same_source_is_the_same(void **state)
{
	struct pair p;

	pair(&p, "static int s; int d = 4; const char text[] = \"x\";\n"
		 "static noinline int g(int a) { s += a; return out(d); }\n"
		 "int f(int a) { sink(\"hello\", &s, text); return g(a) * 3; }\n");
	expect_nothing(&p);
	assert_int_equal(p.d->n_same, 2);
	pair_done(&p);
}

static void bytes_and_sizes_are_changes(void **state)
{
	struct pair p;

	pair(&p, "int one(int a) { return a + V(1, 2); }\n"
		 "int more(int a) { return out(a) V(, + out(3)); }\n"
		 "int same(int a) { return out(a) + 7; }\n");
	expect_changed(&p, "one");
	expect_changed(&p, "more");
	expect_same(&p, "same");
	expect_accepted(&p, 2);
	pair_done(&p);
}

/* .text.hot.f and .text.unlikely.h are sections of one function as .text.f is. */
static void hot_and_cold_functions_are_functions(void **state)
{
	struct pair p;

	pair(&p, "__attribute__((hot)) int f(int a) { return out(a) + V(1, 2); }\n"
		 "__attribute__((hot)) int g(int a) { return out(a) + 3; }\n"
		 "__attribute__((cold)) int h(int a) { return out(a) + V(4, 5); }\n"
		 "__attribute__((cold)) int i(int a) { return out(a) + 6; }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_changed(&p, "h");
	expect_same(&p, "i");
	expect_accepted(&p, 2);
	pair_extract(&p);
	assert_int_equal(out_symbol(&p, "f")->type, STT_FUNC);
	assert_non_null(out_section(&p, ".text.hot.f"));
	assert_null(out_section(&p, ".text.hot.g"));
	assert_non_null(out_section(&p, ".text.unlikely.h"));
	expect_links(&p);
	pair_done(&p);
}

static void relocations_are_changes(void **state)
{
	struct pair p;

	pair(&p, "extern int other(int), v[9];\n"
		 "int callee(int a) { return V(out, other)(a) + 1; }\n"
		 "int addend(void) { return v[V(2, 3)]; }\n"
		 "int same(void) { return other(1) + v[4] + outside; }\n");
	expect_changed(&p, "callee");
	assert_non_null(strstr(mark_of(&p, "callee")->why, "'other' was 'out'"));
	expect_changed(&p, "addend");
	expect_same(&p, "same");
	expect_accepted(&p, 2);
	pair_done(&p);
}

static void weak_names_of_one_function_are_not_the_same(void **state)
{
	struct pair p;

	/* another file may have the one that is meant */
	pair(&p, "noinline int real(int a) { return out(a); }\n"
		 "extern int weak(int) __attribute__((weak, alias(\"real\")));\n"
		 "extern int also(int) __attribute__((alias(\"real\")));\n"
		 "int f(int a) { return V(real, weak)(a) + 1; }\n"
		 "int g(int a) { return weak(a) + 2; }\n"
		 "int h(int a) { return V(real, also)(a) + 3; }\n");
	expect_changed(&p, "f");
	assert_non_null(strstr(mark_of(&p, "f")->why, "'weak' was 'real'"));
	expect_same(&p, "g");
	expect_same(&p, "h");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void strings_count_by_what_they_say(void **state)
{
	struct pair p;

	/* the new function's string comes first, so that .LC0 is another one */
	pair(&p, "V(, int n(void) { return sink(\"first\"); })\n"
		 "int a(void) { return sink(\"alpha\") + sink(\"%s beta\", 1); }\n"
		 "int b(void) { return sink(V(\"gamma\", \"gamme\")); }\n");
	expect_same(&p, "a");
	expect_changed(&p, "b");
	assert_non_null(strstr(mark_of(&p, "b")->why, "'gamme' was 'gamma'"));
	expect_accepted(&p, 1);
	assert_int_equal(p.d->n_new, 1);
	pair_done(&p);
}

static void offsets_into_strings_count(void **state)
{
	struct pair p;

	pair(&p, "int a(int i) { return sink(\"alphabet\" + V(2, 3)); }\n"
		 "int b(int i) { return sink(&\"alphabet\"[i]); }\n");
	expect_changed(&p, "a");
	expect_same(&p, "b");
	pair_done(&p);
}

static void what_stands_before_an_offset_counts(void **state)
{
	struct pair p;

	/* i may be negative */
	pair(&p, "int a(long i) { return V(\"alphabet\", \"alphabeT\")[i + 3]; }\n"
		 "int b(long i) { return V(\"alphabet\", \"Alphabet\")[i + 3]; }\n"
		 "int c(long i) { return \"alphabet\"[i + 3]; }\n");
	expect_changed(&p, "a");
	expect_changed(&p, "b");
	expect_same(&p, "c");
	expect_accepted(&p, 2);
	pair_done(&p);
}

static void merged_constants_count_by_content(void **state)
{
	static const char *const flags[] = { "-msse2", "-mgeneral-regs-only", NULL };
	struct pair p;

	/* written by hand: where a kernel's compiler has them, they are loaded by such code */
	pair_flags(&p,
		   "#define CST(l, v) asm(\".pushsection .rodata.cst8,\\\"aM\\\",@progbits,8\\n\" l \": "
		   ".quad \" v "
		   "\"\\n.popsection\")\n"
		   "V(, CST(\".Lzero\", \"7\");)\n"
		   "CST(\".Lone\", \"1\"); CST(\".Ltwo\", V(\"2\", \"3\"));\n"
		   "long a(void) { long v; asm(\"mov .Lone(%%rip), %0\" : \"=r\"(v)); return v; }\n"
		   "long b(void) { long v; asm(\"mov .Ltwo(%%rip), %0\" : \"=r\"(v)); return v; }\n",
		   flags);
	expect_same(&p, "a");
	expect_changed(&p, "b");
	pair_done(&p);
}

static void a_pointer_to_the_end_is_of_what_ends_there(void **state)
{
	struct pair p;

	pair(&p, "static int v[4] = { 1, 2, 3, 4 }; static int w[4] = { 5, 6, 7, 8 };\n"
		 "int f(void) { int s = 0; for (int *i = v; i < v + 4; i++) s += out(*i); return s; }\n"
		 "int g(void) { for (int *i = w; i < w + V(4, 3); i++) *i = out(*i); return 0; }\n"
		 "int h(void) { v[out(1)] = w[out(2)]; return 0; }\n");
	expect_same(&p, "f");
	expect_changed(&p, "g");
	expect_same(&p, "h");
	expect_accepted(&p, 1);
	pair_done(&p);
}

#define LIST "static int section(\".data.list\") "

static void an_end_that_is_a_beginning_is_both(void **state)
{
	struct pair p;

	/* the loop's end is where the next variable is */
	pair(&p, LIST "v[64] = { 1 };"
		      " V(, " LIST "extra[64] = { 9 }; int *x(void) { return extra + out(1); })\n" LIST
		      "w[64] = { 5 };\n"
		      "int f(void) { int s = 0; for (int *i = v; i < v + 64; i++) s += out(*i); return s + "
		      "w[out(1)]; }\n"
		      "int g(void) { for (int *i = v; i < v + 64; i++) *i = out(*i + V(1, 2)); return 0; }\n"
		      "int h(void) { v[out(1)] = w[out(2)]; return 0; }\n");
	expect_changed(&p, "f");
	expect_refused(&p, REFUSE_DATA, "f");
	expect_refused(&p, REFUSE_DATA, "g");
	pair_done(&p);
	pair(&p,
	     LIST "v[64] = { 1 };" LIST "w[64] = { 5 };\n"
		  "int f(void) { int s = 0; for (int *i = v; i < v + 64; i++) s += out(*i); return s + "
		  "w[out(1)]; }\n"
		  "int g(void) { for (int *i = v; i < v + 64; i++) *i = out(*i + V(1, 2)); return 0; }\n");
	expect_same(&p, "f");
	expect_changed(&p, "g");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void prefixes_before_the_entry_belong_to_it(void **state)
{
	static const char *const flags[] = { "-fpatchable-function-entry=16,16", "-mno-record-mcount", NULL };
	struct pair p;

	pair_flags(&p, "int f(int a) { return a + V(1, 2); }\nint g(int a) { return out(a); }\n", flags);
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	assert_int_equal(p.d->b.t.v[thing_called(&p.d->b.t, "f")].at, 16);
	assert_int_equal(p.d->b.t.v[thing_called(&p.d->b.t, "f")].start, 0);
	pair_done(&p);
}

#define COLD "__attribute__((cold)) extern void die(int);\n"

static void a_changed_child_changes_its_parent(void **state)
{
	struct pair p;

	pair(&p, COLD "int f(int a) { if (a) { die(V(1, 2)); out(a); } return out(a) + 1; }\n"
		      "int g(int a) { if (a) { die(3); out(a); } return out(a) + 2; }\n");
	expect_change(&p, "f", CHANGE_CHILD);
	expect_included(&p, "f", true);
	expect_included(&p, "f.cold", true);
	expect_same(&p, "g");
	expect_included(&p, "g.cold", false);
	expect_accepted(&p, 2);
	pair_done(&p);
}

static void a_changed_parent_takes_its_child_along(void **state)
{
	struct pair p;

	pair(&p, COLD "int f(int a) { if (a) { die(1); out(a); } return out(a) + V(1, 2); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "f.cold");
	expect_included(&p, "f.cold", true);
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void a_child_can_come_and_go(void **state)
{
	struct pair p;

	pair(&p, COLD "int f(int a) { V(, if (a) { die(1); out(a); }) return out(a) + 1; }\n"
		      "int g(int a) { V(if (a) { die(1); out(a); },) return out(a) + 1; }\n");
	expect_changed(&p, "f");
	expect_included(&p, "f.cold", true);
	expect_changed(&p, "g");
	assert_false(refusals_count(&p.refusals));
	pair_done(&p);
}

static void a_child_without_a_parent_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { return out(a) + V(1, 2); }\n"
		 "asm(\".pushsection .text.unlikely.lost,\\\"ax\\\"\\n.type lost.cold,@function\\nlost.cold: "
		 "ret\\n\"\n"
		 "V(\"\", \"nop\\n\") \".size lost.cold,.-lost.cold\\n.popsection\");\n");
	expect_refused(&p, REFUSE_NO_HOOK, "lost.cold");
	pair_done(&p);
}

static void parts_and_clones_are_matched_without_their_numbers(void **state)
{
	struct pair p;

	/* a constant argument makes clones */
	pair(&p, "static noinline int work(int a, int k) { return out(a * k) + out(k); }\n"
		 "V(, static noinline int first(int a, int k) { return out(a - k) + out(k + 1); }\n"
		 "int use(int a) { return first(a, 9); })\n"
		 "int f(int a) { return work(a, 5) + 1; }\n"
		 "int g(int a) { return work(a, 5) + V(1, 2); }\n");
	expect_changed(&p, "g");
	expect_same(&p, "f");
	expect_same(&p, "work.constprop.");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void sections_and_alignment_of_data_count(void **state)
{
	struct pair p;

	pair(&p, "int v __attribute__((aligned(V(16, 32)))) = 3; int w = 4;\n"
		 "int f(void) { return v + w; }\n");
	expect_refused(&p, REFUSE_DATA, "v");
	assert_null(refusal_of(&p, REFUSE_DATA, "w"));
	expect_same(&p, "f");
	pair_done(&p);
}

/* Nine tables, each of sixty-four pointers to the next: 64^8 ways. */
static void comparing_ends_on_tables_of_tables(void **state)
{
	struct pair p;

	pair(&p, "#define T(n, to) asm(\".pushsection .rodata.t\" #n \",\\\"a\\\"\\n.rept 64\\n.quad \" to "
		 "\"\\n.endr\\n"
		 ".popsection\")\n"
		 "T(1, \".rodata.t2\"); T(2, \".rodata.t3\"); T(3, \".rodata.t4\"); T(4, \".rodata.t5\");\n"
		 "T(5, \".rodata.t6\"); T(6, \".rodata.t7\"); T(7, \".rodata.t8\"); T(8, \"out\");\n"
		 "int f(int a) { asm volatile(\"mov .rodata.t1(%rip), %rax\"); return out(1); }\n"
		 "int g(int a) { return out(V(1, 2)); }\n");
	expect_refused(&p, REFUSE_CODE, "f");
	expect_changed(&p, "g");
	pair_done(&p);
}

static void labels_inside_a_function_are_its_own(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { static void *const to[] = { &&x, &&y };\n"
		 "goto *to[a & 1]; x: return out(V(1, 2)); y: return out(3); }\n"
		 "int g(int a) { static void *const to[] = { &&x, &&y };\n"
		 "goto *to[a & 1]; x: return out(1); y: return out(3); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_source_is_the_same),
		cmocka_unit_test(bytes_and_sizes_are_changes),
		cmocka_unit_test(hot_and_cold_functions_are_functions),
		cmocka_unit_test(relocations_are_changes),
		cmocka_unit_test(weak_names_of_one_function_are_not_the_same),
		cmocka_unit_test(strings_count_by_what_they_say),
		cmocka_unit_test(offsets_into_strings_count),
		cmocka_unit_test(what_stands_before_an_offset_counts),
		cmocka_unit_test(merged_constants_count_by_content),
		cmocka_unit_test(a_pointer_to_the_end_is_of_what_ends_there),
		cmocka_unit_test(an_end_that_is_a_beginning_is_both),
		cmocka_unit_test(prefixes_before_the_entry_belong_to_it),
		cmocka_unit_test(a_changed_child_changes_its_parent),
		cmocka_unit_test(a_changed_parent_takes_its_child_along),
		cmocka_unit_test(a_child_can_come_and_go),
		cmocka_unit_test(a_child_without_a_parent_is_refused),
		cmocka_unit_test(parts_and_clones_are_matched_without_their_numbers),
		cmocka_unit_test(sections_and_alignment_of_data_count),
		cmocka_unit_test(comparing_ends_on_tables_of_tables),
		cmocka_unit_test(labels_inside_a_function_are_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
