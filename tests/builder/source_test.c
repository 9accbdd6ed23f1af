// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a kernel's source is found and when it is refused: banners of real
 * kernels, dpkg's status, machines on which the three packages are of one
 * version, of several, or not all there.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <sys/stat.h>

#include "builder/kconfig.h"
#include "builder/source.h"
#include "tests/builder/kernel.h"
#include "tests/builder/nobody.h"

#define RELEASE "6.1.0-56-amd64"
#define COMPILER "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"
#define BANNER                                                                                               \
	"Linux version " RELEASE " (debian-kernel@lists.debian.org) (" COMPILER ", GNU ld (GNU Binutils "    \
	"for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-01)\n"

static struct banner parse(const char *text)
{
	struct banner b = { 0 };
	struct err e = { 0 };

	if (banner_parse(text, strlen(text), &b, &e) < 0)
		fail_msg("%s", e.text);
	return b;
}

static void a_banner_says_release_compiler_and_version(void **state)
{
	struct banner b = parse(BANNER);

	assert_string_equal(b.release, RELEASE);
	assert_string_equal(b.compiler, COMPILER);
	assert_string_equal(b.version, "6.1.192-2");
	b = parse("6.12.117+deb12-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian "
		  "6.12.117-1~deb12u1 (2026-11-14)");
	assert_string_equal(b.release, "6.12.117+deb12-amd64");
	assert_string_equal(b.compiler, "");
	assert_string_equal(b.version, "6.12.117-1~deb12u1");
	b = parse("Linux version 6.8.0-45-generic (b@lcy) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0) 13.2.0, "
		  "GNU ld 2.42) #45-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:04 UTC 2024");
	assert_string_equal(b.compiler, "x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0) 13.2.0");
	assert_string_equal(b.version, "");
}

static void what_is_no_banner_is_refused(void **state)
{
	static const char *const bad[] = { "",	      "Linux version ", "Linux version %s",
					   "hello",   "6/1.0 (a)",	"Linux version ../../x (a)",
					   "6;reboot" };
	struct banner b = { "untouched", "", "" };
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(banner_parse(bad[i], strlen(bad[i]), &b, &e), -EBADMSG);
	assert_string_equal(b.release, "untouched");
	assert_string_equal(parse("6.1.0 (((((").compiler, "");
	assert_string_equal(parse("6.1.0 ) ) (a) (b, c").version, "");
	assert_true(release_is_sane(RELEASE));
	assert_false(release_is_sane("-j"));
	assert_false(release_is_sane("a/b"));
	assert_false(release_is_sane("a b"));
}

static void a_banner_is_found_in_an_image(void **state)
{
	static const char image[] = "\x7f"
				    "ELF\0Linux version %s\0Linux version ../x\0" BANNER "\0Linux version 7";
	struct banner b = { 0 };
	struct err e = { 0 };

	assert_int_equal(banner_find(image, sizeof(image), &b, &e), 0);
	assert_string_equal(b.release, RELEASE);
	assert_int_equal(banner_find(image, 40, &b, &e), -ENOENT);
	assert_non_null(strstr(e.text, "no kernel's banner"));
}

/* Since 6.1 images have two: that of init/version.c without the build's number comes first. */
static void the_banner_is_the_linked_one(void **state)
{
	static const char draft[] = "Linux version " RELEASE
				    " (a@b) (gcc-12 (Debian 12.2.0) 12.2.0, GNU ld 2.40) "
				    "# SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-01)";
	char image[2048] = "";
	struct banner b = { 0 };
	struct err e = { 0 };

	memcpy(image + 8, draft, sizeof(draft));
	assert_int_equal(banner_find(image, sizeof(image), &b, &e), 0);
	assert_true(begins(b.built, "# SMP")); /* better than nothing */
	memcpy(image + 1000, BANNER, strlen(BANNER));
	assert_int_equal(banner_find(image, sizeof(image), &b, &e), 0);
	assert_true(begins(b.built, "#1 SMP"));
}

static struct utsname running(const char *release, const char *version)
{
	struct utsname u = { 0 };

	FORMAT(u.release, "%s", release);
	FORMAT(u.version, "%s", version);
	return u;
}

