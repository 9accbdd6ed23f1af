// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file of a module, found by the lists in /lib/modules/RELEASE, which
 * anybody may have written.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/modorder.h"

#define ORDER                                                                                                \
	"kernel/fs/ext4/ext4.ko\nkernel/sound/core/snd-pcm.ko\nkernel/drivers/net/dummy.ko\n"                \
	"kernel/a/twice.ko\nkernel/b/twice.ko\n"
#define DEP                                                                                                  \
	"kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/fs/mbcache.ko\n"                              \
	"kernel/fs/jbd2/jbd2.ko.xz:\nkernel/net/nf-tables.ko.zst: kernel/lib/x.ko\n"

struct folder {
	char path[32];
	int fd;
};

static void folder_open(struct folder *f)
{
	fixture_dir(f->path);
	f->fd = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->fd >= 0);
}

static void folder_put(const struct folder *f, const char *name, const char *text, size_t len)
{
	char path[64];

	FORMAT(path, "%s/%s", f->path, name);
	fixture_write(path, text, len);
}

static void folder_close(struct folder *f)
{
	(void)unlinkat(f->fd, "modules.order", 0);
	(void)unlinkat(f->fd, "modules.dep", 0);
	close(f->fd);
	rmdir(f->path);
}

static void expect_found(const struct folder *f, const char *name, const char *path)
{
	char got[200] = "";

	assert_int_equal(modorder_find(f->fd, name, got, sizeof(got)), 0);
	assert_string_equal(got, path);
}

static void expect_lost(const struct folder *f, const char *name, int code)
{
	char got[200] = "untouched";

	assert_int_equal(modorder_find(f->fd, name, got, sizeof(got)), code);
	assert_string_equal(got, "untouched");
}

static void a_module_is_found_by_the_name_that_the_kernel_gives_it(void **state)
{
	struct folder f;

	folder_open(&f);
	folder_put(&f, "modules.order", ORDER, strlen(ORDER));
	expect_found(&f, "ext4", "kernel/fs/ext4/ext4.ko");
	expect_found(&f, "snd_pcm", "kernel/sound/core/snd-pcm.ko");
	expect_lost(&f, "ext", -ENOENT);
	expect_lost(&f, "ext44", -ENOENT);
	expect_lost(&f, "xt4", -ENOENT);
	expect_lost(&f, "", -ENOENT);
	folder_close(&f);
}

static void of_two_files_of_a_name_none_is_taken(void **state)
{
	struct folder f;

	folder_open(&f);
	folder_put(&f, "modules.order", ORDER, strlen(ORDER));
	expect_lost(&f, "twice", -ENOTUNIQ);
	folder_close(&f);
}

static void depmods_list_comes_first(void **state)
{
	struct folder f;

	folder_open(&f);
	expect_lost(&f, "ext4", -ENOENT);
	folder_put(&f, "modules.dep", DEP, strlen(DEP));
	expect_found(&f, "ext4", "kernel/fs/ext4/ext4.ko");
	/* how it is packed is left off */
	expect_found(&f, "jbd2", "kernel/fs/jbd2/jbd2.ko");
	expect_found(&f, "nf_tables", "kernel/net/nf-tables.ko");
	/* only named as what others need */
	expect_lost(&f, "mbcache", -ENOENT);
	/* what depmod's list does not have, the other may */
	folder_put(&f, "modules.order", ORDER, strlen(ORDER));
	expect_found(&f, "dummy", "kernel/drivers/net/dummy.ko");
	expect_found(&f, "jbd2", "kernel/fs/jbd2/jbd2.ko");
	folder_close(&f);
}

static void a_module_that_dkms_replaced_is_the_one_that_is_loaded(void **state)
{
	static const char dep[] = "updates/dkms/dummy.ko:\nkernel/b/twice.ko:\n";
	struct folder f;

	folder_open(&f);
	folder_put(&f, "modules.order", ORDER, strlen(ORDER));
	folder_put(&f, "modules.dep", dep, strlen(dep));
	expect_found(&f, "dummy", "updates/dkms/dummy.ko");
	expect_found(&f, "twice", "kernel/b/twice.ko");
	folder_close(&f);
}

static void no_path_leads_out_of_the_folder(void **state)
{
	static const char text[] = "/etc/one.ko\n../../two.ko\nkernel/../three.ko\nkernel/\0/four.ko\n.ko\n";
	static const char *const names[] = { "one", "two", "three", "four", "" };
	struct folder f;

	folder_open(&f);
	folder_put(&f, "modules.order", text, sizeof(text) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		expect_lost(&f, names[i], -ENOENT);
	folder_close(&f);
}

static void a_path_that_has_no_room_is_told(void **state)
{
	struct folder f;
	char small[22];

	folder_open(&f);
	folder_put(&f, "modules.order", ORDER, strlen(ORDER));
	assert_int_equal(modorder_find(f.fd, "ext4", small, sizeof(small)), -ENAMETOOLONG);
	folder_close(&f);
}

static void a_list_that_is_a_pipe_keeps_nobody_waiting(void **state)
{
	struct folder f;

	folder_open(&f);
	assert_int_equal(mkfifoat(f.fd, "modules.dep", 0600), 0);
	folder_put(&f, "modules.order", ORDER, strlen(ORDER));
	assert_true(modorder_find(f.fd, "ext4", (char[200]){ "" }, 200) <= 0);
	folder_close(&f);
}

/* What is found lies beneath the folder and ends in .ko, whatever the list says. */
static void damaged_lists_are_read_safely(void **state)
{
	struct folder f;
	uint32_t seed = 5;

	folder_open(&f);
	for (uint64_t i = 0, n = kernel_damages(20); i < n; i++) {
		char text[sizeof(ORDER)], got[200];

		memcpy(text, ORDER, sizeof(text));
		kernel_damage((struct bytes){ text, sizeof(text) - 1 }, 0, &seed);
		folder_put(&f, "modules.order", text, sizeof(text) - 1 - seed % 30);
		if (modorder_find(f.fd, "dummy", got, sizeof(got)) < 0)
			continue;
		assert_true(got[0] != '/' && !strstr(got, ".."));
		assert_string_equal(got + strlen(got) - 3, ".ko");
	}
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_is_found_by_the_name_that_the_kernel_gives_it),
		cmocka_unit_test(of_two_files_of_a_name_none_is_taken),
		cmocka_unit_test(depmods_list_comes_first),
		cmocka_unit_test(a_module_that_dkms_replaced_is_the_one_that_is_loaded),
		cmocka_unit_test(no_path_leads_out_of_the_folder),
		cmocka_unit_test(a_path_that_has_no_room_is_told),
		cmocka_unit_test(a_list_that_is_a_pipe_keeps_nobody_waiting),
		cmocka_unit_test(damaged_lists_are_read_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
