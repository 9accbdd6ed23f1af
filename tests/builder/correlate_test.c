// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which thing is which: static locals, the variables of macros of which every
 * version has its own, names with numbers in them.
 */
#include "tests/builder/differ.h"

#include "builder/correlate.h"

/* Is the thing of the patched object paired with this one of the original? */
static void expect_paired(const struct pair *p, const char *name, const char *original)
{
	const struct thing *t = &p->d->b.t.v[thing_called(&p->d->b.t, name)];

	if (t->twin == THING_NONE)
		fail_msg("%s is paired with nothing", name);
	if (original)
		assert_string_equal(p->d->a.t.v[t->twin].name, original);
}

static void expect_unpaired(const struct pair *p, const char *name)
{
	assert_int_equal(p->d->b.t.v[thing_called(&p->d->b.t, name)].twin, THING_NONE);
}

static const char *twin_name(const struct pair *p, const char *name)
{
	const struct thing *t = &p->d->b.t.v[thing_called(&p->d->b.t, name)];

	return t->twin == THING_NONE ? "" : p->d->a.t.v[t->twin].name;
}

static void static_locals_follow_their_function(void **state)
{
	struct pair p;

	/* another static local before it gives it another number */
	pair(&p, "int f(int a) { V(, static int extra; extra += a; sink(&extra);)\n"
		 "static int count; count += a; return out(count); }\n"
		 "int g(int a) { static int count; count -= a; return out(count); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	for (uint32_t i = 0; i < p.d->b.t.n; i++) {
		const struct thing *t = &p.d->b.t.v[i];

		if (strncmp(t->name, "count.", 6) == 0) {
			assert_int_not_equal(t->twin, THING_NONE);
			assert_false(p.d->marks[i].included); /* the kernel's state is used on */
		}
		if (strncmp(t->name, "extra.", 6) == 0)
			assert_true(p.d->marks[i].included);
	}
	pair_done(&p);
}

