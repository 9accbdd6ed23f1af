// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patches for a module from outside of the kernel's tree: what its sources'
 * copy is made with, and who but the module is made of what a patch changes.
 * The makefile is a toy that notes what it was called with; what kbuild would
 * leave lies there already.
 */
#include "tests/builder/cc.h"
#include "tests/builder/toy.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "builder/mkpatch_own.h"

#define FILES_MAX 4

struct oot {
	struct toy *toy;
	struct tree *copy, *origin;
	struct mkpatch_spec spec;
	struct mkpatch_sink sink;
	struct mmodule module;
	struct object ko;
	struct mfile files[FILES_MAX];
	char note[1024]; /* the last */
	struct mkpatch m;
	struct err e;
};

static void take_note(void *arg, const char *text)
{
	struct oot *o = arg;

	FORMAT(o->note, "%s", text);
}

static void take_line(void *arg, const char *line, size_t len)
{
}

static void oot_open(struct oot *o)
{
	*o = (struct oot){ .toy = toy_begin(), .copy = tree_new(), .origin = tree_new() };
	tree_write(o->toy->t, "Makefile",
		   "modules:\n\t@echo '$(KCFLAGS)' > $(M)/asked\n\t@echo '$(PWD)' > $(M)/pwd\n");
	FORMAT(o->toy->k.cc, "toy-gcc");
	FORMAT(o->toy->k.release, "6.1.0-toy");
	o->toy->k.jobs = 1;
	o->toy->k.env[0] = "MAKEFLAGS=";
	o->sink = (struct mkpatch_sink){ .note = take_note, .line = take_line, .arg = o };
	o->spec = (struct mkpatch_spec){ .oot_targets = "modules", .oot_source = tree_path(o->origin) };
	o->module.ko = &o->ko;
	o->m = (struct mkpatch){ .spec = &o->spec,
				 .sink = &o->sink,
				 .tree = &o->toy->k,
				 .oot = true,
				 .oot_name = "one",
				 .modules = &o->module,
				 .n_modules = 1,
				 .files = o->files,
				 .farm = "/the/view" };
	assert_non_null(realpath(tree_path(o->copy), o->m.oot_path));
	assert_non_null(realpath(tree_path(o->origin), o->m.oot_origin));
	o->m.base = o->m.oot_path;
	o->m.base_dir = open(o->m.base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(o->m.base_dir >= 0);
}

static void oot_close(struct oot *o)
{
	kbuild_free(o->m.kbuild);
	symvers_done(&o->m.symvers);
	refusals_done(&o->m.refusals);
	close(o->m.base_dir);
	tree_free(o->copy);
	tree_free(o->origin);
	toy_free(o->toy);
}

/* The patches change this file. */
static void change(struct oot *o, const char *path)
{
	assert_true(o->m.n_files < FILES_MAX);
	o->files[o->m.n_files++] = (struct mfile){ .path = path };
}

/* An object "a.o" of "a.c" that includes a file; end: ".c", ".S"; module NULL: none. */
static void put(const struct oot *o, const char *name, const char *end, const char *module, const char *dep)
{
	char text[8 * PATH_MAX], at[PATH_MAX], define[200] = "";

	FORMAT(at, "%s/%s", o->m.base, name);
	if (module)
		FORMAT(define, "-DMODULE -DKBUILD_MODNAME='\"%s\"'", module);
	FORMAT(text, "savedcmd_%s.o := toy-gcc %s -c -o %s.o %s%s\n\ndeps_%s.o := \\\n  %s%s%s \\\n", at,
	       define, at, at, end, at, *dep == '/' ? "" : o->m.base, *dep == '/' ? "" : "/", dep);
	tree_writef(o->copy, text, ".%s.o.cmd", name);
	tree_writef(o->copy, "int x;\n", "%s%s", name, end);
}

static void expect_refusal(struct oot *o, enum refusal_code code, const char *why)
{
	int r = mkpatch_oot_learn(&o->m, &o->e);

	if (r != -EPERM)
		fail_msg("%d, %s", r, o->e.text);
	assert_int_equal(o->m.refusals.n, 1);
	assert_string_equal(o->m.refusals.v[0].file, o->files[0].path);
	assert_int_equal(o->m.refusals.v[0].code, code);
	if (!strstr(o->m.refusals.v[0].why, why))
		fail_msg("%s", o->m.refusals.v[0].why);
}

static void a_header_of_the_module_alone_may_be_changed(void **state)
{
	struct oot o;

	oot_open(&o);
	change(&o, "one.h");
	put(&o, "a", ".c", "one", "one.h");
	put(&o, "b", ".c", "two", "two.h");
	if (mkpatch_oot_learn(&o.m, &o.e) < 0)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.m.refusals.n, 0);
	oot_close(&o);
}

