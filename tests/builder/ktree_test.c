// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prepared trees, with a toy for a kernel: its Makefile has the targets that
 * are called, its compiler is a script. Made once, found again, made anew
 * when damaged; and every way in which a tree must not come to be.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "builder/fingerprint.h"
#include "builder/ktree.h"
#include "tests/builder/nobody.h"

#define RELEASE "6.1.0-toy"
#define TEXT "toy-gcc-12 (Toy 12.2) 12.2.0"
#define CONFIG                                                                                               \
	"CONFIG_CC_IS_GCC=y\nCONFIG_CC_VERSION_TEXT=\"" TEXT "\"\nCONFIG_PAHOLE_VERSION=124\nCONFIG_A=y\n"

/* What a kernel's makefiles do, as far as it is seen from outside. */
static const char makefile[] =
	"olddefconfig: ; @cat edit >> .config\n"
	"prepare: olddefconfig\n"
	"\t@mkdir -p include/generated\n"
	"\t@echo \"$(KERNELRELEASE) $(CC) `$(PAHOLE) --version` [$(TMPDIR)] [$(MAKEFLAGS)]\" > said\n"
	"\t@test -w \"$(TMPDIR)\"\n"
	"\t@echo made >> count\n"
	"\t@if test -e fail; then echo 'x.c:1: error: toys break'; exit 1; fi\n"
	"\t@cp .config include/generated/autoconf.h\n"
	"modules_prepare: prepare ; @echo prepared\n";

struct toy {
	struct tree *t;
	char cache[600], dir[600];
	struct source source;
	struct ktree_spec spec;
	char said[4096]; /* progress, a line each */
};

static void hear(void *arg, const char *line, size_t len)
{
	struct toy *toy = arg;
	size_t at = strlen(toy->said);

	(void)snprintf(toy->said + at, sizeof(toy->said) - at, "%.*s\n", (int)len, line);
}

static void set_file(struct source_file *f, const char *text)
{
	static char name[] = "config";

	f->path = name;
	f->data = (char *)(uintptr_t)text;
	f->len = strlen(text);
	assert_int_equal(sha256_hex(text, f->len, f->sha), 0);
}

static void add_program(struct toy *toy, const char *name, const char *script)
{
	char path[600];

	FORMAT(path, "%s/bin/%s", tree_path(toy->t), name);
	tree_writef(toy->t, script, "bin/%s", name);
	assert_int_equal(chmod(path, 0755), 0);
}

static void set_compiler(struct toy *toy, const char *text)
{
	char script[300];

	FORMAT(script, "#!/bin/sh\necho '%s'\necho 'second line'\n", text);
	add_program(toy, "toy-gcc-12", script);
}

static void use_dir(struct toy *toy)
{
	toy->source.path = toy->dir;
	toy->source.is_dir = true;
}

static struct toy *toy_new(void)
{
	static const char *const others[] = { "gcc", "ld", "flex", "bison", "bc", "perl" };
	struct toy *toy = calloc(1, sizeof(*toy));
	char path[2000];

	assert_non_null(toy);
	toy->t = tree_new();
	FORMAT(toy->cache, "%s/cache", tree_path(toy->t));
	FORMAT(toy->dir, "%s/linux", tree_path(toy->t));
	tree_mkdir(toy->t, "cache");
	tree_write(toy->t, "linux/Makefile", makefile);
	tree_write(toy->t, "linux/Kconfig", "");
	tree_write(toy->t, "linux/edit", "");
	tree_write(toy->t, "linux/scripts/x", "");
	tree_write(toy->t, "linux/.git/HEAD", "x");
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		add_program(toy, others[i], "#!/bin/sh\n");
	set_compiler(toy, TEXT);
	FORMAT(path, "%s/bin:/usr/bin:/bin", tree_path(toy->t));
	assert_int_equal(setenv("PATH", path, 1), 0);
	set_file(&toy->source.config, CONFIG);
	set_file(&toy->source.symvers, "0x1\tf\tvmlinux\n");
	use_dir(toy);
	toy->spec = (struct ktree_spec){ .cache = toy->cache,
					 .release = RELEASE,
					 .source = &toy->source,
					 .jobs = 2,
					 .say = hear,
					 .arg = toy };
	return toy;
}

static void toy_free(struct toy *toy)
{
	tree_free(toy->t);
	free(toy);
}

static struct ktree *prepare(struct toy *toy)
{
	struct ktree *k = NULL;
	struct err e = { 0 };

	toy->said[0] = '\0';
	if (ktree_prepare(&toy->spec, &k, &e) < 0)
		fail_msg("%s (%s)\n%s", e.text, e.hint, toy->said);
	return k;
}

