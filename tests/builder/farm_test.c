// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patched view of a source tree: what a patch changes is there as the
 * patch makes it, all else is the tree's, and the tree is left alone.
 */
#include "tests/lib/tree.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "builder/farm.h"
#include "kmod/decompress.h"

#define FILE_OF(p, s) ((struct farm_file){ p, s, sizeof(s) - 1 })

struct place {
	struct tree *top;
	char tree[PATH_MAX + 8], at[PATH_MAX + 8];
};

static void place_open(struct place *p)
{
	char real[PATH_MAX];

	p->top = tree_new();
	assert_non_null(realpath(tree_path(p->top), real));
	FORMAT(p->tree, "%s/tree", real);
	FORMAT(p->at, "%s/view", real);
	tree_mkdir(p->top, "view");
	tree_write(p->top, "tree/Makefile", "all:\n");
	tree_write(p->top, "tree/fs/ext4/super.c", "old super\n");
	tree_write(p->top, "tree/fs/ext4/inode.c", "old inode\n");
	tree_write(p->top, "tree/fs/ext4/sub/deep.c", "old deep\n");
	tree_write(p->top, "tree/fs/ext4x/super.c", "another\n");
	tree_write(p->top, "tree/include/linux/fs.h", "old fs.h\n");
	tree_write(p->top, "tree/include/linux/mm.h", "old mm.h\n");
}

static void place_close(struct place *p)
{
	tree_free(p->top);
}

static void make(const struct place *p, const struct farm_file *files, size_t n)
{
	struct err e = { 0 };

	if (farm_make(p->tree, p->at, files, n, NULL, false, &e) < 0)
		fail_msg("%s", e.text);
}

static void expect_text(const char *base, const char *path, const char *text)
{
	_cleanup_free_ char *got = NULL;
	char full[2 * PATH_MAX];
	size_t len;

	FORMAT(full, "%s/%s", base, path);
	assert_int_equal(file_read(full, 4096, &got, &len, NULL), 0);
	assert_string_equal(got, text);
}

static bool is_link(const char *base, const char *path)
{
	char full[2 * PATH_MAX];
	struct stat st;

	FORMAT(full, "%s/%s", base, path);
	assert_int_equal(lstat(full, &st), 0);
	return S_ISLNK(st.st_mode);
}