static void what_others_are_made_of_cannot_be_changed_in_part(void **state)
{
	static const struct {
		const char *name, *end, *module, *why;
		enum refusal_code code;
	} others[] = {
		{ "b", ".c", "two", "module two of the same sources is made of it, too", REFUSE_FILE },
		{ "b", ".c", "one:two", "b.o is made of it, and is an object of several modules: one:two",
		  REFUSE_UNIT },
		{ "b", ".c", "three:two", "module three:two of the same sources", REFUSE_FILE },
		{ "b", ".S", "one", "b.o, which is assembly", REFUSE_FILE },
		{ "b", ".c", NULL, "b.o, which is not an object of the module", REFUSE_FILE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct oot o;

		oot_open(&o);
		change(&o, "one.h");
		put(&o, "a", ".c", "one", "one.h");
		put(&o, others[i].name, others[i].end, others[i].module, "one.h");
		expect_refusal(&o, others[i].code, others[i].why);
		oot_close(&o);
	}
}

/* By an absolute path, or by a link to the folder. */
static void a_file_read_in_the_users_folder_is_not_patched(void **state)
{
	char dep[2 * PATH_MAX];
	struct oot o;

	for (int link = 0; link < 2; link++) {
		oot_open(&o);
		tree_write(o.origin, "one.h", "\n");
		tree_symlink(o.toy->t, o.m.oot_origin, "there");
		change(&o, "one.h");
		FORMAT(dep, "%s%s/one.h", link ? o.toy->k.path : o.m.oot_origin, link ? "/there" : "");
		put(&o, "a", ".c", "one", dep);
		expect_refusal(&o, REFUSE_FILE, "a.o reads it by its absolute path");
		oot_close(&o);
	}
}

/* gcc -MMD leaves such headers out, so that b.o would not be known to be made of it. */
static void what_is_read_as_a_systems_header_is_refused(void **state)
{
	static const char *const flags[] = { "-isystem %s/sys", "-idirafter %s/sys", "-isystem%s/" };

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		char text[8 * PATH_MAX], flag[2 * PATH_MAX], at[PATH_MAX];
		const char *base;
		struct oot o;

		oot_open(&o);
		base = o.m.base;
		change(&o, "sys/one.h");
		put(&o, "a", ".c", "one", "sys/one.h");
		put(&o, "b", ".c", "one", "two.h");
		tree_write(o.copy, "sys/one.h", "");
		FORMAT(at, "%.*s", (int)(strchr(flags[i], '%') - flags[i]), flags[i]);
		FORMAT(flag, "%s%s%s", at, base, strchr(flags[i], '%') + 2);
		FORMAT(text,
		       "savedcmd_%s/b.o := toy-gcc %s -DMODULE -DKBUILD_MODNAME='\"one\"' -c -o %s/b.o "
		       "%s/b.c\n\ndeps_%s/b.o := \\\n  %s/two.h \\\n",
		       base, flag, base, base, base, base);
		tree_write(o.copy, ".b.o.cmd", text);
		expect_refusal(&o, REFUSE_FILE, "b.o may read it as a system's header");
		oot_close(&o);
	}
}

static void a_file_of_no_object_is_told_with_whose_it_is(void **state)
{
	struct oot o;

	oot_open(&o);
	change(&o, "b.c");
	put(&o, "a", ".c", "one", "one.h");
	put(&o, "b", ".c", "two", "one.h");
	expect_refusal(&o, REFUSE_NOT_LINKED,
		       "no object of module one is made of this file, but of module two");
	oot_close(&o);
	oot_open(&o);
	change(&o, "none.h");
	put(&o, "a", ".c", "one", "one.h");
	expect_refusal(&o, REFUSE_NOT_LINKED, "no object of module one is made of this file");
	oot_close(&o);
}

static void objects_are_counted_as_those_of_the_tree(void **state)
{
	struct tree *farm = tree_new();
	struct farm_file f = { .path = "one.h", .data = "\n", .len = 1 };
	struct oot o;

	oot_open(&o);
	change(&o, "one.h");
	put(&o, "a", ".c", "one", "one.h");
	put(&o, "b", ".c", "one", "one.h");
	put(&o, "c", ".c", "one", "two.h");
	FORMAT(o.m.farm, "%s", tree_path(farm));
	o.m.farm_files = &f;
	o.spec.max_objects = 1;
	assert_int_equal(mkpatch_units(&o.m, &o.e), -EPERM);
	assert_string_equal(o.note, "the changed headers touch 2 objects");
	assert_int_equal(o.m.refusals.n, 1);
	assert_non_null(strstr(o.m.refusals.v[0].why,
			       "2 objects of module one include what the patch changes, the limit is 1"));
	free(o.m.units);
	oot_close(&o);
	tree_free(farm);
}

