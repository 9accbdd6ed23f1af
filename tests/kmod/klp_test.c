// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a livepatch would patch, read from look-alike modules: strides of
 * several configurations, callbacks, sympos, replace by kernel version, and
 * every shape that must be called incomplete instead of being guessed.
 */
#include "tests/kmod/fixture.h"

#include <errno.h>

#include "kmod/inspect.h"

#define FUNCS                                                                                                \
	"static int new_a(int a) { return a + 1; }\n"                                                        \
	"static struct klp_func funcs[] = { { .old_name = \"old_a\", .new_func = new_a }, {} };\n"
#define PATCH                                                                                                \
	"static struct klp_patch patch = { .mod = &__this_module, .objs = objs };\n"                         \
	"int init_module(void) { return klp_enable_patch(&patch); }\n"

static int inspect_result(struct bytes b, struct inspect **ret, struct err *e)
{
	return inspect_bytes("fixture.ko", b.data, b.len, ret, e);
}

static struct inspect *inspect_good(struct bytes b)
{
	struct inspect *i = NULL;
	struct err e = { 0 };

	if (inspect_result(b, &i, &e) < 0)
		fail_msg("%s", e.text);
	return i;
}

static struct inspect *inspect_source(const char *source, const char *const *flags)
{
	struct bytes b = fixture_compile(source, flags);
	struct inspect *i = inspect_good(b);

	free(b.data);
	return i;
}

static void expect_func(const struct inspect_func *f, const char *old, const char *new_name, unsigned sympos)
{
	assert_string_equal(f->old_name, old);
	assert_string_equal(f->new_name, new_name);
	assert_int_equal(f->sympos, sympos);
}

static void expect_plain(const struct inspect *i)
{
	const struct inspect_object *o = i->objects;

	assert_true(i->livepatch);
	assert_true(i->objects_complete);
	assert_int_equal(i->n_objects, 2);
	assert_string_equal(o[0].name, "vmlinux");
	assert_int_equal(o[0].n_funcs, 1);
	assert_false(o[0].pre_patch || o[0].post_patch || o[0].pre_unpatch || o[0].post_unpatch);
	expect_func(&o[0].funcs[0], "old_read", "new_read", 0);
	assert_string_equal(o[1].name, "zz_mod");
	assert_int_equal(o[1].n_funcs, 2);
	expect_func(&o[1].funcs[0], "old_open", "new_open", 0);
	expect_func(&o[1].funcs[1], "old_show", "new_show", 17);
	assert_true(o[1].pre_patch && o[1].post_unpatch);
	assert_false(o[1].post_patch || o[1].pre_unpatch);
}

static void test_plain(void **state)
{
	static const char *const flags[][4] = {
		{ NULL },
		{ "-DKOBJ=200", NULL }, /* debug kernels have larger kobjects */
		{ "-fdata-sections", "-ffunction-sections", NULL },
		{ "-O2", "-fpatchable-function-entry=16,16", NULL },
		{ "-O0", NULL },
	};

	for (size_t k = 0; k < ARRAY_SIZE(flags); k++) {
		_cleanup_(inspect_freep) struct inspect *i = inspect_source(FIXTURE_PLAIN, flags[k]);

		expect_plain(i);
		assert_int_equal(i->replace, 1);
	}
}

#define STATES(list)                                                                                         \
	FIXTURE_STRUCTS FIXTURE_LIVEPATCH FUNCS                                                              \
		"struct klp_state { unsigned long id; unsigned int version; void *data; };\n"                \
		"static struct klp_state states[] = " list ";\n"                                             \
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"                            \
		"static struct klp_patch patch = { .mod = &__this_module, .objs = objs, .states = states "   \
		"};\n"                                                                                       \
		"int init_module(void) { return klp_enable_patch(&patch); }\n"

