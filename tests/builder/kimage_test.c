// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel images in every packing, and what is no kernel image, cut off or
 * damaged: each with a sentence that names the file and what is wrong.
 */
#include "tests/builder/kernel.h"
#include "tests/lib/says.h"

#include <errno.h>

#include "builder/kimage.h"

static const enum compression packings[] = { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_XZ,
					     COMPRESSION_ZSTD, COMPRESSION_LZ4 };

static struct bytes vmlinux(void)
{
	static const struct kernel_sym syms[] = { { "_text", KERNEL_BASE, 'T' } };
	static const struct kernel_opts o = { 0 };
	struct kernel_places at;

	return kernel_make(syms, 1, &o, &at);
}

static void a_bzimage_of_every_packing_is_read(void **state)
{
	struct bytes elf = vmlinux();

	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		struct bytes file = kernel_bzimage(elf, packings[i]);
		struct kimage *k = NULL;
		struct err e = { 0 };

		if (kimage_parse("vmlinuz", file.data, file.len, &k, &e) < 0)
			fail_msg("%s: %s", compression_word(packings[i]), e.text);
		assert_int_equal(k->packed, packings[i]);
		assert_string_equal(k->version, "6.1.0-test (a@b) #1 SMP");
		assert_non_null(elf_find_section(k->elf, ".rodata"));
		assert_int_equal(elf_find_section(k->elf, ".rodata")->addr, KERNEL_RODATA);
		kimage_free(k);
		free(file.data);
	}
	free(elf.data);
}

static void a_vmlinux_is_read_as_it_is_or_packed(void **state)
{
	struct bytes elf = vmlinux();

	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		struct bytes file = packings[i] == COMPRESSION_NONE ? elf : pack(packings[i], elf);
		struct kimage *k = NULL;

		assert_int_equal(kimage_parse("vmlinux", file.data, file.len, &k, NULL), 0);
		assert_string_equal(k->version, "");
		assert_int_equal(k->len, elf.len);
		kimage_free(k);
		if (file.data != elf.data)
			free(file.data);
	}
	free(elf.data);
}

static void expect_error(struct bytes file, int code, const char *part)
{
	struct kimage *k = NULL;
	struct err e = { 0 };

	assert_int_equal(kimage_parse("/boot/vmlinuz", file.data, file.len, &k, &e), code);
	assert_null(k);
	assert_non_null(strstr(e.text, "/boot/vmlinuz"));
	err_says(&e, part);
}

static void what_is_no_kernel_is_told(void **state)
{
	expect_error((struct bytes){ (char[]){ "hello, this is a text" }, 21 }, -ENOEXEC,
		     "is no kernel image");
	expect_error((struct bytes){ (char[]){ "" }, 0 }, -ENOEXEC, "is no kernel image");
	expect_error((struct bytes){ (char[]){ "\x7f"
					       "ELF" },
				     4 },
		     -ENOEXEC, "cut off");
}

static void a_damaged_bzimage_is_told(void **state)
{
	struct bytes elf = vmlinux(), file = kernel_bzimage(elf, COMPRESSION_XZ);
	char *payload = file.data + 5 * 512 + 0x40, *size = file.data + file.len - 104;

	expect_error((struct bytes){ file.data, file.len - 150 }, -EBADMSG, "its payload leads outside");
	size[0]++;
	expect_error(file, -EBADMSG, "bytes come out of it");
	size[0] -= 2;
	expect_error(file, -EBADMSG, "more comes out of it");
	size[0]++;
	size[3] = 0x7f;
	expect_error(file, -EFBIG, "too big when unpacked");
	size[3] = 0;
	payload[40] ^= 0x55;
	expect_error(file, -EBADMSG, "damaged or cut off");
	memcpy(payload, "\x89LZO", 4);
	expect_error(file, -ENOEXEC, "packed with lzo, which klpsh cannot unpack");
	memcpy(payload, "what", 4);
	expect_error(file, -ENOEXEC, "in an unknown way");
	file.data[0x206] = 7;
	expect_error(file, -ENOEXEC, "too old");
	free(file.data);
	free(elf.data);
}

static void damage_does_no_harm(void **state)
{
	struct bytes elf = vmlinux();
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(50); i > 0; i--) {
		struct bytes file = kernel_bzimage(elf, packings[i % ARRAY_SIZE(packings)]);
		struct kimage *k = NULL;
		struct err e = { 0 };

		kernel_damage(file, i % 2 ? 5 * 512 : 0x1f0, &seed);
		assert_true(kimage_parse("vmlinuz", file.data, file.len, &k, &e) >= 0 || e.text[0]);
		kimage_free(k);
		free(file.data);
	}
	free(elf.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bzimage_of_every_packing_is_read),
		cmocka_unit_test(a_vmlinux_is_read_as_it_is_or_packed),
		cmocka_unit_test(what_is_no_kernel_is_told),
		cmocka_unit_test(a_damaged_bzimage_is_told),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
