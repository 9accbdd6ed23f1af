// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The frame of a module, compiled against look-alike headers and then read as
 * any module file: what it patches is what was asked for.
 */
#include "tests/builder/lookalike.h"
#include "tests/lib/says.h"

#include <errno.h>

#include "builder/wrapper.h"
#include "kmod/elf.h"
#include "kmod/inspect.h"

static const char livepatch_h[] = FIXTURE_STRUCTS
	"int klp_register_patch(struct klp_patch *), klp_unregister_patch(struct klp_patch *);\n"
	"#define true 1\n#define false 0\n";

static const char module_h[] = "#define THIS_MODULE (&__this_module)\n"
			       "#define __init\n#define __exit\n#define WARN_ON(x) (void)(x)\n"
			       "#define JOIN2(a, b) a##b\n#define JOIN(a, b) JOIN2(a, b)\n"
			       "#define MODULE_INFO(tag, text) static const char JOIN(info_, __COUNTER__)[]"
			       " __attribute__((section(\".modinfo\"), used, aligned(1))) = #tag \"=\" text\n"
			       "#define MODULE_LICENSE(x) MODULE_INFO(license, x)\n"
			       "#define MODULE_DESCRIPTION(x) MODULE_INFO(description, x)\n"
			       "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)\n"
			       "#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, ns)\n"
			       "#else\n"
			       "#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, #ns)\n"
			       "#endif\n"
			       "#define module_init(f) int init_module(void) { return f(); }\n"
			       "#define module_exit(f) void cleanup_module(void) { f(); }\n";

static const struct lookalike headers[] = {
	{ "kernel.h", "" },
	{ "livepatch.h", livepatch_h },
	{ "version.h", "#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))\n" },
	{ "module.h", module_h },
};

/* What the patch object brings. */
static const char definitions[] =
	"int klpsh_new_0(void) { return 1; }\nint klpsh_new_1(void) { return 2; }\n"
	"int klpsh_new_2(void) { return 3; }\n"
	"int before(struct klp_object *o) { return 0; }\nvoid after(struct klp_object *o) { }\n";

/* Compile a frame for a kernel whose LINUX_VERSION_CODE is this. */
static struct bytes compile(const char *source, const char *version)
{
	char define[64], *all = NULL;
	const char *const flags[3] = { define };
	struct bytes b;

	FORMAT(define, "-DLINUX_VERSION_CODE=%s", version);
	/* kernels have version.h included by then */
	assert_true(asprintf(&all, "#include <linux/version.h>\n%s%s", source, definitions) > 0);
	b = lookalike_compile(headers, ARRAY_SIZE(headers), all, flags);
	free(all);
	return b;
}

static const struct wrapper_func in_vmlinux[] = { { "old_read", 0, "klpsh_new_0" },
						  { "type_show.isra.0", 17, "klpsh_new_1" } };
static const struct wrapper_func in_ext4[] = { { "old_open", 0, "klpsh_new_2" } };

static const struct wrapper_object objects[] = {
	{ NULL, in_vmlinux, 2, { NULL } },
	{ "ext4", in_ext4, 1, { [WRAPPER_PRE_PATCH] = "before", [WRAPPER_POST_UNPATCH] = "after" } },
	{ "only_callbacks", NULL, 0, { [WRAPPER_POST_PATCH] = "after" } },
};

static struct wrapper_spec spec(void)
{
	static const char *const namespaces[] = { "CRYPTO_INTERNAL" };

	return (struct wrapper_spec){ .objects = objects,
				      .n_objects = ARRAY_SIZE(objects),
				      .replace = true,
				      .namespaces = namespaces,
				      .n_namespaces = 1,
				      .tool = "0.1",
				      .release = "6.1.0-56-amd64",
				      .patch_sha256 = "0123abcd" };
}

static char *source_of(const struct wrapper_spec *s)
{
	struct err e = { 0 };
	char *text = NULL;

	if (wrapper_source(s, &text, &e) < 0)
		fail_msg("%s", e.text);
	return text;
}

