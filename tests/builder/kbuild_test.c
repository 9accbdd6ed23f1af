// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which sources the kernel has objects of, read off makefiles; objects made by
 * kbuild, with a toy whose makefile writes objects and .cmd files as kbuild
 * does; and those of a module whose sources are outside of the tree.
 */
#include "tests/builder/toy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

#include "builder/kbuild.h"
#include "builder/kmakefile.h"
#include "core/dirfile.h"

#define CONFIG "CONFIG_ON=y\nCONFIG_MODULE=m\n# CONFIG_OFF is not set\n"

static const char makefile[] =
	"%.o: %.c\n"
	"\t@grep -q broken $< && { echo \"$<:7: error: broken\"; exit 1; } || true\n"
	"\t@echo $@ >> count\n"
	"\t@echo object > $@\n"
	"\t@echo 'savedcmd_$@ := $(CC) -DKBUILD_MODNAME='\\''\"x\"'\\'' -c -o $@ $<' > $(@D)/.$(@F).cmd\n";

static struct toy *toy_new(void)
{
	struct toy *toy = toy_begin();

	tree_write(toy->t, ".config", CONFIG);
	tree_write(toy->t, "Makefile", makefile);
	tree_write(toy->t, "Kbuild", "obj-y += fs/\nobj-$(CONFIG_OFF) += off/\nobj-y += drivers/\n");
	tree_write(toy->t, "fs/Makefile",
		   "# obj-$(CONFIG_ON) += comment.o\n"
		   "obj-y := a.o \\\n\tb.o # hidden.o\nobj-$(CONFIG_OFF)\t+= none.o\n"
		   "obj-$(CONFIG_MODULE) += mod.o\nmod-objs := part.o\nmod-$(CONFIG_OFF) += dead.o\n"
		   "whole-y += inner.o\nobj-$(CONFIG_OFF) += whole.o\nobj-$(CONFIG_OFF) += "
		   "both.o\nlib-y+=both.o\n"
		   "obj-$(CONFIG_OFF)$(CONFIG_ON) += two.o\n");
	tree_write(toy->t, "off/Makefile", "obj-y += x.o\n");
	tree_write(toy->t, ".klpsh-stamp", "");
	for (const char *const *f =
		     (const char *const[]){ "fs/a.c", "fs/b.c", "fs/none.c", "fs/unit.c", NULL };
	     *f; f++)
		tree_write(toy->t, *f, "int x;\n");
	FORMAT(toy->k.cc, "toy-gcc");
	FORMAT(toy->k.release, "6.1.0-toy");
	toy->k.jobs = 2;
	toy->k.env[0] = "MAKEFLAGS=";
	return toy;
}

static void makefiles_tell_what_the_kernel_contains(void **state)
{
	static const struct {
		const char *source;
		enum kmakefile_answer answer;
		const char *option;
	} asked[] = {
		{ "fs/a.c", KMAKEFILE_ON, "" },
		{ "fs/b.c", KMAKEFILE_ON, "" },
		{ "fs/none.c", KMAKEFILE_OFF, "CONFIG_OFF" },
		{ "fs/mod.c", KMAKEFILE_ON, "" },
		{ "fs/part.c", KMAKEFILE_ON, "" },
		{ "fs/dead.c", KMAKEFILE_OFF, "CONFIG_OFF" },
		{ "fs/inner.c", KMAKEFILE_OFF, "CONFIG_OFF" },
		{ "fs/both.c", KMAKEFILE_ON, "" },
		{ "fs/two.c", KMAKEFILE_ON, "" },
		{ "fs/hidden.c", KMAKEFILE_UNLISTED, "" },
		{ "fs/comment.c", KMAKEFILE_UNLISTED, "" },
		{ "off/x.c", KMAKEFILE_OFF, "CONFIG_OFF" },
		{ "off/deep/y.c", KMAKEFILE_OFF, "CONFIG_OFF" },
		{ "nowhere/x.c", KMAKEFILE_UNLISTED, "" },
		{ "a.c", KMAKEFILE_UNLISTED, "" },
	};
	struct toy *toy = toy_new();
	char option[80];

	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		enum kmakefile_answer got =
			kmakefile_ask(toy->k.dir, asked[i].source, CONFIG, strlen(CONFIG), option);

		if (got != asked[i].answer || !streq(option, asked[i].option))
			fail_msg("%s: %d, \"%s\"", asked[i].source, (int)got, option);
	}
	toy_free(toy);
}

