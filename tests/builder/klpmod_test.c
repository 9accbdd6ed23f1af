// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module as kbuild links it becomes one that livepatch can resolve: every
 * relocation against a named symbol in its section, everything else as it was.
 */
#include "tests/kmod/fixture.h"
#include "tests/lib/says.h"

#include <errno.h>
#include <limits.h>

#include "builder/klpmod.h"
#include "kmod/inspect.h"

/* It calls what is exported, what livepatch must find, and is a livepatch. */
#define SOURCE                                                                                               \
	FIXTURE_STRUCTS FIXTURE_LIVEPATCH                                                                    \
		"int exported(int); int hidden(int); int other_17(int); extern int datum, unused;\n"         \
		"int new_read(int a) { return exported(a) + hidden(a) + other_17(a) + datum; }\n"            \
		"int klpsh_new_0(int a) __attribute__((alias(\"new_read\")));\n"                             \
		"int __pfx_klpsh_new_0(int a) __attribute__((alias(\"new_read\")));\n"                       \
		"int __pfx_new_read(int a) __attribute__((alias(\"new_read\")));\n"                          \
		"int *where __attribute__((section(\".data.where\"))) = &datum;\n"                           \
		"int *look(void) { return where; }\n"                                                        \
		"static struct klp_func funcs[] = { { .old_name = \"old_read\", .new_func = klpsh_new_0 },"  \
		" {} };\n"                                                                                   \
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"                            \
		"static struct klp_patch patch = { .mod = &__this_module, .objs = objs, .replace = 1 };\n"   \
		"int init_module(void) { return klp_enable_patch(&patch); }\n"

static const struct klpmod_symbol symbols[] = {
	{ "other_17", "ext4", "other", 17, NULL },
	{ "hidden", "vmlinux", "hidden.isra.0", 0, NULL },
	{ "datum", "jbd2", "datum", 2, "ext4" },
	{ "unused", "vmlinux", "unused", 0, NULL },
};
static const char *const aliases[] = { "klpsh_new_0" }, *const locals[] = { "new_read", "not_there" };

static bool is_exported(void *arg, const char *name)
{
	return streq(name, "exported") || streq(name, "klp_enable_patch");
}

static struct klpmod_spec spec(void)
{
	return (struct klpmod_spec){ symbols, ARRAY_SIZE(symbols), aliases,	1,
				     locals,  ARRAY_SIZE(locals),  is_exported, NULL };
}

static struct bytes compiled(void)
{
	static const char *const flags[] = { "-ffunction-sections", "-fno-section-anchors", NULL };

	return fixture_compile(SOURCE, flags);
}

struct done {
	struct bytes before, after;
	struct elf *elf;
};

static struct done rewrite(const struct klpmod_spec *how)
{
	struct done d = { .before = compiled() };
	struct err e = { 0 };

	if (klpmod_rewrite(d.before.data, d.before.len, how, &d.after.data, &d.after.len, &e) < 0 ||
	    elf_open(d.after.data, d.after.len, &d.elf, &e) < 0)
		fail_msg("%s", e.text);
	return d;
}

static void done_free(struct done *d)
{
	elf_free(d->elf);
	free(d->before.data);
	free(d->after.data);
}

static const struct elf_symbol *named(const struct elf *elf, const char *name)
{
	for (size_t i = 1; i < elf_n_symbols(elf); i++)
		if (streq(elf_symbol(elf, i)->name, name))
			return elf_symbol(elf, i);
	return NULL;
}

/* How many relocations of a section are against a symbol. */
static size_t uses(const struct elf *elf, const char *section, const char *symbol)
{
	const struct elf_section *s = elf_find_section(elf, section);
	struct elf_rela *v = NULL;
	size_t n = 0, found = 0;

	if (!s)
		return 0;
	assert_int_equal(elf_read_relas(elf, s, &v, &n, NULL), 0);
	for (size_t i = 0; i < n; i++)
		found += streq(elf_symbol(elf, v[i].symbol)->name, symbol);
	free(v);
	return found;
}