static void an_image_that_was_upgraded_without_a_reboot_is_refused(void **state)
{
	static const char built[] = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-01)";
	struct utsname same = running(RELEASE, built), other = running("6.1.0-55-amd64", "#1 SMP"),
		       older = running(RELEASE, "#1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-08-01)");
	struct banner b = parse(BANNER), bare = parse(RELEASE " (a@b) (gcc)");
	struct err e = { 0 };

	assert_string_equal(b.built, built);
	assert_int_equal(banner_check_running(&b, &same, "/boot/vmlinuz-x", &e), 0);
	assert_int_equal(banner_check_running(&b, &other, "/boot/vmlinuz-x", &e), 0);
	assert_int_equal(banner_check_running(&b, &older, "/boot/vmlinuz-x", &e), -ESTALE);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_non_null(strstr(e.text, "/boot/vmlinuz-x is not the kernel that runs (built #1 SMP "));
	assert_non_null(strstr(e.hint, "reboot"));
	assert_int_equal(banner_check_running(&bare, &same, "/boot/vmlinuz-x", &e), -ESTALE);
}

static void damaged_banners_do_no_harm(void **state)
{
	uint64_t n = kernel_damages(2);
	uint32_t seed = 7;

	for (uint64_t i = 0; i < n; i++) {
		struct bytes b = { malloc(strlen(BANNER)), strlen(BANNER) };
		struct banner got = { 0 };

		memcpy(b.data, BANNER, b.len);
		kernel_damage(b, 0, &seed);
		b.data[(seed >> 8) % b.len] = "(), #"[seed % 5];
		if (banner_parse(b.data, b.len - (seed >> 4) % b.len, &got, NULL) >= 0)
			assert_true(release_is_sane(got.release));
		free(b.data);
	}
}

struct machine {
	struct tree *t;
	struct root *root;
	struct banner banner;
};

static const char status[] =
	"Package: linux-source-6.1\nStatus: deinstall ok config-files\nVersion: 6.1.1-1\n\n"
	"Package: linux-source-6.1\nStatus: install ok installed\nSource: linux\n"
	"Version: %s\nDescription: x\n Version: 9\n\n"
	"Package: linux-headers-" RELEASE "\nStatus: install ok installed\nVersion: %s\n";

static void set_versions(struct machine *m, const char *source, const char *headers)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), status, source, headers);
	tree_write(m->t, "var/lib/dpkg/status", text);
}

/* A machine on which everything fits. */
static struct machine machine_new(void)
{
	struct machine m = { tree_new(), NULL, parse(BANNER) };

	m.root = tree_root(m.t);
	tree_write(m.t, "usr/src/linux-source-6.1.tar.xz", "tarball");
	tree_write(m.t, "usr/src/linux-headers-" RELEASE "/.config", "CONFIG_HEADERS=y\n");
	tree_write(m.t, "usr/src/linux-headers-" RELEASE "/Module.symvers", "0x1\tf\tvmlinux\n");
	set_versions(&m, "6.1.192-2", "6.1.192-2");
	return m;
}

static void machine_free(struct machine *m)
{
	root_free(m->root);
	tree_free(m->t);
}

static struct source *find(struct machine *m, const struct source_want *w)
{
	struct source_want want = w ? *w : (struct source_want){ 0 };
	struct source *s = NULL;
	struct err e = { 0 };

	want.banner = &m->banner;
	if (source_find(m->root, &want, &s, &e) < 0)
		fail_msg("%s (%s)", e.text, e.hint);
	return s;
}

static struct err refusal(struct machine *m, const struct source_want *w, int code)
{
	struct source_want want = w ? *w : (struct source_want){ 0 };
	struct source *s = NULL;
	struct err e = { 0 };

	want.banner = &m->banner;
	assert_int_equal(source_find(m->root, &want, &s, &e), code);
	assert_null(s);
	return e;
}

static void source_and_headers_of_the_kernels_version_are_found(void **state)
{
	struct machine m = machine_new();
	struct source *s = find(&m, NULL);

	assert_non_null(strstr(s->path, "/usr/src/linux-source-6.1.tar.xz"));
	assert_int_equal(strncmp(s->path, tree_path(m.t), strlen(tree_path(m.t))), 0);
	assert_false(s->is_dir);
	assert_string_equal(s->version, "6.1.192-2");
	assert_string_equal(s->config.data, "CONFIG_HEADERS=y\n");
	assert_string_equal(s->symvers.data, "0x1\tf\tvmlinux\n");
	assert_true(sha256_is_hex(s->config.sha));
	source_free(s);
	/* Debian's /boot has less in it */
	tree_write(m.t, "boot/config-" RELEASE, "CONFIG_BOOT=y\n");
	s = find(&m, NULL);
	assert_string_equal(s->config.data, "CONFIG_HEADERS=y\n");
	source_free(s);
	tree_remove(m.t, "usr/src/linux-headers-" RELEASE "/.config");
	s = find(&m, NULL);
	assert_string_equal(s->config.path, "/boot/config-" RELEASE);
	assert_string_equal(s->config.data, "CONFIG_BOOT=y\n");
	source_free(s);
	machine_free(&m);
}