/* The tree's own file, by a second name. */
static bool is_same(const struct place *p, const char *path)
{
	char there[2 * PATH_MAX], here[2 * PATH_MAX];
	struct stat a, b;

	FORMAT(there, "%s/%s", p->tree, path);
	FORMAT(here, "%s/%s", p->at, path);
	assert_int_equal(lstat(there, &a), 0);
	assert_int_equal(lstat(here, &b), 0);
	return a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

static bool is_there(const char *base, const char *path)
{
	char full[2 * PATH_MAX];
	struct stat st;

	FORMAT(full, "%s/%s", base, path);
	return lstat(full, &st) == 0;
}

static void what_is_patched_is_a_file_among_links(void **state)
{
	const struct farm_file files[] = { FILE_OF("fs/ext4/super.c", "new super\n"),
					   FILE_OF("fs/ext4/sub/deep.c", "new deep\n") };
	struct place p;

	place_open(&p);
	make(&p, files, 2);
	expect_text(p.at, "fs/ext4/super.c", "new super\n");
	expect_text(p.at, "fs/ext4/sub/deep.c", "new deep\n");
	expect_text(p.at, "fs/ext4/inode.c", "old inode\n");
	expect_text(p.at, "fs/ext4x/super.c", "another\n");
	expect_text(p.at, "include/linux/fs.h", "old fs.h\n");
	assert_false(is_link(p.at, "fs/ext4/super.c"));
	assert_false(is_link(p.at, "fs/ext4"));
	assert_true(is_same(&p, "fs/ext4/inode.c"));
	assert_true(is_link(p.at, "fs/ext4x"));
	assert_true(is_link(p.at, "include"));
	assert_true(is_same(&p, "Makefile"));
	place_close(&p);
}

static void what_kbuild_left_beside_the_source_is_not_in_it(void **state)
{
	const struct farm_file files[] = { FILE_OF("fs/ext4/super.c", "new super\n") };
	struct place p;

	place_open(&p);
	tree_write(p.top, "tree/fs/ext4/inode.o", "");
	tree_write(p.top, "tree/fs/ext4/.inode.o.cmd", "");
	tree_write(p.top, "tree/fs/ext4/data.bin", "");
	make(&p, files, 1);
	assert_false(is_there(p.at, "fs/ext4/inode.o"));
	assert_false(is_there(p.at, "fs/ext4/.inode.o.cmd"));
	assert_true(is_same(&p, "fs/ext4/data.bin"));
	place_close(&p);
}

/* Names and contents of everything there is, in one number; how many names a file has does not count. */
static uint64_t state_of(const char *path)
{
	_cleanup_(closedirp) DIR *d = opendir(path);
	uint64_t sum = 0;

	assert_non_null(d);
	for (struct dirent *de; (de = readdir(d));) {
		char full[2 * PATH_MAX];
		struct stat st;
		uint64_t one = 5381;

		if (streq(de->d_name, ".") || streq(de->d_name, ".."))
			continue;
		FORMAT(full, "%s/%s", path, de->d_name);
		assert_int_equal(lstat(full, &st), 0);
		for (const char *c = de->d_name; *c; c++)
			one = one * 33 + (unsigned char)*c;
		one += (uint64_t)st.st_ino * 31 + (uint64_t)st.st_mtim.tv_nsec + (uint64_t)st.st_mode +
		       (uint64_t)st.st_size;
		sum += S_ISDIR(st.st_mode) ? one * state_of(full) : one;
	}
	return sum + 1;
}

static void the_tree_is_never_written(void **state)
{
	const struct farm_file files[] = { FILE_OF("fs/ext4/super.c", "new super\n"),
					   FILE_OF("fs/new/file.c", "created\n"),
					   { "include/linux/mm.h", NULL, 0 } };
	struct place p;
	uint64_t before;

	place_open(&p);
	before = state_of(p.tree);
	make(&p, files, 3);
	assert_true(state_of(p.tree) == before);
	place_close(&p);
}

static void a_deleted_file_is_not_in_the_view(void **state)
{
	const struct farm_file files[] = { { "include/linux/mm.h", NULL, 0 } };
	struct place p;

	place_open(&p);
	make(&p, files, 1);
	assert_false(is_there(p.at, "include/linux/mm.h"));
	expect_text(p.at, "include/linux/fs.h", "old fs.h\n");
	expect_text(p.tree, "include/linux/mm.h", "old mm.h\n");
	place_close(&p);
}

static void a_new_file_may_be_in_a_new_folder(void **state)
{
	const struct farm_file files[] = { FILE_OF("fs/new/deep/file.c", "created\n"), FILE_OF("new.h", "") };
	struct place p;

	place_open(&p);
	make(&p, files, 2);
	expect_text(p.at, "fs/new/deep/file.c", "created\n");
	expect_text(p.at, "new.h", "");
	expect_text(p.at, "fs/ext4/super.c", "old super\n");
	assert_false(is_there(p.tree, "fs/new"));
	assert_false(is_there(p.tree, "new.h"));
	place_close(&p);
}

static void a_path_out_of_the_tree_is_refused(void **state)
{
	static const char *const paths[] = { "../out.c", "fs/../../out.c", "/etc/out.c", "fs//../x.c" };
	struct place p;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const struct farm_file file = { paths[i], "x", 1 };
		struct err e = { 0 };

		place_open(&p);
		assert_int_equal(farm_make(p.tree, p.at, &file, 1, NULL, false, &e), -EINVAL);
		assert_non_null(strstr(e.text, "is not a path in the tree"));
		assert_false(is_there(tree_path(p.top), "out.c"));
		place_close(&p);
	}
}

