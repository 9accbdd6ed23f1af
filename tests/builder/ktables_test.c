// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of kallsyms in a made-up image: found in each layout, decoded
 * in the kernel's order, with the positions it counts; and not taken where
 * anything in them does not fit.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/ksyms.h"

#define N 700

/* The image's symbols; names repeat every 60, and one is long. */
static struct kernel_sym syms[N];
static char names[N][512];

static void fill_syms(bool percpu)
{
	for (unsigned i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "sys_name_%u", i % 60);
		syms[i] = (struct kernel_sym){ names[i], KERNEL_BASE + (uint64_t)i * 0x1000,
					       i % 2 ? 't' : 'D' };
		if (percpu && i < 5)
			syms[i].address = (uint64_t)i * 64;
	}
	/* as long as the kernel allows */
	memset(names[500], 'x', 511);
	names[500][511] = '\0';
}

static struct bytes make(const struct kernel_opts *o, struct kernel_places *at)
{
	fill_syms(o->percpu);
	return kernel_make(syms, N, o, at);
}

static int decode(struct bytes image, struct ksyms *ret, struct err *e)
{
	_cleanup_(elf_freep) struct elf *elf = NULL;
	struct ktables t;
	int r = elf_open_image(image.data, image.len, &elf, e);

	r = r < 0 ? r : ktables_find(elf, &t, e);
	return r < 0 ? r : ksyms_read(&t, ret, e);
}

static void expect_all(const struct ksyms *k)
{
	assert_int_equal(k->n, N);
	for (uint32_t i = 0; i < N; i++) {
		unsigned at = k->v[i].position, of = k->v[i].of;

		assert_string_equal(ksym_name(k, &k->v[i]), names[i]);
		assert_int_equal(k->v[i].address, syms[i].address);
		assert_int_equal(k->v[i].type, syms[i].type);
		if (i == 500) {
			assert_int_equal(of, 1);
		} else if (i % 60 != 500 % 60) {
			assert_int_equal(of, i % 60 < N % 60 ? N / 60 + 1 : N / 60);
			assert_int_equal(at, i / 60 + 1);
		}
	}
}

static void every_layout_is_decoded_in_the_kernels_order(void **state)
{
	static const struct kernel_opts layouts[] = {
		{ .percpu = true },
		{ .percpu = true, .sequences = true },
		{ 0 },
		{ .names_first = true, .percpu = true },
		{ .names_first = true },
		{ .names_first = true, .place = true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		struct kernel_places at;
		struct bytes image = make(&layouts[i], &at);
		struct ksyms k;
		struct err e = { 0 };

		assert_int_equal(decode(image, &k, &e), 0);
		expect_all(&k);
		ksyms_done(&k);
		free(image.data);
	}
}

static void a_name_is_looked_up(void **state)
{
	struct kernel_opts o = { 0 };
	struct kernel_places at;
	struct bytes image = make(&o, &at);
	const uint32_t *same;
	struct ksyms k;

	assert_int_equal(decode(image, &k, NULL), 0);
	assert_int_equal(ksyms_named(&k, "sys_name_7", &same), 12);
	for (unsigned i = 0; i < 12; i++)
		assert_int_equal(same[i], 7 + 60 * i);
	assert_int_equal(ksyms_named(&k, "sys_name_60", &same), 0);
	assert_int_equal(ksyms_named(&k, "", &same), 0);
	assert_int_equal(ksyms_named(&k, "zzz", &same), 0);
	ksyms_done(&k);
	free(image.data);
}

/* Each of these makes tables that contradict each other; none may be half believed. */
static void what_does_not_fit_is_not_taken(void **state)
{
	static const struct kernel_opts o = { .names_first = true, .percpu = true };
	struct kernel_places at;
	struct bytes image = make(&o, &at);
	const size_t places[] = { at.count, at.names, at.markers + 4, at.tokens, at.index + 40, at.base + 7 };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char *byte = image.data + sizeof(Elf64_Ehdr) + places[i], old = *byte;
		struct ksyms k;
		struct err e = { 0 };

		*byte = (char)(old + 1);
		if (places[i] == at.base + 7)
			*byte = 0x7f;
		if (decode(image, &k, &e) != -EOPNOTSUPP)
			fail_msg("place %zu is believed", i);
		assert_non_null(strstr(e.text, "no symbol table of kallsyms can be read"));
		*byte = old;
	}
	free(image.data);
}

static void addresses_out_of_order_are_not_taken(void **state)
{
	static const struct kernel_opts o = { 0 };
	struct kernel_places at;
	struct bytes image = make(&o, &at);
	struct ksyms k;

	memset(image.data + sizeof(Elf64_Ehdr) + at.offsets + 400, 0, 4);
	assert_int_equal(decode(image, &k, NULL), -EOPNOTSUPP);
	free(image.data);
}

/* Every 16 bytes the count of a table that could be there, and walking it leads nowhere. */
static void an_image_of_nothing_but_counts_is_given_up(void **state)
{
	static const unsigned char block[16] = { 0x40, 0x0d, 3, 0, 0, 0, 0, 0, 15, 1, 1, 1, 1, 1, 1, 1 };
	struct kernel_opts o = { 0 };
	struct kernel_places at;
	struct bytes real = make(&o, &at), image;
	size_t room = 4u << 20, tail = real.len - sizeof(Elf64_Ehdr) - at.tokens;
	struct kernel_rodata body = { malloc(room + tail), room + tail, 8 };
	struct ksyms k;

	assert_non_null(body.p);
	for (size_t i = 0; i < room; i++)
		body.p[i] = block[i % sizeof(block)];
	memcpy(body.p + room - (KERNEL_RODATA + room - at.tokens) % 8 + 8,
	       real.data + sizeof(Elf64_Ehdr) + at.tokens, tail - 8);
	image = kernel_elf(body);
	alarm(60);
	assert_int_equal(decode(image, &k, NULL), -EOPNOTSUPP);
	alarm(0);
	free(image.data);
	free(real.data);
	free(body.p);
}

static void damage_does_no_harm(void **state)
{
	static const struct kernel_opts layouts[] = { { .names_first = true, .percpu = true },
						      { .percpu = true, .sequences = true } };
	uint32_t seed = 1;

	for (uint64_t i = kernel_damages(50); i > 0; i--) {
		struct kernel_places at;
		struct bytes image = make(&layouts[i % 2], &at);
		struct ksyms k;

		kernel_damage(image, sizeof(Elf64_Ehdr), &seed);
		if (decode(image, &k, NULL) >= 0)
			ksyms_done(&k);
		free(image.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_layout_is_decoded_in_the_kernels_order),
		cmocka_unit_test(a_name_is_looked_up),
		cmocka_unit_test(what_does_not_fit_is_not_taken),
		cmocka_unit_test(addresses_out_of_order_are_not_taken),
		cmocka_unit_test(an_image_of_nothing_but_counts_is_given_up),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