static void test_states(void **state)
{
	static const char *const old[] = { "-DRELEASE=\"5.4.0\"", NULL };
	struct inspect *i = inspect_source(STATES("{ { 7, 1 }, { 9, 4000000000, states }, {} }"), NULL);

	assert_true(i->states_known);
	assert_int_equal(i->n_states, 2);
	assert_int_equal(i->states[0].id, 7);
	assert_int_equal(i->states[0].version, 1);
	assert_int_equal(i->states[1].id, 9);
	assert_int_equal(i->states[1].version, 4000000000);
	inspect_free(i);
	/* no states, and none that are listed */
	i = inspect_source(FIXTURE_PLAIN, NULL);
	assert_true(i->states_known && i->n_states == 0);
	inspect_free(i);
	i = inspect_source(STATES("{ {}, { 7, 1 } }"), NULL);
	assert_true(i->states_known && i->n_states == 0);
	inspect_free(i);
	/* without an end, with a number that is filled in later, or from before there were any */
	i = inspect_source(STATES("{ { 7, 1 } }"), NULL);
	assert_true(!i->states_known && i->n_states == 0);
	inspect_free(i);
	i = inspect_source(STATES("{ { 7, 1 }, { (unsigned long)states, 1 }, {} }"), NULL);
	assert_true(!i->states_known && i->n_states == 0);
	inspect_free(i);
	i = inspect_source(STATES("{ { 7, 1 }, {} }"), old);
	assert_true(!i->states_known && i->n_states == 0);
	inspect_free(i);
}

static void test_replace_by_version(void **state)
{
	static const struct {
		const char *flag;
		int replace;
	} table[] = {
		{ "-DRELEASE=\"6.12.117+deb12-amd64\"", 1 },
		{ "-DRELEASE=\"5.5.0\"", 1 },
		/* the flag stood where states is now: this structure reads as 0 there */
		{ "-DRELEASE=\"5.4.0\"", 0 },
		{ "-DRELEASE=\"4.18.0-553.el8\"", -1 },
		{ "-DRELEASE=\"rubbish\"", -1 },
	};

	for (size_t k = 0; k < ARRAY_SIZE(table); k++) {
		const char *flags[] = { table[k].flag, NULL };
		_cleanup_(inspect_freep) struct inspect *i = inspect_source(FIXTURE_PLAIN, flags);

		assert_int_equal(i->replace, table[k].replace);
		assert_true(i->objects_complete);
	}
}

static void test_single_function(void **state)
{
	_cleanup_(inspect_freep) struct inspect *i =
		inspect_source(FIXTURE_STRUCTS FIXTURE_LIVEPATCH FUNCS
			       "static struct klp_object objs[] = { { .funcs = funcs }, {} };\n" PATCH,
			       NULL);

	assert_true(i->objects_complete);
	assert_int_equal(i->replace, 0);
	assert_int_equal(i->n_objects, 1);
	assert_int_equal(i->objects[0].n_funcs, 1);
	expect_func(&i->objects[0].funcs[0], "old_a", "new_a", 0);
}

static void test_callbacks_only(void **state)
{
	_cleanup_(inspect_freep) struct inspect *i =
		inspect_source(FIXTURE_STRUCTS FIXTURE_LIVEPATCH
			       "static int cb(struct klp_object *o) { return 0; }\n"
			       "static struct klp_func none[] = { {} };\n"
			       "static struct klp_object objs[] = { { .name = \"m\", .funcs = none,\n"
			       "	.callbacks = { .pre_patch = cb } }, {} };\n" PATCH,
			       NULL);

	assert_true(i->objects_complete);
	assert_int_equal(i->n_objects, 1);
	assert_int_equal(i->objects[0].n_funcs, 0);
	assert_true(i->objects[0].pre_patch);
}

