// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects against modules that ld -r joined: entries of relocations instead of
 * numbers, and positions as the kernel counts them in a module's symbol table.
 */
#include "tests/builder/linked.h"
#include "tests/lib/says.h"

#include <errno.h>

#define FUNC(name, body) "\t.type " name ",@function\n" name ":\n" body "\tret\n\t.size " name ",.-" name "\n"
#define TEXT "\t.text\n"
#define INIT "\t.section .init.text,\"ax\"\n"
#define STRING(label, text)                                                                                  \
	"\t.section .rodata.str1.1,\"aMS\",@progbits,1\n" label ":\n\t.string \"" text "\"\n"

#define MINE(imm, callee, text)                                                                              \
	TEXT FUNC("get",                                                                                     \
		  "\tmov $" imm ",%eax\n\tcall " callee                                                      \
		  "\n\tmov $.Ls,%rdi\n\tmov more(%rip),%rcx\n") "\t.globl my_open\n" FUNC("my_open",         \
											  "\tcall "          \
											  "get\n\tcall "     \
											  "beside\n\tmov "   \
											  "$table,%rsi\n")   \
		STRING(".Ls", text) "\t.data\n\t.type more,@object\nmore:\t.quad 7\n\t.size more,8\n"        \
				    "\t.type table,@object\ntable:\t.quad get\n\t.size table,8\n"

#define GOOD MINE("1", "printk", "hello")

/* Another file of the module, before ours. */
#define OTHER                                                                                                \
	TEXT "\t.globl beside\n" FUNC("beside", "\tnop\n\tmov $.Lo,%rdi\n") FUNC("get", "\tmov $4,%ecx\n")   \
		STRING(".Lo", "other") "\t.data\n\t.quad 1\n"

static struct object *module_of(const char *mine)
{
	const char *const v[] = { OTHER, mine };

	return linked_module(v, ARRAY_SIZE(v));
}

static struct proof *prove(const struct object *ko, const struct object *o)
{
	struct proof *p = NULL;
	struct err e = { 0 };