static void what_cannot_be_made_is_told(void **state)
{
	const struct farm_file twice[] = { FILE_OF("new.c", "1"), FILE_OF("new.c", "2") };
	const struct farm_file under_file[] = { FILE_OF("fs/ext4/super.c/x.c", "1") };
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	assert_true(farm_make(p.tree, p.at, twice, 2, NULL, false, &e) < 0);
	assert_non_null(strstr(e.text, "cannot make"));
	place_close(&p);

	place_open(&p);
	e = (struct err){ 0 };
	assert_true(farm_make(p.tree, p.at, under_file, 1, NULL, false, &e) < 0);
	assert_non_null(strstr(e.text, "super.c"));
	place_close(&p);

	place_open(&p);
	e = (struct err){ 0 };
	tree_remove(p.top, "view");
	assert_true(farm_make(p.tree, p.at, NULL, 0, NULL, false, &e) < 0);
	assert_non_null(strstr(e.text, "cannot make"));
	place_close(&p);
}

/* @T@ in the list stands for the tree. */
static int check(const struct place *p, const char *deps, const struct farm_file *files, size_t n,
		 struct err *e)
{
	_cleanup_free_ char *text = NULL;
	const char *at = strstr(deps, "@T@");
	int r = at ? asprintf(&text, "%.*s%s%s", (int)(at - deps), deps, p->tree, at + 3)
		   : asprintf(&text, "%s", deps);
	const struct farm_check c = {
		.tree = p->tree, .at = p->at, .cwd = p->at, .files = files, .n = n, .source = "mm/source.c"
	};
	char path[2 * PATH_MAX];

	assert_true(r >= 0);
	tree_write(p->top, "x.d", text);
	FORMAT(path, "%s/x.d", tree_path(p->top));
	return farm_check_deps(&c, path, e);
}

static const struct farm_file patched[] = { FILE_OF("fs/ext4/super.c", "new super\n"),
					    FILE_OF("include/linux/fs.h", "new fs.h\n") };

static void dependencies_within_the_view_are_fine(void **state)
{
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	make(&p, patched, 2);
	assert_int_equal(check(&p,
			       "fs/ext4/super.o: fs/ext4/super.c include/linux/fs.h \\\n"
			       "  include/linux/mm.h @T@/include/linux/mm.h \\\n"
			       " /usr/include/stdio.h\n",
			       patched, 2, &e),
			 0);
	place_close(&p);
}

static void a_patched_header_reached_by_another_way_is_noticed(void **state)
{
	static const char *const deps[] = {
		"super.o: fs/ext4/super.c @T@/include/linux/fs.h\n",
		"super.o: fs/ext4/super.c include/linux/mm.h \\\n @T@/include/linux/../linux/fs.h\n",
		/* through a link, which leads out of the view */
		"super.o: block/../include/linux/fs.h\n",
	};
	struct place p;

	for (size_t i = 0; i < ARRAY_SIZE(deps); i++) {
		struct err e = { 0 };

		place_open(&p);
		tree_write(p.top, "tree/block/bio.c", "");
		make(&p, patched, 2);
		assert_int_equal(check(&p, deps[i], patched, 2, &e), -EXDEV);
		assert_non_null(strstr(e.text, "the unpatched include/linux/fs.h"));
		assert_non_null(strstr(e.text, "mm/source.c was compiled"));
		assert_true(e.hint[0]);
		place_close(&p);
	}
}

static void a_view_that_is_kept_shares_no_file_with_the_tree(void **state)
{
	const struct farm_file files[] = { FILE_OF("fs/ext4/super.c", "new super\n") };
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	if (farm_make(p.tree, p.at, files, 1, NULL, true, &e) < 0)
		fail_msg("%s", e.text);
	expect_text(p.at, "fs/ext4/inode.c", "old inode\n");
	expect_text(p.at, "fs/ext4/super.c", "new super\n");
	assert_false(is_link(p.at, "fs/ext4/inode.c"));
	assert_false(is_same(&p, "fs/ext4/inode.c"));
	assert_false(is_same(&p, "Makefile"));
	place_close(&p);
}