/* The folder that the sources are copied into; base comes from it. */
static int copy(struct oot *o, struct cache_tmp *tmp)
{
	struct tree *at = tree_new();
	int r;

	FORMAT(tmp->path, "%s", tree_path(at));
	close(o->m.base_dir);
	o->m.base_dir = -1;
	o->m.tmp = tmp;
	r = mkpatch_oot_copy(&o->m, &o->e);
	tree_free(at);
	return r;
}

static void lists_of_exports_are_named_and_not_the_kernels(void **state)
{
	struct cache_tmp tmp = { 0 };
	char want[2 * PATH_MAX];
	struct oot o;

	oot_open(&o);
	tree_write(o.origin, "Module.symvers",
		   "0x1\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n0x2\town\tone\tEXPORT_SYMBOL\t\n");
	assert_int_equal(copy(&o, &tmp), 0);
	assert_int_equal(o.m.symvers.n, 1);
	FORMAT(want, "%s/Module.symvers lists exports of the kernel itself, which are not taken from there",
	       tree_path(o.origin));
	if (!strstr(o.note, want))
		fail_msg("%s", o.note);
	oot_close(&o);
	oot_open(&o);
	tree_write(o.origin, "Module.symvers", "\nwrong\n");
	assert_int_equal(copy(&o, &tmp), -EBADMSG);
	FORMAT(want, "%s/Module.symvers:2: not a line of a Module.symvers", tree_path(o.origin));
	assert_string_equal(o.e.text, want);
	if (!strstr(o.e.hint, "remove") || strstr(o.e.hint, "--symvers"))
		fail_msg("%s", o.e.hint);
	oot_close(&o);
}

/* Also where the folder brought one along. */
static void the_list_that_kbuild_wrote_counts(void **state)
{
	char text[] = "0x1\town\told\tEXPORT_SYMBOL\t\n";
	struct oot o;

	oot_open(&o);
	assert_int_equal(symvers_parse("x", strdup(text), strlen(text), &o.m.symvers, NULL), 0);
	change(&o, "a.c");
	put(&o, "a", ".c", "one", "one.h");
	tree_write(o.copy, "Module.symvers", "0x2\town\tone\tEXPORT_SYMBOL\t\n");
	if (mkpatch_oot_learn(&o.m, &o.e) < 0)
		fail_msg("%s", o.e.text);
	assert_int_equal(symvers_find(&o.m.symvers, "own")->crc, 2);
	oot_close(&o);
}

static void expect_text_of(const struct oot *o, const char *path, const char *want)
{
	_cleanup_close_ int fd = openat(o->m.base_dir, path, O_RDONLY | O_CLOEXEC);
	char got[2 * PATH_MAX] = "";

	assert_true(fd >= 0 && read(fd, got, sizeof(got) - 1) >= 0);
	assert_string_equal(got, want);
}

static void makefiles_may_name_their_folder_as_the_shell_does(void **state)
{
	char want[PATH_MAX + 2];
	struct oot o;

	oot_open(&o);
	change(&o, "a.c");
	put(&o, "a", ".c", "one", "one.h");
	assert_int_equal(mkpatch_oot_learn(&o.m, &o.e), 0);
	FORMAT(want, "%s\n", o.m.oot_path);
	expect_text_of(&o, "pwd", want);
	oot_close(&o);
}

/* Of a build for a module from outside it is not the kernel's source that is wrong. */
static void what_the_module_was_built_from_is_what_helps(void **state)
{
	static const char advice[] = "; give the sources that the file of --oot-module was built from";
	static const struct {
		enum refusal_code code;
		bool oot, warning, told;
	} cases[] = {
		{ REFUSE_PROOF, true, false, true },   { REFUSE_NOT_LINKED, true, false, true },
		{ REFUSE_PROOF, false, false, false }, { REFUSE_DATA, true, false, false },
		{ REFUSE_PROOF, true, true, false },
	};
	struct mkpatch m = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct refusal r = { .code = cases[i].code,
				     .warning = cases[i].warning,
				     .why = "other code" };

		m.oot = cases[i].oot;
		mkpatch_oot_explain(&m, &r);
		if ((strcmp(r.why + strlen("other code"), cases[i].told ? advice : "")) != 0)
			fail_msg("%zu: %s", i, r.why);
		/* it is told whatever is cut */
		memset(r.why, 'x', sizeof(r.why) - 1);
		mkpatch_oot_explain(&m, &r);
		assert_int_equal(strlen(r.why), sizeof(r.why) - 1);
		assert_int_equal(!!strstr(r.why, advice), cases[i].told);
	}
}

