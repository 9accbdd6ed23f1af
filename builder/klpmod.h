/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A linked module becomes a livepatch module: relocations against symbols that
 * only livepatch can find move into sections of their own, which the kernel
 * resolves by kallsyms (Documentation/livepatch/module-elf-format.rst). What
 * it does not name stays as kbuild wrote it: sections, order, data, versions.
 * To be done before the module is signed.
 */
#ifndef KLPSH_BUILDER_KLPMOD_H
#define KLPSH_BUILDER_KLPMOD_H

#include "kmod/elf.h"

#define KLPMOD_OBJECT_MAX 55u /* what the kernel's sscanf() takes */
#define KLPMOD_SYMBOL_MAX 511u
#define KLPMOD_ALIAS "klpsh_new_" /* how aliases begin */

/* An undefined symbol of the module, and what it is in the kernel. */
struct klpmod_symbol {
	const char *name; /* in the module, each once */
	const char *object; /* "vmlinux" or the module that has it */
	const char *real; /* its name there */
	unsigned long sympos; /* 0: the only one of its name */
	/*
	 * The patched object with which it is resolved; NULL: with `object`. For a
	 * symbol of a module that is not patched itself but was loaded before the
	 * patched one. What vmlinux has is always resolved with vmlinux.
	 */
	const char *with;
};

struct klpmod_spec {
	const struct klpmod_symbol *symbols;
	size_t n_symbols;
	/* Names of functions that only stood in for real ones at the same place: they go. */
	const char *const *aliases;
	size_t n_aliases;
	/* Global symbols that become local. One that is not there is no error. */
	const char *const *locals;
	size_t n_locals;
	/* May a symbol stay undefined, as it is exported? NULL: every one may. */
	bool (*is_exported)(void *arg, const char *name);
	void *arg;
};

/*
 * Rewrite a module. *ret is the caller's to free. -ENOEXEC: damaged or of a
 * kind that kbuild does not make; -EINVAL: a name that livepatch cannot take,
 * an alias of nothing; -ENOENT: a symbol that is neither in the table nor
 * exported; -EFBIG, -ENOMEM; each with e set.
 */
int klpmod_rewrite(const void *ko, size_t len, const struct klpmod_spec *spec, char **ret, size_t *ret_len,
		   struct err *e);

#endif
