// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Livepatches out of sysfs, one kernel generation after the other; what an
 * attribute does not say is unknown, and what is broken is an error beside
 * the patch, never a value. Patches that leave while we look are left out.
 */
#include "tests/core/fake.h"

#include "core/patchscan.h"

static void read_all(struct tree *t, struct patches *ret)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct err e = { 0 };

	if (patches_read(root, ret, &e) < 0)
		fail_msg("%s", e.text);
}

/* Read a machine and take its one patch. */
static const struct patch *read_one(struct tree *t, struct patches *ret)
{
	read_all(t, ret);
	assert_int_equal(ret->n, 1);
	return &ret->v[0];
}

static void test_a_patch_on_6_1(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;

	fake_patch(t, "klp_fix", 1, 0);
	fake_func(t, "klp_fix", "vmlinux", "cmdline_proc_show,1");
	fake_func(t, "klp_fix", "vmlinux", "dup,3");
	fake_func(t, "klp_fix", "ext4", "ext4_x,1");
	tree_write(t, LP "/klp_fix/ext4/patched", "0\n");
	tree_write(t, "proc/modules", "klp_fix 16384 1 - Live 0x0 (OEK)\n");
	tree_write(t, "sys/module/klp_fix/srcversion", "ABC123\n");
	p = read_one(t, &all);
	assert_string_equal(p->name, "klp_fix");
	assert_true(p->in_sysfs && p->loaded);
	assert_int_equal(p->enabled, 1);
	assert_int_equal(p->transition, 0);
	assert_int_equal(p->replace, TRI_UNKNOWN);
	assert_int_equal(p->forced, TRI_UNKNOWN);
	assert_int_equal(p->stack_order, 1);
	assert_true(p->order_inferred);
	assert_int_equal(p->refcount, 1);
	assert_string_equal(p->srcversion, "ABC123");
	assert_null(p->build_id);
	assert_string_equal(p->taints, "OEK");
	assert_int_equal(p->err.code, 0);
	assert_int_equal(p->n_objects, 2);
	assert_string_equal(p->objects[0].name, "ext4");
	assert_int_equal(p->objects[0].patched, 0);
	assert_int_equal(p->objects[1].n_funcs, 2);
	assert_string_equal(p->objects[1].funcs[1].name, "dup");
	assert_int_equal(p->objects[1].funcs[1].sympos, 3);
	assert_int_equal(patch_count_funcs(p), 3);
	assert_int_equal(patch_count_patched(p), 1);
	assert_string_equal(patch_state_word(p), "enabled");
}

/* Leftovers and the order come at the end, whatever the slices. */
static void test_a_few_at_a_time_is_the_same(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	_cleanup_(patch_scan_freep) struct patch_scan *s = NULL;
	_cleanup_(patches_free) struct patches all = { 0 };
	int steps = 1;

	fake_patch(t, "klp_a", 1, 0);
	fake_patch(t, "klp_b", 1, 0);
	fake_patch(t, "klp_c", 1, 0);
	tree_write(t, "proc/modules",
		   "klp_a 1 1 - Live 0x0 (K)\nklp_old 1 0 - Live 0x0 (K)\nklp_c 1 1 - Live 0x0 (K)\n"
		   "klp_b 1 1 - Live 0x0 (K)\n");
	assert_int_equal(patch_scan_new(root, &s, NULL), 0);
	for (; patch_scan_step(s, 1, NULL) > 0; steps++)
		;
	assert_int_equal(steps, 3);
	patch_scan_result(s, &all);
	assert_int_equal(all.n, 4);
	assert_int_equal(all.v[0].stack_order, 3); /* loaded last */
	assert_int_equal(all.v[1].stack_order, 1);
	assert_string_equal(all.v[3].name, "klp_old");
	assert_false(all.v[3].in_sysfs);
}

static void test_replace_and_stack_order_where_the_kernel_has_them(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };

	fake_patch(t, "a", 1, 0);
	tree_write(t, LP "/a/replace", "1\n");
	tree_write(t, LP "/a/stack_order", "2\n");
	fake_patch(t, "b", 1, 1);
	tree_write(t, LP "/b/replace", "0\n");
	tree_write(t, LP "/b/stack_order", "1\n");
	tree_write(t, "proc/modules", "b 1 1 - Live 0x0 (K)\na 1 1 - Live 0x0 (K)\n");
	read_all(t, &all);
	assert_int_equal(all.v[0].replace, 1);
	assert_int_equal(all.v[0].stack_order, 2);
	assert_false(all.v[0].order_inferred);
	assert_int_equal(all.v[1].replace, 0);
	assert_int_equal(all.v[1].stack_order, 1);
	assert_string_equal(patch_state_word(&all.v[1]), "enabling");
}

static void test_state_words(void **state)
{
	struct patch p = { .in_sysfs = true, .enabled = 0, .transition = 1 };

	assert_string_equal(patch_state_word(&p), "disabling");
	p.transition = 0;
	assert_string_equal(patch_state_word(&p), "disabled");
	p.enabled = TRI_UNKNOWN;
	assert_string_equal(patch_state_word(&p), "unknown");
	p.in_sysfs = false;
	assert_string_equal(patch_state_word(&p), "leftover");
}