/* was: what the copy's path is to be in the module's strings. */
static void expect_origin(const char *strings, size_t len, const char *was)
{
	const struct elf_section section = { .flags = SHF_STRINGS,
					     .data = (const unsigned char *)strings,
					     .size = len };
	struct osection sections[] = { { .s = NULL }, { .s = &section } };
	char got[256] = "";
	struct oot o;

	oot_open(&o);
	tree_write(o.copy, "a.c", "\n");
	tree_write(o.copy, "b.c", "\n");
	tree_write(o.copy, "sub/c.c", "\n");
	tree_write(o.copy, "include/one.h", "\n");
	o.ko.sections = sections;
	o.ko.n_sections = ARRAY_SIZE(sections);
	mkpatch_oot_find(&o.m, &o.ko, got);
	assert_string_equal(got, was);
	oot_close(&o);
}

#define EXPECT_ORIGIN(strings, was) expect_origin(strings, sizeof(strings), was)

static void where_a_module_was_built_is_where_most_of_its_sources_were(void **state)
{
	EXPECT_ORIGIN("text\0/src/one/a.c\0%s: /src/two/b.c", "/src/one");
	EXPECT_ORIGIN("/usr/src/linux/include/one.h\0/src/one/a.c", "/src/one");
	EXPECT_ORIGIN("/elsewhere/a.c\0/src/one/sub/c.c\0/src/one/b.c", "/src/one");
	EXPECT_ORIGIN("/usr/h/include/one.h\0/usr/h/include/one.h\0/src/a.c", "/src");
	EXPECT_ORIGIN("/src/one/include/one.h", "/src/one");
	EXPECT_ORIGIN("/with blank/a.c\0/with blank/b.c\0/src/a.c", "/src");
	EXPECT_ORIGIN("/src/none.c\0a.c", "");
}

/* As the kernel reads it, which passes over NULs before the first string and between two. */
static void what_a_module_says_of_itself_is_found_behind_nuls(void **state)
{
	static const char *const infos[] = { "name=one\\0vermagic=6.1.0-toy SMP",
					     "\\0\\0name=one\\0\\0\\0vermagic=6.1.0-toy SMP\\0\\0" };

	for (size_t i = 0; i < ARRAY_SIZE(infos); i++) {
		struct mkpatch m = { .release = "6.1.0-toy" };
		struct mkpatch_spec spec = { .oot = { .name = "one.ko" } };
		char source[300];
		struct err e = { 0 };
		struct bytes b;

		FORMAT(source, "const char info[] __attribute__((section(\".modinfo\"))) = \"%s\";\n",
		       infos[i]);
		b = cc_compile(source, "", NULL);
		spec.oot.bytes = b.data;
		spec.oot.len = b.len;
		m.spec = &spec;
		if (mkpatch_oot_read(&m, &e) < 0)
			fail_msg("%s", e.text);
		assert_string_equal(m.oot_name, "one");
		object_free(m.modules[0].ko);
		free(m.modules);
		free(b.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_of_the_module_alone_may_be_changed),
		cmocka_unit_test(what_others_are_made_of_cannot_be_changed_in_part),
		cmocka_unit_test(a_file_read_in_the_users_folder_is_not_patched),
		cmocka_unit_test(what_is_read_as_a_systems_header_is_refused),
		cmocka_unit_test(a_file_of_no_object_is_told_with_whose_it_is),
		cmocka_unit_test(objects_are_counted_as_those_of_the_tree),
		cmocka_unit_test(lists_of_exports_are_named_and_not_the_kernels),
		cmocka_unit_test(the_list_that_kbuild_wrote_counts),
		cmocka_unit_test(makefiles_may_name_their_folder_as_the_shell_does),
		cmocka_unit_test(what_the_module_was_built_from_is_what_helps),
		cmocka_unit_test(where_a_module_was_built_is_where_most_of_its_sources_were),
		cmocka_unit_test(what_a_module_says_of_itself_is_found_behind_nuls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