static void a_makefile_that_names_itself_ends(void **state)
{
	struct toy *toy = toy_new();
	char option[80];

	tree_write(toy->t, "fs/Makefile", "a-y += b.o\nb-y += a.o\nc-y += c.o");
	assert_int_equal(kmakefile_ask(toy->k.dir, "fs/a.c", CONFIG, strlen(CONFIG), option), KMAKEFILE_ON);
	assert_int_equal(kmakefile_ask(toy->k.dir, "fs/c.c", CONFIG, strlen(CONFIG), option), KMAKEFILE_ON);
	toy_free(toy);
}

static struct kbuild *learn(struct toy *toy, const char *a, const char *b)
{
	const char *const sources[] = { a, b };
	struct kbuild *k = NULL;
	struct err e = { 0 };

	if (kbuild_learn(&toy->k, sources, b ? 2 : 1, NULL, NULL, &k, &e) < 0)
		fail_msg("%s", e.text);
	return k;
}

static size_t n_made(struct toy *toy, const char *a, const char *b)
{
	struct kbuild *k = learn(toy, a, b);
	size_t n = k->n_made;

	kbuild_free(k);
	return n;
}

static void objects_are_made_once_and_their_commands_learned(void **state)
{
	struct toy *toy = toy_new();
	struct kbuild *k = learn(toy, "fs/b.c", "fs/a.c");

	assert_int_equal(k->n, 2);
	assert_int_equal(k->n_made, 2);
	assert_string_equal(k->v[0].source, "fs/b.c");
	assert_string_equal(k->v[0].object, "fs/b.o");
	assert_string_equal(k->v[1].cmd->source, "fs/a.c");
	assert_string_equal(k->v[1].cmd->modname, "x");
	kbuild_free(k);
	assert_int_equal(n_made(toy, "fs/b.c", "fs/a.c"), 0);
	toy_free(toy);
}

static void touch(struct toy *toy, const char *path, time_t when)
{
	const struct timespec times[2] = { { when, 0 }, { when, 0 } };

	assert_int_equal(utimensat(toy->k.dir, path, times, 0), 0);
}

static void what_is_older_than_source_or_stamp_is_made_again(void **state)
{
	struct toy *toy = toy_new();

	assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
	touch(toy, "fs/a.c", time(NULL) + 100);
	assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
	touch(toy, "fs/a.c", 1);
	assert_int_equal(n_made(toy, "fs/a.c", NULL), 0);
	/* what came along in the folder of --source */
	touch(toy, ".klpsh-stamp", time(NULL) + 100);
	assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
	touch(toy, ".klpsh-stamp", 1);
	/* make was killed between the object and its command */
	touch(toy, "fs/.a.o.cmd", 2);
	assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
	toy_free(toy);
}

/* make would take both for up to date: the one came along with the source, the other is of a power cut. */
static void what_does_not_count_as_made_is_made_from_nothing(void **state)
{
	static const struct {
		const char *object;
		time_t when;
	} found[] = { { "somebody's", 100 }, { "", 300 } };
	struct toy *toy = toy_new();

	assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
	touch(toy, "fs/a.c", 1);
	touch(toy, ".klpsh-stamp", 200);
	for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
		char text[20];

		tree_write(toy->t, "fs/a.o", found[i].object);
		touch(toy, "fs/a.o", found[i].when);
		touch(toy, "fs/.a.o.cmd", found[i].when);
		assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
		assert_int_equal(dirfile_read_text(toy->k.dir, "fs/a.o", text, sizeof(text)), 0);
		assert_string_equal(text, "object");
	}
	toy_free(toy);
}

