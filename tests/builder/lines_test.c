// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Line numbers on their way into a warning are no change; any other number is.
 */
#include "tests/builder/differ.h"

#include "builder/lines.h"

#define CALLS                                                                                                \
	"extern void __might_sleep(const char *, int), warn_slowpath_fmt(const char *, int, unsigned,\n"     \
	"const char *, ...), lockdep_rcu_suspicious(const char *, int, const char *);\n"                     \
	"extern int _printk(const char *, ...);\n"

static void pair_lines(struct pair *p, const char *source, bool lines)
{
	_cleanup_free_ char *whole = NULL;

	assert_true(asprintf(&whole, CALLS "%s", source) > 0);
	pair(p, whole);
	if (lines)
		return;
	diff_free(p->d);
	pair_compare(p, false);
}

#define TAKERS                                                                                               \
	"#line V(10, 13)\n"                                                                                  \
	"int f(int a) { __might_sleep(\"a.c\", __LINE__); return out(a); }\n"                                \
	"int g(int a) { if (a) warn_slowpath_fmt(\"a.c\", __LINE__, 9, \"odd %d\", a); return out(a); }\n"   \
	"int h(int a) { lockdep_rcu_suspicious(\"a.c\", __LINE__, \"unlocked\"); return out(a); }\n"         \
	"int i(int a) { return _printk(\"%s:%d: %d\", \"a.c\", __LINE__, a) + out(a); }\n"

static void expect_lines(const struct pair *p, const char *name)
{
	expect_change(p, name, CHANGE_LINES);
	expect_included(p, name, false);
	assert_non_null(strstr(mark_of(p, name)->why, "line"));
}

static void lines_in_warnings_are_overlooked(void **state)
{
	struct pair p;

	pair_lines(&p, TAKERS, true);
	expect_lines(&p, "f");
	expect_lines(&p, "g");
	expect_lines(&p, "h");
	expect_lines(&p, "i");
	expect_accepted(&p, 0);
	assert_true(diff_is_empty(p.d));
	pair_done(&p);
}

static void they_are_changes_where_markers_keep_them(void **state)
{
	struct pair p;

	pair_lines(&p, TAKERS, false);
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_changed(&p, "i");
	pair_done(&p);
}

static void other_numbers_are_changes(void **state)
{
	struct pair p;

	pair_lines(&p,
		   "int f(int a) { __might_sleep(\"a.c\", 5); return out(V(10, 11)); }\n"
		   "int g(int a) { out(V(10, 11)); __might_sleep(\"a.c\", 5); return 0; }\n"
		   "int h(int a) { sink(\"a.c\", V(10, 11)); return out(1); }\n"
		   "int i(int a) { __might_sleep(\"a.c\", 5); return V(10, 11); }\n"
		   "int j(int a) { if (a == V(10, 11)) __might_sleep(\"a.c\", 5); return out(2); }\n"
		   "int k(int a) { __might_sleep(\"a.c\", V(500000, 500001)); return out(2); }\n",
		   true);
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_changed(&p, "h");
	expect_changed(&p, "i");
	expect_changed(&p, "j");
	expect_changed(&p, "k");
	pair_done(&p);
}

static void other_arguments_of_a_warning_are_changes(void **state)
{
	struct pair p;

	/* a taint, a value that is printed, one before and one behind the line */
	pair_lines(&p,
		   "int f(int a) { warn_slowpath_fmt(\"a.c\", 5, V(9, 10), \"odd\"); return out(a); }\n"
		   "int g(int a) { return _printk(\"%d level\", V(3, 4)) + out(a); }\n"
		   "int h(int a) { return _printk(\"%s:%d: %d\", \"a.c\", 6, V(3, 4)) + out(a); }\n"
		   "int i(int a) { return _printk(\"%s of %d\", \"a.conf\", V(3, 4)) + out(a); }\n",
		   true);
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_changed(&p, "h");
	expect_changed(&p, "i");
	pair_done(&p);
}

static void a_register_that_is_also_used_otherwise_makes_it_a_change(void **state)
{
	struct pair p;

	pair_lines(&p,
		   "#define CALL(between) asm volatile(\"mov %0, %%esi\\n\" between \"\\ncall "
		   "__might_sleep\" \\\n"
		   "\t: : \"i\"(V(10, 13)) : \"memory\", \"rdi\", \"rsi\", \"rax\", \"rcx\", \"rdx\", "
		   "\"r8\", \"r9\", \"r10\", \"r11\")\n"
		   "int stored(int a) { CALL(\"mov %%esi, outside\"); return out(a); }\n"
		   "int copied(int a) { CALL(\"mov %%esi, %%eax\"); return out(a); }\n"
		   "int indexed(int a) { CALL(\"mov (%%rdi,%%rsi,4), %%eax\"); return out(a); }\n"
		   "int based(int a) { CALL(\"lea 8(%%rsi), %%rdi\"); return out(a); }\n"
		   "int swapped(int a) { CALL(\"xchg %%esi, %%edi\"); return out(a); }\n"
		   "int pushed(int a) { CALL(\"push %%rsi; pop %%rdi\"); return out(a); }\n"
		   "int string(int a) { CALL(\"lodsb\"); return out(a); }\n"
		   "int other(int a) { CALL(\"mov %%r14, %%rdi; mov 8(%%rdi,%%rcx,4), %%eax; movb $1, "
		   "outside\"); return out(a); }\n",
		   true);
	expect_changed(&p, "stored");
	expect_changed(&p, "copied");
	expect_changed(&p, "indexed");
	expect_changed(&p, "based");
	expect_changed(&p, "swapped");
	expect_changed(&p, "pushed");
	expect_changed(&p, "string");
	expect_lines(&p, "other");
	pair_done(&p);
}

static void a_line_and_something_else_is_a_change(void **state)
{
	struct pair p;

	pair_lines(&p,
		   "int f(int a) { __might_sleep(\"a.c\", V(10, 13)); return out(V(1, 2)); }\n"
		   "int g(int a) { __might_sleep(V(\"a.c\", \"b.c\"), V(10, 13)); return out(1); }\n",
		   true);
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_accepted(&p, 2);
	pair_done(&p);
}

static void a_branch_between_makes_it_a_change(void **state)
{
	struct pair p;

	pair_lines(&p,
		   "int f(int a) { int n = V(10, 11); asm volatile(\"\" : \"+r\"(n)); if (a) "
		   "__might_sleep(\"a.c\", n);\n"
		   " else out(n); return out(2); }\n",
		   true);
	expect_changed(&p, "f");
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_in_warnings_are_overlooked),
		cmocka_unit_test(they_are_changes_where_markers_keep_them),
		cmocka_unit_test(other_numbers_are_changes),
		cmocka_unit_test(other_arguments_of_a_warning_are_changes),
		cmocka_unit_test(a_register_that_is_also_used_otherwise_makes_it_a_change),
		cmocka_unit_test(a_line_and_something_else_is_a_change),
		cmocka_unit_test(a_branch_between_makes_it_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
