// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names for what stays the kernel's, from lists of symbols and exports.
 */
#include "tests/builder/differ.h"

#include "builder/naming.h"

static struct symlist listed(const char *text, const char *object)
{
	struct symlist s = { 0 };
	struct err e = { 0 };

	if (symlist_parse("list", strdup(text), strlen(text), object, &s, &e) < 0)
		fail_msg("%s", e.text);
	return s;
}

#define LIST                                                                                                 \
	"0000000000000000 A fixed\nffffffff81000010 T out\nffffffff81000020 t twice\n"                       \
	"ffffffff81000030 T twice\nffffffff81000040 t thrice\nffffffff81000050 d thrice\n"                   \
	"ffffffff81000060 t state.3\nffffffff81000070 D outside\nffffffffc0000000 t twice\t[ext4]\n"         \
	"ffffffffc0000010 T ext4_only\t[ext4]\nffffffff81000080 T key\nffffffff81000090 T sink\n"

static void positions_count_every_symbol_of_the_object(void **state)
{
	struct symlist k = listed(LIST, "vmlinux"), m = listed(LIST, "ext4");
	unsigned at = 0;
	size_t all;

	assert_int_equal(symlist_find(&k, "out", SYMLIST_GLOBAL, &at, &all), 1);
	assert_int_equal(at, 1);
	assert_int_equal(symlist_find(&k, "twice", SYMLIST_GLOBAL, &at, &all), 1);
	assert_int_equal(at, 2);
	assert_int_equal(all, 2);
	assert_int_equal(symlist_find(&k, "twice", SYMLIST_LOCAL, &at, &all), 1);
	assert_int_equal(at, 1);
	assert_int_equal(symlist_find(&k, "twice", SYMLIST_ANY, &at, &all), 2);
	assert_int_equal(symlist_find(&k, "thrice", SYMLIST_LOCAL, &at, &all), 2);
	assert_int_equal(symlist_find(&k, "thrice", SYMLIST_GLOBAL, &at, &all), 0);
	assert_int_equal(all, 2);
	assert_int_equal(symlist_find(&k, "ext4_only", SYMLIST_ANY, &at, &all), 0);
	assert_int_equal(all, 0);
	/* of a module the letter tells exports only */
	assert_int_equal(symlist_find(&m, "twice", SYMLIST_GLOBAL, &at, &all), 1);
	assert_int_equal(at, 1);
	symlist_done(&k);
	symlist_done(&m);
}

static void lines_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"x",	  "0 T",   "0 T ",     "0  T a",    "00000000000000000 T a",
		"0 TT a", "G T a", "0 T a [b", "0 T a\tb]", "\n\n0 1 a\n"
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct symlist s = { .n = 7 };
		struct err e = { 0 };

		if (symlist_parse("list", strdup(bad[i]), strlen(bad[i]), "vmlinux", &s, &e) != -EBADMSG)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(s.n, 7);
		assert_non_null(strstr(e.text, "list:"));
	}
}

static void damaged_lists_do_no_harm(void **state)
{
	uint32_t seed = 3;

	for (uint64_t n = kernel_damages(2); n > 0; n--) {
		struct bytes b = { strdup(LIST), sizeof(LIST) - 1 };
		struct symlist s = { 0 };
		unsigned at;
		size_t all;

		kernel_damage(b, 0, &seed);
		if (symlist_parse("list", b.data, b.len, "ext4", &s, NULL) == 0)
			(void)symlist_find(&s, "twice", SYMLIST_ANY, &at, &all);
		symlist_done(&s);
	}
}

/* What becomes of the references of the changed functions. */
struct named {
	struct pair p;
	struct symlist symbols;
	struct symvers exports;
	struct naming how;
};

static void name_all(struct named *n, const char *source, const char *object, const char *list,
		     const char *exports)
{
	const struct extract_options opt = { .file = "a.o", .resolve = naming_resolve, .arg = &n->how };
	struct err e = { 0 };

	memset(n, 0, sizeof(*n));
	pair(&n->p, source);
	expect_accepted(&n->p, n->p.d->n_changed);
	if (list)
		n->symbols = listed(list, object);
	if (exports && symvers_parse("exports", strdup(exports), strlen(exports), &n->exports, &e) < 0)
		fail_msg("%s", e.text);
	n->how = (struct naming){
		object, "a.o", n->p.d, list ? &n->symbols : NULL, exports ? &n->exports : NULL, &n->p.refusals
	};
	if (extract_make(n->p.d, &opt, &n->p.refusals, &n->p.x, &e) < 0)
		fail_msg("%s", e.text);
	if (n->p.x.bytes)
		assert_int_equal(object_parse(n->p.x.bytes, n->p.x.len, &n->p.out, &e), 0);
}

static void named_done(struct named *n)
{
	symlist_done(&n->symbols);
	symvers_done(&n->exports);
	pair_done(&n->p);
}

#define EXPORTS "0x12345678\tout\tvmlinux\tEXPORT_SYMBOL\t\n0x1\tkey\tfs/jbd2/jbd2\tEXPORT_SYMBOL_GPL\t\n"
#define CALLS                                                                                                \
	"static noinline int twice(int a) { return out(a) * 2; }\n"                                          \
	"int f(int a) { return out(V(1, 2)) + twice(a) + outside; }\n"

static void without_a_list_names_are_plain(void **state)
{
	struct named n;

	name_all(&n, CALLS, "vmlinux", NULL, NULL);
	assert_int_equal(out_uses(&n.p, ".text.f", "out"), 1);
	assert_int_equal(out_uses(&n.p, ".text.f", "twice"), 1);
	named_done(&n);
}

