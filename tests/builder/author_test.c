// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What patch authors write with our headers, compiled against look-alikes of
 * the kernel's: it leaves in the object what the differ looks for, and the
 * differ finds it.
 */
#include "tests/builder/lookalike.h"

#include "builder/author.h"

static const struct lookalike headers[] = {
	{ "compiler.h", "" },
	{ "livepatch.h", "struct klp_object;\n" },
	{ "printk.h", "int printk(const char *, ...), _printk(const char *, ...);\n" },
	{ "version.h", "#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))\n"
		       "#define LINUX_VERSION_CODE KERNEL_VERSION(6, 1, 0)\n" },
	/* one parameter is enough to see the shape */
	{ "syscalls.h",
	  "struct pt_regs { long di, bx; };\n"
	  "#define __always_inline inline __attribute__((always_inline))\n"
	  "#define __MAP(n, m, t, a) m(t, a)\n"
	  "#define __SC_DECL(t, a) t a\n#define __SC_LONG(t, a) long a\n"
	  "#define __SC_CAST(t, a) (t)a\n#define __SC_TEST(t, a) (void)0\n"
	  "#define __SC_ARGS(t, a) a\n#define __PROTECT(n, r, ...) (void)0\n"
	  "#define __X64_SYS_STUBx(n, name, ...) long __x64_sys##name(const struct pt_regs *r)"
	  " { return __se_sys##name(r->di); }\n"
	  "#define __IA32_SYS_STUBx(n, name, ...) long __ia32_sys##name(const struct pt_regs *r)"
	  " { return __se_sys##name(r->bx); }\n"
	  "#define STUB0(abi, name) long __##abi##_sys_##name(const struct pt_regs *r)"
	  " __attribute__((alias(\"__do_sys_\" #name)));\n"
	  "#define __X64_SYS_STUB0(name) STUB0(x64, name)\n"
	  "#define __IA32_SYS_STUB0(name) STUB0(ia32, name)\n" },
};

#define SOURCE                                                                                               \
	"#include \"kpatch-macros.h\"\n#include \"kpatch-syscall.h\"\n"                                      \
	"static int before(patch_object *o) { return KPATCH_PRINTK(\"%d\", 1); }\n"                          \
	"static void after(patch_object *o) { }\n"                                                           \
	"KPATCH_PRE_PATCH_CALLBACK(before);\nKPATCH_POST_PATCH_CALLBACK(after);\n"                           \
	"KPATCH_PRE_UNPATCH_CALLBACK(after);\nKPATCH_POST_UNPATCH_CALLBACK(after);\n"                        \
	"KPATCH_IGNORE_SECTION(\".data.once\");\nKPATCH_IGNORE_SECTION(\".init.text\");\n"                   \
	"KPATCH_IGNORE_FUNCTION(before);\nKPATCH_IGNORE_FUNCTION(after);\n"                                  \
	"KPATCH_FORCE_UNSAFE(after);\n"                                                                      \
	"int work(int);\n"                                                                                   \
	"KPATCH_SYSCALL_DEFINE1(one, int, a) { return work(a); }\n"                                          \
	"KPATCH_SYSCALL_DEFINE0(zero) { return work(0); }\n"

static struct bytes compile(const char *source)
{
	static const char *const flags[3] = { "-Ibuilder/include/klpsh",
					      "-fno-inline-functions-called-once" };

	return lookalike_compile(headers, ARRAY_SIZE(headers), source, flags);
}

static const struct elf_symbol *named(const struct elf *elf, const char *name)
{
	for (size_t i = 1; i < elf_n_symbols(elf); i++)
		if (streq(elf_symbol(elf, i)->name, name))
			return elf_symbol(elf, i);
	return NULL;
}