/* Shapes that cannot be read in full must say so. */
static void test_incomplete(void **state)
{
	static const char *const sources[] = {
		/* everything is built at run time */
		"static struct klp_patch patch;\n"
		"int init_module(void) { patch.mod = &__this_module; return klp_enable_patch(&patch); }\n",
		/* objects are filled in at run time */
		"static struct klp_object objs[3];\n" PATCH,
		/* so are the functions */
		"static struct klp_func funcs[3];\n"
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n" PATCH,
		/* no end of the array */
		FUNCS "static struct klp_object objs[] = { { .funcs = funcs } };\n" PATCH,
		/* a hole, behind which the kernel does not look */
		FUNCS "static struct klp_object objs[] = { { .funcs = funcs }, {}, { .name = \"m\" }, {} "
		      "};\n" PATCH,
		/* a function without a replacement */
		"static struct klp_func funcs[] = { { .old_name = \"old_a\" }, {} };\n"
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n" PATCH,
		/* two patches in one module */
		FUNCS "static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"
		      "static struct klp_patch other = { .mod = &__this_module, .objs = objs };\n"
		      "int more(void) { return klp_enable_patch(&other); }\n" PATCH,
		/* a sympos that no kernel takes */
		"static int new_a(int a) { return a; }\n"
		"static struct klp_func funcs[] = { { .old_name = \"old_a\", .new_func = new_a,\n"
		"	.old_sympos = 1ul << 40 }, {} };\n"
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n" PATCH,
		/* an empty name */
		"static int new_a(int a) { return a; }\n"
		"static struct klp_func funcs[] = { { .old_name = \"\", .new_func = new_a }, {} };\n"
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n" PATCH,
	};

	for (size_t k = 0; k < ARRAY_SIZE(sources); k++) {
		_cleanup_free_ char *source = NULL;
		_cleanup_(inspect_freep) struct inspect *i = NULL;

		assert_true(asprintf(&source, "%s%s", FIXTURE_STRUCTS FIXTURE_LIVEPATCH, sources[k]) > 0);
		i = inspect_source(source, NULL);
		if (i->objects_complete || i->n_objects || i->replace != -1)
			fail_msg("source %zu was read as complete", k);
	}
}

/* Local symbols are gone: whatever is still called complete must be right. */
static void test_stripped(void **state)
{
	struct bytes b = fixture_compile(FIXTURE_PLAIN, NULL);
	char dir[32], path[64];
	_cleanup_(inspect_freep) struct inspect *i = NULL;

	fixture_dir(dir);
	FORMAT(path, "%s/f.o", dir);
	fixture_write(path, b.data, b.len);
	free(b.data);
	fixture_run((const char *const[]){ "strip", "--strip-unneeded", path, NULL });
	b = fixture_read(path);
	unlink(path);
	rmdir(dir);
	i = inspect_good(b);
	free(b.data);
	assert_true(i->livepatch);
	if (i->objects_complete) {
		assert_int_equal(i->n_objects, 2);
		assert_int_equal(i->objects[0].n_funcs, 1);
		assert_int_equal(i->objects[1].n_funcs, 2);
	}
}

/* A big symbol-less array: many functions, none lost. */
static void test_many_functions(void **state)
{
	_cleanup_free_ char *source = NULL;
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	size_t len;
	FILE *f = open_memstream(&source, &len);

	fprintf(f, "%s%s", FIXTURE_STRUCTS FIXTURE_LIVEPATCH,
		"static int new_a(int a) { return a; }\nstatic struct klp_func funcs[] = {\n");
	for (unsigned k = 0; k < 900; k++)
		fprintf(f, "{ .old_name = \"old_%u\", .new_func = new_a, .old_sympos = %u },\n", k, k);
	fprintf(f, "{} };\nstatic struct klp_object objs[] = { { .funcs = funcs }, {} };\n%s", PATCH);
	fclose(f);
	i = inspect_source(source, NULL);
	assert_true(i->objects_complete);
	assert_int_equal(i->objects[0].n_funcs, 900);
	expect_func(&i->objects[0].funcs[899], "old_899", "new_a", 899);
}

