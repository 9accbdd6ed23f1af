/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For builder_fuzz.c: what its inputs are made from, texts apart. Objects, modules and kernels
 * come from the compiler and the linker of this machine.
 */
#ifndef KLPSH_TESTS_FUZZ_BUILDER_SEEDS_H
#define KLPSH_TESTS_FUZZ_BUILDER_SEEDS_H

#include "tests/builder/differ.h"
#include "tests/builder/linked.h"
#include "tests/fuzz/builder_objects.h"
#include "tests/fuzz/builder_words.h"

#define SEED_INPUTS 64

static struct seed_input seed_inputs[SEED_INPUTS];
static size_t n_seed_inputs;
static struct linked seed_kernel;

static const char seed_source[] =
	"extern int key, pcpu; static int count; static int table[4] = { 1, 2, 3, 4 };\n"
	"static noinline int helper(int a) { count += a; return out(a) + V(1, 2); }\n"
	"int twice(int a) { static int calls; calls++; return helper(a) * 2; }\n"
	"int keyed(void) { asm goto(\"1: .byte 0x0f,0x1f,0x44,0,0\\n.pushsection "
	"__jump_table,\\\"aw\\\"\\n\"\n"
	"	\".balign 8\\n.long 1b - .,%l[yes] - .\\n.quad key - .\\n.popsection\" : : : : yes);\n"
	"	return V(3, 4); yes: return 5; }\n"
	"int bug(int *p) { int r; asm volatile(\"1: ud2\\n.pushsection __bug_table,\\\"aw\\\"\\n2: .long 1b "
	"- 2b\\n\"\n"
	"	\".long 3f - 2b\\n.word 12,0\\n.popsection\\n.pushsection "
	".rodata.str1.1,\\\"aMS\\\",@progbits,1\\n\"\n"
	"	\"3: .string \\\"a.c\\\"\\n.popsection\\n4: mov (%1),%0\\n5:\\n.pushsection "
	"__ex_table,\\\"a\\\"\\n\"\n"
	"	\".balign 4\\n.long 4b - .,5b - .,3\\n.popsection\" : \"=r\"(r) : \"r\"(p)); return r + V(0, "
	"1); }\n"
	"void alt(void) { asm volatile(\"6: lfence\\n7:\\n.pushsection .altinstructions,\\\"a\\\"\\n.long 6b "
	"- .,8f - .\\n\"\n"
	"	\".word 1\\n.byte 7b-6b,9f-8f\\n.popsection\\n.pushsection "
	".altinstr_replacement,\\\"ax\\\"\\n\"\n"
	"	\"8: call helper2\\n9:\\n.popsection\" ::: \"memory\"); }\n"
	"void __init start(void) { out(1); }\n"
	"struct ops { int (*f)(int); const char *name; };\n"
	"struct lay { struct { int a : 3, b; V(, int c;) }; }; int of_lay(struct lay *l) { return l->b; }\n"
	"static const struct ops ops = { twice, \"twice\" };\n"
	"const struct ops *get_ops(void) { sink(\"hello %s\", V(\"a\", \"bc\")); return &ops; }\n"
	"int weak_one(int a) __attribute__((weak)); int weak_one(int a) { return table[a & 3] + outside; }\n"
	"V(, static int fresh; int brand_new(void) { return fresh++ + keyed(); })\n"
	"static const char info[] section(\".modinfo\") used = \"license=GPL\";\n"
	"int exported section(\"___ksymtab+exported\");\n";

/* For proofs: a kernel and a module of two files. */
#define SEED_FUNC(name, body)                                                                                \
	"\t.type " name ",@function\n" name ":\n" body "\tret\n\t.size " name ",.-" name "\n"
#define SEED_OTHER                                                                                           \
	"\t.text\n\t.globl beside\n" SEED_FUNC("beside", "\tnop\n")                                          \
		SEED_FUNC("get", "\tmov $4,%ecx\n") "\t.globl printk\n" SEED_FUNC("printk", "\tnop\n")