/* A link would lead the way up into the tree. */
static void a_way_up_from_a_folder_stays_in_the_view(void **state)
{
	static const char *const ways[] = { "block/bio.c", "lib/deep/", "fs/ext4/inode.c", NULL };
	static const char deps[] = "bio.o: block/bio.c block/../include/linux/fs.h \\\n"
				   "  lib/deep/../../include/linux/fs.h\n";
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	tree_write(p.top, "tree/block/bio.c", "bio\n");
	tree_write(p.top, "tree/lib/deep/x.c", "x\n");
	if (farm_make(p.tree, p.at, patched, 2, ways, false, &e) < 0)
		fail_msg("%s", e.text);
	expect_text(p.at, "block/../include/linux/fs.h", "new fs.h\n");
	expect_text(p.at, "lib/deep/../../include/linux/fs.h", "new fs.h\n");
	expect_text(p.at, "block/bio.c", "bio\n");
	expect_text(p.at, "fs/ext4/super.c", "new super\n");
	assert_false(is_link(p.at, "block"));
	assert_false(is_link(p.at, "lib/deep"));
	assert_true(is_same(&p, "block/bio.c"));
	assert_true(is_same(&p, "fs/ext4/inode.c"));
	assert_int_equal(check(&p, deps, patched, 2, &e), 0);
	place_close(&p);
}

static void a_way_out_of_the_tree_is_refused(void **state)
{
	static const char *const ways[] = { "fs/../../out/", NULL };
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	assert_int_equal(farm_make(p.tree, p.at, patched, 2, ways, false, &e), -EINVAL);
	assert_false(is_there(tree_path(p.top), "out"));
	place_close(&p);
}

static void a_link_of_the_sources_own_is_told_with_what_helps(void **state)
{
	static const char *const ways[] = { "compat/fs.h", "alias/fs.h" };
	struct place p;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct err e = { 0 };
		char deps[100], as[100];

		place_open(&p);
		tree_symlink(p.top, "../include/linux/fs.h", "tree/compat/fs.h");
		tree_symlink(p.top, "include/linux", "tree/alias");
		make(&p, patched, 2);
		FORMAT(deps, "x.o: mm/../%s\n", ways[i]);
		FORMAT(as, "as %s,", ways[i]);
		tree_mkdir(p.top, "view/mm");
		assert_int_equal(check(&p, deps, patched, 2, &e), -EXDEV);
		assert_int_equal(err_exit(&e), RC_REFUSED);
		assert_non_null(strstr(e.text, "mm/source.c reads include/linux/fs.h by way of a link"));
		assert_non_null(strstr(e.text, as));
		assert_non_null(strstr(e.hint, "by its own path"));
		place_close(&p);
	}
}

/* Of a module from outside the compiler runs in the kernel's tree, which is not the view. */
static void a_name_is_relative_to_where_the_compiler_ran(void **state)
{
	struct farm_check c = { .files = patched, .n = 2, .source = "x.c" };
	struct place p;
	struct err e = { 0 };
	char path[2 * PATH_MAX], kernel[PATH_MAX + 8];

	place_open(&p);
	FORMAT(kernel, "%s/usr/kernel", tree_path(p.top));
	FORMAT(path, "%s/x.d", tree_path(p.top));
	c.tree = p.tree;
	c.at = p.at;
	c.cwd = kernel;
	tree_write(p.top, "usr/kernel/include/linux/fs.h", "the kernel's\n");
	make(&p, patched, 2);
	tree_write(p.top, "x.d", "x.o: include/linux/fs.h ../../view/include/linux/fs.h\n");
	assert_int_equal(farm_check_deps(&c, path, &e), 0);
	tree_write(p.top, "x.d", "x.o: include/linux/fs.h ../../tree/include/linux/fs.h\n");
	assert_int_equal(farm_check_deps(&c, path, &e), -EXDEV);
	place_close(&p);
}

/* As where /home is one. */
static void a_tree_whose_path_is_a_link_is_looked_at_too(void **state)
{
	struct place p;
	struct err e = { 0 };
	char elsewhere[PATH_MAX + 16];

	place_open(&p);
	make(&p, patched, 2);
	FORMAT(elsewhere, "%s.moved", p.tree);
	assert_int_equal(rename(p.tree, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, p.tree), 0);
	assert_int_equal(check(&p, "x.o: include/linux/fs.h\n", patched, 2, &e), 0);
	assert_int_equal(check(&p, "x.o: @T@/include/linux/fs.h\n", patched, 2, &e), -EXDEV);
	place_close(&p);
}

