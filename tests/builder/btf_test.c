// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sizes of structures from BTF that is written here, every kind of type among
 * them, and what is damaged or not known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>
#include <endian.h>
#include <errno.h>
#include <linux/btf.h>

#include "builder/btf.h"

struct blob {
	unsigned char p[4096];
	size_t len, types, strings;
};

static void put(struct blob *b, uint32_t x)
{
	x = htole32(x);
	memcpy(b->p + b->len, &x, sizeof(x));
	b->len += sizeof(x);
}

static const char strings[] = "\0int\0bug_entry\0other\0twice";
enum { INT = 1, BUG_ENTRY = 5, OTHER = 15, TWICE = 21 };

/* A type and its tail of so many bytes. */
static void type(struct blob *b, uint32_t name, unsigned kind, unsigned members, uint32_t size, size_t tail)
{
	put(b, name);
	put(b, kind << 24 | members);
	put(b, size);
	memset(b->p + b->len, 0xee, tail);
	b->len += tail;
}

static struct blob begin(void)
{
	struct blob b = { .len = sizeof(struct btf_header) };

	return b;
}

static void finish(struct blob *b)
{
	size_t end = b->len, head = sizeof(struct btf_header);
	const uint32_t words[] = { (uint32_t)head, 0, (uint32_t)(end - head), (uint32_t)(end - head),
				   sizeof(strings) };

	b->len = 0;
	put(b, BTF_MAGIC | BTF_VERSION << 16);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		put(b, words[i]);
	memcpy(b->p + end, strings, sizeof(strings));
	b->len = end + sizeof(strings);
}

static struct blob every_kind(void)
{
	struct blob b = begin();

	type(&b, INT, BTF_KIND_INT, 0, 4, 4);
	type(&b, 0, BTF_KIND_PTR, 0, 1, 0);
	type(&b, 0, BTF_KIND_ARRAY, 0, 0, 12);
	type(&b, BUG_ENTRY, BTF_KIND_UNION, 2, 99, 24);
	type(&b, OTHER, BTF_KIND_ENUM, 3, 4, 24);
	type(&b, BUG_ENTRY, BTF_KIND_FWD, 0, 0, 0);
	type(&b, BUG_ENTRY, BTF_KIND_TYPEDEF, 0, 1, 0);
	type(&b, 0, BTF_KIND_VOLATILE, 0, 1, 0);
	type(&b, 0, BTF_KIND_CONST, 0, 1, 0);
	type(&b, 0, BTF_KIND_RESTRICT, 0, 1, 0);
	type(&b, OTHER, BTF_KIND_FUNC, 1, 1, 0);
	type(&b, 0, BTF_KIND_FUNC_PROTO, 2, 1, 16);
	type(&b, OTHER, BTF_KIND_VAR, 0, 1, 4);
	type(&b, OTHER, BTF_KIND_DATASEC, 2, 8, 24);
	type(&b, INT, BTF_KIND_FLOAT, 0, 8, 0);
	type(&b, OTHER, BTF_KIND_DECL_TAG, 0, 1, 4);
	type(&b, OTHER, BTF_KIND_TYPE_TAG, 0, 1, 0);
	type(&b, OTHER, BTF_KIND_ENUM64, 2, 8, 24);
	type(&b, TWICE, BTF_KIND_STRUCT, 1, 8, 12);
	type(&b, TWICE, BTF_KIND_STRUCT, 1, 16, 12);
	type(&b, OTHER, BTF_KIND_STRUCT, 1, 24, 12);
	type(&b, OTHER, BTF_KIND_STRUCT, 1, 24, 12);
	type(&b, BUG_ENTRY, BTF_KIND_STRUCT, 4, 12, 48);
	finish(&b);
	return b;
}

static void a_structure_has_its_size(void **state)
{
	struct blob b = every_kind();
	struct btf btf;
	uint32_t size = 0;

	assert_int_equal(btf_open(b.p, b.len, &btf, NULL), 0);
	assert_int_equal(btf_struct_size(&btf, "bug_entry", &size), 0);
	assert_int_equal(size, 12);
	assert_int_equal(btf_struct_size(&btf, "other", &size), 0);
	assert_int_equal(size, 24);
	assert_int_equal(btf_struct_size(&btf, "int", &size), -ENOENT);
	assert_int_equal(btf_struct_size(&btf, "twice", &size), -EEXIST);
}

static void what_is_cut_off_is_damaged(void **state)
{
	struct blob b = every_kind();

	for (size_t len = 0; len < b.len; len++) {
		unsigned char *exact = malloc(len ? len : 1);
		struct err e = { 0 };
		struct btf btf;

		memcpy(exact, b.p, len);
		assert_int_equal(btf_open(exact, len, &btf, &e), -EBADMSG);
		assert_non_null(strstr(e.text, "damaged"));
		free(exact);
	}
}

static void an_unknown_kind_is_named(void **state)
{
	struct blob b = begin();
	struct err e = { 0 };
	struct btf btf;

	type(&b, OTHER, 20, 0, 1, 0);
	finish(&b);
	assert_int_equal(btf_open(b.p, b.len, &btf, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.text, "(20)"));
}

static void a_name_outside_is_damage(void **state)
{
	struct blob b = begin();
	struct btf btf;

	type(&b, sizeof(strings), BTF_KIND_PTR, 0, 1, 0);
	finish(&b);
	assert_int_equal(btf_open(b.p, b.len, &btf, NULL), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_structure_has_its_size),
		cmocka_unit_test(what_is_cut_off_is_damaged),
		cmocka_unit_test(an_unknown_kind_is_named),
		cmocka_unit_test(a_name_outside_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
