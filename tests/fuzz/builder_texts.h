/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For builder_fuzz.c: the builder's readers of text, but for patches. What a reader takes must
 * have been in the text, and its pieces must be whole; what it refuses, it says why.
 */
#ifndef KLPSH_TESTS_FUZZ_BUILDER_TEXTS_H
#define KLPSH_TESTS_FUZZ_BUILDER_TEXTS_H

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/exportcrc.h"
#include "builder/farm.h"
#include "builder/kcmd.h"
#include "builder/kconfig.h"
#include "builder/kmakefile.h"
#include "builder/modorder.h"
#include "builder/source.h"
#include "builder/symlist.h"
#include "builder/symvers.h"
#include "builder/tables.h"
#include "builder/wrapper.h"
#include "tests/fuzz/fuzz.h"

/* Files that all hold the input, where readers look for theirs. */
static const char *const text_files[] = { "Makefile", "fs/Makefile", "fs/ext4/Makefile", "modules.dep",
					  "modules.order" };
static char text_dir[256];

static void text_remove(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(text_files); i++) {
		char path[300];

		FORMAT(path, "%s/%s", text_dir, text_files[i]);
		unlink(path);
	}
	for (const char *const *p = (const char *const[]){ "/fs/ext4", "/fs", "", NULL }; *p; p++) {
		char path[300];

		FORMAT(path, "%s%s", text_dir, *p);
		rmdir(path);
	}
}

static void text_make_dir(int fds[2])
{
	const char *base = getenv("TMPDIR");

	FORMAT(text_dir, "%s/klpsh-fuzz-XXXXXX", base && *base ? base : "/tmp");
	fuzz_check(mkdtemp(text_dir) && atexit(text_remove) == 0);
	fds[0] = open(text_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fuzz_check(fds[0] >= 0 && mkdirat(fds[0], "fs", 0700) == 0 && mkdirat(fds[0], "fs/ext4", 0700) == 0);
	fds[1] = openat(fds[0], text_files[0], O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	fuzz_check(fds[1] >= 0);
	for (size_t i = 1; i < ARRAY_SIZE(text_files); i++)
		fuzz_check(linkat(fds[0], text_files[0], fds[0], text_files[i], 0) == 0);
}

/* The folder, with the input in all its files. */
static int text_folder(const char *data, size_t size)
{
	static int fds[2] = { -1, -1 };

	if (fds[0] < 0)
		text_make_dir(fds);
	fuzz_check(ftruncate(fds[1], 0) == 0 && pwrite(fds[1], data, size, 0) == (ssize_t)size);
	return fds[0];
}

static void fuzz_symvers(const char *data, size_t size)
{
	struct symvers s = { 0 };
	struct err e = { 0 };
	int r = symvers_parse("Module.symvers", fuzz_text(data, size), size, &s, &e);
	char module[16];

	fuzz_told(r, &e);
	for (size_t i = 0; r == 0 && i < s.n; i++) {
		const struct export *x = symvers_find(&s, s.v[i].name);

		fuzz_check(x && streq(x->name, s.v[i].name) && x->ns && *x->module);
		export_module(x, module, sizeof(module));
		fuzz_check(strlen(module) < sizeof(module));
	}
	symvers_done(&s);
}

static void fuzz_symlist(const char *data, size_t size)
{
	static const char *const objects[] = { "vmlinux", "mod" };

	for (size_t k = 0; k < ARRAY_SIZE(objects); k++) {
		struct symlist s = { 0 };
		struct err e = { 0 };
		int r = symlist_parse("kallsyms", fuzz_text(data, size), size, objects[k], &s, &e);

		fuzz_told(r, &e);
		for (size_t i = 0; r == 0 && i < s.n; i++) {
			unsigned pos = 0;
			size_t all = 0, n = symlist_find(&s, s.v[i].name, SYMLIST_ANY, &pos, &all);

			fuzz_check(n >= 1 && n <= all && (n > 1 || (pos >= 1 && pos <= all)));
			(void)symlist_find(&s, s.v[i].name, SYMLIST_LOCAL, &pos, &all);
		}
		symlist_done(&s);
	}
}

static void fuzz_modorder(const char *data, size_t size)
{
	static const char *const names[] = { "ext4", "snd_pcm", "twice", "nf_tables", "" };
	int dir = text_folder(data, size);
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int r = modorder_find(dir, names[i], path, sizeof(path));

		fuzz_check(r == 0 ? !fuzz_leads_out(path) && strlen(path) < sizeof(path) : r < 0);
	}
}

static void fuzz_argv(const struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		(void)fuzz_touch(w->v[i], strlen(w->v[i]));
	fuzz_check(!w->v || !w->v[w->n]);
}

static void fuzz_kcmd(const char *data, size_t size)
{
	static const char *const extra[] = { "-ffunction-sections", NULL };
	const struct kcmd_edit edit = { .output = "out.o", .depfile = "out.d", .extra = extra };
	struct words argv = { 0 };
	struct kcmd *k = NULL;
	struct err e = { 0 };
	int r = kcmd_parse("fs/.x.o.cmd", data, size, &k, &e);

	fuzz_told(r, &e);
	if (r < 0)
		return;
	fuzz_check(*k->object && *k->source && k->cc.n && !k->cc.has_syntax && !k->objtool.has_syntax);
	fuzz_argv(&k->cc);
	fuzz_argv(&k->deps);
	fuzz_argv(&k->configs);
	if (kcmd_compile(k, &edit, &argv) == 0)
		fuzz_argv(&argv);
	words_clear(&argv);
	if (kcmd_objtool(k, "out.o", &argv) == 0)
		fuzz_argv(&argv);
	words_clear(&argv);
	kcmd_free(k);
}

static void fuzz_shwords(const char *data, size_t size)
{
	_cleanup_free_ char *path = strndup(data, size);
	struct words w = { 0 };
	size_t at = 0, steps = 0;

	fuzz_check(path != NULL);
	while (!memchr(data, '\0', size) && words_step(data, size, &at, &w) > 0) {
		fuzz_check(at <= size && steps++ <= size);
		fuzz_argv(&w);
	}
	words_clear(&w);
	at = strlen(path);
	kcmd_plain_path(path);
	fuzz_check(strlen(path) <= at && !strstr(path, "//"));
}

static void fuzz_kmakefile(const char *data, size_t size)
{
	static const char *const sources[] = { "fs/ext4/super.c", "fs/open.c", "fs/ext4/", "super.c" };
	static const char config[] = "CONFIG_EXT4_FS=m\nCONFIG_FS=y\n# CONFIG_OFF is not set\n";
	int dir = text_folder(data, size);
	char option[80];

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		enum kmakefile_answer a = kmakefile_ask(dir, sources[i], config, strlen(config), option);

		fuzz_check((unsigned)a <= KMAKEFILE_UNLISTED && strlen(option) < sizeof(option));
		(void)kmakefile_ask(dir, sources[i], data, size, option);
	}
}

