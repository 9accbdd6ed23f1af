// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What diff says of two builds: parts that come and go, code that moved but is
 * the same, code that differs only in what it refers to, and what cannot be
 * decided.
 */
#include "tests/kmod/fixture.h"

#include "kmod/diff.h"

#define HEAD FIXTURE_STRUCTS FIXTURE_LIVEPATCH "int printk(const char *, ...);\n"
#define FUNC(old, new) "{ .old_name = \"" old "\", .new_func = " new " },"
#define TAIL                                                                                                 \
	"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"                                    \
	"static struct klp_patch patch = { .mod = &__this_module, .objs = objs };\n"                         \
	"int init_module(void) { return klp_enable_patch(&patch); }\n"
#define ONE(body) HEAD body "static struct klp_func funcs[] = { " FUNC("old_a", "new_a") " {} };\n" TAIL

struct one {
	struct inspect *patch;
	struct codeview *code;
};

static struct one open_source(const char *source, bool code)
{
	struct bytes b = fixture_compile(source, NULL);
	struct one o = { 0 };
	struct err e = { 0 };

	if (inspect_bytes("f.ko", b.data, b.len, &o.patch, &e) < 0 ||
	    (code && codeview_open(b.data, b.len, &o.code, &e) < 0))
		fail_msg("%s", e.text);
	/* the fixtures share one build-id */
	free(TAKE_PTR(o.patch->build_id));
	free(b.data);
	return o;
}

static struct diff diff_one(struct one *a, struct one *b)
{
	struct diff_side x = { a->patch, a->code, true }, y = { b->patch, b->code, true };
	struct diff d;

	assert_int_equal(diff_patches(&x, &y, &d), 0);
	inspect_free(a->patch);
	inspect_free(b->patch);
	codeview_free(a->code);
	codeview_free(b->code);
	return d;
}

static struct diff diff_sources(const char *a, const char *b)
{
	struct one x = open_source(a, true), y = open_source(b, true);

	return diff_one(&x, &y);
}

static void expect(const struct diff *d, enum diff_how how, const char *kind, const char *object,
		   const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].how == how && streq(d->v[i].kind, kind) && streq(d->v[i].name, name) &&
		    (object ? d->v[i].object && streq(d->v[i].object, object) : !d->v[i].object))
			return;
	for (size_t i = 0; i < d->n; i++)
		print_message("got: %s %s %s %s %s\n", diff_how_word(d->v[i].how), d->v[i].kind,
			      d->v[i].object ? d->v[i].object : "-", d->v[i].name,
			      d->v[i].detail ? d->v[i].detail : "-");
	fail_msg("no %s %s %s", diff_how_word(how), kind, name);
}

static void expect_only(const char *a, const char *b, enum diff_how how, const char *kind, const char *object,
			const char *name)
{
	struct diff d = diff_sources(a, b);

	assert_true(d.code_compared);
	expect(&d, how, kind, object, name);
	assert_int_equal(d.n, 1);
	diff_done(&d);
}

static void expect_none(const char *a, const char *b)
{
	struct diff d = diff_sources(a, b);

	for (size_t i = 0; i < d.n; i++)
		print_message("got: %s %s %s\n", diff_how_word(d.v[i].how), d.v[i].kind, d.v[i].name);
	assert_int_equal(d.n, 0);
	diff_done(&d);
}

static void test_same(void **state)
{
	expect_none(FIXTURE_PLAIN, FIXTURE_PLAIN);
	expect_none(ONE("static int new_a(int a) { return printk(\"x\") + a; }"),
		    ONE("static int new_a(int a) { return printk(\"x\") + a; }"));
}

static void test_structure(void **state)
{
	static const char head[] = HEAD "static int new_a(int a) { return a + 1; }\n"
					"static int new_b(int a) { return a + 2; }\n"
					"static int before(struct klp_object *o) { return o != 0; }\n";
	char a[8192], b[8192];
	struct diff d;

	FORMAT(a, "%s%s", head,
	       "static struct klp_func funcs[] = {" FUNC(
		       "gone", "new_a") " { .old_name = \"dup\","
					" .new_func = new_b, .old_sympos = 1 }, {} };\n" TAIL);
	FORMAT(b, "%s%s", head,
	       "static struct klp_func funcs[] = { { .old_name = \"dup\", .new_func = new_b, .old_sympos = 2 "
	       "},"
	       " {} }, more[] = {" FUNC(
		       "old_c", "new_a") " {} };\n"
					 "static struct klp_object objs[] = { { .funcs = funcs, .callbacks = "
					 "{ .pre_patch = before } },"
					 " { .name = \"mod\", .funcs = more }, {} };\n"
					 "static struct klp_patch patch = { .mod = &__this_module, .objs = "
					 "objs, .replace = 1 };\n"
					 "int init_module(void) { return klp_enable_patch(&patch); }\n");
	d = diff_sources(a, b);
	expect(&d, DIFF_CHANGED, "patch", NULL, "replace");
	expect(&d, DIFF_ADDED, "object", NULL, "mod");
	expect(&d, DIFF_DROPPED, "function", "vmlinux", "gone");
	expect(&d, DIFF_CHANGED, "function", "vmlinux", "dup");
	expect(&d, DIFF_ADDED, "function", "mod", "old_c");
	expect(&d, DIFF_ADDED, "callback", "vmlinux", "pre-patch");
	diff_done(&d);
}