/* Prepare, and say whether it was made; *path gets where. */
static bool is_made(struct toy *toy, char path[1000])
{
	struct ktree *k = prepare(toy);
	bool made = k->made;

	(void)snprintf(path, 1000, "%s", k->path);
	ktree_free(k);
	return made;
}

static struct err refusal(struct toy *toy, int code)
{
	struct ktree *k = NULL;
	struct err e = { 0 };

	toy->said[0] = '\0';
	if (ktree_prepare(&toy->spec, &k, &e) != code)
		fail_msg("%d: \"%s\"", e.code, e.text);
	assert_null(k);
	return e;
}

static void expect_file(const char *folder, const char *name, const char *text)
{
	_cleanup_close_ int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	size_t len;

	assert_int_equal(fd_read_all(fd, 65536, &data, &len), 0);
	assert_string_equal(data, text);
}

static bool has_file(const char *folder, const char *name)
{
	char path[2000];

	FORMAT(path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void a_tree_is_made_once_and_found_again(void **state)
{
	struct toy *toy = toy_new();
	struct ktree *k = prepare(toy);
	char path[1000];

	assert_true(k->made);
	assert_string_equal(k->cc, "toy-gcc-12");
	assert_string_equal(k->cc_text, TEXT);
	assert_non_null(strstr(toy->said, "copying"));
	assert_non_null(strstr(toy->said, "prepared\n"));
	expect_file(k->path, "Module.symvers", "0x1\tf\tvmlinux\n");
	expect_file(k->path, ".config", CONFIG);
	assert_false(has_file(k->path, ".git"));
	assert_true(has_file(k->path, "said"));
	ktree_free(k);
	assert_false(is_made(toy, path));
	expect_file(path, "count", "made\n");
	toy_free(toy);
}

static void make_gets_the_kernels_release_compiler_and_paholes_version(void **state)
{
	struct toy *toy = toy_new();
	struct ktree *k = prepare(toy);
	_cleanup_close_ int fd = openat(k->dir, "said", O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	char want[2000];
	size_t len;

	assert_int_equal(fd_read_all(fd, 65536, &data, &len), 0);
	FORMAT(want, RELEASE " toy-gcc-12 v1.24 [%s/.klpsh-tmp] [", k->path);
	if (strncmp(data, want, strlen(want)) != 0)
		fail_msg("%s instead of %s", data, want);
	ktree_free(k);
	toy_free(toy);
}

static void pack_dir(struct toy *toy, const char *letter, const char *end)
{
	char command[3000], name[700];

	FORMAT(name, "%s/linux-source-6.1.tar%s", tree_path(toy->t), end);
	FORMAT(command, "tar -c%sf %s -C %s linux", letter, name, tree_path(toy->t));
	assert_int_equal(system(command), 0);
	toy->source.path = strdup(name);
	toy->source.is_dir = false;
	FORMAT(toy->source.version, "6.1.1-%s", letter);
}

static void tarballs_of_every_packing_are_unpacked(void **state)
{
	static const struct {
		const char *letter, *end;
	} packings[] = { { "J", ".xz" }, { "z", ".gz" } };

	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		struct toy *toy = toy_new();
		char path[1000];

		pack_dir(toy, packings[i].letter, packings[i].end);
		assert_true(is_made(toy, path));
		assert_non_null(strstr(toy->said, "unpacking"));
		assert_true(has_file(path, "Makefile"));
		assert_false(is_made(toy, path));
		free(toy->source.path);
		toy_free(toy);
	}
}

static void another_source_configuration_or_version_is_another_tree(void **state)
{
	struct toy *toy = toy_new();
	char first[1000], path[1000];

	assert_true(is_made(toy, first));
	set_file(&toy->source.symvers, "0x2\tf\tvmlinux\n");
	assert_true(is_made(toy, path));
	assert_string_not_equal(path, first);
	set_file(&toy->source.symvers, "0x1\tf\tvmlinux\n");
	tree_write(toy->t, "linux/new.c", "int x;\n");
	assert_true(is_made(toy, path));
	assert_string_not_equal(path, first);
	tree_remove(toy->t, "linux/new.c");
	assert_true(is_made(toy, path));
	assert_string_equal(path, first);
	add_program(toy, "ld", "#!/bin/sh\n# another linker\n");
	assert_true(is_made(toy, path));
	assert_string_not_equal(path, first);
	toy_free(toy);
}

static void a_tree_takes_the_place_of_those_that_nobody_works_in(void **state)
{
	static const char other[] = "cache/tree-" RELEASE "-2-0123456789abcdef";
	struct toy *toy = toy_new();
	struct ktree *used = prepare(toy);
	char second[1000], third[1000], half[1100];

	tree_mkdir(toy->t, other); /* of another kernel */
	set_file(&toy->source.symvers, "0x2\tf\tvmlinux\n");
	assert_true(is_made(toy, second));
	FORMAT(half, "%s.tmp-abc", second);
	assert_int_equal(mkdir(half, 0700), 0);
	assert_int_equal(access(used->path, F_OK), 0);
	set_file(&toy->source.symvers, "0x3\tf\tvmlinux\n");
	assert_true(is_made(toy, third));
	assert_int_equal(access(used->path, F_OK), 0);
	assert_int_equal(access(second, F_OK), -1);
	assert_int_equal(access(half, F_OK), -1);
	assert_int_equal(access(third, F_OK), 0);
	assert_true(has_file(tree_path(toy->t), other));
	ktree_free(used);
	toy_free(toy);
}

/* Each of these is a build that was killed, or a hand that meddled. */
static void a_damaged_tree_is_made_anew(void **state)
{
	static const char *const damaged[] = { ".config", "Module.symvers", "include/generated/autoconf.h",
					       ".klpsh-stamp" };
	struct toy *toy = toy_new();
	char path[1000], inside[1200], leftover[1200];

	assert_true(is_made(toy, path));
	for (size_t i = 0; i < 2 * ARRAY_SIZE(damaged); i++) {
		FORMAT(inside, "cache/%s/%s", strrchr(path, '/') + 1, damaged[i / 2]);
		if (i % 2)
			tree_remove(toy->t, inside);
		else
			tree_write(toy->t, inside, "damaged\n");
		FORMAT(inside, "cache/%s/leftover", strrchr(path, '/') + 1);
		tree_write(toy->t, inside, "");
		FORMAT(leftover, "cache/%s.tmp-abcdef/x/y", strrchr(path, '/') + 1);
		tree_write(toy->t, leftover, "");
		assert_true(is_made(toy, path));
		assert_false(has_file(path, "leftover"));
		*strstr(leftover, "/x/y") = '\0';
		assert_false(has_file(tree_path(toy->t), leftover));
		expect_file(path, "count", "made\n");
		assert_false(is_made(toy, path));
	}
	toy_free(toy);
}

static void set_mode(const char *folder, const char *name, mode_t mode)
{
	char path[1200];

	FORMAT(path, "%s/%s", folder, name);
	assert_int_equal(chmod(path, mode), 0);
}

/* cp keeps that its folders are not to be written. */
static void a_tree_of_a_read_only_source_can_be_removed(void **state)
{
	struct toy *toy = toy_new();
	char path[1000], inside[1200];

	tree_write(toy->t, "linux/sub/file.c", "");
	set_mode(toy->dir, "sub", 0555);
	assert_true(is_made(toy, path));
	FORMAT(inside, "cache/%s/.config", strrchr(path, '/') + 1);
	tree_write(toy->t, inside, "damaged\n");
	assert_true(is_made(toy, path));
	set_mode(toy->dir, "sub", 0755);
	set_mode(path, "sub", 0755);
	toy_free(toy);
}

/* What a build that fails looks at; no build does else. */
static void a_change_by_hand_is_known(void **state)
{
	struct toy *toy = toy_new();
	struct ktree *k = prepare(toy);
	char inside[1200];

	assert_false(ktree_is_damaged(k));
	/* what kbuild adds, and its own objects */
	FORMAT(inside, "cache/%s/made.c", strrchr(k->path, '/') + 1);
	tree_write(toy->t, inside, "");
	FORMAT(inside, "cache/%s/x.o", strrchr(k->path, '/') + 1);
	tree_write(toy->t, inside, "");
	assert_false(ktree_is_damaged(k));
	FORMAT(inside, "cache/%s/Makefile", strrchr(k->path, '/') + 1);
	tree_write(toy->t, inside, "all:\n");
	assert_true(ktree_is_damaged(k));
	ktree_discard(k);
	ktree_free(k);
	k = prepare(toy);
	assert_true(k->made);
	assert_false(ktree_is_damaged(k));
	tree_remove(toy->t, inside);
	assert_true(ktree_is_damaged(k));
	ktree_free(k);
	toy_free(toy);
}

static void a_tree_that_is_a_link_or_a_file_is_replaced(void **state)
{
	struct toy *toy = toy_new();
	char path[1000], rel[1200];

	assert_true(is_made(toy, path));
	FORMAT(rel, "cache/%s", strrchr(path, '/') + 1);
	tree_remove(toy->t, rel);
	tree_write(toy->t, "elsewhere/precious", "");
	tree_symlink(toy->t, "../elsewhere", rel);
	assert_true(is_made(toy, path));
	assert_true(has_file(tree_path(toy->t), "elsewhere/precious"));
	tree_remove(toy->t, rel);
	tree_write(toy->t, rel, "a file");
	assert_true(is_made(toy, path));
	toy_free(toy);
}

static void another_compiler_is_refused_unless_it_is_trusted(void **state)
{
	struct toy *toy = toy_new();
	struct ktree *k;
	struct err e;

	set_compiler(toy, "toy-gcc-12 (Toy 12.3) 12.3.0");
	e = refusal(toy, -EXDEV);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_non_null(strstr(e.text, "built with \"" TEXT "\""));
	assert_non_null(strstr(e.text, "here is \"toy-gcc-12 (Toy 12.3) 12.3.0\""));
	assert_non_null(strstr(e.hint, "apt-get install gcc-12"));
	toy->spec.trust_compiler = true;
	k = prepare(toy);
	assert_non_null(strstr(toy->said, "is trusted"));
	ktree_free(k);
	tree_remove(toy->t, "bin/toy-gcc-12");
	e = refusal(toy, -ENOENT);
	assert_non_null(strstr(e.text, "toy-gcc-12"));
	assert_non_null(strstr(e.hint, "apt-get install gcc-12"));
	toy_free(toy);
}

static void a_compilers_name_is_nothing_but_a_name(void **state)
{
	static const char *const bad[] = { "/tmp/evil 1", "../evil 1", "-v 1", "a;b 1", "" };
	struct toy *toy = toy_new();
	char config[200];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		FORMAT(config, "CONFIG_CC_IS_GCC=y\nCONFIG_CC_VERSION_TEXT=\"%s\"\n", bad[i]);
		set_file(&toy->source.config, config);
		refusal(toy, -EBADMSG);
	}
	set_file(&toy->source.config, "CONFIG_CC_IS_CLANG=y\nCONFIG_CC_VERSION_TEXT=\"clang 14\"\n");
	assert_non_null(strstr(refusal(toy, -EOPNOTSUPP).text, "not with gcc"));
	toy_free(toy);
}

static void a_configuration_that_does_not_hold_is_refused(void **state)
{
	struct toy *toy = toy_new();
	char path[1000];
	struct err e;

	tree_write(toy->t, "linux/edit", "CONFIG_NEW=m\nCONFIG_LD_VERSION=24000\n");
	e = refusal(toy, -ESTALE);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_non_null(strstr(e.text, "CONFIG_NEW n->m"));
	assert_null(strstr(e.text, "LD_VERSION"));
	/* and it is not taken for complete afterwards */
	refusal(toy, -ESTALE);
	tree_write(toy->t, "linux/edit", "CONFIG_LD_VERSION=24000\n");
	assert_true(is_made(toy, path));
	toy_free(toy);
}

static void a_failing_make_says_why_and_leaves_no_complete_tree(void **state)
{
	struct toy *toy = toy_new();
	char path[1000];
	struct err e;

	tree_write(toy->t, "linux/fail", "");
	e = refusal(toy, -EIO);
	assert_non_null(strstr(e.text, "x.c:1: error: toys break"));
	refusal(toy, -EIO);
	tree_remove(toy->t, "linux/fail");
	assert_true(is_made(toy, path));
	toy_free(toy);
}

static void what_a_build_needs_is_told_before_it_begins(void **state)
{
	struct toy *toy = toy_new();
	char path[700];
	struct err e;

	FORMAT(path, "%s/bin", tree_path(toy->t));
	tree_remove(toy->t, "bin/flex");
	tree_remove(toy->t, "bin/bc");
	tree_symlink(toy->t, "/usr/bin/cp", "bin/cp");
	tree_symlink(toy->t, "/usr/bin/make", "bin/make");
	assert_int_equal(setenv("PATH", path, 1), 0);
	e = refusal(toy, -ENOENT);
	assert_non_null(strstr(e.text, "flex, bc"));
	assert_string_equal(e.hint, "apt-get install flex bc");
	toy_free(toy);
}

static void what_is_no_source_is_refused(void **state)
{
	struct toy *toy = toy_new();

	tree_remove(toy->t, "linux/Kconfig");
	assert_non_null(strstr(refusal(toy, -ENOENT).text, "no Kconfig is in it"));
	pack_dir(toy, "J", ".xz");
	tree_write(toy->t, "linux-source-6.1.tar.xz", "no tarball");
	assert_non_null(strstr(refusal(toy, -EIO).text, "unpacking the source"));
	free(toy->source.path);
	use_dir(toy);
	tree_remove(toy->t, "linux");
	refusal(toy, -ENOENT);
	toy_free(toy);
}

static void names_from_outside_stay_within_the_cache(void **state)
{
	struct toy *toy = toy_new();

	toy->spec.release = "../x";
	refusal(toy, -EINVAL);
	toy->spec.release = RELEASE;
	toy->spec.cache = "cache";
	refusal(toy, -EINVAL);
	FORMAT(toy->cache, "%s/nowhere", tree_path(toy->t));
	toy->spec.cache = toy->cache;
	assert_non_null(strstr(refusal(toy, -ENOENT).text, "nowhere"));
	toy_free(toy);
}

/* One waits and then finds what the other made. */
static void two_at_once_make_one_tree(void **state)
{
	struct toy *toy = toy_new();
	pid_t pids[2];
	char path[1000];
	int status;

	for (size_t i = 0; i < 2; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			struct ktree *k = NULL;

			_exit(ktree_prepare(&toy->spec, &k, NULL) < 0 ? 2 : k->made);
		}
	}
	for (size_t i = 0, made = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		made += (size_t)WEXITSTATUS(status);
		if (i == 1)
			assert_int_equal(made, 1);
	}
	assert_false(is_made(toy, path));
	expect_file(path, "count", "made\n");
	toy_free(toy);
}

