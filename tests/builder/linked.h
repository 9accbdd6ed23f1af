/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Toy kernels and modules for the tests of builder/proof: assembled and linked by
 * the real binutils, so that the linker's own symbol table says where things are.
 * The kernel's table (kallsyms) is made from it and read back as any other.
 */
#ifndef KLPSH_TESTS_BUILDER_LINKED_H
#define KLPSH_TESTS_BUILDER_LINKED_H

#include "tests/builder/kernel.h"

#include "builder/modproof.h"

#define LINKED_OBJECTS 24

struct linked {
	struct bytes elf, tables;
	struct elf *tables_elf;
	struct kimage *image;
	struct ksyms ksyms;
};

static const char linked_script[] = "SECTIONS {\n"
				    " .data..percpu 0 : { *(.data..percpu) }\n"
				    " . = 0xffffffff81000000;\n"
				    " .text : { *(.text) *(.text.unlikely) *(.static_call.text) }\n"
				    " .init.text : { *(.init.text) }\n"
				    " . = ALIGN(4096);\n"
				    " .rodata : { *(.rodata .rodata.str1.1 .rodata.str2.2 .rodata.cst8) }\n"
				    " . = ALIGN(4096);\n"
				    " .data : { *(.data) }\n"
				    " .table : { *(__jump_table) }\n"
				    " .bss : { *(.bss) }\n"
				    " /DISCARD/ : { *(.note*) *(.eh_frame) }\n"
				    "}\n";

static inline struct bytes linked_assemble(const char *source)
{
	static const char *const as[] = { "as", "--64", "-mrelax-relocations=yes", NULL };

	return fixture_object(".s", source, as);
}

/* relocatable: as a module is made. The objects are freed. */
static inline struct bytes linked_link(struct bytes *v, size_t n, bool relocatable)
{
	char dir[32], script[64], out[64], names[LINKED_OBJECTS][64];
	const char *argv[LINKED_OBJECTS + 16] = { "ld", "-o", out };
	size_t argc = 3;
	struct bytes b;

	fixture_dir(dir);
	FORMAT(script, "%s/lds", dir);
	FORMAT(out, "%s/out", dir);
	fixture_write(script, linked_script, sizeof(linked_script) - 1);
	argv[argc++] = relocatable ? "-r" : "-T";
	if (!relocatable)
		argv[argc++] = script;
	for (size_t i = 0; i < n; i++) {
		FORMAT(names[i], "%s/%zu.o", dir, i);
		fixture_write(names[i], v[i].data, v[i].len);
		argv[argc++] = names[i];
		free(v[i].data);
	}
	fixture_run(argv);
	b = fixture_read(out);
	for (size_t i = 0; i < n; i++)
		unlink(names[i]);
	unlink(script);
	unlink(out);
	rmdir(dir);
	return b;
}

static inline int linked_by_address(const void *a, const void *b)
{
	const struct kernel_sym *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static inline char linked_letter(const struct elf_symbol *s)
{
	return s->bind == STB_WEAK ? 'W' : s->bind == STB_GLOBAL ? 'T' : 't';
}

/* The table that scripts/kallsyms would make of the linker's. */
static inline void linked_tables(struct linked *k)
{
	static const struct kernel_opts opts = { .percpu = true };
	struct kernel_sym v[2048];
	struct kernel_places at;
	struct ktables t;
	uint32_t n = 0;

	for (size_t i = 1; i < elf_n_symbols(k->image->elf); i++) {
		const struct elf_symbol *s = elf_symbol(k->image->elf, i);

		if (s->type == STT_SECTION || s->type == STT_FILE || !s->name[0] || s->shndx == SHN_ABS)
			continue;
		assert_true(n < ARRAY_SIZE(v));
		v[n++] = (struct kernel_sym){ s->name, s->value, linked_letter(s) };
	}
	qsort(v, n, sizeof(*v), linked_by_address);
	k->tables = kernel_make(v, n, &opts, &at);
	assert_int_equal(elf_open_image(k->tables.data, k->tables.len, &k->tables_elf, NULL), 0);
	assert_int_equal(ktables_find(k->tables_elf, &t, NULL), 0);
	assert_int_equal(ksyms_read(&t, &k->ksyms, NULL), 0);
}

/* A kernel of these sources. */
static inline struct linked linked_kernel(const char *const *sources, size_t n)
{
	struct bytes v[LINKED_OBJECTS];
	struct linked k = { 0 };

	assert_true(n <= LINKED_OBJECTS);
	for (size_t i = 0; i < n; i++)
		v[i] = linked_assemble(sources[i]);
	k.elf = linked_link(v, n, false);
	assert_int_equal(kimage_parse("vmlinux", k.elf.data, k.elf.len, &k.image, NULL), 0);
	linked_tables(&k);
	return k;
}

static inline void linked_free(struct linked *k)
{
	ksyms_done(&k->ksyms);
	elf_free(k->tables_elf);
	kimage_free(k->image);
	free(k->tables.data);
	free(k->elf.data);
}

static inline struct object *linked_object(const char *source)
{
	struct bytes b = linked_assemble(source);
	struct object *o = NULL;

	assert_int_equal(object_adopt(b.data, b.len, &o, NULL), 0);
	return o;
}

static inline struct object *linked_module(const char *const *sources, size_t n)
{
	struct bytes v[LINKED_OBJECTS], b;
	struct object *o = NULL;

	for (size_t i = 0; i < n; i++)
		v[i] = linked_assemble(sources[i]);
	b = linked_link(v, n, true);
	assert_int_equal(object_adopt(b.data, b.len, &o, NULL), 0);
	return o;
}

/* A symbol of an object that must be there, the first of its name. */
static inline const struct elf_symbol *linked_symbol(const struct object *o, const char *name)
{
	const uint32_t *v;

	if (object_named(o, name, &v) == 0)
		fail_msg("no symbol %s", name);
	return object_symbol(o, v[0]);
}

/* Where the proof found it. */
static inline uint64_t linked_address(const struct proof *p, const char *name)
{
	uint64_t address = 0;

	if (proof_address(p, linked_symbol(p->object, name), &address) < 0)
		fail_msg("no address of %s", name);
	return address;
}

#endif
