/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small module files for the tests of kmod/: C sources that lay out look-alike
 * livepatch structures exactly as the kernel does, compiled at test time in a
 * folder of their own, and edits of the bytes that come out.
 */
#ifndef KLPSH_TESTS_KMOD_FIXTURE_H
#define KLPSH_TESTS_KMOD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the above first */
#include <cmocka.h>
#include <elf.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/root.h"

/* KOBJ: bytes of a kobject, which the kernel's configuration decides. */
#define FIXTURE_STRUCTS                                                                                      \
	"#ifndef KOBJ\n#define KOBJ 64\n#endif\n"                                                            \
	"struct list_head { void *next, *prev; };\n"                                                         \
	"struct kobject { long b[KOBJ / 8]; };\n"                                                            \
	"struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos;\n"                \
	"	void *old_func; struct kobject kobj; struct list_head node, stack_node;\n"                         \
	"	unsigned long old_size, new_size; _Bool nop, patched, transition; };\n"                            \
	"struct klp_object;\n"                                                                               \
	"struct klp_callbacks { int (*pre_patch)(struct klp_object *);\n"                                    \
	"	void (*post_patch)(struct klp_object *), (*pre_unpatch)(struct klp_object *),\n"                   \
	"	(*post_unpatch)(struct klp_object *); _Bool post_unpatch_enabled; };\n"                            \
	"struct klp_object { const char *name; struct klp_func *funcs; struct klp_callbacks callbacks;\n"    \
	"	struct kobject kobj; struct list_head func_list, node; void *mod;\n"                               \
	"	_Bool dynamic, patched; };\n"                                                                      \
	"struct klp_patch { void *mod; struct klp_object *objs; void *states; _Bool replace;\n"              \
	"	struct list_head list; struct kobject kobj; struct list_head obj_list;\n"                          \
	"	_Bool enabled, forced; long work[8]; };\n"                                                         \
	"struct module { int state; struct list_head list; char name[56]; char rest[400]; };\n"              \
	"struct module __this_module __attribute__((section(\".gnu.linkonce.this_module\"))) =\n"            \
	"	{ .name = \"fixture_lp\" };\n"                                                                     \
	"#define INFO(n, s) static const char info_##n[] __attribute__((section(\".modinfo\"), used,"        \
	" aligned(1))) = s\n"                                                                                \
	"#ifndef RELEASE\n#define RELEASE \"6.1.0-1-amd64\"\n#endif\n"                                       \
	"INFO(vermagic, \"vermagic=\" RELEASE \" SMP preempt mod_unload modversions \");\n"                  \
	"INFO(name, \"name=fixture_lp\");\n"                                                                 \
	"asm(\".pushsection .note.gnu.build-id,\\\"a\\\",@note\\n.long 4,8,3\\n.asciz \\\"GNU\\\"\\n\"\n"    \
	"	\".byte 0xde,0xad,0xbe,0xef,0,1,2,3\\n.popsection\\n\");\n"                                        \
	"int klp_enable_patch(struct klp_patch *);\n"

#define FIXTURE_LIVEPATCH "INFO(livepatch, \"livepatch=Y\");\n"

/* Two objects, three functions, callbacks, sympos, replace. */
#define FIXTURE_PLAIN                                                                                        \
	FIXTURE_STRUCTS FIXTURE_LIVEPATCH                                                                    \
		"INFO(license, \"license=GPL\"); INFO(description, \"description=two objects\");\n"          \
		"INFO(version, \"version=7\"); INFO(srcversion, \"srcversion=0123456789ABCDEF\");\n"         \
		"INFO(depends, \"depends=alpha,beta\");\n"                                                   \
		"static int new_open(int a) { return a + 1; }\n"                                             \
		"static int new_show(int a) { return a + 2; }\n"                                             \
		"static int new_read(int a) { return a + 3; }\n"                                             \
		"static int before(struct klp_object *o) { return o != 0; }\n"                               \
		"static void after(struct klp_object *o) { asm volatile(\"\" : : \"r\"(o)); }\n"             \
		"static struct klp_func mod_funcs[] = {\n"                                                   \
		"	{ .old_name = \"old_open\", .new_func = new_open },\n"                                     \
		"	{ .old_name = \"old_show\", .new_func = new_show, .old_sympos = 17 }, {} };\n"             \
		"static struct klp_func vmlinux_funcs[] = {\n"                                               \
		"	{ .old_name = \"old_read\", .new_func = new_read }, {} };\n"                               \
		"static struct klp_object objs[] = {\n"                                                      \
		"	{ .name = \"zz_mod\", .funcs = mod_funcs, .callbacks = { .pre_patch = before,\n"           \
		"	  .post_unpatch = after } },\n"                                                            \
		"	{ .funcs = vmlinux_funcs }, {} };\n"                                                       \
		"static struct klp_patch patch = { .mod = &__this_module, .objs = objs, .replace = 1 };\n"   \
		"int init_module(void) { return klp_enable_patch(&patch); }\n"