/* Position 0 and 1 are one and the same. */
static void test_position_zero(void **state)
{
	expect_none(ONE("static int new_a(int a) { return a; }"),
		    HEAD "static int new_a(int a) { return a; }\n"
			 "static struct klp_func funcs[] = { { \"old_a\", new_a, 0 }, {} };\n" TAIL);
	expect_only(HEAD "static int new_a(int a) { return a; }\n"
			 "static struct klp_func funcs[] = { { \"old_a\", new_a, 1 }, {} };\n" TAIL,
		    HEAD "static int new_a(int a) { return a; }\n"
			 "static struct klp_func funcs[] = { { \"old_a\", new_a, 0 }, {} };\n" TAIL,
		    DIFF_CHANGED, "section", NULL, ".data");
}

static void test_code(void **state)
{
	/* another constant */
	expect_only(ONE("static int new_a(int a) { return a + 1; }"),
		    ONE("static int new_a(int a) { return a + 2; }"), DIFF_CHANGED, "code", "vmlinux",
		    "old_a");
	/* another length */
	expect_only(ONE("static int new_a(int a) { return a + 1; }"),
		    ONE("static int new_a(int a) { return a * 77 + (a >> 3); }"), DIFF_CHANGED, "code",
		    "vmlinux", "old_a");
	/* the same bytes, but another function is called */
	expect_only(ONE("int f1(int); int f2(int); static int new_a(int a) { return f1(a) + 1; }"),
		    ONE("int f1(int); int f2(int); static int new_a(int a) { return f2(a) + 1; }"),
		    DIFF_CHANGED, "code", "vmlinux", "old_a");
	/* the same bytes, but another text of the same length */
	expect_only(ONE("static int new_a(int a) { return printk(\"xyz\") + a; }"),
		    ONE("static int new_a(int a) { return printk(\"xYz\") + a; }"), DIFF_CHANGED, "code",
		    "vmlinux", "old_a");
	/* the same bytes, but another variable, behind one byte of an immediate, too */
	expect_only(ONE("static volatile int v1, v2; static int new_a(int a) { return v1; }\n"
			"int other(void) { return v1 + v2; }"),
		    ONE("static volatile int v1, v2; static int new_a(int a) { return v2; }\n"
			"int other(void) { return v1 + v2; }"),
		    DIFF_CHANGED, "code", "vmlinux", "old_a");
	expect_only(ONE("static volatile int v1, v2; static int new_a(int a) { v1 = v1 & 5; return 0; }\n"
			"int other(void) { return v1 + v2; }"),
		    ONE("static volatile int v1, v2; static int new_a(int a) { v2 = v2 & 5; return 0; }\n"
			"int other(void) { return v1 + v2; }"),
		    DIFF_CHANGED, "code", "vmlinux", "old_a");
}

/* A text that comes first moves all others: only the function that has it changed. */
static void test_moved_text(void **state)
{
	static const char tail[] = "static int new_a(int a) { return printk(\"first\") + a; }\n"
				   "static struct klp_func funcs[] = { " FUNC("old_a", "new_a")
					   FUNC("old_z", "new_z") " {} };\n" TAIL;
	char a[8192], b[8192];

	FORMAT(a, "%s%s%s", HEAD,
	       "int printk(const char *, ...); static int new_z(int a) { return printk(\"z\"); }\n", tail);
	FORMAT(b, "%s%s%s", HEAD,
	       "int printk(const char *, ...); static int new_z(int a) { return printk(\"long z\"); }\n",
	       tail);
	expect_only(a, b, DIFF_CHANGED, "code", "vmlinux", "old_z");
}