#define SEED_MINE                                                                                            \
	"\t.text\n" SEED_FUNC(                                                                               \
		"get",                                                                                       \
		"\tmov $1,%eax\n\tcall printk\n\tmov $.Ls,%rdi\n\tmov "                                      \
		"more(%rip),%rcx\n") "\t.globl my_open\n" SEED_FUNC("my_open",                               \
								    "\tcall get\n\tcall beside\n\tmov "      \
								    "$table,%rsi\n") "\t.section "           \
										     ".rodata.str1.1,"       \
										     "\"aMS\",@progbits,"    \
										     "1\n.Ls:"               \
										     "\t.string "            \
										     "\"hello\"\n\t.data\n"  \
										     "\t.type "              \
										     "more,@object\nmore:"   \
										     "\t.quad "              \
										     "7\n\t.size more,8\n"   \
										     "\t.type "              \
										     "table,@object\ntable:" \
										     "\t.quad "              \
										     "get\n\t.size "         \
										     "table,8\n"

static void seed_add(const char *reader, const void *bytes, size_t len)
{
	fuzz_check(n_seed_inputs < SEED_INPUTS);
	seed_inputs[n_seed_inputs++] = (struct seed_input){ reader, bytes, len, false };
}

static void seed_compile(const char *define)
{
	static const char *const flags[] = { "-gbtf", NULL };
	_cleanup_free_ char *whole = NULL;
	struct object *o;
	const struct elf_section *types;

	fuzz_check(asprintf(&whole, "%s%s", DIFFER_PREAMBLE, seed_source) > 0);
	o = pair_object(cc_compile(whole, define, flags));
	sound.objects[sound.n++] = o;
	seed_add("object", o->bytes, o->len);
	types = elf_find_section(o->elf, ".BTF");
	if (types)
		seed_add("btf", types->data, types->size);
}

static void seed_link(void)
{
	static const char *const files[] = { SEED_OTHER, SEED_MINE };
	struct object *o = linked_object(SEED_MINE);

	sound.objects[sound.n++] = o;
	seed_add("object", o->bytes, o->len);
	sound.module = linked_module(files, ARRAY_SIZE(files));
	seed_add("object", sound.module->bytes, sound.module->len);
	seed_kernel = linked_kernel(files, ARRAY_SIZE(files));
	sound.image = seed_kernel.image;
	sound.ksyms = &seed_kernel.ksyms;
}

/* Tables of all forms, and kernels packed in all ways; they stay until the end. */
static void seed_images(void)
{
	static const struct kernel_opts opts[] = { { 0 },
						   { .names_first = true, .percpu = true },
						   { .sequences = true, .percpu = true },
						   { .names_first = true, .place = true } };
	static const enum compression packings[] = { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_XZ,
						     COMPRESSION_ZSTD, COMPRESSION_LZ4 };
	static struct kernel_sym v[600];
	static char names[600][16];

	for (uint32_t i = 0; i < ARRAY_SIZE(v); i++) {
		FORMAT(names[i], "%s_%u", i % 3 ? "sys" : "dup", i % 3 ? i : i % 7);
		v[i] = (struct kernel_sym){ names[i], KERNEL_BASE + i * 16, i % 2 ? 't' : 'T' };
	}
	for (size_t i = 0; i < ARRAY_SIZE(opts); i++) {
		struct kernel_places at;
		struct bytes b = kernel_make(v, ARRAY_SIZE(v), &opts[i], &at);

		seed_add("ktables", b.data, b.len);
		for (size_t k = 0; i == 0 && k < ARRAY_SIZE(packings); k++) {
			struct bytes packed = kernel_bzimage(b, packings[k]);

			seed_add("kimage", packed.data, packed.len);
		}
	}
}

/* Also sees to it that they are good enough to be worth damaging. */
static void seeds_make(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(seed_texts); i++)
		seed_inputs[n_seed_inputs++] = seed_texts[i];
	seed_compile("");
	seed_compile("NEW");
	seed_link();
	seed_images();
	/* undamaged, they go all the way */
	for (size_t i = 0; i < n_seed_inputs; i++)
		if (streq(seed_inputs[i].reader, "object"))
			fuzz_object(seed_inputs[i].bytes, seed_inputs[i].len);
	fuzz_check(n_written && n_proven);
}

static void seeds_free(void)
{
	for (size_t i = 0; i < n_seed_inputs; i++)
		if (streq(seed_inputs[i].reader, "ktables") || streq(seed_inputs[i].reader, "kimage"))
			free((char *)(uintptr_t)seed_inputs[i].bytes);
	for (size_t i = 0; i < sound.n; i++)
		object_free(sound.objects[i]);
	object_free(sound.module);
	linked_free(&seed_kernel);
}

#endif
