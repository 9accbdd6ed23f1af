/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For builder_fuzz.c: the builder's readers of objects, modules and kernel images.
 * A damaged object is divided, compared with sound ones both ways, written out and
 * proven against a sound module and kernel, and those against it.
 */
#ifndef KLPSH_TESTS_FUZZ_BUILDER_OBJECTS_H
#define KLPSH_TESTS_FUZZ_BUILDER_OBJECTS_H

#include <errno.h>

#include "builder/author.h"
#include "builder/btf.h"
#include "builder/exportabi.h"
#include "builder/extract.h"
#include "builder/insn.h"
#include "builder/kimage.h"
#include "builder/ksyms.h"
#include "builder/layoutcheck.h"
#include "builder/modproof.h"
#include "builder/source.h"
#include "builder/twinproof.h"
#include "builder/unlinked.h"
#include "tests/fuzz/fuzz.h"

/* Sound ones; none where there is no compiler. */
struct sound {
	struct object *objects[4];
	size_t n;
	struct object *module;
	const struct kimage *image;
	const struct ksyms *ksyms;
};
static struct sound sound;
static size_t n_written, n_proven; /* what went all the way */

static int name_it(void *arg, const struct extref *ref, char *name, size_t size)
{
	(void)arg;
	fuzz_check(ref->name && ref->section && ref->user);
	return snprintf(name, size, "k_%s", ref->name) >= (int)size ? -ENAMETOOLONG : 0;
}

/* What is written out must be an object again. */
static void write_out(const struct diff *d, struct refusals *to)
{
	const struct extract_options opt = { .file = "a.o", .resolve = name_it, .alias = "new_" };
	struct object *out = NULL;
	struct extract x = { 0 };
	struct err e = { 0 };

	if (extract_make(d, &opt, to, &x, &e) < 0)
		fuzz_told(-1, &e);
	else if (x.bytes)
		fuzz_check(object_parse(x.bytes, x.len, &out, &e) == 0 && ++n_written);
	object_free(out);
	extract_done(&x);
}

/* The object that it was made from, undamaged? */
static bool is_sound(const struct object *o)
{
	for (size_t i = 0; i < sound.n; i++)
		if (sound.objects[i]->len == o->len && !memcmp(sound.objects[i]->bytes, o->bytes, o->len))
			return true;
	return false;
}

static void compare_two(struct object *a, struct object *b)
{
	const struct diff_options opt = { .file = "a.o", .lines = true };
	struct refusals refusals = { 0 };
	struct diff *d = NULL;
	struct err e = { 0 };
	int r = diff_make(a, b, &opt, &refusals, &d, &e);

	fuzz_check(r <= 0 && (r < 0 || d));
	if (r == 0 && !diff_is_empty(d) && !refusals_count(&refusals)) {
		(void)twinproof(d, a, "a.c", &refusals);
		write_out(d, &refusals);
	}
	fuzz_check(a != b || !is_sound(a) || (r == 0 && diff_is_empty(d)));
	diff_free(d);
	refusals_done(&refusals);
	(void)unlinked_judge("kernel/bounds.c", a, b);
}

static void compare_layouts(const struct object *a, const struct object *b)
{
	struct layout_changes c = { 0 };
	struct err e = { 0 };
	int r = layoutcheck(a, b, &c, &e);

	fuzz_told(r, &e);
	for (size_t i = 0; r == 0 && i < c.n; i++)
		(void)fuzz_touch(c.v[i].member, strlen(c.v[i].member));
	if (r == 0)
		layout_changes_done(&c);
}

/* Prove it; then every symbol of it can be asked for. module NULL: in the kernel. */
static void prove(const struct object *o, const struct object *module)
{
	struct proof *p = NULL;
	struct err e = { 0 };
	int r = module ? proof_module(o, "a.c", module, &p, &e)
		       : proof_vmlinux(o, "a.c", sound.image, sound.ksyms, &p, &e);
	uint32_t pos, of;
	uint64_t address;

	fuzz_told(r, &e);
	n_proven += r == 0;
	for (size_t i = 1; r >= 0 && i < o->n_symbols; i++) {
		const struct elf_symbol *s = object_symbol(o, i);

		(void)proof_address(p, s, &address);
		if (proof_position(p, s, &pos, &of, NULL) == 0)
			fuzz_check(pos >= 1 && pos <= of);
	}
	proof_free(p);
}