/* What a patched function calls is part of the module, too. */
static void test_helper(void **state)
{
	expect_only(ONE("__attribute__((noinline)) int help(int a) { return a + 1; }\n"
			"static int new_a(int a) { return help(a) + 1; }"),
		    ONE("__attribute__((noinline)) int help(int a) { return a + 5; }\n"
			"static int new_a(int a) { return help(a) + 1; }"),
		    DIFF_CHANGED, "helper", NULL, "help");
}

static void test_state(void **state)
{
	static const char source[] = HEAD
		"struct klp_state { unsigned long id; unsigned int version; void *data; };\n"
		"static struct klp_state states[] = { { 7, VERSION }, {} };\n"
		"static int new_a(int a) { return a + 1; }\n"
		"static struct klp_func funcs[] = { " FUNC(
			"old_a", "new_a") " {} };\n"
					  "static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"
					  "static struct klp_patch patch = { .mod = &__this_module, .objs = "
					  "objs, .states = states };\n"
					  "int init_module(void) { return klp_enable_patch(&patch); }\n";
	char a[8192], b[8192];
	struct diff d;

	FORMAT(a, "#define VERSION 1\n%s", source);
	FORMAT(b, "#define VERSION 2\n%s", source);
	d = diff_sources(a, b);
	expect(&d, DIFF_CHANGED, "state", NULL, "7");
	diff_done(&d);
	d = diff_sources(a, ONE("static int new_a(int a) { return a + 1; }"));
	expect(&d, DIFF_DROPPED, "state", NULL, "7");
	diff_done(&d);
}

/* Data that no function names: the section tells. */
static void test_data(void **state)
{
	expect_only(ONE("int table[2] = { 1, 2 }; static int new_a(int a) { return table[a]; }"),
		    ONE("int table[2] = { 1, 3 }; static int new_a(int a) { return table[a]; }"),
		    DIFF_CHANGED, "section", NULL, ".data");
}

/* Without the name of the new code nothing can be said of it. */
static void test_unknown(void **state)
{
	struct one a = open_source(ONE("static int new_a(int a) { return a + 1; }"), true);
	struct one b = open_source(ONE("static int new_a(int a) { return a + 2; }"), true);
	struct diff d;

	free(TAKE_PTR(b.patch->objects[0].funcs[0].new_name));
	d = diff_one(&a, &b);
	expect(&d, DIFF_UNKNOWN, "code", "vmlinux", "old_a");
	assert_true(d.n_unknown > 0);
	diff_done(&d);
}

static void test_without_code(void **state)
{
	struct one a = open_source(ONE("static int new_a(int a) { return a + 1; }"), true);
	struct one b = open_source(ONE("static int new_a(int a) { return a + 2; }"), false);
	struct diff d = diff_one(&a, &b);

	assert_false(d.code_compared);
	assert_int_equal(d.n, 0);
	diff_done(&d);
}

static void test_same_build(void **state)
{
	struct one a = open_source(ONE("static int new_a(int a) { return a + 1; }"), true);
	struct one b = open_source(ONE("static int new_a(int a) { return a + 2; }"), true);
	struct diff d;

	a.patch->build_id = strdup("aa");
	b.patch->build_id = strdup("aa");
	d = diff_one(&a, &b);
	assert_true(d.same_build);
	assert_int_equal(d.n, 0);
	diff_done(&d);
}

/* A function that a running replace only gives back is not the patch's. */
static void test_loaded(void **state)
{
	struct func funcs[] = { { (char[]){ "mine" }, 1, 0 }, { (char[]){ "theirs" }, 1, 1 } };
	struct object objects[] = { { (char[]){ "vmlinux" }, 1, funcs, 2 } };
	struct patch p = {
		.name = (char[]){ "lp" }, .in_sysfs = true, .replace = 1, .objects = objects, .n_objects = 1
	};
	struct inspect *i;

	assert_int_equal(diff_from_patch(&p, &i), 0);
	assert_int_equal(i->n_objects, 1);
	assert_int_equal(i->objects[0].n_funcs, 1);
	assert_string_equal(i->objects[0].funcs[0].old_name, "mine");
	assert_int_equal(i->replace, 1);
	inspect_free(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),	      cmocka_unit_test(test_structure),
		cmocka_unit_test(test_position_zero), cmocka_unit_test(test_code),
		cmocka_unit_test(test_moved_text),    cmocka_unit_test(test_helper),
		cmocka_unit_test(test_state),	      cmocka_unit_test(test_data),
		cmocka_unit_test(test_unknown),	      cmocka_unit_test(test_without_code),
		cmocka_unit_test(test_same_build),    cmocka_unit_test(test_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