static struct err refusal(struct toy *toy, const char *source, int code)
{
	struct kbuild *k = NULL;
	struct err e = { 0 };

	if (kbuild_learn(&toy->k, &source, 1, NULL, NULL, &k, &e) != code)
		fail_msg("%s: %d, \"%s\"", source, e.code, e.text);
	assert_null(k);
	return e;
}

static void what_the_kernel_does_not_contain_is_refused_by_name(void **state)
{
	struct toy *toy = toy_new();
	struct err e = refusal(toy, "fs/none.c", -EOPNOTSUPP);

	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_string_equal(e.text, "fs/none.c: CONFIG_OFF is off: the kernel does not contain this file");
	tree_write(toy->t, "fs/b.c", "#include <linux/x.h>\n#include \"unit.c\"\n");
	e = refusal(toy, "fs/unit.c", -EOPNOTSUPP);
	assert_string_equal(e.text, "fs/unit.c: no object is made of it: b.c includes it");
	assert_non_null(strstr(refusal(toy, "fs/gone.c", -ENOENT).text, "fs/gone.c: no such file"));
	tree_write(toy->t, "fs/a.c", "broken\n");
	e = refusal(toy, "fs/a.c", -EIO);
	assert_non_null(strstr(e.text, "fs/a.c:7: error: broken"));
	tree_remove(toy->t, "fs/a.c");
	tree_symlink(toy->t, "b.c", "fs/a.c");
	refusal(toy, "fs/a.c", -EOPNOTSUPP);
	toy_free(toy);
}

static void places_that_cannot_be_patched_are_refused_by_path(void **state)
{
	static const char *const bad[] = { "arch/x86/entry/vdso/vclock_gettime.c",
					   "arch/x86/boot/main.c",
					   "arch/x86/realmode/rm/x.c",
					   "arch/x86/purgatory/x.c",
					   "arch/arm/kernel/setup.c",
					   "scripts/x.c",
					   "arch/x86/entry/entry_64.S",
					   "tools/objtool/check.c",
					   "lib/vdso/gettimeofday.c" };
	struct toy *toy = toy_new();

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = refusal(toy, bad[i], -EOPNOTSUPP);

		assert_int_equal(err_exit(&e), RC_REFUSED);
		assert_int_equal(strncmp(e.text, bad[i], strlen(bad[i])), 0);
	}
	assert_null(kbuild_forbidden("arch/x86/entry/vdso/vma.c"));
	assert_null(kbuild_forbidden("fs/ext4/super.c"));
	toy_free(toy);
}

static void a_path_is_nothing_but_a_path_in_the_tree(void **state)
{
	static const char *const bad[] = { "/etc/x.c", "../x.c", "fs/../../x.c", "-f.c",
					   "fs/a b.c", "CC=x.c", "fs/$(x).c",	 "fs/a.h",
					   "fs//a.c",  "",	 "fs/a.c\n.c" };
	struct toy *toy = toy_new();

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		refusal(toy, bad[i], -EINVAL);
	toy_free(toy);
}

static void a_command_of_another_compiler_is_refused(void **state)
{
	struct toy *toy = toy_new();

	assert_int_equal(n_made(toy, "fs/a.c", NULL), 1);
	tree_write(toy->t, "fs/.a.o.cmd", "cmd_fs/a.o := /tmp/evil -c -o fs/a.o fs/a.c\n");
	touch(toy, "fs/.a.o.cmd", time(NULL) + 5);
	assert_non_null(strstr(refusal(toy, "fs/a.c", -EOPNOTSUPP).text, "another compiler"));
	tree_write(toy->t, "fs/.a.o.cmd", "cmd_fs/a.o := toy-gcc -c -o fs/a.o fs/b.c\n");
	touch(toy, "fs/.a.o.cmd", time(NULL) + 5);
	assert_non_null(strstr(refusal(toy, "fs/a.c", -EOPNOTSUPP).text, "another file"));
	toy_free(toy);
}