struct bytes {
	char *data;
	size_t len;
};

static inline void fixture_dir(char dir[32])
{
	snprintf(dir, 32, "/tmp/klpsh-kmod-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static inline void fixture_write(const char *path, const void *data, size_t len)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
}

static inline struct bytes fixture_read(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct bytes b = { 0 };

	assert_true(fd >= 0);
	assert_int_equal(fd_read_all(fd, 64u << 20, &b.data, &b.len), 0);
	return b;
}

static inline void fixture_run(const char *const *argv)
{
	extern char **environ;
	pid_t pid;
	int status;

	assert_int_equal(posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define FIXTURE_ARGS 16

/* Runs "TOOL... -o OBJECT SOURCE" over a file that ends in ext; NULL-terminated. The bytes are the caller's.
 */
static inline struct bytes fixture_object(const char *ext, const char *source, const char *const *tool)
{
	const char *argv[FIXTURE_ARGS + 4];
	char dir[32], in[64], out[64];
	struct bytes b;
	size_t n = 0;

	fixture_dir(dir);
	FORMAT(in, "%s/f%s", dir, ext);
	FORMAT(out, "%s/f.o", dir);
	fixture_write(in, source, strlen(source));
	for (; *tool && n < FIXTURE_ARGS; tool++)
		argv[n++] = *tool;
	argv[n++] = "-o";
	argv[n++] = out;
	argv[n++] = in;
	argv[n] = NULL;
	fixture_run(argv);
	b = fixture_read(out);
	unlink(in);
	unlink(out);
	rmdir(dir);
	return b;
}

/* Compile; flags: up to four, NULL-terminated, or NULL. The object's bytes are the caller's. */
static inline struct bytes fixture_compile(const char *source, const char *const *flags)
{
	const char *argv[FIXTURE_ARGS] = {
		"gcc", "-w", "-O1", "-c", "-fno-pic", "-mcmodel=kernel", "-fno-asynchronous-unwind-tables"
	};

	for (size_t n = 7; flags && *flags && n < 11; flags++)
		argv[n++] = *flags;
	return fixture_object(".c", source, argv);
}

static inline Elf64_Ehdr *fixture_ehdr(struct bytes b)
{
	return (Elf64_Ehdr *)(void *)b.data;
}

static inline Elf64_Shdr *fixture_shdr(struct bytes b, size_t i)
{
	return (Elf64_Shdr *)(void *)(b.data + fixture_ehdr(b)->e_shoff) + i;
}

static inline char *fixture_section_name(struct bytes b, size_t i)
{
	return b.data + fixture_shdr(b, fixture_ehdr(b)->e_shstrndx)->sh_offset + fixture_shdr(b, i)->sh_name;
}

/* The header of a section that must be there. */
static inline Elf64_Shdr *fixture_section(struct bytes b, const char *name)
{
	for (size_t i = 1; i < fixture_ehdr(b)->e_shnum; i++)
		if (streq(fixture_section_name(b, i), name))
			return fixture_shdr(b, i);
	fail_msg("no section %s", name);
	return NULL;
}

/* A symbol that must be there; *ret_name gets its place in the string table. */
static inline Elf64_Sym *fixture_symbol(struct bytes b, const char *name, char **ret_name)
{
	Elf64_Shdr *table = fixture_section(b, ".symtab");
	char *names = b.data + fixture_shdr(b, table->sh_link)->sh_offset;
	Elf64_Sym *v = (Elf64_Sym *)(void *)(b.data + table->sh_offset);

	for (size_t i = 1; i < table->sh_size / sizeof(*v); i++) {
		if (!streq(names + v[i].st_name, name))
			continue;
		if (ret_name)
			*ret_name = names + v[i].st_name;
		return &v[i];
	}
	fail_msg("no symbol %s", name);
	return NULL;
}

#endif
