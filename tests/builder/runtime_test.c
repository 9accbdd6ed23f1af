// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constants that the kernel writes into its own code when it starts: new code
 * loads the variable that they come from, or is refused.
 */
#include "tests/builder/differ.h"

/* As in arch/x86/include/asm/runtime-const.h. */
#define PTR                                                                                                  \
	"#define PTR(sym, insn, reg) ({ register long r asm(reg); asm(insn \"\\n1:\\n\""                     \
	"\".pushsection runtime_ptr_\" #sym \",\\\"a\\\"\\n.long 1b - 8 - .\\n.popsection\" : \"=r\"(r)); "  \
	"r; })\n"                                                                                            \
	"#define MOV \"movabs $0x0123456789abcdef,%0\"\n"
#define SHIFT                                                                                                \
	"#define SHIFT(sym, v) ({ unsigned r = (v); asm(\"shrl $12,%0\\n1:\\n\""                             \
	"\".pushsection runtime_shift_\" #sym \",\\\"a\\\"\\n.long 1b - 1 - .\\n.popsection\" : "            \
	"\"+r\"(r)); r; })\n"

static const struct elf_rela *reloc_to(const struct pair *p, const char *section, const char *name)
{
	const struct osection *s = out_section(p, section);

	for (size_t i = 0; i < s->n_relocs; i++)
		if (streq(object_symbol(p->out, s->relocs[i].symbol)->name, name))
			return &s->relocs[i];
	fail_msg("%s does not use %s", section, name);
	return NULL;
}

static void expect_load(const struct pair *p, const char *name, const char *bytes)
{
	const struct elf_rela *r = reloc_to(p, ".text.f", name);
	const unsigned char *code = out_section(p, ".text.f")->s->data + r->offset - 3;

	assert_int_equal(r->type, R_X86_64_PC32);
	assert_int_equal(r->addend, -4);
	assert_memory_equal(code, bytes, 10);
}

/* Nothing is written, for this reason. */
static void expect_not_extracted(struct pair *p, const char *why)
{
	const struct extract_options opt = { .file = "a.o", .resolve = pair_resolve, .alias = "new_" };

	expect_accepted(p, 1);
	assert_int_equal(extract_make(p->d, &opt, &p->refusals, &p->x, NULL), 0);
	assert_null(p->x.bytes);
	expect_refused(p, REFUSE_CODE, "f");
	assert_non_null(strstr(p->refusals.v[0].why, why));
}

static void a_pointer_is_loaded_from_its_variable(void **state)
{
	struct pair p;

	pair(&p, PTR "int f(int a) { return out(V(1, 2)) + out(PTR(limit, MOV, \"rdx\")) +"
		     " out(PTR(bound, MOV, \"r9\")); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	/* mov NAME(%rip),%rdx and %r9, then a nop */
	expect_load(&p, "k_limit", "\x48\x8b\x15\0\0\0\0\x0f\x1f");
	expect_load(&p, "k_bound", "\x4c\x8b\x0d\0\0\0\0\x0f\x1f");
	assert_null(elf_find_section(p.out->elf, "runtime_ptr_limit"));
	pair_done(&p);
}

static void another_variable_is_a_change(void **state)
{
	struct pair p;

	pair(&p, PTR "int f(int a) { return V(out(PTR(limit, MOV, \"rdx\")), out(PTR(bound, "
		     "MOV, \"rdx\"))); }\n"
		     "int g(int a) { return out(PTR(limit, MOV, \"rdx\")); }\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	pair_extract(&p);
	expect_load(&p, "k_bound", "\x48\x8b\x15\0\0\0\0\x0f\x1f");
	pair_done(&p);
}

static void a_shift_is_refused(void **state)
{
	struct pair p;

	pair(&p, SHIFT "int f(int a) { return out(V(1, 2)) + out((int)SHIFT(width, (unsigned)a)); }\n");
	expect_not_extracted(&p, "no instruction in its place could read it");
	pair_done(&p);
}

static void what_does_not_change_may_shift(void **state)
{
	struct pair p;

	pair(&p, SHIFT "int f(int a) { return out(V(1, 2)); }\n"
		       "int g(int a) { return out((int)SHIFT(width, (unsigned)a)); }\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_non_null(p.x.bytes);
	pair_done(&p);
}

static void another_instruction_is_refused(void **state)
{
	struct pair p;

	pair(&p, PTR "int f(int a) { return out(V(1, 2)) +"
		     " out(PTR(limit, \"movabs $0x0123456789abcdee,%0\", \"rdx\")); }\n");
	expect_not_extracted(&p, "the instruction is not one that is known");
	pair_done(&p);
}

/* No compiler makes that; a file can. */
static void code_without_bytes_is_refused(void **state)
{
	struct pair p;

	pair(&p, "asm(\".pushsection .text.f,\\\"ax\\\",@nobits\\n.type f,@function\\nf: .skip \" V(\"16\", "
		 "\"32\")\n"
		 "\"\\n.size f,.-f\\n.popsection\\n.pushsection __mcount_loc,\\\"a\\\"\\n.quad "
		 "f\\n.popsection\\n\"\n"
		 "\".pushsection runtime_ptr_limit,\\\"a\\\"\\n.long f + 2 - .\\n.popsection\");\n");
	expect_not_extracted(&p, "not one that is known");
	pair_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pointer_is_loaded_from_its_variable),
		cmocka_unit_test(another_variable_is_a_change),
		cmocka_unit_test(a_shift_is_refused),
		cmocka_unit_test(what_does_not_change_may_shift),
		cmocka_unit_test(another_instruction_is_refused),
		cmocka_unit_test(code_without_bytes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