/* Disabled for good, yet loaded: only the module's taint tells. */
static void test_leftovers_are_found_by_their_taint(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };

	fake_patch(t, "now", 1, 0);
	tree_write(t, "proc/modules",
		   "now 1 1 - Live 0x0 (OEK)\nold 1 0 - Live 0x0 (OEK)\nother 1 0 - Live 0x0 (OE)\n");
	read_all(t, &all);
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[1].name, "old");
	assert_false(all.v[1].in_sysfs);
	assert_true(all.v[1].loaded);
	assert_int_equal(all.v[1].enabled, 0);
	assert_int_equal(all.v[1].stack_order, -1);
	assert_string_equal(patch_state_word(&all.v[1]), "leftover");
	assert_int_equal(all.v[0].stack_order, 1); /* leftovers are not on the stack */
}

/* A captured list of modules may hold anything. */
static void test_leftovers_need_a_decent_name(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };

	tree_write(t, "proc/modules", "../../etc 1 0 - Live 0x0 (K)\n.. 1 0 - Live 0x0 (K)\n");
	read_all(t, &all);
	assert_int_equal(all.n, 0);
}

static void test_order_is_inferred_from_loading(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };

	fake_patch(t, "a_new", 1, 0);
	fake_patch(t, "m_mid", 1, 0);
	fake_patch(t, "z_old", 1, 0);
	fake_patch(t, "gone", 1, 0); /* its module is not listed */
	tree_write(t, "proc/modules",
		   "a_new 1 1 - Live 0x0 (K)\nplain 1 1 - Live 0x0\nm_mid 1 1 - Live 0x0 (K)\n"
		   "left 1 1 - Live 0x0 (K)\nz_old 1 1 - Live 0x0 (K)\n");
	read_all(t, &all);
	assert_int_equal(patches_find(&all, "a_new")->stack_order, 3);
	assert_int_equal(patches_find(&all, "m_mid")->stack_order, 2);
	assert_int_equal(patches_find(&all, "z_old")->stack_order, 1);
	assert_int_equal(patches_find(&all, "gone")->stack_order, -1);
	assert_false(patches_find(&all, "gone")->order_inferred);
	assert_null(patches_find(&all, "none"));
}

static void test_a_patch_that_has_just_gone_is_no_patch(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };

	/* Its folder was listed, its files are gone by now. */
	tree_mkdir(t, LP "/leaving");
	fake_patch(t, "staying", 1, 0);
	read_all(t, &all);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.v[0].name, "staying");
}

static void test_a_patch_that_has_just_gone_is_a_leftover(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;

	tree_mkdir(t, LP "/leaving");
	tree_write(t, "proc/modules", "leaving 1 0 - Live 0x0 (K)\n");
	p = read_one(t, &all);
	assert_false(p->in_sysfs);
	assert_int_equal(p->enabled, 0);
}

static void test_an_object_that_has_gone_is_left_out(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;

	fake_patch(t, "a", 1, 1);
	tree_symlink(t, "absent", LP "/a/link"); /* not a folder */
	fake_func(t, "a", "vmlinux", "f,1");
	p = read_one(t, &all);
	assert_int_equal(p->n_objects, 1);
	assert_string_equal(patch_find_object(p, "vmlinux")->name, "vmlinux");
	assert_null(patch_find_object(p, "link"));
}

/* Which attribute, with which bytes; the patch must say so and keep unknown. */
static void expect_broken(const char *attr, const char *bytes, size_t len, int code)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;
	char path[256];

	fake_patch(t, "a", 1, 0);
	fake_func(t, "a", "vmlinux", "f,1");
	FORMAT(path, LP "/a/%s", attr);
	tree_write_bytes(t, path, bytes, len);
	p = read_one(t, &all);
	assert_int_equal(p->err.code, code);
	assert_non_null(strstr(p->err.text, strrchr(path, '/') + 1));
	assert_int_equal(p->enabled, streq(attr, "enabled") ? TRI_UNKNOWN : 1);
	assert_int_equal(p->transition, streq(attr, "transition") ? TRI_UNKNOWN : 0);
	assert_int_equal(p->replace, TRI_UNKNOWN);
	assert_int_equal(p->objects[0].patched, streq(attr, "vmlinux/patched") ? TRI_UNKNOWN : 1);
	assert_int_equal(patch_count_patched(p), streq(attr, "vmlinux/patched") ? -1 : 1);
}

static void test_broken_attributes_are_errors_not_values(void **state)
{
	static const char *const attrs[] = { "enabled", "transition", "replace", "vmlinux/patched",
					     "stack_order" };
	static char big[ATTR_MAX + 1];

	memset(big, '1', sizeof(big));
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++) {
		expect_broken(attrs[i], "", 0, -EBADMSG);
		expect_broken(attrs[i], "\n", 1, -EBADMSG);
		expect_broken(attrs[i], "1\0\n", 3, -EBADMSG);
		expect_broken(attrs[i], "\xff\xfe", 2, -EBADMSG);
		expect_broken(attrs[i], big, sizeof(big), -EFBIG);
	}
}