/* As gcc 12 writes such names. */
static void names_with_odd_characters_are_understood(void **state)
{
	static const char *const odd[][2] = {
		{ "a b.h", "a\\ b.h" }, { "a\tb.h", "a\\\tb.h" }, { "a\\ b.h", "a\\\\\\ b.h" },
		{ "a:b.h", "a:b.h" },	{ "a$b.h", "a$$b.h" },	  { "a#b.h", "a\\#b.h" },
		{ "a\\b.h", "a\\b.h" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		const struct farm_file files[] = { FILE_OF("fs/ext4/super.c", "new\n"),
						   { odd[i][0], "new\n", 4 } };
		char path[100], deps[200];
		struct place p;
		struct err e = { 0 };

		place_open(&p);
		FORMAT(path, "tree/%s", odd[i][0]);
		tree_write(p.top, path, "old\n");
		make(&p, files, 2);
		FORMAT(deps, "x.o: %s \\\n fs/ext4/super.c\n", odd[i][1]);
		if (check(&p, deps, files, 2, &e) < 0)
			fail_msg("%s", e.text);
		FORMAT(deps, "x.o: @T@/%s\n", odd[i][1]);
		assert_int_equal(check(&p, deps, files, 2, &e), -EXDEV);
		FORMAT(deps, "x.o: @T@/fs/ext4/super.c %s\n", odd[i][1]);
		assert_int_equal(check(&p, deps, files, 2, &e), -EXDEV);
		place_close(&p);
	}
}

/* Whether it was a patched one cannot be told then. */
static void a_file_that_is_not_found_again_is_told(void **state)
{
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	make(&p, patched, 2);
	assert_int_equal(check(&p, "x.o: include/linux/fs.h gone.h\n", patched, 2, &e), -ENOENT);
	assert_non_null(strstr(e.text, "gone.h"));
	assert_non_null(strstr(e.text, "mm/source.c"));
	place_close(&p);
}

static void what_is_no_list_of_dependencies_is_told(void **state)
{
	struct farm_check c = { .files = patched, .n = 2, .source = "x.c" };
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	c.tree = p.tree;
	c.at = c.cwd = p.at;
	assert_int_equal(check(&p, "nothing", patched, 2, &e), -EBADMSG);
	assert_non_null(strstr(e.text, "no list of dependencies"));
	assert_int_equal(farm_check_deps(&c, "/nonexistent.d", &e), -ENOENT);
	assert_non_null(strstr(e.text, "/nonexistent.d"));
	assert_true(check(&p, "", patched, 2, &e) < 0);
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_patched_is_a_file_among_links),
		cmocka_unit_test(what_kbuild_left_beside_the_source_is_not_in_it),
		cmocka_unit_test(the_tree_is_never_written),
		cmocka_unit_test(a_deleted_file_is_not_in_the_view),
		cmocka_unit_test(a_new_file_may_be_in_a_new_folder),
		cmocka_unit_test(a_path_out_of_the_tree_is_refused),
		cmocka_unit_test(what_cannot_be_made_is_told),
		cmocka_unit_test(dependencies_within_the_view_are_fine),
		cmocka_unit_test(a_patched_header_reached_by_another_way_is_noticed),
		cmocka_unit_test(a_way_up_from_a_folder_stays_in_the_view),
		cmocka_unit_test(a_way_out_of_the_tree_is_refused),
		cmocka_unit_test(a_view_that_is_kept_shares_no_file_with_the_tree),
		cmocka_unit_test(a_link_of_the_sources_own_is_told_with_what_helps),
		cmocka_unit_test(a_name_is_relative_to_where_the_compiler_ran),
		cmocka_unit_test(a_tree_whose_path_is_a_link_is_looked_at_too),
		cmocka_unit_test(names_with_odd_characters_are_understood),
		cmocka_unit_test(a_file_that_is_not_found_again_is_told),
		cmocka_unit_test(what_is_no_list_of_dependencies_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
