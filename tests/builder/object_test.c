// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects laid out: relocations by place, symbols by place and name; and
 * damaged ones, which must be refused or compared, never read beyond.
 */
#include "tests/builder/differ.h"

#define SOURCE                                                                                               \
	"static int state = 3; static const char text[] = \"text\"; int zero; const int fixed[] = { 1, 2 "   \
	"};\n"                                                                                               \
	"static noinline int help(int a) { static int count; return out(count++ + a) + state; }\n"           \
	"__attribute__((cold)) extern void die(int);\n"                                                      \
	"int f(int a) { if (a) { die(1); out(a); } return help(a) + V(1, 2) + sink(\"f\", text, __func__); " \
	"}\n"                                                                                                \
	"int g(int a) { asm volatile(\"1: ud2\\n.pushsection __bug_table,\\\"aw\\\"\\n2: .long 1b - "        \
	".\\n\"\n"                                                                                           \
	"\".long 0\\n.word 5, 1\\n.popsection\"); return out(fixed[a] + zero); }\n"                          \
	"int section(\".sched.text\") h(int a) { return out(a) + V(1, 2); }\n"                               \
	"int section(\".sched.text\") i(int a) { return h(a) + 3; }\n"                                       \
	"int __init j(int a) { return h(a) + 3; }\n"                                                         \
	"V(, int (*const ops[])(int) = { f, g };)\n"

static struct bytes compiled(const char *define)
{
	return cc_compile(DIFFER_PREAMBLE SOURCE, define, NULL);
}

static void relocations_and_symbols_are_in_order(void **state)
{
	struct object *o = pair_object(compiled(""));
	size_t relocs = 0, symbols = 0;

	for (size_t i = 0; i < o->n_sections; i++) {
		const struct osection *s = &o->sections[i];

		for (size_t k = 1; k < s->n_relocs; k++)
			assert_true(s->relocs[k - 1].offset <= s->relocs[k].offset);
		for (size_t k = 1; k < s->n_syms; k++)
			assert_true(object_symbol(o, s->syms[k - 1])->value <=
				    object_symbol(o, s->syms[k])->value);
		relocs += s->n_relocs;
		symbols += s->n_syms;
	}
	assert_true(relocs > 10 && symbols > 10);
	object_free(o);
}

static void things_are_found_by_place_and_name(void **state)
{
	struct object *o = pair_object(compiled(""));
	const struct elf_section *s = elf_find_section(o->elf, ".text.f");
	const struct osection *of = &o->sections[s->index];
	const uint32_t *v;
	size_t n;

	assert_int_equal(object_named(o, "f", &v), 1);
	assert_int_equal(object_symbol(o, v[0])->shndx, s->index);
	assert_int_equal(object_named(o, "not there", &v), 0);
	assert_non_null(object_reloc_at(of, of->relocs[0].offset));
	assert_null(object_reloc_at(of, of->relocs[0].offset + 1));
	assert_ptr_equal(object_relocs(of, 0, s->size, &n), of->relocs);
	assert_int_equal(n, of->n_relocs);
	(void)object_relocs(of, of->relocs[0].offset + 1, s->size, &n);
	assert_int_equal(n, of->n_relocs - 1);
	(void)object_relocs(of, s->size, 0, &n);
	assert_int_equal(n, 0);
	object_free(o);
}

static void relocations_of_debug_information_are_left(void **state)
{
	static const char *const flags[] = { "-g", NULL };
	struct object *o = pair_object(cc_compile(DIFFER_PREAMBLE SOURCE, "", flags));
	bool any = false;

	for (size_t i = 1; i < o->n_sections; i++) {
		const struct elf_section *s = o->sections[i].s;

		any |= strncmp(s->name, ".rela.debug", 11) == 0;
		if (!(s->flags & SHF_ALLOC))
			assert_int_equal(o->sections[i].n_relocs, 0);
	}
	assert_true(any);
	object_free(o);
}