/*
 * A module outside of the toy's tree. Its makefile only notes what it was
 * called with; what kbuild would leave lies there already.
 */
struct outside {
	struct toy *toy;
	struct tree *t;
	struct kbuild_module m;
	struct kbuild *k;
	struct err e;
};

static void outside_open(struct outside *o)
{
	*o = (struct outside){ .toy = toy_new(), .t = tree_new() };
	o->toy->k.jobs = 1; /* targets in their order */
	tree_write(o->toy->t, "Makefile",
		   "modules one.ko two.ko:\n\t@echo '$@ $(KCFLAGS)' >> $(M)/asked\n"
		   "fail:\n\t@echo '$(M)/a.c:7: error: broken'; exit 1\n");
	o->m = (struct kbuild_module){ .path = tree_path(o->t),
				       .dir = open(tree_path(o->t), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				       .view = "/the/view",
				       .name = "one",
				       .was = "/usr/src/one-1.0",
				       .targets = "modules" };
	assert_true(o->m.dir >= 0);
}

static void outside_close(struct outside *o)
{
	kbuild_free(o->k);
	close(o->m.dir);
	tree_free(o->t);
	toy_free(o->toy);
}

/* folder: "" or "sub/"; deps: one more line of dependencies. */
static void put_object(const struct outside *o, const char *folder, const char *name, const char *module,
		       const char *deps)
{
	char text[4096], object[512];

	FORMAT(object, "%s/%s%s", o->m.path, folder, name);
	FORMAT(text,
	       "savedcmd_%s.o := toy-gcc -I%s -DMODULE -DKBUILD_MODNAME='\"%s\"' -c -o %s.o %s.c\n\n"
	       "deps_%s.o := \\\n  include/linux/kconfig.h \\\n  /usr/lib/gcc/stdarg.h \\\n%s\n",
	       object, o->m.path, module, object, object, object, deps);
	tree_writef(o->t, text, "%s.%s.o.cmd", folder, name);
	tree_writef(o->t, "int x;\n", "%s%s.c", folder, name);
}

static int learn_outside(struct outside *o)
{
	return kbuild_learn_module(&o->toy->k, &o->m, NULL, NULL, &o->k, &o->e);
}

static void expect_text_of(const struct outside *o, const char *path, const char *want)
{
	_cleanup_close_ int fd = openat(o->m.dir, path, O_RDONLY | O_CLOEXEC);
	char got[2 * PATH_MAX] = "";

	assert_true(fd >= 0 && read(fd, got, sizeof(got) - 1) >= 0);
	assert_string_equal(got, want);
}

static void a_module_outside_is_made_and_its_objects_found(void **state)
{
	char deps[PATH_MAX + 100], want[2 * PATH_MAX];
	const struct kbuild_object *b;
	struct outside o;

	outside_open(&o);
	FORMAT(deps, "  %s/sub/../one.h \\\n", o.m.path);
	put_object(&o, "sub/", "b", "one", deps);
	put_object(&o, "", "a", "one", "");
	put_object(&o, "", "of_two", "two", "");
	put_object(&o, "", "one.mod", "one", ""); /* modpost's */
	tree_writef(o.t, "savedcmd_one.o := ld -r -o one.o @one.mod\n", ".one.o.cmd");
	o.m.targets = " one.ko  two.ko ";
	if (learn_outside(&o) < 0)
		fail_msg("%s", o.e.text);
	assert_non_null(o.k);
	assert_int_equal(o.k->n, 2);
	assert_string_equal(o.k->v[0].source, "a.c");
	b = &o.k->v[1];
	assert_string_equal(b->source, "sub/b.c");
	assert_string_equal(b->object, "sub/b.o");
	/* paths as a patch names them; those of the tree are none of its */
	assert_true(words_has(&b->cmd->deps, "sub/b.c"));
	assert_true(words_has(&b->cmd->deps, "sub/../one.h"));
	FORMAT(want, "%s/include/linux/kconfig.h", o.toy->k.path);
	assert_true(words_has(&b->cmd->deps, want));
	assert_string_equal(b->patched->source, "/the/view/sub/b.c");
	assert_true(words_has(&b->patched->cc, "-I/the/view"));
	FORMAT(want,
	       "one.ko -ffile-prefix-map=%s/=/usr/src/one-1.0/\n"
	       "two.ko -ffile-prefix-map=%s/=/usr/src/one-1.0/\n",
	       o.m.path, o.m.path);
	expect_text_of(&o, "asked", want);
	outside_close(&o);
}

static void a_module_outside_that_is_not_made_is_told(void **state)
{
	struct outside o;

	outside_open(&o);
	put_object(&o, "", "of_two", "two", "");
	assert_int_equal(learn_outside(&o), -ENOENT);
	assert_string_equal(o.e.text, "kbuild made no object of a module one of these sources");
	assert_non_null(strstr(o.e.hint, "--target 'modules CONFIG_X=m'"));
	o.m.targets = "fail";
	assert_int_equal(learn_outside(&o), -EIO);
	assert_string_equal(
		o.e.text, "the sources of module one do not build, make ended with 2: a.c:7: error: broken");
	/* no flag and no variable of make's */
	o.m.targets = "modules -k";
	assert_int_equal(learn_outside(&o), -EINVAL);
	o.m.targets = "CC=id";
	assert_int_equal(learn_outside(&o), -EINVAL);
	outside_close(&o);
}

/* Assembly, other modules, tools: whoever changes a file has to ask whom else it is of. */
static void what_is_made_beside_a_module_is_known(void **state)
{
	static const char *const objects[] = { "asm.o", "both.o", "of_two.o", "tool.o" };
	struct outside o;

	outside_open(&o);
	put_object(&o, "", "a", "one", "");
	put_object(&o, "", "of_two", "two", "");
	put_object(&o, "", "both", "one:two", "");
	tree_writef(o.t, "cmd_asm.o := gcc -D__ASSEMBLY__ -c -o asm.o asm.S\n\ndeps_asm.o := \\\n  x.h \\\n",
		    ".asm.o.cmd");
	tree_writef(o.t, "cmd_tool.o := gcc -c -o tool.o tool.c\n", ".tool.o.cmd");
	if (learn_outside(&o) < 0)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.k->n, 1);
	assert_int_equal(o.k->n_strangers, ARRAY_SIZE(objects));
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		assert_string_equal(o.k->strangers[i].object, objects[i]);
	assert_string_equal(o.k->strangers[1].cmd->modname, "one:two");
	assert_true(words_has(&o.k->strangers[1].cmd->deps, "both.c"));
	outside_close(&o);
}