static void test_not_livepatch(void **state)
{
	_cleanup_(inspect_freep) struct inspect *i = inspect_source(FIXTURE_STRUCTS, NULL);

	assert_false(i->livepatch);
	assert_int_equal(i->n_objects, 0);
	assert_int_equal(i->replace, -1);
}

/* An import renamed to a livepatch symbol of the same length. */
static struct bytes klp_sym_fixture(const char *name)
{
	_cleanup_free_ char *source = NULL, *place = strdup(name);
	struct bytes b;
	Elf64_Sym *sym;
	char *at = NULL;

	for (char *p = place; *p; p++)
		*p = strchr(".,- ", *p) ? '_' : *p;
	assert_true(asprintf(&source,
			     "%sextern int %s(void);\n"
			     "static void *keep __attribute__((section(\".data.k\"), used)) = %s;\n"
			     "int init_module(void) { return 0; }\n",
			     FIXTURE_STRUCTS FIXTURE_LIVEPATCH, place, place) > 0);
	b = fixture_compile(source, NULL);
	sym = fixture_symbol(b, place, &at);
	memcpy(at, name, strlen(name));
	sym->st_shndx = 0xff20;
	return b;
}

static void test_relocs(void **state)
{
	struct bytes b = klp_sym_fixture(".klp.sym.zz_mod.some_fn.isra.0,3");
	_cleanup_(inspect_freep) struct inspect *i = NULL;

	fixture_section(b, ".rela.data.k")->sh_flags |= 0x00100000;
	i = inspect_good(b);
	free(b.data);
	assert_int_equal(i->n_relocs, 1);
	assert_string_equal(i->relocs[0].object, "zz_mod");
	assert_string_equal(i->relocs[0].symbol, "some_fn.isra.0");
	assert_int_equal(i->relocs[0].sympos, 3);
	assert_false(i->objects_complete);
}

static void test_relocs_malformed(void **state)
{
	static const char *const names[] = {
		".klp.sym.vmlinux.some_fn",
		".klp.sym..some_fn,1",
		".klp.sym.vmlinux.,1",
		".klp.sym.vmlinux.some_fn,",
		".klp.sym.vmlinux.some_fn,x",
		".klp.sim.vmlinux.some_fn,1",
		".klp.sym.vmlinux.some_fn,1 ",
		".klp.sym.vmlinux.some_fn,-1",
		".klp.sym.vmlinuxsome_fn,1",
		".klp.sym.vmlinux.f,99999999999",
		".klp.sym.n23456789112345678921234567893123456789412345678951234"
		"567.f,1",
	};

	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		struct bytes b = klp_sym_fixture(names[k]);
		struct inspect *i = NULL;
		struct err e = { 0 };

		if (inspect_result(b, &i, &e) != -ENOEXEC)
			fail_msg("%s was taken", names[k]);
		assert_non_null(strstr(e.text, "malformed livepatch symbol"));
		assert_null(i);
		free(b.data);
	}
}

/* A livepatch relocation section may hold nothing else. */
static void test_relocs_foreign(void **state)
{
	struct bytes b = klp_sym_fixture(".klp.sym.vmlinux.some_fn,1");
	struct inspect *i = NULL;
	struct err e = { 0 };

	fixture_symbol(b, ".klp.sym.vmlinux.some_fn,1", NULL)->st_shndx = SHN_UNDEF;
	fixture_section(b, ".rela.data.k")->sh_flags |= 0x00100000;
	assert_int_equal(inspect_result(b, &i, &e), -ENOEXEC);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_replace_by_version),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_single_function),
		cmocka_unit_test(test_callbacks_only),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_many_functions),
		cmocka_unit_test(test_not_livepatch),
		cmocka_unit_test(test_relocs),
		cmocka_unit_test(test_relocs_malformed),
		cmocka_unit_test(test_relocs_foreign),
	};

	return cmocka_run_group_tests_name("klp", tests, NULL, NULL);
}