/* Does the pointer at this place of the section lead to the function? */
static void expect_pointer(const struct elf *elf, const char *section, uint64_t at, const char *function)
{
	const struct elf_symbol *f = named(elf, function), *s;
	struct elf_rela *v = NULL;
	char name[64];
	size_t n = 0, i = 0;

	FORMAT(name, ".rela%s", section);
	assert_non_null(f);
	assert_non_null(elf_find_section(elf, name));
	assert_int_equal(elf_read_relas(elf, elf_find_section(elf, name), &v, &n, NULL), 0);
	while (i < n && v[i].offset != at)
		i++;
	assert_true(i < n);
	s = elf_symbol(elf, v[i].symbol);
	assert_int_equal(s->shndx, f->shndx);
	assert_int_equal(s->value + (uint64_t)v[i].addend, f->value);
	free(v);
}

static void callbacks_stand_in_sections_of_their_kind(void **state)
{
	struct bytes b = compile(SOURCE);
	struct elf *elf = NULL;

	assert_int_equal(elf_open(b.data, b.len, &elf, NULL), 0);
	expect_pointer(elf, ".klpsh.callbacks.pre_patch", 0, "before");
	expect_pointer(elf, ".klpsh.callbacks.post_patch", 0, "after");
	expect_pointer(elf, ".klpsh.callbacks.pre_unpatch", 0, "after");
	expect_pointer(elf, ".klpsh.callbacks.post_unpatch", 0, "after");
	assert_int_equal(elf_find_section(elf, ".klpsh.callbacks.pre_patch")->size, 8);
	elf_free(elf);
	free(b.data);
}

static void what_to_ignore_is_listed(void **state)
{
	static const char want[] = ".data.once\0.init.text";
	struct bytes b = compile(SOURCE);
	const struct elf_section *names;
	struct elf *elf = NULL;

	assert_int_equal(elf_open(b.data, b.len, &elf, NULL), 0);
	names = elf_find_section(elf, ".klpsh.ignore.sections");
	assert_non_null(names);
	assert_int_equal(names->size, sizeof(want));
	/* in which order is the compiler's choice */
	assert_non_null(memmem(names->data, names->size, ".data.once", 11));
	assert_non_null(memmem(names->data, names->size, ".init.text", 11));
	assert_int_equal(elf_find_section(elf, ".klpsh.ignore.functions")->size, 16);
	elf_free(elf);
	free(b.data);
}

static void system_calls_have_names_that_can_be_patched(void **state)
{
	struct bytes b = compile(SOURCE);
	struct elf *elf = NULL;

	assert_int_equal(elf_open(b.data, b.len, &elf, NULL), 0);
	assert_non_null(named(elf, "__x64_sys_one"));
	assert_non_null(named(elf, "__ia32_sys_one"));
	assert_non_null(named(elf, "__x64_sys_zero"));
	assert_non_null(named(elf, "__ia32_sys_zero"));
	/* the one that cannot be */
	assert_null(named(elf, "__do_sys_one"));
	assert_non_null(named(elf, "_printk"));
	assert_null(named(elf, "printk"));
	elf_free(elf);
	free(b.data);
}

/* The object of a source, divided. */
struct written {
	struct object *o;
	struct things t;
	struct refusals to;
};

static void write_source(struct written *w, const char *source)
{
	struct bytes b = compile(source);

	*w = (struct written){ 0 };
	assert_int_equal(object_adopt(b.data, b.len, &w->o, NULL), 0);
	assert_int_equal(things_make(w->o, &w->t, NULL), 0);
}

static void written_done(struct written *w)
{
	refusals_done(&w->to);
	things_done(&w->t);
	object_free(w->o);
}

static uint32_t thing(const struct written *w, const char *name)
{
	const uint32_t *v;

	if (things_named(&w->t, name, &v) == 0)
		fail_msg("there is no %s", name);
	return v[0];
}

static void callbacks_are_found_by_their_kind(void **state)
{
	static const char *const names[AUTHOR_CALLBACKS] = { "before", "after", "after", "after" };
	struct written w;

	write_source(&w, SOURCE);
	for (unsigned i = 0; i < AUTHOR_CALLBACKS; i++)
		assert_int_equal(author_callback(&w.t, i, "a.c", &w.to), thing(&w, names[i]));
	assert_int_equal(w.to.n, 0);
	written_done(&w);
}