static void expect_livepatch_section(const struct elf *elf, const char *name, const char *target)
{
	const struct elf_section *s = elf_find_section(elf, name);
	struct elf_rela *v = NULL;
	size_t n = 0;

	if (!s)
		fail_msg("no section %s", name);
	assert_int_equal(s->type, SHT_RELA);
	assert_int_equal(s->flags, SHF_ALLOC | SHF_INFO_LINK | ELF_SHF_RELA_LIVEPATCH);
	assert_string_equal(elf_section(elf, s->info)->name, target);
	assert_int_equal(elf_section(elf, s->link)->type, SHT_SYMTAB);
	assert_int_equal(elf_read_relas(elf, s, &v, &n, NULL), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(elf_symbol(elf, v[i].symbol)->shndx, ELF_SHN_LIVEPATCH);
	free(v);
}

static void livepatch_relocations_have_sections_of_their_own(void **state)
{
	struct klpmod_spec how = spec();
	struct done d = rewrite(&how);

	expect_livepatch_section(d.elf, ".klp.rela.vmlinux..text.new_read", ".text.new_read");
	expect_livepatch_section(d.elf, ".klp.rela.ext4..text.new_read", ".text.new_read");
	expect_livepatch_section(d.elf, ".klp.rela.ext4..data.where", ".data.where");
	assert_int_equal(uses(d.elf, ".klp.rela.vmlinux..text.new_read", ".klp.sym.vmlinux.hidden.isra.0,0"),
			 1);
	assert_int_equal(uses(d.elf, ".klp.rela.ext4..text.new_read", ".klp.sym.ext4.other,17"), 1);
	/* of a module that is not patched: with the patched one */
	assert_int_equal(uses(d.elf, ".klp.rela.ext4..text.new_read", ".klp.sym.jbd2.datum,2"), 1);
	assert_int_equal(uses(d.elf, ".klp.rela.ext4..data.where", ".klp.sym.jbd2.datum,2"), 1);
	assert_int_equal(uses(d.elf, ".rela.text.new_read", "exported"), 1);
	assert_null(elf_find_section(d.elf, ".klp.rela.jbd2..text.new_read"));
	done_free(&d);
}

static void what_is_empty_or_unused_goes(void **state)
{
	struct klpmod_spec how = spec();
	struct done d = rewrite(&how);

	assert_null(elf_find_section(d.elf, ".rela.data.where"));
	assert_non_null(elf_find_section(d.elf, ".data.where"));
	assert_null(named(d.elf, "hidden"));
	assert_null(named(d.elf, ".klp.sym.vmlinux.unused,0"));
	done_free(&d);
}

static void functions_are_named_by_themselves(void **state)
{
	struct klpmod_spec how = spec();
	struct done d = rewrite(&how);

	assert_null(named(d.elf, "klpsh_new_0"));
	assert_null(named(d.elf, "__pfx_klpsh_new_0"));
	assert_int_equal(named(d.elf, "new_read")->bind, STB_LOCAL);
	assert_int_equal(named(d.elf, "__pfx_new_read")->bind, STB_LOCAL);
	assert_int_equal(named(d.elf, "look")->bind, STB_GLOBAL);
	assert_int_equal(uses(d.elf, ".rela.data", "new_read") + uses(d.elf, ".rela.data.rel", "new_read") +
				 uses(d.elf, ".rela.data.rel.local", "new_read"),
			 1);
	done_free(&d);
}

/* Sections that stay: same order, same bytes. */
static void everything_else_is_as_it_was(void **state)
{
	struct klpmod_spec how = spec();
	struct done d = rewrite(&how);
	struct elf *old = NULL;
	size_t at = 0;

	assert_int_equal(elf_open(d.before.data, d.before.len, &old, NULL), 0);
	for (size_t i = 1; i < elf_n_sections(old); i++) {
		const struct elf_section *a = elf_section(old, i), *b;

		if (a->type == SHT_RELA || a->type == SHT_SYMTAB || a->type == SHT_STRTAB)
			continue;
		b = elf_section(d.elf, ++at);
		assert_string_equal(a->name, b->name);
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->flags, b->flags);
		assert_int_equal(a->align, b->align);
		assert_int_equal(a->size, b->size);
		if (a->data)
			assert_memory_equal(a->data, b->data, a->size);
	}
	for (size_t i = 1; i < elf_n_symbols(old); i++) {
		const struct elf_symbol *a = elf_symbol(old, i), *b = named(d.elf, a->name);

		if (!a->name[0] || a->shndx == SHN_UNDEF || strstr(a->name, "klpsh_new_0"))
			continue;
		assert_non_null(b);
		assert_int_equal(a->value, b->value);
		assert_int_equal(a->size, b->size);
		assert_int_equal(a->type, b->type);
	}
	elf_free(old);
	done_free(&d);
}

static void the_result_tells_what_it_patches(void **state)
{
	struct klpmod_spec how = spec();
	struct done d = rewrite(&how);
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	struct err e = { 0 };

	if (inspect_bytes("f.ko", d.after.data, d.after.len, &i, &e) < 0)
		fail_msg("%s", e.text);
	assert_true(i->livepatch);
	assert_int_equal(i->replace, 1);
	assert_int_equal(i->n_objects, 1);
	assert_string_equal(i->objects[0].name, "vmlinux");
	assert_int_equal(i->objects[0].n_funcs, 1);
	assert_string_equal(i->objects[0].funcs[0].old_name, "old_read");
	assert_string_equal(i->objects[0].funcs[0].new_name, "new_read");
	assert_int_equal(i->n_relocs, 3);
	done_free(&d);
}