/* What makes it is not understood, but what it is made of is. */
static void what_a_rule_of_its_own_makes_is_known(void **state)
{
	struct outside o;

	outside_open(&o);
	put_object(&o, "", "a", "one", "");
	tree_writef(o.t,
		    "cmd_n.o := nasm -o n.o n.asm\n\nsource_n.o := n.asm\n\n"
		    "deps_n.o := \\\n  one.h \\\n",
		    ".n.o.cmd");
	tree_writef(o.t, "cmd_link.o := ld -r -o link.o a.o\n", ".link.o.cmd");
	if (learn_outside(&o) < 0)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.k->n_strangers, 1);
	assert_string_equal(o.k->strangers[0].object, "n.o");
	assert_int_equal(o.k->strangers[0].cmd->deps.n, 2);
	outside_close(&o);
}

/* By a link, or by a path of the tree that leads out of it. */
static void a_file_is_known_by_whatever_way_it_is_included(void **state)
{
	char deps[3 * PATH_MAX];
	struct outside o;

	outside_open(&o);
	tree_write(o.t, "src/one.h", "\n");
	tree_write(o.t, "two.h", "\n");
	tree_symlink(o.t, "src", "inc");
	tree_symlink(o.toy->t, o.m.path, "beside");
	FORMAT(deps, "  %s/inc/one.h \\\n  fs/../beside/two.h \\\n", o.m.path);
	put_object(&o, "", "a", "one", deps);
	if (learn_outside(&o) < 0)
		fail_msg("%s", o.e.text);
	assert_true(words_has(&o.k->v[0].cmd->deps, "inc/one.h"));
	assert_true(words_has(&o.k->v[0].cmd->deps, "src/one.h"));
	assert_true(words_has(&o.k->v[0].cmd->deps, "two.h"));
	outside_close(&o);
}