static void test_an_attribute_that_may_not_be_read(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;

	fake_patch(t, "a", 1, 0);
	tree_remove(t, LP "/a/transition");
	tree_mkdir(t, LP "/a/transition"); /* a folder in its place */
	p = read_one(t, &all);
	assert_int_equal(p->transition, TRI_UNKNOWN);
	assert_int_equal(p->err.code, -EISDIR);
}

static void test_function_entries(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;
	const struct object *o;

	fake_patch(t, "a", 1, 0);
	fake_func(t, "a", "vmlinux", "old_style");
	fake_func(t, "a", "vmlinux", "with,comma,2");
	fake_func(t, "a", "vmlinux", "bad,x");
	fake_func(t, "a", "vmlinux", "huge,4294967296");
	p = read_one(t, &all);
	o = patch_find_object(p, "vmlinux");
	assert_int_equal(o->n_funcs, 2);
	assert_string_equal(o->funcs[0].name, "old_style");
	assert_int_equal(o->funcs[0].sympos, 1);
	assert_string_equal(o->funcs[1].name, "with,comma");
	assert_int_equal(o->funcs[1].sympos, 2);
	assert_int_equal(p->err.code, -EBADMSG); /* the two others are not hushed up */
}

static void test_a_kernel_without_livepatch(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct patches all = { 0 };
	struct err e = { 0 };

	assert_int_equal(patches_read(root, &all, &e), -ENOENT);
	assert_int_equal(err_exit(&e), RC_UNSUPPORTED);
	assert_non_null(strstr(e.hint, "CONFIG_LIVEPATCH"));
	tree_mkdir(t, LP);
	assert_int_equal(patches_read(root, &all, &e), 0); /* and no list of modules */
	assert_int_equal(all.n, 0);
}

static void test_names_of_55_characters(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	const struct patch *p;
	char name[56], line[128];

	memset(name, 'n', 55);
	name[55] = '\0';
	FORMAT(line, "%s 1 1 - Live 0x0 (K)\n", name);
	fake_patch(t, name, 1, 0);
	fake_func(t, name, name, "f,1");
	tree_write(t, "proc/modules", line);
	p = read_one(t, &all);
	assert_string_equal(p->name, name);
	assert_true(p->loaded);
	assert_string_equal(p->objects[0].name, name);
	assert_int_equal(p->objects[0].patched, 1);
}

static void test_names_we_look_at(void **state)
{
	char name[300];

	assert_true(patch_name_valid("klp-fix_1"));
	assert_false(patch_name_valid(""));
	assert_false(patch_name_valid("."));
	assert_false(patch_name_valid(".."));
	assert_false(patch_name_valid("a/b"));
	memset(name, 'x', sizeof(name));
	name[255] = '\0';
	assert_true(patch_name_valid(name));
	name[255] = 'x';
	name[256] = '\0';
	assert_false(patch_name_valid(name));
}

/* Two thousand patches take well under a second, and no order is lost. */
static void test_two_thousand_patches(void **state)
{
	_cleanup_(tree_freep) struct tree *t = fake_machine();
	_cleanup_(patches_free) struct patches all = { 0 };
	_cleanup_free_ char *lines = malloc(2000 * 64);
	uint64_t begun;
	size_t at = 0;

	for (int i = 0; i < 2000; i++) {
		char name[32];

		FORMAT(name, "p%04d", i);
		fake_patch(t, name, 1, 0);
		at += (size_t)snprintf(lines + at, 64, "p%04d 1 1 - Live 0x0 (K)\n", 1999 - i);
	}
	tree_write(t, "proc/modules", lines);
	begun = now_mono();
	read_all(t, &all);
	assert_true(now_mono() - begun < 3 * USEC_PER_SEC);
	assert_int_equal(all.n, 2000);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(all.v[i].stack_order, i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_patch_on_6_1),
		cmocka_unit_test(test_replace_and_stack_order_where_the_kernel_has_them),
		cmocka_unit_test(test_state_words),
		cmocka_unit_test(test_leftovers_are_found_by_their_taint),
		cmocka_unit_test(test_leftovers_need_a_decent_name),
		cmocka_unit_test(test_order_is_inferred_from_loading),
		cmocka_unit_test(test_a_patch_that_has_just_gone_is_no_patch),
		cmocka_unit_test(test_a_patch_that_has_just_gone_is_a_leftover),
		cmocka_unit_test(test_an_object_that_has_gone_is_left_out),
		cmocka_unit_test(test_broken_attributes_are_errors_not_values),
		cmocka_unit_test(test_an_attribute_that_may_not_be_read),
		cmocka_unit_test(test_function_entries),
		cmocka_unit_test(test_a_kernel_without_livepatch),
		cmocka_unit_test(test_names_of_55_characters),
		cmocka_unit_test(test_names_we_look_at),
		cmocka_unit_test(test_a_few_at_a_time_is_the_same),
		cmocka_unit_test(test_two_thousand_patches),
	};

	return cmocka_run_group_tests_name("patch", tests, fake_deadline, NULL);
}