static void a_source_without_callbacks_has_none(void **state)
{
	struct written w;

	write_source(&w, "static int before(void *o) { return 0; }\nvoid *user = before;\n");
	for (unsigned i = 0; i < AUTHOR_CALLBACKS; i++)
		assert_int_equal(author_callback(&w.t, i, "a.c", &w.to), THING_NONE);
	assert_int_equal(w.to.n, 0);
	assert_false(author_ignores(&w.t, thing(&w, "before")));
	written_done(&w);
}

#define RAW_CALLBACK(name, value)                                                                            \
	"static void *" name " __attribute__((used, section(\".klpsh.callbacks.pre_patch\"))) = " value ";"  \
	"\n"

/* Two of a kind, a function of another file, no function, the middle of one. */
static void what_is_no_single_function_of_the_file_is_refused(void **state)
{
	static const char *const sources[] = {
		"static int f(void *o) { return 0; }\nstatic int g(void *o) { return 1; }\n" RAW_CALLBACK(
			"a", "f") RAW_CALLBACK("b", "g"),
		"int elsewhere(void *o);\n" RAW_CALLBACK("a", "elsewhere"),
		"int datum = 3;\n" RAW_CALLBACK("a", "&datum"),
		"int f(void *o) { return o != 0; }\n" RAW_CALLBACK("a", "(char *)f + 1"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		struct written w;

		write_source(&w, sources[i]);
		assert_int_equal(author_callback(&w.t, 0, "a.c", &w.to), THING_NONE);
		assert_int_equal(w.to.n, 1);
		assert_int_equal(w.to.v[0].code, REFUSE_CALLBACK);
		assert_string_equal(w.to.v[0].file, "a.c");
		assert_non_null(strstr(w.to.v[0].why, i == 0 ? "names 2 functions" : "of this file"));
		written_done(&w);
	}
}

static void an_ignored_function_is_known(void **state)
{
	struct written w;

	write_source(&w, SOURCE);
	assert_true(author_ignores(&w.t, thing(&w, "before")));
	assert_true(author_ignores(&w.t, thing(&w, "after")));
	assert_false(author_ignores(&w.t, thing(&w, "__x64_sys_one")));
	written_done(&w);
}

static void what_is_in_an_ignored_section_is_ignored(void **state)
{
	struct written w;

	write_source(&w, SOURCE "int once __attribute__((section(\".data.once\"))) = 1, other = 2;\n"
				"int almost __attribute__((section(\".data.onc\"))) = 1;\n"
				"__attribute__((section(\".init.text\"))) int begin(void) { return 1; }\n");
	assert_true(author_ignores(&w.t, thing(&w, "once")));
	assert_true(author_ignores(&w.t, thing(&w, "begin")));
	assert_false(author_ignores(&w.t, thing(&w, "other")));
	assert_false(author_ignores(&w.t, thing(&w, "almost")));
	written_done(&w);
}

/* Names that do not end, empty ones: the list ends there, nothing is ignored by mistake. */
static void a_list_that_is_damaged_ignores_nothing_more(void **state)
{
	struct written w;

	write_source(&w,
		     "int once __attribute__((section(\".data.once\"))) = 1;\n"
		     "static const char list[12] __attribute__((used, section(\".klpsh.ignore.sections\")))"
		     " = \"\\0\\0.data.once\";\n");
	assert_false(author_ignores(&w.t, thing(&w, "once")));
	written_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callbacks_stand_in_sections_of_their_kind),
		cmocka_unit_test(what_to_ignore_is_listed),
		cmocka_unit_test(system_calls_have_names_that_can_be_patched),
		cmocka_unit_test(callbacks_are_found_by_their_kind),
		cmocka_unit_test(a_source_without_callbacks_has_none),
		cmocka_unit_test(what_is_no_single_function_of_the_file_is_refused),
		cmocka_unit_test(an_ignored_function_is_known),
		cmocka_unit_test(what_is_in_an_ignored_section_is_ignored),
		cmocka_unit_test(a_list_that_is_damaged_ignores_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
