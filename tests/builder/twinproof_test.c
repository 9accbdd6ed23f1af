// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is the original that a patch was compared with the one that stands in the
 * kernel? The latter is compiled without a section for each function.
 */
#include "builder/twinproof.h"
#include "tests/builder/differ.h"

#define SOURCE                                                                                               \
	"int f(int a) { static int n; n += a; sink(&n); return out(V(1, 2)); }\n"                            \
	"int g(int a) { static int n; return out(n += a); }\n"

/* The proven original's source is another when the two compilations did not agree. */
static int check(struct pair *p, const char *source, const char *plain)
{
	static const char *const flags[] = { "-fno-function-sections", "-fno-data-sections", NULL };
	_cleanup_free_ char *whole = NULL;
	struct object *o;
	int r;

	pair(p, source);
	assert_true(asprintf(&whole, "%s%s", DIFFER_PREAMBLE, plain) > 0);
	o = pair_object(cc_compile(whole, "", flags));
	expect_accepted(p, 1);
	r = twinproof(p->d, o, "a.c", &p->refusals);
	object_free(o);
	return r;
}

static void the_same_without_sections_is_sound(void **state)
{
	struct pair p;

	assert_int_equal(check(&p, SOURCE, SOURCE), 0);
	assert_int_equal(p.refusals.n, 0);
	pair_done(&p);
}

static void jumps_to_neighbours_are_longer_with_sections(void **state)
{
	static const char source[] = "static noinline int g(int a) { return out(a) + 1; }\n"
				     "int f(int a) { sink(&out, V(1, 2)); return g(a); }\n"
				     "int h(int a) { return g(a + 1) * 2; }\n";
	struct pair p;

	assert_int_equal(check(&p, source, source), 0);
	pair_done(&p);
}

static void a_changed_function_of_another_size_is_refused(void **state)
{
	struct pair p;

	assert_int_equal(check(&p, SOURCE,
			       "int f(int a) { static int n; n += a; sink(&n); return out(1) + out(3); }\n"
			       "int g(int a) { static int n; return out(n += a); }\n"),
			 -EPERM);
	expect_refused(&p, REFUSE_PROOF, "f");
	pair_done(&p);
}

static void a_changed_function_of_other_bytes_is_refused(void **state)
{
	struct pair p;

	assert_int_equal(check(&p, SOURCE,
			       "int f(int a) { static int n; n -= a; sink(&n); return out(1); }\n"
			       "int g(int a) { static int n; return out(n += a); }\n"),
			 -EPERM);
	expect_refused(&p, REFUSE_PROOF, "f");
	assert_non_null(strstr(p.refusals.v[0].why, "its code differs at +0x"));
	pair_done(&p);
}

/* As 6.1's objtool does. */
static void jump_labels_may_be_nops(void **state)
{
	static const char jump[] =
		"static inline int on(void) { asm goto(\"1: .byte 0xeb, 2f - 1b - 2\\n2:\" :::: yes); "
		"return 0; yes: return 1; }\n";
	static const char nop[] = "static inline int on(void) { asm goto(\".byte 0x66, 0x90\" :::: yes); "
				  "return 0; yes: return 1; }\n";
	static const char user[] = "int f(int a) { sink(&out, V(1, 2)); return on() ? out(a) : a; }\n";
	_cleanup_free_ char *a = NULL, *b = NULL;
	struct pair p;

	assert_true(asprintf(&a, "%s%s", jump, user) > 0);
	assert_true(asprintf(&b, "%s%s", nop, user) > 0);
	assert_int_equal(check(&p, a, b), 0);
	pair_done(&p);
	/* the other way round nobody does */
	assert_int_equal(check(&p, b, a), -EPERM);
	expect_refused(&p, REFUSE_PROOF, "f");
	pair_done(&p);
}

static void others_do_not_matter(void **state)
{
	struct pair p;

	assert_int_equal(check(&p, SOURCE,
			       "int f(int a) { static int n; n += a; sink(&n); return out(1); }\n"
			       "int g(int a) { static int n; return out(n += a) + out(7); }\n"),
			 0);
	/* nor does one that is not there by that name */
	pair_done(&p);
	assert_int_equal(check(&p, SOURCE,
			       "int before(int a) { static int n; n += a; sink(&n); return out(1); }\n"
			       "int g(int a) { static int n; return out(n += a); }\n"),
			 0);
	pair_done(&p);
}

static void a_static_local_that_is_there_more_often_is_refused(void **state)
{
	struct pair p;

	assert_int_equal(check(&p, SOURCE, SOURCE "int h(int a) { static int n; return out(n -= a); }\n"),
			 -EPERM);
	expect_refused(&p, REFUSE_PROOF, "f");
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_without_sections_is_sound),
		cmocka_unit_test(jumps_to_neighbours_are_longer_with_sections),
		cmocka_unit_test(a_changed_function_of_another_size_is_refused),
		cmocka_unit_test(a_changed_function_of_other_bytes_is_refused),
		cmocka_unit_test(jump_labels_may_be_nops),
		cmocka_unit_test(others_do_not_matter),
		cmocka_unit_test(a_static_local_that_is_there_more_often_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
