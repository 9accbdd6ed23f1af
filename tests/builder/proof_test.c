// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects against toy kernels: what stands in one is proven, and every symbol has
 * the address that the linker gave it; what does not is refused, naming the
 * function.
 */
#include "tests/builder/linked.h"
#include "tests/lib/says.h"

#include <errno.h>

#define FUNC(name, body) "\t.type " name ",@function\n" name ":\n" body "\tret\n\t.size " name ",.-" name "\n"
#define TEXT "\t.text\n"
#define STRING(label, text)                                                                                  \
	"\t.section .rodata.str1.1,\"aMS\",@progbits,1\n" label ":\n\t.string \"" text "\"\n"

/* What is compiled anew: a static function whose name is common, data of all kinds, a string. */
#define MINE(imm, callee, text)                                                                              \
	TEXT FUNC("type_show",                                                                               \
		  "\tcall __fentry__\n\tmov $" imm ",%eax\n\tcall " callee                                   \
		  "\n\tmov $.Ls,%rdi\n\tmov counter(%rip),%rcx\n\tincl "                                     \
		  "%gs:cpu_count(%rip)\n") "\t.globl my_open\n" FUNC("my_open", "\tcall "                    \
										"type_show\n\tmov "          \
										"$table,%rsi\n\tmov "        \
										"seen(%rip),%eax\n"          \
										"\tmov "                     \
										"call_me@GOTPCREL(%"         \
										"rip),%rax\n"                \
										"\tcall "                    \
										"*call_you@GOTPCREL(%"       \
										"rip)\n")                    \
		STRING(".Ls", text) "\t.data\n\t.type counter,@object\ncounter:\t.quad 7\n\t.size "          \
				    "counter,8\n"                                                            \
				    "\t.type table,@object\ntable:\t.quad type_show, .Lt\n\t.size "          \
				    "table,16\n" STRING(                                                     \
					    ".Lt", "table") "\t.bss\n\t.type seen,@object\nseen:\t.zero "    \
							    "8\n\t.size seen,8\n"                            \
							    "\t.section .data..percpu,\"aw\"\n\t.type "      \
							    "cpu_count,@object\ncpu_count:\t.long 0\n"       \
							    "\t.size cpu_count,4\n"

#define GOOD MINE("1", "call_me", "hello")

/* The rest of a kernel; it comes first, so that nothing of ours is at the begin of anything. */
static const char rest[] = TEXT "\t.globl __fentry__, call_me, call_you, my_weak\n" FUNC("__fentry__", "")
	FUNC("call_me", "\tnop\n\tmov $.L1,%rdi\n") FUNC("call_you", "\txor %eax,%eax\n")
		FUNC("my_weak", "\tmov $9,%eax\n")
			STRING(".L1", "say hello") "\t.data\n\t.quad 1, 2\n\t.bss\n\t.zero 24\n"
						   "\t.section .data..percpu,\"aw\"\n\t.globl "
						   "cpu_number\ncpu_number:\t.long 0, 0, 0\n";

/* Another file with a function of the common name. */
#define TWIN(n) TEXT FUNC("type_show", "\tmov $" #n ",%ecx\n")

static struct linked kernel_of(const char *mine)
{
	const char *const v[] = { rest, TWIN(4), mine, TWIN(5) };

	return linked_kernel(v, ARRAY_SIZE(v));
}

static struct proof *prove(const struct linked *k, const struct object *o)
{
	struct proof *p = NULL;
	struct err e = { 0 };