static void a_list_gives_livepatch_names(void **state)
{
	struct named n;

	name_all(&n, CALLS, "vmlinux", LIST, NULL);
	assert_non_null(n.p.out);
	assert_int_equal(out_uses(&n.p, ".text.f", ".klp.sym.vmlinux.out,1"), 1);
	assert_int_equal(out_uses(&n.p, ".text.f", ".klp.sym.vmlinux.twice,1"), 1);
	assert_int_equal(out_uses(&n.p, ".text.f", "__fentry__"), 1);
	named_done(&n);
}

static void exports_keep_their_names(void **state)
{
	struct named n;

	name_all(&n, CALLS, "vmlinux", LIST, EXPORTS);
	assert_non_null(n.p.out);
	assert_int_equal(out_uses(&n.p, ".text.f", "out"), 1);
	assert_int_equal(out_uses(&n.p, ".text.f", ".klp.sym.vmlinux.outside,1"), 1);
	named_done(&n);
}

static void a_local_is_no_export_of_its_name(void **state)
{
	struct named n;

	name_all(&n, CALLS, "vmlinux", LIST, EXPORTS "0x2\ttwice\tvmlinux\tEXPORT_SYMBOL\t\n");
	assert_int_equal(out_uses(&n.p, ".text.f", "twice"), 0);
	assert_int_equal(out_uses(&n.p, ".text.f", ".klp.sym.vmlinux.twice,1"), 1);
	named_done(&n);
}

static void what_is_not_certain_is_refused(void **state)
{
	struct named n;

	name_all(&n,
		 "static noinline int thrice(int a) { return out(a) * 3; }\n"
		 "static noinline int missing(int a) { return out(a) * 4; }\n"
		 "static noinline int outside_(int a) { return out(a) * 5; }\n"
		 "int f(int a) { return thrice(a + V(1, 2)); }\nint g(int a) { return missing(a + V(1, 2)); "
		 "}\n",
		 "vmlinux", LIST, NULL);
	assert_null(n.p.x.bytes);
	expect_refused(&n.p, REFUSE_AMBIGUOUS, "f");
	expect_refused(&n.p, REFUSE_SYMBOL, "g");
	named_done(&n);
}

static void a_local_is_not_another_objects_global(void **state)
{
	struct named n;

	name_all(&n,
		 "static noinline int fixed(int a) { return out(a); }\nint f(int a) { return fixed(a + V(1, "
		 "2)); "
		 "}\n",
		 "vmlinux", LIST, NULL);
	expect_refused(&n.p, REFUSE_SYMBOL, "f");
	named_done(&n);
}

static void modules_have_their_own_list(void **state)
{
	struct named n;

	name_all(&n,
		 "extern int ext4_only(int);\n"
		 "static noinline int twice(int a) { return out(a) * 2; }\n"
		 "int f(int a) { return out(V(1, 2)) + twice(a) + ext4_only(a); }\n",
		 "ext4", LIST, EXPORTS);
	assert_non_null(n.p.out);
	assert_int_equal(out_uses(&n.p, ".text.f", "out"), 1);
	assert_int_equal(out_uses(&n.p, ".text.f", ".klp.sym.ext4.twice,1"), 1);
	assert_int_equal(out_uses(&n.p, ".text.f", ".klp.sym.ext4.ext4_only,1"), 1);
	named_done(&n);
}

#define KEY                                                                                                  \
	"int f(int a) { asm volatile(\"1: nop\\n.pushsection __jump_table,\\\"aw\\\"\\n\"\n"                 \
	"\".long 1b - ., 1b - .\\n.quad key - .\\n.popsection\"); return V(1, 2); }\n"

static void keys_of_modules_are_refused(void **state)
{
	struct named n;

	name_all(&n, KEY, "vmlinux", LIST, EXPORTS);
	expect_refused(&n.p, REFUSE_KEY, "f");
	named_done(&n);
	name_all(&n, "int key;\n" KEY, "ext4", "0 b key\t[ext4]\n", NULL);
	expect_refused(&n.p, REFUSE_KEY, "f");
	named_done(&n);
	name_all(&n, KEY, "vmlinux", LIST, NULL);
	assert_non_null(n.p.out);
	assert_int_equal(out_uses(&n.p, "__jump_table", ".klp.sym.vmlinux.key,1"), 1);
	named_done(&n);
}

static void names_too_long_are_refused(void **state)
{
	char name[NAMING_MAX_SYMBOL + 2], list[700], source[1500];
	struct named n;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(list, sizeof(list), "0 T %s\n", name);
	snprintf(source, sizeof(source), "extern int %s; int f(void) { return %s + V(1, 2); }\n", name, name);
	name_all(&n, source, "vmlinux", list, NULL);
	expect_refused(&n.p, REFUSE_NAME, "f");
	named_done(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_count_every_symbol_of_the_object),
		cmocka_unit_test(lines_that_are_none_are_refused),
		cmocka_unit_test(damaged_lists_do_no_harm),
		cmocka_unit_test(without_a_list_names_are_plain),
		cmocka_unit_test(a_list_gives_livepatch_names),
		cmocka_unit_test(exports_keep_their_names),
		cmocka_unit_test(a_local_is_no_export_of_its_name),
		cmocka_unit_test(what_is_not_certain_is_refused),
		cmocka_unit_test(a_local_is_not_another_objects_global),
		cmocka_unit_test(modules_have_their_own_list),
		cmocka_unit_test(keys_of_modules_are_refused),
		cmocka_unit_test(names_too_long_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
