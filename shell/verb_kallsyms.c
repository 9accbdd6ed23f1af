/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `kallsyms`: the symbol table of a kernel image, as that kernel will have it,
 * with the positions that livepatches count.
 */
#include <errno.h>
#include <stdio.h>

#include "builder/kimage.h"
#include "builder/ksyms.h"
#include "core/text.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field symbol_fields[] = {
	{ "address", NULL, F_STR, 0, NULL,
	  "as linked, in hexadecimal; KASLR moves all but the absolute ones" },
	{ "type", NULL, F_STR, 0, NULL,
	  "letter as in /proc/kallsyms: t text, d data, b bss, r read-only, ..." },
	{ "sympos", NULL, F_INT, FIELD_RIGHT, NULL,
	  "position among the symbols of this name, from 1, as livepatches count it" },
	{ "of", NULL, F_INT, FIELD_RIGHT, NULL, "how many have this name" },
	{ "name", NULL, F_STR, FIELD_WIDE, NULL, "the symbol" },
};
static const struct shape shape_kallsyms = SHAPE("symbol", symbol_fields);

static int add(struct report *rep, const struct ksyms *k, uint32_t i)
{
	char type[2] = { k->v[i].type, '\0' }, name[KTABLES_NAME_MAX * 4];
	struct row *row = report_add(rep);
	int r = row ? row_strf(row, "address", "%016llx", (unsigned long long)k->v[i].address) : -ENOMEM;

	text_clean(name, sizeof(name), ksym_name(k, &k->v[i]), strlen(ksym_name(k, &k->v[i])));
	r = r < 0 ? r : row_int(row, "sympos", k->v[i].position);
	r = r < 0 ? r : row_int(row, "of", k->v[i].of);
	r = r < 0 ? r : row_str(row, "type", type);
	return r < 0 ? r : row_str(row, "name", name);
}

/* For people the whole table looks as /proc/kallsyms does. */
static int print_all(struct report *rep, const struct ksyms *k)
{
	char type[8], name[KTABLES_NAME_MAX * 4];
	size_t size = 0;
	FILE *out = open_memstream(&rep->text, &size);

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < k->n; i++) {
		text_clean(type, sizeof(type), &k->v[i].type, 1);
		text_clean(name, sizeof(name), ksym_name(k, &k->v[i]), strlen(ksym_name(k, &k->v[i])));
		fprintf(out, "%016llx %s %s\n", (unsigned long long)k->v[i].address, type, name);
	}
	return fclose(out) == 0 ? 0 : -ENOMEM;
}

static int list_all(const struct call *c, struct report *rep, const struct ksyms *k)
{
	int r = 0;

	if (!c->set.json && !c->set.plain)
		return print_all(rep, k);
	for (uint32_t i = 0; r >= 0 && i < k->n; i++)
		r = add(rep, k, i);
	return r;
}

static int list_named(const struct call *c, struct report *rep, const struct ksyms *k, const char *name,
		      struct err *e)
{
	const uint32_t *same;
	size_t n = ksyms_named(k, name, &same);
	int r = 0;

	if (!n)
		return err_set(e, -ENOENT, "no symbol %s is in %s", name, c->args[0]);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = add(rep, k, same[i]);
	return r < 0 ? out_of_memory(e) : 0;
}

/* Some kernels of Clang's LTO count NAME.llvm.HASH as NAME (kernel/kallsyms.c, cleanup_symbol_name()). */
static void warn_of_lto(struct call *c, const struct ksyms *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (strstr(ksym_name(k, &k->v[i]), ".llvm.")) {
			call_warn(c, "this kernel is built with LTO: it may count NAME.llvm.* as NAME, and "
				     "other positions result");
			return;
		}
}

static int read_symbols(const char *path, struct ksyms *ret, struct err *e)
{
	_cleanup_(kimage_freep) struct kimage *image = NULL;
	struct ktables tables;
	int r = kimage_read(path, &image, e);

	r = r < 0 ? r : ktables_find(image->elf, &tables, e);
	return r < 0 ? r : ksyms_read(&tables, ret, e);
}

static int kallsyms_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = report_new(&shape_kallsyms, true);
	struct ksyms k = { 0 };
	int r;

	if (!rep)
		return out_of_memory(e);
	r = read_symbols(c->args[0], &k, e);
	if (r >= 0)
		warn_of_lto(c, &k);
	if (r >= 0 && c->n_args > 1)
		r = list_named(c, rep, &k, c->args[1], e);
	else if (r >= 0 && list_all(c, rep, &k) < 0)
		r = out_of_memory(e);
	ksyms_done(&k);
	if (r >= 0)
		*ret = TAKE_PTR(rep);
	return r;
}

static const struct arg kallsyms_args[] = { { "IMAGE", ARG_FILE }, { "NAME", ARG_WORD, .optional = true } };

const struct verb verb_kallsyms = {
	.name = "kallsyms",
	.args = kallsyms_args,
	.n_args = ARRAY_SIZE(kallsyms_args),
	.help = "the symbol table of a kernel image, without its debug information",
	.details = "Reads a vmlinuz (packed with gzip, xz, zstd or lz4) or a vmlinux, finds the tables of "
		   "kallsyms in it and decodes them: the same symbols in the same order as /proc/kallsyms of "
		   "that kernel, without its modules. With NAME the symbols of that name, and the positions "
		   "(sympos) by which a livepatch tells them apart. Works without root.",
	.examples = "klpsh kallsyms /boot/vmlinuz-$(uname -r) type_show  # which of them is which\n"
		    "klpsh kallsyms /boot/vmlinuz-6.1.0-56-amd64 >symbols  # all",
	.shape = &shape_kallsyms,
	.run = kallsyms_run,
};
