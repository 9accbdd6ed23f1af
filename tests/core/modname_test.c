// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of modules: '-' and '_' are alike, everything else counts. */
#include "core/modname.h"
#include "tests/lib/tree.h"

static void a_name_is_made_the_kernels(void **state)
{
	char name[] = "snd-hda-codec_x", plain[] = "ext4", none[] = "";

	modname_make(name);
	assert_string_equal(name, "snd_hda_codec_x");
	modname_make(plain);
	assert_string_equal(plain, "ext4");
	modname_make(none);
	assert_string_equal(none, "");
}

static void both_spellings_are_the_same(void **state)
{
	assert_true(modname_same("snd-pcm", 7, "snd_pcm"));
	assert_true(modname_same("snd_pcm", 7, "snd-pcm"));
	assert_true(modname_same("snd-pcm", 7, "snd-pcm"));
	assert_true(modname_same("", 0, ""));
}

static void only_so_many_bytes_of_a_file_count(void **state)
{
	assert_true(modname_same("snd-pcm.ko.xz", 7, "snd_pcm"));
	assert_false(modname_same("snd-pcm.ko", 10, "snd_pcm"));
	assert_false(modname_same("snd", 3, "snd_pcm"));
	assert_false(modname_same("snd_pcm", 7, "snd"));
}

static void other_names_are_others(void **state)
{
	assert_false(modname_same("snd-pcn", 7, "snd_pcm"));
	assert_false(modname_same("snd.pcm", 7, "snd_pcm"));
	assert_false(modname_same("EXT4", 4, "ext4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_made_the_kernels),
		cmocka_unit_test(both_spellings_are_the_same),
		cmocka_unit_test(only_so_many_bytes_of_a_file_count),
		cmocka_unit_test(other_names_are_others),
	};

	return cmocka_run_group_tests_name("modname", tests, NULL, NULL);
}
