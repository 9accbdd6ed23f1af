// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The special sections, as the kernel's macros write them in assembly: what
 * changes a function, and which elements go along with it.
 */
#include "tests/builder/differ.h"

#include "builder/tables.h"

/* arch/x86/include/asm: asm.h, bug.h, alternative.h, jump_label.h */
#define MACROS                                                                                               \
	"#define STR(x) #x\n#define XSTR(x) STR(x)\n"                                                        \
	"#define EX(type) asm volatile(\"1: mov (%%rdi), %%rax\\n2:\\n\"\\\n"                                \
	"\" .pushsection __ex_table,\\\"a\\\"\\n.balign 4\\n.long 1b - .\\n.long 2b - .\\n.long \" "         \
	"XSTR(type) \\\n"                                                                                    \
	"\"\\n.popsection\" : : : \"rax\")\n"                                                                \
	"#define WARN_ON(line, flags) asm volatile(\"1: ud2\\n.pushsection __bug_table,\\\"aw\\\"\\n\"\\\n"  \
	"\"2: .long 1b - .\\n.long %c0 - .\\n.word %c1\\n.word %c2\\n.org 2b + 12\\n.popsection\"\\\n"       \
	": : \"i\"(\"a.c\"), \"i\"(line), \"i\"(flags))\n"                                                   \
	"#define ALT(old, feature, new) asm volatile(\"661: \" old \"\\n662:\\n\"\\\n"                       \
	"\".pushsection .altinstructions,\\\"a\\\"\\n.long 661b - .\\n.long 663f - .\\n.word \" "            \
	"XSTR(feature) \\\n"                                                                                 \
	"\"\\n.byte 662b-661b\\n.byte 664f-663f\\n.popsection\\n\"\\\n"                                      \
	"\".pushsection .altinstr_replacement,\\\"ax\\\"\\n663: \" new \"\\n664:\\n.popsection\" : : : "     \
	"\"rax\")\n"                                                                                         \
	"#define BRANCH(key) ({ asm goto(\"1: .byte 0x0f,0x1f,0x44,0,0\\n\"\\\n"                             \
	"\".pushsection __jump_table,\\\"aw\\\"\\n.balign 8\\n.long 1b - .\\n.long %l[yes] - .\\n\"\\\n"     \
	"\".quad \" XSTR(key) \" - .\\n.popsection\" : : : : yes); 0; yes: 1; })\n"                          \
	"#define LOCK(insn) asm volatile(\".pushsection .smp_locks,\\\"a\\\"\\n.balign 4\\n.long 671f - "    \
	".\\n\"\\\n"                                                                                         \
	"\".popsection\\n671: lock; \" insn : : : \"memory\")\n"

static void pair_tables(struct pair *p, const char *source)
{
	_cleanup_free_ char *whole = NULL;

	assert_true(asprintf(&whole, "%s%s", MACROS, source) > 0);
	pair(p, whole);
}

static void a_changed_element_changes_its_function(void **state)
{
	struct pair p;

	pair_tables(&p,
		    "int f(int *a) { EX(V(1, 2)); return out(1); }\n"
		    "int g(int *a) { EX(1); return out(1); }\n"
		    "int h(int *a) { WARN_ON(10, V(0x901, 0x903)); return out(1); }\n"
		    "int i(int *a) { ALT(\"nop; nop\", V(70, 71), \"xor %%eax, %%eax\"); return out(1); }\n"
		    "int j(int *a) { ALT(\"nop; nop\", 70, V(\"xor %%eax, %%eax\", \"xor %%eax, %%edi\")); "
		    "return out(1); }\n"
		    "int k(int *a) { ALT(\"nop; nop\", 70, \"xor %%eax, %%eax\"); return out(1); }\n");
	expect_changed(&p, "f");
	assert_non_null(strstr(mark_of(&p, "f")->why, "__ex_table"));
	expect_same(&p, "g");
	expect_changed(&p, "h");
	expect_changed(&p, "i");
	expect_changed(&p, "j");
	expect_same(&p, "k");
	expect_accepted(&p, 4);
	pair_done(&p);
}

