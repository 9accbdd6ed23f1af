/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiles small C sources as the kernel compiles its own, in a folder that is
 * gone afterwards. Without a compiler the test is skipped.
 */
#ifndef KLPSH_TESTS_BUILDER_CC_H
#define KLPSH_TESTS_BUILDER_CC_H

#include "tests/builder/kernel.h"

/* -mrecord-mcount: a table of entry hooks, as the kernel's recordmcount or objtool would write it. */
static const char *const cc_flags[] = {
	"gcc",
	"-c",
	"-O2",
	"-std=gnu11",
	"-w",
	"-ffunction-sections",
	"-fdata-sections",
	"-pg",
	"-mfentry",
	"-mrecord-mcount",
	"-fno-strict-aliasing",
	"-fno-common",
	"-mcmodel=kernel",
	"-mno-red-zone",
	"-mno-sse",
	"-mno-mmx",
	"-mno-80387",
	"-ffreestanding",
	"-fno-PIE",
	"-fno-stack-protector",
	"-fcf-protection=none",
	"-fno-asynchronous-unwind-tables",
	"-fno-jump-tables",
	"-fno-ident",
};

/* Runs it in silence; its exit status, -1: it cannot be run. */
static inline int cc_run(const char *const *argv)
{
	extern char **environ;
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status, r;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (r)
		return -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

static inline void cc_dir(char dir[256])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, 256, "%s/klpsh-cc-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
}

/* define: "" or "NEW"; more: flags, NULL-terminated, or NULL. The object's bytes are the caller's. */
static inline struct bytes cc_compile(const char *source, const char *define, const char *const *more)
{
	const char *argv[64];
	char dir[256], in[280], out[280], def[64];
	size_t n = ARRAY_SIZE(cc_flags);
	struct bytes b = { 0 };
	int r;

	cc_dir(dir);
	snprintf(in, sizeof(in), "%s/a.c", dir);
	snprintf(out, sizeof(out), "%s/a.o", dir);
	snprintf(def, sizeof(def), "-D%s", *define ? define : "OLD");
	fixture_write(in, source, strlen(source));
	memcpy(argv, cc_flags, sizeof(cc_flags));
	for (; more && *more; more++)
		argv[n++] = *more;
	argv[n++] = def;
	argv[n++] = "-o";
	argv[n++] = out;
	argv[n++] = in;
	argv[n] = NULL;
	r = cc_run(argv);
	if (r == 0)
		b = fixture_read(out);
	unlink(in);
	unlink(out);
	rmdir(dir);
	if (r == -1) {
		print_message("there is no gcc to compile with\n");
		skip();
	}
	assert_int_equal(r, 0);
	return b;
}

#endif