static void fuzz_kconfig(const char *data, size_t size)
{
	static const char was[] = "CONFIG_SMP=y\nCONFIG_NR_CPUS=64\nCONFIG_NAME=\"a\"\n";
	static const char *const options[] = { "CONFIG_SMP", "CONFIG_NAME", "CONFIG_", "" };
	char buf[24];

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		int r = kconfig_value(data, size, options[i], buf, sizeof(buf));

		fuzz_check(r < 0 || ((size_t)r < sizeof(buf) && strlen(buf) <= (size_t)r));
	}
	fuzz_check(kconfig_diff(data, size, data, size, buf, sizeof(buf)) <= 0);
	fuzz_check(kconfig_diff(was, strlen(was), data, size, buf, sizeof(buf)) >= -ENOMEM);
	fuzz_check(strlen(buf) < sizeof(buf));
}

static void fuzz_genksyms(const char *data, size_t size)
{
	struct export_crcs c = { 0 };
	struct export_causes causes = { 0 };
	uint32_t crc;

	fuzz_check(export_crcs_parse(fuzz_text(data, size), size, &c) == 0);
	for (size_t i = 0; i < c.n; i++)
		fuzz_check(export_crcs_find(&c, c.v[i].name, &crc));
	for (const char *p = data, *end = data + size; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		_cleanup_free_ char *line = fuzz_exact(p, (size_t)((nl ? nl : end) - p));

		(void)export_causes_line(&causes, line, (size_t)((nl ? nl : end) - p));
		p = nl ? nl + 1 : end;
	}
	for (size_t i = 0; i < causes.n; i++)
		fuzz_check(export_causes_find(&causes, causes.v[i].name) != NULL);
	export_causes_done(&causes);
	export_crcs_done(&c);
}

static void fuzz_names(const char *data, size_t size)
{
	_cleanup_free_ char *s = strndup(data, MIN(size, 600u));
	struct table_sizes sizes;
	struct banner banner;
	struct err e = { 0 };
	bool may;

	fuzz_check(s != NULL);
	fuzz_told(table_sizes_parse(s, &sizes, &e), &e);
	e = (struct err){ 0 };
	fuzz_told(banner_parse(data, size, &banner, &e), &e);
	fuzz_check(name_same_stem(s, s) && name_stem_cmp(s, s) == 0);
	fuzz_check(name_base_len(s) <= strlen(s) && name_parent_len(s, &may) <= strlen(s));
	fuzz_check((name_stem_cmp(s, "f.1") < 0) == (name_stem_cmp("f.1", s) > 0));
	(void)name_is_own(s);
	fuzz_check(!wrapper_is_module_name(s) || (!strchr(s, '/') && *s));
	fuzz_check(!release_is_sane(s) || !strchr(s, '/'));
	(void)table_find(s);
}

/* What a compiler says that it read. */
static void fuzz_deps(const char *data, size_t size)
{
	static const struct farm_file file = { "fs/x.c", "", 0 };
	static const struct farm_check check = { "/", "/view", "/", &file, 1, "fs/x.c" };
	char depfile[300];
	struct err e = { 0 };

	(void)text_folder(data, size);
	FORMAT(depfile, "%s/%s", text_dir, text_files[0]);
	fuzz_told(farm_check_deps(&check, depfile, &e), &e);
}

#endif