static void an_element_more_or_less_changes_it(void **state)
{
	struct pair p;

	/* the same bytes in the function */
	pair_tables(&p, "int f(int *a) { EX(1); V(, asm volatile(\".pushsection __ex_table,\\\"a\\\"\\n.long "
			"f - .\\n.long f - .\\n\"\n"
			"\".long 3\\n.popsection\")); return out(1); }\n"
			"int g(int *a) { V(asm volatile(\".pushsection __ex_table,\\\"a\\\"\\n.long g - "
			".\\n.long g - .\\n\"\n"
			"\".long 3\\n.popsection\"), ); return out(2); }\n\n"
			"int h(int *a) { V(, asm volatile(\".pushsection __ex_table,\\\"a\\\"\\n.long h - "
			".\\n.long h - .\\n\"\n"
			"\".long 3\\n.popsection\")); return out(3); }\n");
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_changed(&p, "h");
	expect_accepted(&p, 3);
	pair_done(&p);
}

static void the_line_of_a_warning_is_no_change(void **state)
{
	struct pair p;

	pair_tables(&p, "int f(int a) { WARN_ON(V(10, 13), 0x901); return out(1); }\n"
			"int g(int a) { WARN_ON(V(10, 13), 0x901); return out(V(1, 2)); }\n");
	expect_same(&p, "f");
	expect_changed(&p, "g");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void the_file_of_a_warning_is_one(void **state)
{
	struct pair p;

	pair_tables(&p, "int f(int a) { asm volatile(\"1: ud2\\n.pushsection __bug_table,\\\"aw\\\"\\n2: "
			".long 1b - .\\n\"\n"
			"\".long %c0 - .\\n.word 5, 1\\n.popsection\" : : \"i\"(V(\"a.c\", \"b.c\"))); "
			"return out(1); }\n");
	expect_changed(&p, "f");
	pair_done(&p);
}

static void the_flags_of_a_warning_without_a_line_count(void **state)
{
	struct pair p;

	/* CONFIG_DEBUG_BUGVERBOSE=n: no file and no line; the flags are where the line would be */
	pair_tables(&p,
		    "#define BUG(flags) asm volatile(\"1: ud2\\n.pushsection __bug_table,\\\"aw\\\"\\n\"\\\n"
		    "\".long 1b - .\\n.word \" XSTR(flags) \", 0\\n.popsection\")\n"
		    "int f(int a) { BUG(V(0x901, 0x903)); return out(1); }\n"
		    "int g(int a) { BUG(0x901); return out(1); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void keys_of_jump_labels_count(void **state)
{
	struct pair p;

	pair_tables(&p, "int f(int a) { return BRANCH(V(key_one, key_two)) ? out(1) : 5; }\n"
			"int g(int a) { return BRANCH(key_one) ? out(2) : 5; }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void places_of_locks_do_not_count(void **state)
{
	struct pair p;

	pair_tables(&p, "V(, int n(int *a) { LOCK(\"incl (%%rdi)\"); return 0; })\n"
			"int f(int *a) { LOCK(\"incl (%%rdi)\"); return out(1); }\n");
	expect_same(&p, "f");
	pair_done(&p);
}

/* A relocation at this offset of a section, against this symbol. */
static void expect_reloc(const struct pair *p, const char *section, uint64_t offset, const char *symbol)
{
	const struct osection *s = out_section(p, section);
	const struct elf_rela *r = s ? object_reloc_at(s, offset) : NULL;
	const struct elf_symbol *sym = r ? object_symbol(p->out, r->symbol) : NULL;

	if (!sym)
		fail_msg("no relocation of %s at %u", section, (unsigned)offset);
	if (sym->type == STT_SECTION)
		assert_true(out_within(p, object_section_of(p->out, sym), symbol));
	else
		assert_string_equal(sym->name, symbol);
}

#define EVERYTHING(n, value)                                                                                 \
	"int " n "(int *a) { EX(1); WARN_ON(10, 0x901); ALT(\"nop; nop\", 70, \"xor %%eax, %%eax\");\n"      \
	"LOCK(\"incl (%%rdi)\"); return BRANCH(key) ? out(" value ") : 5; }\n"

static void elements_of_included_functions_alone_are_kept(void **state)
{
	struct pair p;

	pair_tables(&p, EVERYTHING("e", "1") EVERYTHING("f", "V(1, 2)") EVERYTHING("g", "3"));
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_section(&p, "__ex_table")->s->size, 12);
	assert_int_equal(out_section(&p, "__bug_table")->s->size, 12);
	assert_int_equal(out_section(&p, ".altinstructions")->s->size, 12);
	assert_int_equal(out_section(&p, ".altinstr_replacement")->s->size, 2);
	assert_int_equal(out_section(&p, "__jump_table")->s->size, 16);
	assert_int_equal(out_section(&p, ".smp_locks")->s->size, 4);
	assert_int_equal(out_section(&p, "__mcount_loc")->s->size, 8);
	assert_null(out_section(&p, ".text.e"));
	assert_null(out_section(&p, ".text.g"));
	expect_reloc(&p, "__ex_table", 0, "f");
	expect_reloc(&p, "__ex_table", 4, "f");
	expect_reloc(&p, "__bug_table", 0, "f");
	expect_reloc(&p, "__bug_table", 4, ".rodata.klpsh_str");
	expect_reloc(&p, ".altinstructions", 0, "f");
	expect_reloc(&p, ".altinstructions", 4, ".altinstr_replacement");
	expect_reloc(&p, "__jump_table", 0, "f");
	expect_reloc(&p, "__jump_table", 8, "k_key");
	expect_reloc(&p, ".smp_locks", 0, "f");
	expect_reloc(&p, "__mcount_loc", 0, "f");
	expect_links(&p);
	pair_done(&p);
}

static void elements_point_where_they_did(void **state)
{
	struct pair p;
	const struct osection *s;
	const struct elf_rela *r;
	size_t n = 0;

	pair_tables(&p, EVERYTHING("e", "1") EVERYTHING("f", "V(1, 2)"));
	pair_extract(&p);
	s = &p.b->sections[p.d->b.t.v[thing_called(&p.d->b.t, "f")].section];
	r = object_reloc_at(out_section(&p, "__bug_table"), 0);
	/* the place of the ud2 */
	assert_int_equal(s->s->data[r->addend], 0x0f);
	assert_int_equal(s->s->data[r->addend + 1], 0x0b);
	r = object_reloc_at(out_section(&p, "__bug_table"), 4);
	assert_string_equal((const char *)out_section(&p, ".rodata.klpsh_str")->s->data + r->addend, "a.c");
	r = object_relocs(out_section(&p, ".altinstr_replacement"), 0, 2, &n);
	assert_int_equal(n, 0);
	assert_memory_equal(out_section(&p, ".altinstr_replacement")->s->data, "\x31\xc0", 2);
	pair_done(&p);
}

static void replacements_with_calls_keep_their_relocations(void **state)
{
	struct pair p;

	pair_tables(
		&p,
		"int e(int *a) { ALT(\"call out\", 70, \"call other\"); return 0; }\n"
		"int f(int *a) { ALT(\"call out\", 70, \"call better\"); return out(V(1, 2)); }\n"
		"int g(int *a) { ALT(\"call out\", 70, V(\"call other\", \"call better\")); return 0; }\n");
	expect_changed(&p, "f");
	expect_changed(&p, "g");
	expect_same(&p, "e");
	pair_extract(&p);
	assert_int_equal(out_section(&p, ".altinstr_replacement")->s->size, 10);
	assert_int_equal(out_uses(&p, ".altinstr_replacement", "k_better"), 2);
	assert_int_equal(out_uses(&p, ".altinstr_replacement", "k_other"), 0);
	expect_links(&p);
	pair_done(&p);
}

#define SITE(section)                                                                                        \
	"asm volatile(\"1: .pushsection " section ",\\\"a\\\"\\n.long 1b - .\\n.popsection\");\n"
#define UNWIND "asm volatile(\".pushsection .orc_unwind,\\\"a\\\"\\n.skip 6\\n.popsection\");\n"
#define SITES                                                                                                \
	SITE(".call_sites")                                                                                  \
	SITE(".retpoline_sites") SITE(".return_sites") SITE(".ibt_endbr_seal") SITE(".orc_unwind_ip") UNWIND

/* It runs again over the result; a site of its own makes no function another. */
static void what_objtool_writes_is_left_out(void **state)
{
	static const char *const sections[] = { ".call_sites",	   ".retpoline_sites", ".return_sites",
						".ibt_endbr_seal", ".orc_unwind_ip",   ".orc_unwind" };
	struct pair p;

	pair_tables(&p, "int f(int a) { " SITES "return out(V(1, 2)); }\n"
			"int g(int a) { V(" SITE(".return_sites") ", ) return out(3); }\n");
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	pair_extract(&p);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (!elf_find_section(p.b->elf, sections[i]) || out_section(&p, sections[i]))
			fail_msg("%s", sections[i]);
	pair_done(&p);
}

#define PARAVIRT(type)                                                                                       \
	"asm volatile(\"1: .pushsection .parainstructions,\\\"a\\\"\\n.balign 8\\n.quad 1b\\n\"\n"           \
	"\".byte %c0, 1\\n.balign 8\\n.popsection\" : : \"i\"(" type "));\n"

static void places_of_paravirtual_calls_go_along(void **state)
{
	struct pair p;

	pair_tables(&p, "int e(int a) { " PARAVIRT("7") "return out(1); }\n"
							"int f(int a) { " PARAVIRT(
								"V(7, 8)") "return out(2); }\n");
	expect_same(&p, "e");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_section(&p, ".parainstructions")->s->size, 16);
	expect_reloc(&p, ".parainstructions", 0, "f");
	assert_int_equal(out_section(&p, ".parainstructions")->s->data[8], 8);
	pair_done(&p);
}

static void hooks_of_patchable_entries_are_tied_to_their_function(void **state)
{
	static const char *const flags[] = { "-fpatchable-function-entry=16,16", NULL };
	struct pair p;

	pair_flags(&p, "int e(int a) { return out(1); }\nint f(int a) { return out(V(1, 2)); }\n", flags);
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_section(&p, "__patchable_function_entries")->s->size, 8);
	assert_int_equal(out_section(&p, "__patchable_function_entries")->s->link,
			 out_section(&p, ".text.f")->s->index);
	assert_int_equal(out_symbol(&p, "f")->value, 16);
	expect_links(&p);
	pair_done(&p);
}

static struct table_sizes parsed(const char *text)
{
	struct table_sizes s = { .n = 0 };
	struct err e = { 0 };

	if (table_sizes_parse(text, &s, &e) < 0)
		fail_msg("%s", e.text);
	return s;
}

static void sizes_are_read(void **state)
{
	struct table_sizes s = parsed("bug_entry=12,alt_instr=14,__ex_table=4096");

	assert_int_equal(s.n, 3);
	assert_string_equal(s.v[1].name, "alt_instr");
	assert_int_equal(s.v[1].size, 14);
	assert_int_equal(parsed("").n, 0);
}

static void bad_sizes_are_refused(void **state)
{
	static const char *const bad[] = {
		"bug_entry",
		"bug_entry=",
		"=12",
		"bug_entry=0",
		"bug_entry=4097",
		"a=1,,b=2",
		"a=-1",
		"a=1x",
		"a=99999999999999999999",
		"a=12,b",
		"a234567890123456789012345678901234567890123456789012345678901234567890=4",
		"a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,"
		"a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct table_sizes s = { .n = 77 };
		struct err e = { 0 };

		if (table_sizes_parse(bad[i], &s, &e) != -EINVAL)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(s.n, 77);
		assert_int_equal(err_exit(&e), RC_USAGE);
	}
}

/* How an object's tables are divided with such sizes; 0: refused. */
static uint32_t element_size(const struct object *o, const struct table_sizes *sizes, const char *section)
{
	struct things t;
	struct tables tables = { 0 };
	struct refusals to = { 0 };
	struct err e = { 0 };
	uint32_t size = 0;

	assert_int_equal(things_make(o, &t, &e), 0);
	if (tables_make(&t, sizes, "a.o", &to, &tables, &e) == 0)
		size = tables.by_section[elf_find_section(o->elf, section)->index];
	assert_int_equal(size == 0, refusals_count(&to) > 0);
	tables_done(&tables);
	things_done(&t);
	refusals_done(&to);
	return size;
}

static void sizes_that_are_given_win_where_they_fit(void **state)
{
	struct table_sizes s = parsed("alt_instr=14"), wrong = parsed("exception_table_entry=8"),
			   one = parsed("__bug_table=16");
	struct pair p;

	pair_tables(&p, "int f(int *a) { EX(1); EX(2); WARN_ON(1, 2); ALT(\"nop; nop\", 70, \"nop\"); return "
			"out(1); }\n");
	assert_int_equal(element_size(p.a, NULL, "__ex_table"), 12);
	assert_int_equal(element_size(p.a, NULL, "__bug_table"), 12);
	assert_int_equal(element_size(p.a, NULL, ".altinstructions"), 12);
	assert_int_equal(element_size(p.a, &s, ".altinstructions"), 0);
	assert_int_equal(element_size(p.a, &wrong, "__ex_table"), 0);
	assert_int_equal(element_size(p.a, &one, "__bug_table"), 0);
	pair_done(&p);
}

/* Of such a section a file can claim any size. */
static void a_table_without_bytes_is_refused(void **state)
{
	struct pair p;

	pair(&p, "asm(\".pushsection .orc_unwind,\\\"a\\\",@nobits\\n.skip 12\\n.popsection\");\n"
		 "int f(int a) { return out(1); }\n");
	assert_int_equal(element_size(p.a, NULL, ".orc_unwind"), 0);
	pair_done(&p);
}

static void a_table_in_two_parts_is_refused(void **state)
{
	struct pair p;

	pair_tables(&p, "int f(int *a) { EX(1); asm volatile(\"1: .pushsection "
			"__ex_table,\\\"a\\\",@progbits,unique,7\\n.long 1b - .\\n.long 1b - .\\n.long \" "
			"V(\"3\", \"4\") \"\\n.popsection\"); return out(1); }\n");
	expect_refused(&p, REFUSE_SECTION, "");
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_element_changes_its_function),
		cmocka_unit_test(an_element_more_or_less_changes_it),
		cmocka_unit_test(the_line_of_a_warning_is_no_change),
		cmocka_unit_test(the_file_of_a_warning_is_one),
		cmocka_unit_test(the_flags_of_a_warning_without_a_line_count),
		cmocka_unit_test(keys_of_jump_labels_count),
		cmocka_unit_test(places_of_locks_do_not_count),
		cmocka_unit_test(elements_of_included_functions_alone_are_kept),
		cmocka_unit_test(elements_point_where_they_did),
		cmocka_unit_test(replacements_with_calls_keep_their_relocations),
		cmocka_unit_test(what_objtool_writes_is_left_out),
		cmocka_unit_test(places_of_paravirtual_calls_go_along),
		cmocka_unit_test(hooks_of_patchable_entries_are_tied_to_their_function),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(bad_sizes_are_refused),
		cmocka_unit_test(sizes_that_are_given_win_where_they_fit),
		cmocka_unit_test(a_table_without_bytes_is_refused),
		cmocka_unit_test(a_table_in_two_parts_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