static void debug_information_is_no_difference(void **state)
{
	static const char *const flags[] = { "-g", NULL };
	struct pair p = { .a = pair_object(cc_compile(DIFFER_PREAMBLE SOURCE, "", NULL)),
			  .b = pair_object(cc_compile(DIFFER_PREAMBLE SOURCE, "", flags)) };

	pair_compare(&p, true);
	expect_nothing(&p);
	pair_done(&p);
}

static void what_is_no_object_is_refused(void **state)
{
	struct object *o = NULL;
	struct err e = { 0 };

	assert_int_equal(object_parse("", 0, &o, &e), -ENOEXEC);
	assert_int_equal(object_parse("\177ELF", 4, &o, &e), -ENOEXEC);
	assert_int_equal(object_read("/", &o, &e), -EISDIR);
	assert_int_equal(object_read("/nonexistent", &o, &e), -ENOENT);
	assert_int_equal(object_read("/etc/passwd", &o, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, "/etc/passwd: not an ELF file"));
	assert_null(o);
}

/* Its functions have no bytes, so that any two would be the same. */
static void an_object_of_lto_is_refused(void **state)
{
	static const char *const flags[] = { "-flto", NULL };
	struct bytes b = cc_compile(DIFFER_PREAMBLE SOURCE, "", flags);
	struct object *o = NULL;
	struct err e = { 0 };

	assert_int_equal(object_parse(b.data, b.len, &o, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, "-flto"));
	free(b.data);
}

static void links_are_not_followed(void **state)
{
	char dir[256], link[280];
	struct object *o = NULL;
	struct err e = { 0 };

	cc_dir(dir);
	snprintf(link, sizeof(link), "%s/l", dir);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(object_read(link, &o, &e), -ELOOP);
	unlink(link);
	rmdir(dir);
}

/* Compare, and write out what is not refused. */
static void work(struct object *a, struct object *b)
{
	struct pair p = { .a = a, .b = b };
	struct diff_options opt = { .file = "a.o", .lines = true };
	struct extract_options how = {
		.file = "a.o", .resolve = pair_resolve, .alias = "new_", .objtool = true
	};
	struct err e = { 0 };

	if (diff_make(a, b, &opt, &p.refusals, &p.d, &e) == 0)
		(void)extract_make(p.d, &how, &p.refusals, &p.x, &e);
	diff_free(p.d);
	extract_done(&p.x);
	refusals_done(&p.refusals);
}

static void damaged_objects_do_no_harm(void **state)
{
	struct bytes before = compiled(""), after = compiled("NEW");
	struct object *a = NULL, *b = NULL;
	uint32_t seed = 7;
	uint64_t parsed = 0;

	assert_int_equal(object_parse(before.data, before.len, &a, NULL), 0);
	for (uint64_t n = kernel_damages(10); n > 0; n--) {
		struct bytes copy = { malloc(after.len), after.len };

		memcpy(copy.data, after.data, after.len);
		kernel_damage(copy, 64, &seed);
		if (object_adopt(copy.data, copy.len, &b, NULL) < 0)
			continue;
		parsed++;
		work(a, b);
		work(b, a);
		b = object_free(b);
	}
	assert_true(parsed > 5);
	object_free(a);
	free(before.data);
	free(after.data);
}

static void objects_cut_off_do_no_harm(void **state)
{
	struct bytes whole = compiled("");
	struct object *o = NULL;

	for (size_t len = 0; len < whole.len; len += 1 + len / 50)
		if (object_parse(whole.data, len, &o, NULL) == 0)
			o = object_free(o);
	free(whole.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relocations_and_symbols_are_in_order),
		cmocka_unit_test(things_are_found_by_place_and_name),
		cmocka_unit_test(relocations_of_debug_information_are_left),
		cmocka_unit_test(debug_information_is_no_difference),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(an_object_of_lto_is_refused),
		cmocka_unit_test(links_are_not_followed),
		cmocka_unit_test(damaged_objects_do_no_harm),
		cmocka_unit_test(objects_cut_off_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