static void a_fingerprint_sees_what_changes(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_close_ int dir = open(tree_path(t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char a[SHA256_HEX], b[SHA256_HEX];
	struct err e = { 0 };

	tree_write(t, "fs/a.c", "x");
	tree_symlink(t, "/nowhere", "link");
	assert_int_equal(utimensat(dir, "link", (const struct timespec[2]){ 0 }, AT_SYMLINK_NOFOLLOW), 0);
	tree_fifo(t, "fifo");
	assert_int_equal(fingerprint_folder(tree_path(t), a, &e), 0);
	tree_write(t, ".git/objects/1", "x");
	assert_int_equal(fingerprint_folder(tree_path(t), b, &e), 0);
	assert_string_equal(a, b);
	tree_remove(t, "link");
	tree_symlink(t, "/elsewhr", "link");
	assert_int_equal(utimensat(dir, "link", (const struct timespec[2]){ 0 }, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(fingerprint_folder(tree_path(t), b, &e), 0);
	assert_string_not_equal(a, b);
	tree_mkdir(t, "empty");
	assert_int_equal(fingerprint_folder(tree_path(t), a, &e), 0);
	assert_string_not_equal(a, b);
	/* another file of the same size and time, as rsync leaves it */
	assert_int_equal(utimensat(dir, "fs/a.c", (const struct timespec[2]){ 0 }, 0), 0);
	assert_int_equal(fingerprint_folder(tree_path(t), a, &e), 0);
	tree_write(t, "fs/a.c", "y");
	assert_int_equal(utimensat(dir, "fs/a.c", (const struct timespec[2]){ 0 }, 0), 0);
	assert_int_equal(fingerprint_folder(tree_path(t), b, &e), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(fingerprint_folder("/nonexistent", a, &e), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_is_made_once_and_found_again),
		cmocka_unit_test(make_gets_the_kernels_release_compiler_and_paholes_version),
		cmocka_unit_test(tarballs_of_every_packing_are_unpacked),
		cmocka_unit_test(another_source_configuration_or_version_is_another_tree),
		cmocka_unit_test(a_tree_takes_the_place_of_those_that_nobody_works_in),
		cmocka_unit_test(a_damaged_tree_is_made_anew),
		cmocka_unit_test_setup_teardown(a_tree_of_a_read_only_source_can_be_removed, become_nobody,
						become_root_again),
		cmocka_unit_test(a_change_by_hand_is_known),
		cmocka_unit_test(a_tree_that_is_a_link_or_a_file_is_replaced),
		cmocka_unit_test(another_compiler_is_refused_unless_it_is_trusted),
		cmocka_unit_test(a_compilers_name_is_nothing_but_a_name),
		cmocka_unit_test(a_configuration_that_does_not_hold_is_refused),
		cmocka_unit_test(a_failing_make_says_why_and_leaves_no_complete_tree),
		cmocka_unit_test(what_a_build_needs_is_told_before_it_begins),
		cmocka_unit_test(what_is_no_source_is_refused),
		cmocka_unit_test(names_from_outside_stay_within_the_cache),
		cmocka_unit_test(two_at_once_make_one_tree),
		cmocka_unit_test(a_fingerprint_sees_what_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