static struct bytes frame(const struct wrapper_spec *s, const char *version)
{
	_cleanup_free_ char *text = source_of(s);

	return compile(text, version);
}

static struct inspect *look(struct bytes b)
{
	struct inspect *i = NULL;
	struct err e = { 0 };

	if (inspect_bytes("frame.ko", b.data, b.len, &i, &e) < 0)
		fail_msg("%s", e.text);
	return i;
}

static void it_patches_what_was_asked_for(void **state)
{
	struct wrapper_spec s = spec();
	_cleanup_free_ char *text = source_of(&s);
	struct bytes b = compile(text, "0x60100");
	_cleanup_(inspect_freep) struct inspect *i = look(b);

	/* the only callback that can say no */
	assert_non_null(strstr(text, "extern int pre_patch_1("));
	assert_non_null(strstr(text, "extern void post_unpatch_1("));
	assert_true(i->livepatch);
	assert_string_equal(i->license, "GPL");
	assert_int_equal(i->replace, 1);
	assert_int_equal(i->n_objects, 3);
	assert_string_equal(i->objects[0].name, "vmlinux");
	assert_int_equal(i->objects[0].n_funcs, 2);
	assert_string_equal(i->objects[0].funcs[1].old_name, "type_show.isra.0");
	assert_string_equal(i->objects[0].funcs[1].new_name, "klpsh_new_1");
	assert_int_equal(i->objects[0].funcs[1].sympos, 17);
	assert_string_equal(i->objects[1].name, "ext4");
	assert_string_equal(i->objects[1].funcs[0].new_name, "klpsh_new_2");
	assert_true(i->objects[1].pre_patch && i->objects[1].post_unpatch);
	assert_false(i->objects[1].post_patch || i->objects[1].pre_unpatch);
	assert_int_equal(i->objects[2].n_funcs, 0);
	assert_true(i->objects[2].post_patch);
	free(b.data);
}

static void it_need_not_replace(void **state)
{
	struct wrapper_spec s = spec();
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	struct bytes b;

	s.replace = false;
	b = frame(&s, "0x60100");
	i = look(b);
	assert_int_equal(i->replace, 0);
	free(b.data);
}

static bool has(struct bytes b, const char *text)
{
	return memmem(b.data, b.len, text, strlen(text) + 1);
}

static void it_tells_where_it_comes_from(void **state)
{
	struct wrapper_spec s = spec();
	struct bytes b;

	s.tool = "0.1 \"x\" \\ \n\xff?";
	b = frame(&s, "0x60100");
	assert_true(has(b, "klpsh=tool 0.1 \"x\" \\ \n\xff?"));
	assert_true(has(b, "klpsh=kernel 6.1.0-56-amd64"));
	assert_true(has(b, "klpsh=patch-sha256 0123abcd"));
	assert_true(has(b, "klpsh=function vmlinux type_show.isra.0,17"));
	assert_true(has(b, "klpsh=function ext4 old_open,0"));
	assert_false(has(b, "klpsh=trusted-compiler gcc-12 (Debian 12.2.0-13) 12.2.0"));
	free(b.data);
	s.trusted = "gcc-12 (Debian 12.2.0-13) 12.2.0";
	b = frame(&s, "0x60100");
	assert_true(has(b, "klpsh=trusted-compiler gcc-12 (Debian 12.2.0-13) 12.2.0"));
	free(b.data);
}

static bool uses(struct bytes b, const char *name)
{
	struct elf *elf = NULL;
	bool found = false;

	assert_int_equal(elf_open(b.data, b.len, &elf, NULL), 0);
	for (size_t i = 1; i < elf_n_symbols(elf); i++)
		found = found || streq(elf_symbol(elf, i)->name, name);
	elf_free(elf);
	return found;
}