static void three_versions_that_are_not_one_are_refused(void **state)
{
	struct machine m = machine_new();
	struct err e;

	set_versions(&m, "6.1.200-1", "6.1.192-2");
	e = refusal(&m, NULL, -ESTALE);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_non_null(strstr(e.text, "6.1.192-2"));
	assert_non_null(strstr(e.text, "6.1.200-1"));
	assert_non_null(strstr(e.hint, "--source"));
	set_versions(&m, "6.1.192-2", "6.1.192-1");
	e = refusal(&m, NULL, -ESTALE);
	assert_non_null(strstr(e.text, "headers are 6.1.192-1"));
	tree_remove(m.t, "var/lib/dpkg/status");
	e = refusal(&m, NULL, -ESTALE);
	assert_non_null(strstr(e.text, "of an unknown version"));
	machine_free(&m);
}

static void what_is_missing_is_told_with_the_command_that_brings_it(void **state)
{
	static const char command[] = "apt-get install linux-source-6.1 linux-headers-" RELEASE;
	static const char *const gone[] = { "usr/src/linux-source-6.1.tar.xz",
					    "usr/src/linux-headers-" RELEASE "/.config",
					    "usr/src/linux-headers-" RELEASE "/Module.symvers" };
	static const char *const why[] = { "source of kernel", "configuration of kernel", "Module.symvers" };

	for (size_t i = 0; i < ARRAY_SIZE(gone); i++) {
		struct machine m = machine_new();
		struct err e;

		tree_remove(m.t, gone[i]);
		e = refusal(&m, NULL, -ENOENT);
		assert_non_null(strstr(e.text, why[i]));
		assert_non_null(strstr(e.hint, command));
		machine_free(&m);
	}
}

static void what_is_named_is_taken(void **state)
{
	struct machine m = machine_new();
	struct source_want w = { 0 };
	struct source *s;
	char config[600], symvers[600];

	FORMAT(config, "%s/my.config", tree_path(m.t));
	FORMAT(symvers, "%s/my.symvers", tree_path(m.t));
	w = (struct source_want){ .dir = tree_path(m.t), .config = config, .symvers = symvers };
	assert_non_null(strstr(refusal(&m, &w, -ENOENT).text, "my.config"));
	tree_write(m.t, "my.config", "CONFIG_MINE=y\n");
	tree_write(m.t, "my.symvers", "");
	/* neither the packages' versions nor what the kernel says of itself matter then */
	set_versions(&m, "1", "2");
	m.banner.version[0] = '\0';
	s = find(&m, &w);
	assert_true(s->is_dir);
	assert_string_equal(s->path, tree_path(m.t));
	assert_string_equal(s->config.data, "CONFIG_MINE=y\n");
	assert_int_equal(s->symvers.len, 0);
	source_free(s);
	machine_free(&m);
}

/* As uid 65534 where root builds: what root can read is not enough. */
static void what_the_builder_may_not_read_is_told_with_what_helps(void **state)
{
	struct machine m = machine_new();
	struct source_want w = { 0 };
	char config[600], dir[600];
	struct err e;

	FORMAT(config, "%s/my.config", tree_path(m.t));
	FORMAT(dir, "%s/linux", tree_path(m.t));
	tree_write(m.t, "my.config", "CONFIG_MINE=y\n");
	tree_mkdir(m.t, "linux");
	assert_int_equal(chmod(config, 0), 0);
	w.config = config;
	e = refusal(&m, &w, -EACCES);
	assert_non_null(strstr(e.text, "my.config: Permission denied"));
	assert_non_null(strstr(e.hint, "--as USER"));
	assert_int_equal(chmod(dir, 0), 0);
	w = (struct source_want){ .dir = dir };
	e = refusal(&m, &w, -EACCES);
	assert_non_null(strstr(e.text, "linux: Permission denied"));
	assert_non_null(strstr(e.hint, "must be able to read it"));
	assert_int_equal(chmod(dir, 0700), 0);
	machine_free(&m);
}

static void a_kernel_that_is_not_debians_needs_its_source_named(void **state)
{
	struct machine m = machine_new();
	struct err e;

	m.banner.version[0] = '\0';
	e = refusal(&m, NULL, -ENOENT);
	assert_non_null(strstr(e.hint, "--source DIR"));
	machine_free(&m);
}