	if (proof_module(o, "a/mine.o", ko, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

static void every_symbol_is_where_the_linker_put_it(void **state)
{
	static const char *const names[] = { "my_open", "more", "table", "beside" };
	struct object *ko = module_of(GOOD), *o = linked_object(GOOD);
	struct proof *p = prove(ko, o);
	uint64_t address;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(linked_address(p, names[i]) & 0xffff, linked_symbol(ko, names[i])->value);
	assert_int_equal(linked_address(p, "my_open") - linked_address(p, "get"),
			 linked_symbol(o, "my_open")->value);
	assert_int_equal(proof_address(p, linked_symbol(o, "printk"), &address), -ENOENT);
	assert_int_equal(p->counts.strings, 1);
	proof_free(p);
	object_free(o);
	object_free(ko);
}

static void positions_follow_the_module_s_symbol_table(void **state)
{
	const char *const v[] = { OTHER, TEXT FUNC("get", "\tmov $5,%ecx\n"), GOOD,
				  TEXT FUNC("get", "\tmov $6,%ecx\n") };
	struct object *ko = linked_module(v, ARRAY_SIZE(v)), *o = linked_object(GOOD);
	struct proof *p = prove(ko, o);
	uint32_t pos = 0, of = 0;

	assert_int_equal(proof_position(p, linked_symbol(o, "get"), &pos, &of, NULL), 0);
	assert_int_equal(pos, 3);
	assert_int_equal(of, 4);
	assert_int_equal(proof_position(p, linked_symbol(o, "beside"), &pos, &of, NULL), 0);
	assert_int_equal(pos, 1);
	assert_int_equal(of, 1);
	proof_free(p);
	object_free(o);
	object_free(ko);
}

/* While a module is being loaded its init symbols count, too. */
static void a_position_that_init_code_shifts_is_refused(void **state)
{
	static const char early[] = INIT FUNC("get", "\tmov $5,%ecx\n");
	const char *const before[] = { early, OTHER, GOOD }, *const behind[] = { OTHER, GOOD, early };
	struct object *ko = linked_module(before, 3), *o = linked_object(GOOD);
	struct proof *p = prove(ko, o);
	struct err e = { 0 };
	uint32_t pos = 0, of = 0;

	assert_int_equal(proof_position(p, linked_symbol(o, "get"), &pos, &of, &e), -ENOTUNIQ);
	assert_string_equal(
		e.text, "get is number 3 of its name while the module is loaded, and number 2 afterwards");
	assert_non_null(strstr(e.hint, "init code"));
	proof_free(p);
	object_free(ko);

	ko = linked_module(behind, 3);
	p = prove(ko, o);
	assert_int_equal(proof_position(p, linked_symbol(o, "get"), &pos, &of, NULL), 0);
	assert_int_equal(pos, 2);
	assert_int_equal(of, 3);
	proof_free(p);
	object_free(o);
	object_free(ko);
}

static void init_symbols_have_no_position(void **state)
{
	static const char mine[] = GOOD INIT FUNC("my_init", "\tcall get\n");
	struct object *ko = module_of(mine), *o = linked_object(mine);
	struct proof *p = prove(ko, o);
	struct err e = { 0 };
	uint32_t pos, of;

	assert_int_equal(proof_position(p, linked_symbol(o, "my_init"), &pos, &of, &e), -ENOENT);
	assert_non_null(strstr(e.text, "does not keep my_init once the module is loaded"));
	proof_free(p);
	object_free(o);
	object_free(ko);
}

/* The module's loader reads these two and drops them, though the file marks them as loaded. */
static void what_the_loader_drops_has_no_position(void **state)
{
	static const char mine[] = GOOD "\t.section .modinfo,\"a\"\n\t.type my_license,@object\n"
					"my_license:\t.asciz \"license=GPL\"\n\t.size my_license,12\n";
	_cleanup_(object_freep) struct object *ko = module_of(mine), *o = linked_object(mine);
	_cleanup_(proof_freep) struct proof *p = prove(ko, o);
	struct err e = { 0 };
	uint32_t pos, of;

	(void)state;
	assert_int_equal(proof_position(p, linked_symbol(o, "my_license"), &pos, &of, &e), -ENOENT);
	assert_non_null(strstr(e.text, "does not keep my_license once the module is loaded"));
}

static void expect_refusal(const char *theirs, const char *mine, int code, const char *text)
{
	struct object *ko = module_of(theirs), *o = linked_object(mine);
	struct proof *p = NULL;
	struct err e = { 0 };

	assert_int_equal(proof_module(o, "a/mine.o", ko, &p, &e), code);
	assert_null(p);
	err_says(&e, text);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	object_free(o);
	object_free(ko);
}

#define TAIL(body) GOOD TEXT FUNC("tail", body)

static void what_differs_is_refused(void **state)
{
	expect_refusal(TAIL("\tmov $3,%eax\n"), TAIL("\tmov $5,%eax\n"), -ESTALE,
		       "tail of a/mine.o is not what the module runs: byte 0x1 is 03 there and 05 here");
	expect_refusal(TAIL("\tcall kfree\n"), TAIL("\tcall vfree\n"), -ESTALE,
		       "tail of a/mine.o is not what the module runs: at 0x1 it refers to vfree");
	expect_refusal(TAIL("\tcall get\n"), TAIL("\tcall beside\n"), -ESTALE, "it refers to beside");
	expect_refusal(TAIL("\tmov kfree+8,%eax\n"), TAIL("\tmov kfree,%eax\n"), -ESTALE,
		       "it refers to kfree");
	expect_refusal(GOOD TEXT FUNC("tail", "\tmov $.Lu,%rdi\n") STRING(".Lu", "uno"),
		       GOOD TEXT FUNC("tail", "\tmov $.Lu,%rdi\n") STRING(".Lu", "due"), -ESTALE,
		       "tail of a/mine.o is not what the module runs");
	expect_refusal(GOOD, TEXT FUNC("stranger", "\tnop\n"), -ENOENT,
		       "nothing of a/mine.o is in the module");
}

/* Where the module has a relocation its bytes are nothing. */
static void a_constant_here_and_an_address_there_is_refused(void **state)
{
	expect_refusal(TAIL("\tmov $beside,%edi\n"), TAIL("\tmov $0,%edi\n"), -ESTALE,
		       "it has other relocations");
}

static void packed_modules_are_read(void **state)
{
	static const enum compression packings[] = { COMPRESSION_GZIP, COMPRESSION_XZ, COMPRESSION_ZSTD };
	struct bytes plain = linked_assemble(GOOD);
	char dir[32], path[64];
	struct object *o = NULL;
	struct err e = { 0 };

	fixture_dir(dir);
	FORMAT(path, "%s/m.ko", dir);
	fixture_write(path, plain.data, plain.len);
	assert_int_equal(module_read(path, &o, NULL), 0);
	o = object_free(o);
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		struct bytes b = pack(packings[i], plain);

		fixture_write(path, b.data, b.len);
		assert_int_equal(module_read(path, &o, NULL), 0);
		assert_int_equal(o->len, plain.len);
		o = object_free(o);
		free(b.data);
	}
	fixture_write(path, "what", 4);
	assert_int_equal(module_read(path, &o, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, path));
	unlink(path);
	assert_int_equal(module_read(path, &o, &e), -ENOENT);
	rmdir(dir);
	free(plain.data);
}

static void damage_does_no_harm(void **state)
{
	struct object *good = module_of(GOOD), *o = linked_object(GOOD);
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(5); i > 0; i--) {
		struct bytes b = { malloc(good->len), good->len };
		struct object *ko = NULL;
		struct proof *p = NULL;
		struct err e = { 0 };
		int r;

		memcpy(b.data, good->bytes, b.len);
		kernel_damage(b, 0x40, &seed);
		if (object_adopt(b.data, b.len, &ko, NULL) < 0)
			continue;
		r = proof_module(o, "mine.o", ko, &p, &e);
		assert_true(r >= 0 || e.text[0]);
		for (size_t s = 1; r >= 0 && s < o->n_symbols; s++) {
			uint32_t pos, of;

			proof_position(p, object_symbol(o, s), &pos, &of, NULL);
		}
		proof_free(p);
		object_free(ko);
	}
	object_free(o);
	object_free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_symbol_is_where_the_linker_put_it),
		cmocka_unit_test(positions_follow_the_module_s_symbol_table),
		cmocka_unit_test(a_position_that_init_code_shifts_is_refused),
		cmocka_unit_test(init_symbols_have_no_position),
		cmocka_unit_test(what_the_loader_drops_has_no_position),
		cmocka_unit_test(what_differs_is_refused),
		cmocka_unit_test(a_constant_here_and_an_address_there_is_refused),
		cmocka_unit_test(packed_modules_are_read),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