static void prove_all(const struct object *o)
{
	if (sound.image)
		prove(o, NULL);
	if (sound.module)
		prove(o, sound.module);
	for (size_t i = 0; i < sound.n; i++)
		prove(sound.objects[i], o);
}

static void fuzz_object(const char *data, size_t size)
{
	struct object *o = NULL;
	struct err e = { 0 };
	struct words exports = { 0 };
	int r = object_parse(data, size, &o, &e);

	fuzz_told(r, &e);
	if (r < 0)
		return;
	(void)exportabi_list(o, &exports);
	words_clear(&exports);
	compare_two(o, o);
	for (size_t i = 0; i < sound.n; i++) {
		compare_two(sound.objects[i], o);
		compare_two(o, sound.objects[i]);
		compare_layouts(sound.objects[i], o);
	}
	prove_all(o);
	object_free(o);
}

static void fuzz_btf(const char *data, size_t size)
{
	struct btf_type_item item;
	struct table_sizes sizes;
	struct btf b = { 0 };
	struct err e = { 0 };
	uint32_t bytes;
	size_t at = 0;
	int r = btf_open(data, size, &b, &e);

	fuzz_told(r, &e);
	if (r < 0)
		return;
	while (btf_next(&b, &at, &item) > 0) {
		fuzz_check(at <= b.types_len && item.name);
		(void)fuzz_touch(item.name, strlen(item.name));
		(void)btf_struct_size(&b, item.name, &bytes);
	}
	table_sizes_btf(&b, &sizes);
	fuzz_check(sizes.n <= ARRAY_SIZE(sizes.v));
}

static void fuzz_ktables(const char *data, size_t size)
{
	struct elf *elf = NULL;
	struct ktables t;
	struct ksyms k = { 0 };
	struct err e = { 0 };
	int r;

	if (elf_open_image(data, size, &elf, NULL) < 0)
		return;
	r = ktables_find(elf, &t, &e);
	fuzz_told(r, &e);
	r = r < 0 ? r : ksyms_read(&t, &k, &e);
	for (size_t i = 0; r == 0 && i < k.n; i++) {
		const char *name = ksym_name(&k, &k.v[i]);
		const uint32_t *v;
		size_t n = ksyms_named(&k, name, &v);

		fuzz_check(n == k.v[i].of && k.v[i].position >= 1 && k.v[i].position <= n);
		fuzz_check(v[k.v[i].position - 1] == i);
	}
	ksyms_done(&k);
	elf_free(elf);
}

static void fuzz_kimage(const char *data, size_t size)
{
	struct kimage *k = NULL;
	struct banner banner;
	struct err e = { 0 };
	int r = kimage_parse("vmlinuz", data, size, &k, &e);

	fuzz_told(r, &e);
	if (r == 0) {
		fuzz_check(strlen(k->version) < sizeof(k->version) && k->elf);
		(void)fuzz_touch(k->bytes, k->len);
		(void)banner_find(k->bytes, k->len, &banner, NULL);
	}
	kimage_free(k);
}

static void fuzz_insn(const char *data, size_t size)
{
	for (size_t at = 0; at < size;) {
		_cleanup_free_ char *exact = fuzz_exact(data + at, MIN(size - at, (size_t)INSN_MAX));
		size_t len = MIN(size - at, (size_t)INSN_MAX);
		struct insn i;

		if (insn_decode((const unsigned char *)exact, len, &i) < 0) {
			at++;
			continue;
		}
		fuzz_check(i.len >= 1 && i.len <= len && i.imm_at + i.imm_len <= i.len &&
			   i.disp_at + i.disp_len <= i.len);
		at += i.len;
	}
}

#endif