static void it_is_for_every_kernel(void **state)
{
	struct wrapper_spec s = spec();
	struct bytes recent = frame(&s, "0x60d00"), old, middle = frame(&s, "0x50100");

	assert_true(has(recent, "import_ns=CRYPTO_INTERNAL"));
	assert_true(has(middle, "import_ns=CRYPTO_INTERNAL"));
	assert_false(uses(middle, "klp_register_patch"));
	s.replace = false;
	old = frame(&s, "0x41300");
	assert_true(uses(old, "klp_register_patch") && uses(old, "klp_enable_patch"));
	free(recent.data);
	free(middle.data);
	free(old.data);
}

static void expect_refusal(const struct wrapper_spec *s, int code, const char *part)
{
	struct err e = { 0 };
	char *text = NULL;

	assert_int_equal(wrapper_source(s, &text, &e), code);
	assert_null(text);
	err_says(&e, part);
}

static void expect_bad(struct wrapper_object o, const char *part)
{
	struct wrapper_spec s = spec();

	s.objects = &o;
	s.n_objects = 1;
	expect_refusal(&s, -EINVAL, part);
}

static void names_that_are_no_names_are_refused(void **state)
{
	const char *bad[] = { "a\"b", "a b", "", "a\\", "a\n", "a,1", "\xc3\xa4" };
	const char *namespace = "A;B";
	struct wrapper_spec s = spec();

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct wrapper_func f = { bad[i], 0, "x" }, g = { "x", 0, bad[i] };

		expect_bad((struct wrapper_object){ NULL, &f, 1, { NULL } }, "livepatch cannot take");
		expect_bad((struct wrapper_object){ NULL, &g, 1, { NULL } }, "is no name of a symbol");
		expect_bad((struct wrapper_object){ "ext4", NULL, 0, { bad[i] } }, "a callback of ext4");
		expect_bad((struct wrapper_object){ bad[i], in_ext4, 1, { NULL } }, "no name of a module");
	}
	expect_bad((struct wrapper_object){ "vmlinux", in_ext4, 1, { NULL } }, "no name of a module");
	s.namespaces = &namespace;
	expect_refusal(&s, -EINVAL, "no namespace");
	s.n_objects = 0;
	expect_refusal(&s, -EINVAL, "nothing to patch");
}

static void an_object_is_there_once(void **state)
{
	const struct wrapper_object two[] = { objects[1], objects[1] };
	struct wrapper_spec s = spec();

	s.objects = two;
	s.n_objects = 2;
	expect_refusal(&s, -EINVAL, "ext4 is there twice");
}

static void a_module_is_not_called_as_its_parts_are(void **state)
{
	assert_true(wrapper_is_module_name("patches"));
	assert_true(wrapper_is_module_name("frame_"));
	assert_false(wrapper_is_module_name("patch"));
	assert_false(wrapper_is_module_name("frame"));
}

static void kbuild_is_told_of_both_objects(void **state)
{
	char *text = NULL;

	assert_int_equal(wrapper_kbuild("fix_lp", &text, NULL), 0);
	assert_non_null(strstr(text, "obj-m := fix_lp.o\n"));
	assert_non_null(strstr(text, "fix_lp-y := patch.o frame.o\n"));
	free(text);
	assert_int_equal(wrapper_kbuild("fix-lp", &text, NULL), -EINVAL);
	assert_int_equal(wrapper_kbuild("$(shell id)", &text, NULL), -EINVAL);
	assert_int_equal(wrapper_kbuild("frame", &text, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_patches_what_was_asked_for),
		cmocka_unit_test(it_need_not_replace),
		cmocka_unit_test(it_tells_where_it_comes_from),
		cmocka_unit_test(it_is_for_every_kernel),
		cmocka_unit_test(names_that_are_no_names_are_refused),
		cmocka_unit_test(an_object_is_there_once),
		cmocka_unit_test(a_module_is_not_called_as_its_parts_are),
		cmocka_unit_test(kbuild_is_told_of_both_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