/* A command that cannot be repeated is passed over only where no source is meant. */
static void a_command_of_a_source_must_be_understood(void **state)
{
	struct outside o;

	outside_open(&o);
	put_object(&o, "", "a", "one", "");
	tree_writef(o.t, "savedcmd_b.o := cat x | toy-gcc -c -o b.o b.c\n", ".b.o.cmd");
	assert_int_equal(learn_outside(&o), 0);
	kbuild_free(TAKE_PTR(o.k));
	tree_write(o.t, "b.c", "int b;\n");
	assert_int_equal(learn_outside(&o), -EOPNOTSUPP);
	assert_non_null(strstr(o.e.text, "cannot be repeated"));
	outside_close(&o);
}

/* That a makefile of a module asks for, which its author has on the command line. */
static void options_are_given_beside_targets(void **state)
{
	static const char *const good[] = { "CONFIG_X=y", "CONFIG_X=m", "CONFIG_X=n", "CONFIG_80_B=4096",
					    "CONFIG_X=0" },
				 *const bad[] = { "CONFIG_=y",	  "CONFIG_X=",	 "CONFIG_X",
						  "CONFIG_x=y",	  "CONFIG_X=ym", "CONFIG_X=$y",
						  "CONFIG_X=1;2", "CONFIG_X=-1", "CONFIG_X=yes",
						  "CONFIG_X+=y",  "CONFIG",	 "XCONFIG_X=y" };
	struct outside o;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!kbuild_is_option(good[i], strlen(good[i])))
			fail_msg("%s", good[i]);
	outside_open(&o);
	put_object(&o, "", "a", "one", "");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (kbuild_is_option(bad[i], strlen(bad[i])))
			fail_msg("%s", bad[i]);
		o.m.targets = bad[i];
		if (strchr(bad[i], '='))
			assert_int_equal(learn_outside(&o), -EINVAL);
	}
	/* options alone: the module is made */
	tree_write(o.toy->t, "Makefile", "first:\nmodules:\n\t@echo '$@ $(CONFIG_X)' >> $(M)/asked\n");
	o.m.targets = "CONFIG_X=m";
	if (learn_outside(&o) < 0)
		fail_msg("%s", o.e.text);
	expect_text_of(&o, "asked", "modules m\n");
	outside_close(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makefiles_tell_what_the_kernel_contains),
		cmocka_unit_test(a_makefile_that_names_itself_ends),
		cmocka_unit_test(objects_are_made_once_and_their_commands_learned),
		cmocka_unit_test(what_is_older_than_source_or_stamp_is_made_again),
		cmocka_unit_test(what_does_not_count_as_made_is_made_from_nothing),
		cmocka_unit_test(what_the_kernel_does_not_contain_is_refused_by_name),
		cmocka_unit_test(places_that_cannot_be_patched_are_refused_by_path),
		cmocka_unit_test(a_path_is_nothing_but_a_path_in_the_tree),
		cmocka_unit_test(a_command_of_another_compiler_is_refused),
		cmocka_unit_test(a_module_outside_is_made_and_its_objects_found),
		cmocka_unit_test(a_module_outside_that_is_not_made_is_told),
		cmocka_unit_test(options_are_given_beside_targets),
		cmocka_unit_test(what_is_made_beside_a_module_is_known),
		cmocka_unit_test(what_a_rule_of_its_own_makes_is_known),
		cmocka_unit_test(a_file_is_known_by_whatever_way_it_is_included),
		cmocka_unit_test(a_command_of_a_source_must_be_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