	if (proof_vmlinux(o, "a/mine.o", k->image, &k->ksyms, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

static uint64_t linker_says(const struct linked *k, const char *name)
{
	for (size_t i = 1; i < elf_n_symbols(k->image->elf); i++)
		if (streq(elf_symbol(k->image->elf, i)->name, name))
			return elf_symbol(k->image->elf, i)->value;
	fail_msg("the linker knows no %s", name);
	return 0;
}

static void every_symbol_is_where_the_linker_put_it(void **state)
{
	static const char *const names[] = { "my_open", "counter",  "table",	 "seen",
					     "call_me", "call_you", "cpu_count", "__fentry__" };
	struct linked k = kernel_of(GOOD);
	struct object *o = linked_object(GOOD);
	struct proof *p = prove(&k, o);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(linked_address(p, names[i]), linker_says(&k, names[i]));
	assert_int_equal(linked_address(p, "cpu_count"), 12);
	assert_int_equal(linked_address(p, "my_open") - linked_address(p, "type_show"),
			 linked_symbol(o, "my_open")->value);
	assert_int_equal(p->counts.functions, 2);
	assert_int_equal(p->counts.strings, 2);
	proof_free(p);
	object_free(o);
	linked_free(&k);
}

static void expect_position(const struct proof *p, const char *name, uint32_t pos, uint32_t of)
{
	uint32_t is = 0, is_of = 0;
	struct err e = { 0 };

	if (proof_position(p, linked_symbol(p->object, name), &is, &is_of, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(is, pos);
	assert_int_equal(is_of, of);
}

static void a_name_that_is_there_17_times_is_counted_as_the_kernel_does(void **state)
{
	const char *v[18] = { rest };
	char twins[17][160];
	struct object *o = linked_object(GOOD);
	struct linked k;
	struct proof *p;

	for (size_t i = 1; i < ARRAY_SIZE(v); i++) {
		FORMAT(twins[i - 1], TEXT FUNC("type_show", "\tmov $%zu,%%ecx\n"), i);
		v[i] = i == 13 ? GOOD : twins[i - 1];
	}
	k = linked_kernel(v, ARRAY_SIZE(v));
	p = prove(&k, o);
	expect_position(p, "type_show", 13, 17);
	expect_position(p, "my_open", 1, 1);
	expect_position(p, "call_me", 1, 1);
	proof_free(p);
	object_free(o);
	linked_free(&k);
}

/* Two files with the same run of static names and the same bytes, but for what they call. */
#define RUN(callee) TEXT FUNC("a_show", "\tcall " callee "\n") FUNC("a_store", "\tnop\n")

static void of_two_equal_runs_of_names_the_one_that_calls_the_same_is_ours(void **state)
{
	const char *const v[] = { rest, RUN("call_me"), RUN("call_you") };
	struct linked k = linked_kernel(v, ARRAY_SIZE(v));
	static const char *const callees[] = { "call_me", "call_you" };

	for (uint32_t i = 0; i < 2; i++) {
		struct object *o = linked_object(v[i + 1]);
		struct proof *p = prove(&k, o);

		expect_position(p, "a_show", i + 1, 2);
		expect_position(p, "a_store", i + 1, 2);
		assert_int_equal(linked_address(p, callees[i]), linker_says(&k, callees[i]));
		proof_free(p);
		object_free(o);
	}
	linked_free(&k);
}

static void a_weak_default_that_lost_is_not_in_the_kernel(void **state)
{
	static const char mine[] = GOOD TEXT "\t.weak my_weak\n" FUNC("my_weak", "\tmov $8,%eax\n")
		FUNC("user", "\tcall my_weak\n");
	struct linked k = kernel_of(mine);
	struct object *o = linked_object(mine);
	struct proof *p = prove(&k, o);
	uint64_t address;
	uint32_t pos, of;
	struct err e = { 0 };

	assert_int_equal(proof_address(p, linked_symbol(o, "my_weak"), &address), -ENOENT);
	assert_int_equal(proof_position(p, linked_symbol(o, "my_weak"), &pos, &of, &e), -ENOENT);
	assert_string_equal(e.text, "my_weak of a/mine.o is not in the kernel");
	assert_int_equal(linked_address(p, "user"), linker_says(&k, "user"));
	assert_int_equal(p->counts.dropped, 1);
	proof_free(p);
	object_free(o);
	linked_free(&k);
}

static void expect_refusal(const char *theirs, const char *mine, int code, const char *text)
{
	struct linked k = kernel_of(theirs);
	struct object *o = linked_object(mine);
	struct proof *p = NULL;
	struct err e = { 0 };

	assert_int_equal(proof_vmlinux(o, "a/mine.o", k.image, &k.ksyms, &p, &e), code);
	assert_null(p);
	err_says(&e, text);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	object_free(o);
	linked_free(&k);
}

static void a_changed_byte_is_refused(void **state)
{
	expect_refusal(
		MINE("2", "call_me", "hello"), GOOD, -ESTALE,
		"type_show of a/mine.o is not what the kernel runs: none of the functions of its name");
	expect_refusal(GOOD TEXT FUNC("tail", "\tmov $3,%eax\n"), GOOD TEXT FUNC("tail", "\tmov $5,%eax\n"),
		       -ESTALE,
		       "tail of a/mine.o is not what the kernel runs: byte 0x1 is 03 there and 05 here");
}

/* What grew moves the others; it is still the one to blame. */
static void a_function_that_grew_is_blamed_not_its_neighbours(void **state)
{
	static const char theirs[] = TEXT FUNC("f1", "\tmov $1,%eax\n") FUNC("f2", "\tnop\n")
		FUNC("f3", "\tmov $3,%eax\n") FUNC("f4", "\tmov $4,%eax\n");
	static const char mine[] = TEXT FUNC("f1", "\tmov $1,%eax\n") FUNC("f2", "\tinc %eax\n\tnop\n")
		FUNC("f3", "\tmov $3,%eax\n") FUNC("f4", "\tmov $4,%eax\n");

	expect_refusal(theirs, mine, -ESTALE,
		       "f2 of a/mine.o is not what the kernel runs: byte 0x0 is 90 there and ff here");
	expect_refusal(theirs, TEXT FUNC("f1", "\tmov $1,%eax\n") FUNC("f9", "\tnop\n"), -ESTALE,
		       "f9 of a/mine.o is not what the kernel runs: there is no function of its name");
}

static void a_call_of_another_function_is_refused(void **state)
{
	expect_refusal(GOOD TEXT FUNC("tail", "\tcall call_you\n"),
		       GOOD TEXT FUNC("tail", "\tcall call_me\n"), -ESTALE,
		       "it refers to call_me, and there to something else");
	expect_refusal(GOOD TEXT FUNC("tail", "\tmov table(%rip),%eax\n"),
		       GOOD TEXT FUNC("tail", "\tmov counter(%rip),%eax\n"), -ESTALE,
		       "tail of a/mine.o is not what the kernel runs: at 0x2 it refers to counter");
}

static void another_string_is_refused_and_a_moved_one_is_not(void **state)
{
	struct linked k = kernel_of(STRING(".Lx", "in front of it") GOOD);
	struct object *o = linked_object(GOOD);

	proof_free(prove(&k, o));
	object_free(o);
	linked_free(&k);
	expect_refusal(GOOD TEXT FUNC("tail", "\tmov $.Lu,%rdi\n") STRING(".Lu", "uno"),
		       GOOD TEXT FUNC("tail", "\tmov $.Lu,%rdi\n") STRING(".Lu", "due"), -ESTALE,
		       "tail of a/mine.o is not what the kernel runs: at 0x3 it refers to");
}

#define WIDE(c)                                                                                              \
	GOOD TEXT FUNC("tail",                                                                               \
		       "\tmov $.Lw+2,%rdi\n\tmovsd .Lc(%rip),%xmm0\n") "\t.section "                         \
								       ".rodata.str2.2,\"aMS\",@progbits,"   \
								       "2\n.Lw:\t.short 0x41, " c            \
								       ", 0x100, 0\n"
#define CONSTANT(x) "\t.section .rodata.cst8,\"aM\",@progbits,8\n.Lc:\t.quad " x "\n"

static void wide_strings_and_constants_are_compared_whole(void **state)
{
	static const char good[] = WIDE("0x42") CONSTANT("0x4000000000000000");
	struct linked k = kernel_of(good);
	struct object *o = linked_object(good);
	struct proof *p = prove(&k, o);

	assert_int_equal(p->counts.strings, 4);
	proof_free(p);
	object_free(o);
	linked_free(&k);
	expect_refusal(WIDE("0x43") CONSTANT("0x4000000000000000"), good, -ESTALE, "tail of a/mine.o");
	expect_refusal(WIDE("0x42") CONSTANT("0x4100000000000000"), good, -ESTALE, "tail of a/mine.o");
}

static void changed_data_is_refused(void **state)
{
	expect_refusal(GOOD "\t.data\nmore:\t.quad 8\n", GOOD "\t.data\nmore:\t.quad 9\n", -ESTALE,
		       "of a/mine.o is not what the kernel runs: byte");
}

static void what_is_not_in_the_kernel_is_told(void **state)
{
	expect_refusal(GOOD, TEXT FUNC("stranger", "\tnop\n"), -ENOENT,
		       "nothing of a/mine.o is in the kernel");
	/* nor is an object that has one name in common with another file */
	expect_refusal(GOOD, TEXT FUNC("s1", "\tnop\n") FUNC("s2", "\tnop\n") FUNC("my_open", "\tnop\n"),
		       -ENOENT, "nothing of a/mine.o is in the kernel");
	/* a namesake in data alone says nothing about code */
	expect_refusal(GOOD, TEXT FUNC("stranger", "\tnop\n") "\t.data\ncounter:\t.quad 1\n", -ENOENT,
		       "nothing of a/mine.o is in the kernel");
}

/* The linker dropped a section of ours, and another file has a datum of the same name. */
static void a_namesake_of_dropped_data_is_not_taken_for_it(void **state)
{
	struct linked k = kernel_of(GOOD);
	struct object *o = linked_object(GOOD "\t.section .data.extra,\"aw\"\ncpu_number:\t.quad 5\n");
	struct proof *p = prove(&k, o);
	uint64_t address;

	assert_int_equal(proof_address(p, linked_symbol(o, "cpu_number"), &address), -ENOENT);
	proof_free(p);
	object_free(o);
	linked_free(&k);
}

static void an_object_of_data_alone_is_proven(void **state)
{
	static const char data[] = "\t.data\n\t.type limit,@object\nlimit:\t.quad 77\n";
	const char *const v[] = { rest, GOOD, data };
	struct linked k = linked_kernel(v, ARRAY_SIZE(v));
	struct object *o = linked_object(data);
	struct proof *p = prove(&k, o);

	assert_int_equal(linked_address(p, "limit"), linker_says(&k, "limit"));
	proof_free(p);
	object_free(o);
	linked_free(&k);
}

static void the_same_code_twice_is_not_told_apart(void **state)
{
	expect_refusal(TWIN(4), TWIN(4), -ENOTUNIQ, "a/mine.o is in the kernel several times");
}

/* A jump label with a key whose flag 2 lets objtool rewrite it, or not. */
#define LABEL(insn, key)                                                                                     \
	GOOD TEXT FUNC("label",                                                                              \
		       "1:\t" insn "\n\tmov $6,%eax\n2:\tnop\n") "\t.section __jump_table,\"aw\"\n\t.long "  \
								 "1b-., 2b-.\n\t.quad counter+" key "-.\n"

static void what_the_build_rewrites_is_allowed_at_its_own_place_only(void **state)
{
	struct linked k = kernel_of(LABEL(".byte 0x66, 0x90", "2"));
	struct object *o = linked_object(LABEL(".byte 0xeb, 5", "2"));
	struct proof *p = prove(&k, o);

	assert_int_equal(p->counts.patched, 3); /* with two loads that need no table of addresses */
	proof_free(p);
	object_free(o);
	linked_free(&k);
	expect_refusal(LABEL(".byte 0x66, 0x90", "0"), LABEL(".byte 0xeb, 5", "0"), -ESTALE,
		       "label of a/mine.o is not what the kernel runs: byte 0x0 is 66 there and eb here");
	expect_refusal(LABEL(".byte 0x66, 0x91", "2"), LABEL(".byte 0xeb, 5", "2"), -ESTALE, "label of");
	expect_refusal(LABEL(".byte 0xeb, 5", "2"), LABEL(".byte 0x66, 0x90", "2"), -ESTALE, "label of");
}

static void a_call_of_the_hook_may_be_a_nop(void **state)
{
	static const char nop[] = GOOD TEXT FUNC("hooked", "\t.byte 0x0f, 0x1f, 0x44, 0, 0\n\tmov $2,%eax\n");
	struct linked k = kernel_of(nop);
	struct object *o = linked_object(GOOD TEXT FUNC("hooked", "\tcall __fentry__\n\tmov $2,%eax\n"));
	struct proof *p = prove(&k, o);

	assert_int_equal(p->counts.patched, 3);
	proof_free(p);
	object_free(o);
	linked_free(&k);
	expect_refusal(nop, GOOD TEXT FUNC("hooked", "\tcall call_me\n\tmov $2,%eax\n"), -ESTALE,
		       "hooked of");
}

/* Prove it and ask for every position; every refusal has a sentence. */
static void try_all(const struct object *o, const struct kimage *image, const struct ksyms *ksyms)
{
	struct proof *p = NULL;
	struct err e = { 0 };
	int r = proof_vmlinux(o, "mine.o", image, ksyms, &p, &e);

	assert_true(r >= 0 || e.text[0]);
	for (size_t s = 1; r >= 0 && s < o->n_symbols; s++) {
		uint32_t pos, of;

		proof_position(p, object_symbol(o, s), &pos, &of, NULL);
	}
	proof_free(p);
}

static struct bytes damaged(struct bytes good, uint32_t *seed)
{
	struct bytes b = { malloc(good.len), good.len };

	assert_non_null(b.data);
	memcpy(b.data, good.data, b.len);
	kernel_damage(b, 0x40, seed);
	return b;
}

static void a_damaged_object_does_no_harm(void **state)
{
	static const char mine[] = LABEL(".byte 0xeb, 5", "2");
	struct linked k = kernel_of(mine);
	struct bytes good = linked_assemble(mine);
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(5); i > 0; i--) {
		struct bytes b = damaged(good, &seed);
		struct object *o = NULL;

		if (object_adopt(b.data, b.len, &o, NULL) >= 0)
			try_all(o, k.image, &k.ksyms);
		object_free(o);
	}
	free(good.data);
	linked_free(&k);
}

static void a_damaged_kernel_does_no_harm(void **state)
{
	struct linked k = kernel_of(GOOD);
	struct object *o = linked_object(GOOD);
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(5); i > 0; i--) {
		struct bytes b = damaged(k.elf, &seed);
		struct kimage *image = NULL;

		if (kimage_parse("vmlinux", b.data, b.len, &image, NULL) >= 0)
			try_all(o, image, &k.ksyms);
		kimage_free(image);
		free(b.data);
	}
	object_free(o);
	linked_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_symbol_is_where_the_linker_put_it),
		cmocka_unit_test(a_name_that_is_there_17_times_is_counted_as_the_kernel_does),
		cmocka_unit_test(of_two_equal_runs_of_names_the_one_that_calls_the_same_is_ours),
		cmocka_unit_test(a_weak_default_that_lost_is_not_in_the_kernel),
		cmocka_unit_test(a_changed_byte_is_refused),
		cmocka_unit_test(a_function_that_grew_is_blamed_not_its_neighbours),
		cmocka_unit_test(a_call_of_another_function_is_refused),
		cmocka_unit_test(another_string_is_refused_and_a_moved_one_is_not),
		cmocka_unit_test(wide_strings_and_constants_are_compared_whole),
		cmocka_unit_test(changed_data_is_refused),
		cmocka_unit_test(what_is_not_in_the_kernel_is_told),
		cmocka_unit_test(a_namesake_of_dropped_data_is_not_taken_for_it),
		cmocka_unit_test(an_object_of_data_alone_is_proven),
		cmocka_unit_test(the_same_code_twice_is_not_told_apart),
		cmocka_unit_test(what_the_build_rewrites_is_allowed_at_its_own_place_only),
		cmocka_unit_test(a_call_of_the_hook_may_be_a_nop),
		cmocka_unit_test(a_damaged_object_does_no_harm),
		cmocka_unit_test(a_damaged_kernel_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