static void two_of_one_name_in_one_function_keep_their_order(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { if (a) { static int n; n += a; sink(&n); } else { static int n; n -= 3; "
		 "sink(&n, 1); }\n"
		 "return out(V(1, 2)); }\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	assert_true(strncmp(twin_name(&p, "n."), "n.", 2) == 0);
	assert_int_equal(p.d->n_included, 1);
	pair_done(&p);
}

static void one_that_its_users_no_longer_share_is_refused(void **state)
{
	struct pair p;

	/* one counter of both becomes a counter of each: whose is the old one? */
	pair(&p, "V(static inline int next(void) { static int n; return n++; },)\n"
		 "int f(int a) { V(, static int n;) return out(V(next(), n++)); }\n"
		 "int g(int a) { V(, static int n;) return out(V(next(), n++)) + 1; }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "f");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "g");
	expect_unpaired(&p, "n.");
	pair_done(&p);
}

static void ones_that_become_shared_are_refused(void **state)
{
	struct pair p;

	pair(&p, "V(, static inline int next(void) { static int n; return n++; })\n"
		 "int f(int a) { V(static int n;,) return out(V(n++, next())); }\n"
		 "int g(int a) { V(static int n;,) return out(V(n++, next())) + 1; }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "f");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "g");
	pair_done(&p);
}

static void two_of_one_name_used_in_another_order_are_refused(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { int *x, *y; { static int n; x = &n; } { static int n; y = &n; }\n"
		 "sink(V(x, y)); sink(V(y, x), 1); return out(1); }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "f");
	pair_done(&p);
}

static void one_of_two_of_one_name_gone_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { V(if (a) { static int n; n += a; sink(&n); },) { static int n; n -= 3; "
		 "sink(&n, 1); }\n"
		 "return out(2); }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "f");
	pair_done(&p);
}

static void a_static_local_that_moved_to_another_function_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { V(static int n; n += a; sink(&n);,) return out(2); }\n"
		 "int g(int a) { V(,static int n; n += a; sink(&n);) return out(3); }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "g");
	pair_done(&p);
}

static void a_static_local_that_changed_its_size_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { static V(int, long) n; n += a; return sink(&n); }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "f");
	pair_done(&p);
}

static void a_static_local_whose_user_is_gone_is_told(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { V(static int n; n += a; sink(&n);,) return out(2); }\n");
	expect_changed(&p, "f");
	assert_int_equal(p.d->n_changed, 1);
	assert_false(refusals_count(&p.refusals));
	assert_int_equal(p.refusals.n_warnings, 1);
	assert_int_equal(p.refusals.v[0].code, REFUSE_STATIC_LOCAL);
	pair_done(&p);
}

static void one_that_never_had_a_user_is_not_told(void **state)
{
	struct pair p;

	pair(&p,
	     "int f(int a) { V(, { static int used first = 1; }) static int used n = 3; return out(2); }\n");
	assert_int_equal(p.refusals.n, 0);
	expect_same(&p, "f");
	pair_done(&p);
}

static void a_static_local_of_a_renamed_function_is_refused(void **state)
{
	struct pair p;

	pair(&p, "int V(before, renamed)(int a) { static int n; n += a; sink(&n); return out(2); }\n");
	expect_refused(&p, REFUSE_STATIC_LOCAL, "renamed");
	pair_done(&p);
}

static void a_new_static_local_comes_along(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { V(,static int n = 5; n += a; sink(&n);) return out(2); }\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	expect_included(&p, "n.", true);
	pair_done(&p);
}

static void a_static_local_that_an_inlined_function_has_is_found_from_its_users(void **state)
{
	struct pair p;

	pair(&p, "static inline int next(void) { static int n; return n++; }\n"
		 "int f(int a) { return out(next() + V(1, 2)); }\n"
		 "int g(int a) { return out(next() + 3); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_paired(&p, "n.", NULL);
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void statics_of_macros_are_each_versions_own(void **state)
{
	struct pair p;

	pair(&p, "#define ONCE(x) ({ static char section(\".data.once\") __already_done;\\\n"
		 " if (!__already_done) { __already_done = 1; sink(x); } })\n"
		 "V(, int n(void) { ONCE(\"new\"); static int __key; sink(&__key); return 0; })\n"
		 "int f(int a) { ONCE(\"f\"); return V(1, 2); }\n"
		 "int g(int a) { ONCE(\"g\"); static int __key; sink(&__key, __func__); return out(3); }\n"
		 "int h(int a) { static int __warned; __warned = 1; return out(V(1, 2)) + sink(&__warned, "
		 "__func__); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_changed(&p, "h");
	expect_accepted(&p, 2);
	expect_included(&p, "__warned.", true);
	expect_included(&p, "__func__.", true);
	expect_unpaired(&p, "__warned.");
	pair_done(&p);
}

static void what_is_done_once_is_done_again_by_the_new(void **state)
{
	struct pair p;

	pair(&p, "static char section(\".data.once\") flag;\n"
		 "int f(int a) { if (!flag) { flag = 1; sink(\"once\"); } return out(V(1, 2)); }\n"
		 "int g(int a) { if (!flag) { flag = 1; sink(\"once\"); } return out(3); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_included(&p, "flag", true);
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void function_names_in_strings_count_by_content(void **state)
{
	struct pair p;

	pair(&p, "V(int before, int renamed)(void) { return sink(__func__); }\n"
		 "int f(void) { return sink(__func__); }\n");
	expect_same(&p, "f");
	expect_change(&p, "renamed", CHANGE_NEW);
	assert_int_equal(p.d->n_dropped, 1);
	pair_done(&p);
}

static void switch_tables_are_each_versions_own(void **state)
{
	struct pair p;

	pair(&p, "#define S(n, x) int n(unsigned a) { switch (a) { case 0: return 11; case 1: return 97;\\\n"
		 "case 2: return x; case 3: return 1000; case 4: return 4; default: return 0; } }\n"
		 "V(, S(first, 77)) S(f, V(31, 32)) S(g, 34)\n");
	assert_true(thing_called(&p.d->b.t, "CSWTCH.") != THING_NONE);
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void unique_ids_compare_by_their_stem(void **state)
{
	struct pair p;

	pair(&p, "#define ID2(c) __UNIQUE_ID_addressable_x##c\n#define ID1(c) ID2(c)\n#define ID "
		 "ID1(__COUNTER__)\n"
		 "V(, static const char *used ID = \"new\";)\n"
		 "static int section(\".discard.addressable\") used ID = 1;\n"
		 "int f(void) { return out(3); }\n");
	expect_same(&p, "f");
	assert_int_equal(p.d->n_changed, 0);
	assert_false(refusals_count(&p.refusals));
	pair_done(&p);
}

#define MSG "#define MSG(s) ({ static const char __msg[] = s; sink(__msg); })\n"

static void texts_in_static_constants_count_by_content(void **state)
{
	struct pair p;

	pair(&p, MSG
	     "int f(int a) { if (a) MSG(V(\"in use\", \"in vain\")); else MSG(\"wrong\"); return out(1); }\n"
	     "int g(int a) { V(, MSG(\"more\")); if (a) MSG(\"one\"); else MSG(\"two\"); return out(1); }\n"
	     "int h(int a) { if (a) MSG(\"three\"); else MSG(\"fours\"); return out(1); }\n"
	     "int i(int a) { MSG(V(\"alpha\", \"aleph\")); return out(1); }\n");
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_same(&p, "h");
	expect_changed(&p, "i");
	expect_accepted(&p, 3);
	assert_int_equal(p.refusals.n, 0);
	assert_int_equal(p.d->n_included, 6);
	pair_done(&p);
}

static void constants_with_pointers_are_not_taken_for_text(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { static int (*const ops[])(int) = { out, V(out, (void *)sink) }; sink(ops);\n"
		 "return out(1); }\n");
	assert_int_equal(p.refusals.n, 1);
	assert_int_equal(p.refusals.v[0].code, REFUSE_DATA);
	pair_done(&p);
}

static void names_are_paired_by_kind(void **state)
{
	struct pair p;

	pair(&p, "V(int thing(int a) { return out(a); }, int thing = 4;)\n"
		 "int f(void) { return sink(&out); }\n");
	expect_unpaired(&p, "thing");
	expect_change(&p, "thing", CHANGE_NEW);
	pair_done(&p);
}

static void a_driver_s_descriptor_keeps_its_state(void **state)
{
	struct pair p;

	/* only that of dynamic debug is called so by a macro, and has a section of its own */
	pair(&p, "int f(int a) { static int descriptor = 3; descriptor += a; return out(descriptor + V(1, "
		 "2)); }\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	assert_false(p.d->marks[thing_called(&p.d->b.t, "descriptor.")].included);
	pair_done(&p);
}

static void descriptors_of_dynamic_debug_are_own_and_lines_do_not_count(void **state)
{
	struct pair p;

	pair(&p, "struct d { const char *m, *f, *file, *fmt; unsigned line:18, class:6, flags:8; int pad; "
		 "long key[2]; };\n"
		 "#define pr_debug(l, s) ({ static struct d section(\"__dyndbg\") "
		 "__attribute__((aligned(8))) descriptor = {\\\n"
		 "\"mod\", __func__, \"a.c\", s, l }; if (descriptor.flags) sink(&descriptor, s); })\n"
		 "int f(int a) { pr_debug(V(10, 11), \"text\"); return out(a); }\n"
		 "int g(int a) { pr_debug(20, V(\"old\", \"new\")); return out(a); }\n");
	expect_same(&p, "f");
	expect_changed(&p, "g");
	assert_int_equal(p.d->n_changed, 1);
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(static_locals_follow_their_function),
		cmocka_unit_test(two_of_one_name_in_one_function_keep_their_order),
		cmocka_unit_test(one_that_its_users_no_longer_share_is_refused),
		cmocka_unit_test(ones_that_become_shared_are_refused),
		cmocka_unit_test(two_of_one_name_used_in_another_order_are_refused),
		cmocka_unit_test(one_of_two_of_one_name_gone_is_refused),
		cmocka_unit_test(a_static_local_that_moved_to_another_function_is_refused),
		cmocka_unit_test(a_static_local_that_changed_its_size_is_refused),
		cmocka_unit_test(a_static_local_whose_user_is_gone_is_told),
		cmocka_unit_test(one_that_never_had_a_user_is_not_told),
		cmocka_unit_test(a_static_local_of_a_renamed_function_is_refused),
		cmocka_unit_test(a_new_static_local_comes_along),
		cmocka_unit_test(a_static_local_that_an_inlined_function_has_is_found_from_its_users),
		cmocka_unit_test(statics_of_macros_are_each_versions_own),
		cmocka_unit_test(what_is_done_once_is_done_again_by_the_new),
		cmocka_unit_test(function_names_in_strings_count_by_content),
		cmocka_unit_test(switch_tables_are_each_versions_own),
		cmocka_unit_test(unique_ids_compare_by_their_stem),
		cmocka_unit_test(texts_in_static_constants_count_by_content),
		cmocka_unit_test(constants_with_pointers_are_not_taken_for_text),
		cmocka_unit_test(names_are_paired_by_kind),
		cmocka_unit_test(a_driver_s_descriptor_keeps_its_state),
		cmocka_unit_test(descriptors_of_dynamic_debug_are_own_and_lines_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