static void expect_refusal(const struct klpmod_spec *how, int code, const char *part)
{
	struct bytes b = compiled();
	struct err e = { 0 };
	char *out = NULL;
	size_t len = 0;

	assert_int_equal(klpmod_rewrite(b.data, b.len, how, &out, &len, &e), code);
	assert_null(out);
	err_says(&e, part);
	free(b.data);
}

static void a_symbol_from_nowhere_is_named(void **state)
{
	struct klpmod_spec how = spec();

	how.n_symbols = 2; /* without datum */
	expect_refusal(&how, -ENOENT, "datum is neither");
}

static void expect_bad_symbol(struct klpmod_symbol s, const char *part)
{
	struct klpmod_spec how = spec();

	how.symbols = &s;
	how.n_symbols = 1;
	expect_refusal(&how, -EINVAL, part);
}

static void names_that_livepatch_cannot_take_are_refused(void **state)
{
	char object[KLPMOD_OBJECT_MAX + 2] = { 0 }, name[KLPMOD_SYMBOL_MAX + 2] = { 0 };
	struct klpmod_spec how = spec();
	struct klpmod_symbol all[ARRAY_SIZE(symbols)];
	struct done d;

	memset(object, 'o', KLPMOD_OBJECT_MAX + 1);
	memset(name, 'n', KLPMOD_SYMBOL_MAX + 1);
	expect_bad_symbol((struct klpmod_symbol){ "x", object, "x", 0, NULL }, "object names up to 55");
	expect_bad_symbol((struct klpmod_symbol){ "x", "vmlinux", name, 0, NULL }, "up to 511");
	expect_bad_symbol((struct klpmod_symbol){ "x", "a.b", "x", 0, NULL }, "no name of a module");
	expect_bad_symbol((struct klpmod_symbol){ "x", "", "x", 0, NULL }, "no name of a module");
	expect_bad_symbol((struct klpmod_symbol){ "x", "ext4", "x,1", 0, NULL }, "no name of a symbol");
	expect_bad_symbol((struct klpmod_symbol){ "x", "ext4", "", 0, NULL }, "no name of a symbol");
	expect_bad_symbol((struct klpmod_symbol){ "x", "vmlinux", "x", 0, "ext4" },
			  "cannot be resolved with module ext4");
	/* the longest that do fit */
	object[KLPMOD_OBJECT_MAX] = name[KLPMOD_SYMBOL_MAX] = '\0';
	memcpy(all, symbols, sizeof(all));
	all[0].object = object;
	all[0].real = name;
	all[0].sympos = ULONG_MAX;
	how.symbols = all;
	d = rewrite(&how);
	done_free(&d);
}

static void a_name_for_two_symbols_is_refused(void **state)
{
	static const struct klpmod_symbol two[] = { { "datum", "vmlinux", "datum", 1, NULL },
						    { "datum", "vmlinux", "datum", 2, NULL } };
	struct klpmod_spec how = spec();

	how.symbols = two;
	how.n_symbols = 2;
	expect_refusal(&how, -EINVAL, "datum stands for two");
}

static void damage_does_no_harm(void **state)
{
	struct klpmod_spec how = spec();
	struct bytes b = compiled();
	char *copy = malloc(b.len);
	const char *runs = getenv("KLPSH_FUZZ_RUNS");
	uint64_t n = 0;
	uint32_t seed = 1;

	assert_non_null(copy);
	parse_u64(runs ? runs : "20000", &n);
	for (n = n / 20 + 100; n > 0; n--) {
		struct err e = { 0 };
		char *out = NULL;
		size_t len = 0;

		memcpy(copy, b.data, b.len);
		for (int i = 0; i < 4; i++) {
			seed = seed * 1664525 + 1013904223;
			copy[(seed >> 8) % b.len] = (char)(seed >> 3);
		}
		assert_true(klpmod_rewrite(copy, b.len, &how, &out, &len, &e) >= 0 || e.text[0]);
		free(out);
	}
	free(copy);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(livepatch_relocations_have_sections_of_their_own),
		cmocka_unit_test(what_is_empty_or_unused_goes),
		cmocka_unit_test(functions_are_named_by_themselves),
		cmocka_unit_test(everything_else_is_as_it_was),
		cmocka_unit_test(the_result_tells_what_it_patches),
		cmocka_unit_test(a_symbol_from_nowhere_is_named),
		cmocka_unit_test(names_that_livepatch_cannot_take_are_refused),
		cmocka_unit_test(a_name_for_two_symbols_is_refused),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
