// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which structures are laid out otherwise, by objects that a compiler made, and
 * by BTF that is damaged.
 */
#include "tests/builder/linked.h"

#include <errno.h>

#include "builder/layoutcheck.h"
#include "tests/builder/cc.h"

static const char *const with_btf[] = { "-gbtf", NULL };

static struct object *compile(const char *source, const char *define)
{
	struct bytes b = cc_compile(source, define, with_btf);
	struct object *o = NULL;
	struct err e = { 0 };

	if (object_adopt(b.data, b.len, &o, &e) < 0)
		fail_msg("%s", e.text);
	return o;
}

/* One source, with -DOLD and with -DNEW. */
struct pair {
	struct object *a, *b;
	struct layout_changes c;
};

static struct pair check(const char *source)
{
	struct pair p = { compile(source, "OLD"), compile(source, "NEW"), { 0 } };
	struct err e = { 0 };

	if (layoutcheck(p.a, p.b, &p.c, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

static void done(struct pair *p)
{
	layout_changes_done(&p->c);
	object_free(p->a);
	object_free(p->b);
}

static void expect(const char *source, const char *word, const char *name, const char *member)
{
	struct pair p = check(source);

	assert_int_equal(p.c.n, 1);
	assert_string_equal(p.c.v[0].word, word);
	assert_string_equal(p.c.v[0].name, name);
	assert_string_equal(p.c.v[0].member, member);
	done(&p);
}

static void expect_none(const char *source)
{
	struct pair p = check(source);

	assert_int_equal(p.c.n, 0);
	done(&p);
}

#define BEGIN "#ifdef NEW\n#define N(x) x\n#define O(x)\n#else\n#define N(x)\n#define O(x) x\n#endif\n"
#define USED(type) "\n" type " *use(" type " *p) { return p + 1; }\n"

static void a_structure_that_grows_is_told(void **state)
{
	struct pair p = check(BEGIN "struct s { int a; N(long b;) };" USED("struct s"));

	assert_int_equal(p.c.n, 1);
	assert_string_equal(p.c.v[0].word, "struct");
	assert_string_equal(p.c.v[0].name, "s");
	assert_string_equal(p.c.v[0].member, "b");
	assert_int_equal(p.c.v[0].old_size, 4);
	assert_int_equal(p.c.v[0].new_size, 16);
	done(&p);
}

static void members_that_move_are_told(void **state)
{
	expect(BEGIN "struct s { O(int a; int b;) N(int b; int a;) };" USED("struct s"), "struct", "s", "b");
	expect(BEGIN "struct s { long a; O(char b[2];) N(char b[4];) };" USED("struct s"), "struct", "s",
	       "b");
	expect(BEGIN "struct s { unsigned a : 3, b : O(4) N(5); };" USED("struct s"), "struct", "s", "b");
	expect(BEGIN "union u { int a; N(char b[16];) };" USED("union u"), "union", "u", "b");
	/* in a hole: the size stays */
	expect(BEGIN "struct s { char a; N(char b;) long c; };" USED("struct s"), "struct", "s", "b");
}

static void nameless_members_are_seen_through(void **state)
{
	expect(BEGIN "struct s { int a; union { struct { char b; N(char c;) short d; }; long e; }; };" USED(
		       "struct s"),
	       "struct", "s", "c");
	expect(BEGIN "struct s { struct { char b; N(char c;) short d; } in[3]; };" USED("struct s"), "struct",
	       "s", "c");
	expect(BEGIN "typedef struct { int a; N(int b;) } named_t;" USED("named_t"), "type", "named_t", "b");
}

static void what_holds_it_is_told_too(void **state)
{
	struct pair p = check(BEGIN "struct in { int a; N(int b;) };\n"
				    "struct out { struct in in; int z; };" USED("struct out"));

	assert_int_equal(p.c.n, 2);
	assert_string_equal(p.c.v[0].name, "in");
	assert_string_equal(p.c.v[1].name, "out");
	done(&p);
}

static void other_changes_are_none(void **state)
{
	expect_none("struct s { int a; };" USED("struct s"));
	expect_none(BEGIN "struct s { O(int *a;) N(struct t *a;) };" USED("struct s"));
	expect_none(BEGIN "struct s { O(int) N(unsigned) a; };" USED("struct s"));
	expect_none(BEGIN "struct s { int a; }; N(struct t { int b; } t;)" USED("struct s"));
	/* what points at itself ends */
	expect_none("struct s { struct { struct s *next; } link; };" USED("struct s"));
}

static void an_object_without_types_is_named(void **state)
{
	struct bytes b = cc_compile("int a;", "", NULL);
	struct layout_changes c;
	struct object *o = NULL;
	struct err e = { 0 };

	assert_int_equal(object_adopt(b.data, b.len, &o, NULL), 0);
	assert_int_equal(layoutcheck(o, o, &c, &e), -ENODATA);
	assert_non_null(strstr(e.text, "no types"));
	object_free(o);
}

/* Any bytes in .BTF: an answer or an error, and no harm. */
static void damage_is_survived(void **state)
{
	struct object *good = compile(BEGIN "struct s { struct { int a[2]; struct { char x, y; }; } in[3]; "
					    "const struct s *next; unsigned f : 3; };\n"
					    "typedef struct { struct s s; } s_t;" USED("s_t"),
				      "OLD");
	const struct elf_section *s = elf_find_section(good->elf, ".BTF");
	size_t from = (size_t)((const char *)s->data - good->bytes) + 24;
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(10); i > 0; i--) {
		struct object *bad = NULL;
		struct layout_changes c;
		struct bytes b = { malloc(good->len), from + (size_t)s->size - 24 };

		memcpy(b.data, good->bytes, good->len);
		kernel_damage(b, from, &seed);
		assert_int_equal(object_adopt(b.data, good->len, &bad, NULL), 0);
		if (layoutcheck(good, bad, &c, NULL) == 0)
			layout_changes_done(&c);
		if (layoutcheck(bad, good, &c, NULL) == 0)
			layout_changes_done(&c);
		object_free(bad);
	}
	object_free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_structure_that_grows_is_told),
		cmocka_unit_test(members_that_move_are_told),
		cmocka_unit_test(nameless_members_are_seen_through),
		cmocka_unit_test(what_holds_it_is_told_too),
		cmocka_unit_test(other_changes_are_none),
		cmocka_unit_test(an_object_without_types_is_named),
		cmocka_unit_test(damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