static void an_options_value_is_read(void **state)
{
	static const char config[] = "# CONFIG_OFF is not set\nCONFIG_SMP=y\nCONFIG_TEXT=\"gcc-12 (x) 1\"\n"
				     "CONFIG_EMPTY=\"\"\nCONFIG_SMPX=n";
	char buf[20];

	assert_int_equal(kconfig_value(config, strlen(config), "CONFIG_SMP", buf, sizeof(buf)), 1);
	assert_string_equal(buf, "y");
	assert_int_equal(kconfig_value(config, strlen(config), "CONFIG_TEXT", buf, sizeof(buf)), 12);
	assert_string_equal(buf, "gcc-12 (x) 1");
	assert_int_equal(kconfig_value(config, strlen(config), "CONFIG_EMPTY", buf, sizeof(buf)), 0);
	assert_int_equal(kconfig_value(config, strlen(config), "CONFIG_OFF", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(kconfig_value(config, strlen(config), "CONFIG_TEXT", buf, 12), -ENOENT);
}

static const char *unrepeatable(const char *config)
{
	return kconfig_unrepeatable(config, strlen(config));
}

static void options_that_no_build_repeats_are_found(void **state)
{
	assert_string_equal(unrepeatable("CONFIG_SMP=y\nCONFIG_RANDSTRUCT=y\n"), "CONFIG_RANDSTRUCT");
	assert_string_equal(unrepeatable("CONFIG_GCC_PLUGIN_RANDSTRUCT=y\n"), "CONFIG_GCC_PLUGIN_RANDSTRUCT");
	assert_string_equal(unrepeatable("CONFIG_GCC_PLUGIN_LATENT_ENTROPY=y"),
			    "CONFIG_GCC_PLUGIN_LATENT_ENTROPY");
	assert_string_equal(unrepeatable("CONFIG_LTO_CLANG=y\n"), "CONFIG_LTO_CLANG");
	/* as Debian has it */
	assert_null(unrepeatable("CONFIG_RANDSTRUCT_NONE=y\nCONFIG_LTO_NONE=y\n"
				 "# CONFIG_GCC_PLUGIN_LATENT_ENTROPY is not set\nCONFIG_LTO=n\n"));
	assert_null(unrepeatable(""));
}

static int diff(const char *was, const char *is, char buf[100])
{
	return kconfig_diff(was, strlen(was), is, strlen(is), buf, 100);
}

static void what_changes_in_a_configuration_is_told(void **state)
{
	char buf[100];

	assert_int_equal(diff("CONFIG_A=y\nCONFIG_B=m\n", "CONFIG_B=m\n# x\nCONFIG_A=y", buf), 0);
	assert_string_equal(buf, "");
	assert_int_equal(diff("CONFIG_A=y\n# CONFIG_C is not set\n", "CONFIG_B=m\nCONFIG_C=n\n", buf), 2);
	assert_string_equal(buf, "CONFIG_A y->n, CONFIG_B n->m");
	assert_int_equal(diff("CONFIG_GCC_VERSION=120200\nCONFIG_PAHOLE_HAS_SPLIT_BTF=y\n"
			      "CONFIG_CC_VERSION_TEXT=\"a\"\nCONFIG_MODULE_SIG_ALL=y\n",
			      "CONFIG_GCC_VERSION=130000\nCONFIG_CC_VERSION_TEXT=\"b\"\n", buf),
			 0);
	/* struct module has members under it */
	assert_int_equal(diff("CONFIG_DEBUG_INFO_BTF_MODULES=y\n", "", buf), 1);
	assert_int_equal(diff("CONFIG_X_VERSION=y\n", "", buf), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_banner_says_release_compiler_and_version),
		cmocka_unit_test(what_is_no_banner_is_refused),
		cmocka_unit_test(a_banner_is_found_in_an_image),
		cmocka_unit_test(the_banner_is_the_linked_one),
		cmocka_unit_test(an_image_that_was_upgraded_without_a_reboot_is_refused),
		cmocka_unit_test(damaged_banners_do_no_harm),
		cmocka_unit_test(source_and_headers_of_the_kernels_version_are_found),
		cmocka_unit_test(three_versions_that_are_not_one_are_refused),
		cmocka_unit_test(what_is_missing_is_told_with_the_command_that_brings_it),
		cmocka_unit_test(what_is_named_is_taken),
		unit_test_as_nobody(what_the_builder_may_not_read_is_told_with_what_helps),
		cmocka_unit_test(a_kernel_that_is_not_debians_needs_its_source_named),
		cmocka_unit_test(an_options_value_is_read),
		cmocka_unit_test(options_that_no_build_repeats_are_found),
		cmocka_unit_test(what_changes_in_a_configuration_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
