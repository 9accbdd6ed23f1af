// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions written by hand in a section of their own: branches with and
 * without relocations, padding, and bytes that cannot be followed.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/flow.h"

/* A section, borrowed bytes and relocations. */
struct text {
	struct elf_section s;
	struct osection o;
};

static const struct osection *text(struct text *t, const void *bytes, size_t len, struct elf_rela *relocs,
				   size_t n)
{
	t->s = (struct elf_section){ .name = ".text.f", .data = bytes, .size = len };
	t->o = (struct osection){ .s = &t->s, .relocs = relocs, .n_relocs = n };
	return &t->o;
}

static struct elf_rela relocs[] = {
	{ .offset = 1, .type = R_X86_64_PLT32, .addend = -4 },
	{ .offset = 6, .type = R_X86_64_NONE },
};
static const unsigned char code[] = {
	0xe8, 0,    0,	  0,	0, /* 00 call, relocated */
	0xe8, 3,    0,	  0,	0, /* 05 call 0d; its relocation is none */
	0x74, 4, /* 0a je 10 */
	0xb8, 0xeb, 0xfe, 0xeb, 0xfe, /* 0c mov $0xfeebfeeb: no branches */
	0x0f, 0x85, 0xe9, 0xff, 0xff, 0xff, /* 11 jne 00 */
	0xe9, 4,    0,	  0,	0, /* 17 jmp 20 */
	0xc3, /* 1c ret */
	0xcc, 0x66, 0x90, /* 1d */
	0x90, /* 20, another function */
};
#define CODE_END 0x1d /* of the function */

struct found {
	size_t n, stop_at;
	struct {
		uint64_t at, target;
		unsigned width;
	} v[8];
};

static int note(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	struct found *f = arg;

	assert_true(f->n < ARRAY_SIZE(f->v));
	f->v[f->n].at = at;
	f->v[f->n].width = width;
	f->v[f->n++].target = target;
	return f->n == f->stop_at ? -ECANCELED : 0;
}

static void branches_without_relocation_are_listed(void **state)
{
	struct found f = { 0 };
	struct text t;
	struct err e = { 0 };

	text(&t, code, sizeof(code), relocs, ARRAY_SIZE(relocs));
	assert_int_equal(flow_branches(&t.o, 0, CODE_END, note, &f, &e), 0);
	assert_int_equal(f.n, 4);
	assert_int_equal(f.v[0].at, 6);
	assert_int_equal(f.v[0].width, 4);
	assert_int_equal(f.v[0].target, 0x0d);
	assert_int_equal(f.v[1].at, 0x0b);
	assert_int_equal(f.v[1].width, 1);
	assert_int_equal(f.v[1].target, 0x10);
	assert_int_equal(f.v[2].at, 0x13);
	assert_int_equal(f.v[2].target, 0);
	assert_int_equal(f.v[3].at, 0x18);
	assert_int_equal(f.v[3].target, 0x20);
}

static void the_caller_may_stop(void **state)
{
	struct found f = { .stop_at = 2 };
	struct text t;

	text(&t, code, sizeof(code), relocs, ARRAY_SIZE(relocs));
	assert_int_equal(flow_branches(&t.o, 0, CODE_END, note, &f, NULL), -ECANCELED);
	assert_int_equal(f.n, 2);
}

static void a_branch_out_of_the_section_is_told(void **state)
{
	static const unsigned char before[] = { 0x90, 0xeb, 0xfc }, behind[] = { 0xeb, 0x00 };
	struct found f = { 0 };
	struct text t;
	struct err e = { 0 };

	text(&t, before, sizeof(before), NULL, 0);
	assert_int_equal(flow_branches(&t.o, 0, 3, note, &f, &e), -EILSEQ);
	assert_string_equal(e.text, "the branch at 0x1 of .text.f leads out of it");
	text(&t, behind, sizeof(behind), NULL, 0);
	assert_int_equal(flow_branches(&t.o, 0, 2, note, &f, &e), -EILSEQ);
	assert_int_equal(f.n, 0);
}

static void the_instruction_of_a_field_is_found(void **state)
{
	uint64_t start = 99;
	struct insn i = { 0 };
	struct text t;
	struct err e = { 0 };

	text(&t, code, sizeof(code), relocs, ARRAY_SIZE(relocs));
	assert_int_equal(flow_insn_at(&t.o, 0, CODE_END, 0x0d, &start, &i, &e), 0);
	assert_int_equal(start, 0x0c);
	assert_int_equal(i.kind, INSN_MOV_IMM32_REG);
	assert_int_equal(flow_insn_at(&t.o, 0, CODE_END, 0x10, &start, &i, &e), 0);
	assert_int_equal(start, 0x0c);
	assert_int_equal(flow_insn_at(&t.o, 0, CODE_END, 0x11, &start, &i, &e), 0);
	assert_int_equal(start, 0x11);
	assert_int_equal(flow_insn_at(&t.o, 0, CODE_END, CODE_END, &start, &i, &e), -ENOENT);
	assert_string_equal(e.text, "no instruction of .text.f holds its byte at 0x1d");
	assert_int_equal(flow_insn_at(&t.o, 0x0c, CODE_END, 0x0a, &start, &i, &e), -ENOENT);
	assert_int_equal(start, 0x11);
}

static size_t count(const struct osection *s, uint64_t from, uint64_t *ret_last)
{
	struct flow f;
	struct insn i;
	size_t n = 0;

	assert_int_equal(flow_begin(&f, s, from, s->s->size, NULL), 0);
	while (flow_next(&f, ret_last, &i) > 0)
		n++;
	assert_int_equal(f.at, f.end);
	return n;
}

static void padding_is_passed_over(void **state)
{
	/* a function; zeros up to an alignment; another, that begins with a zero; zeros to the end */
	unsigned char bytes[0x27] = { [0] = 0x90, [1] = 0xc3, [0x10] = 0x00, [0x11] = 0xc8, [0x12] = 0xc3 };
	uint64_t last = 0;
	struct text t;

	text(&t, bytes, sizeof(bytes), NULL, 0);
	assert_int_equal(count(&t.o, 0, &last), 4);
	assert_int_equal(last, 0x12);
	/* one zero right before an aligned place is no padding: add %cl,%al */
	memset(bytes, 0x90, sizeof(bytes));
	bytes[0x0f] = 0;
	bytes[0x10] = 0xc8;
	assert_int_equal(count(&t.o, 0, &last), sizeof(bytes) - 1);
	assert_int_equal(count(&t.o, sizeof(bytes), &last), 0);
}

static void what_cannot_be_followed_is_told(void **state)
{
	static const unsigned char none[] = { 0x90, 0xea, 0x90 }, cut[] = { 0x90, 0x90, 0xe8, 0, 0 };
	struct found f = { 0 };
	struct text t;
	struct err e = { 0 };

	text(&t, none, sizeof(none), NULL, 0);
	assert_int_equal(flow_branches(&t.o, 0, 3, note, &f, &e), -EILSEQ);
	assert_string_equal(e.text, "the code in .text.f cannot be followed: no known instruction at 0x1");
	text(&t, cut, sizeof(cut), NULL, 0);
	assert_int_equal(flow_branches(&t.o, 0, 5, note, &f, &e), -EILSEQ);
	assert_string_equal(e.text,
			    "the code in .text.f cannot be followed: it ends within the instruction at 0x2");
	assert_int_equal(flow_branches(&t.o, 3, 6, note, &f, &e), -EINVAL);
	assert_string_equal(e.text, ".text.f holds no code from 0x3 to 0x6");
	assert_int_equal(flow_branches(&t.o, 3, 2, note, &f, &e), -EINVAL);
	t.s.data = NULL;
	assert_int_equal(flow_branches(&t.o, 0, 5, note, &f, &e), -EINVAL);
}

static int note_sane(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	const struct elf_section *s = arg;

	assert_true(at + width <= s->size && target < s->size);
	return 0;
}

static void damage_does_no_harm(void **state)
{
	uint32_t seed = 1;

	for (uint64_t k = kernel_damages(1); k > 0; k--) {
		struct bytes b = { malloc(sizeof(code)), sizeof(code) };
		struct text t;
		struct err e = { 0 };
		int r;

		assert_non_null(b.data);
		memcpy(b.data, code, sizeof(code));
		kernel_damage(b, 0, &seed);
		text(&t, b.data, b.len, relocs, ARRAY_SIZE(relocs));
		r = flow_branches(&t.o, 0, b.len, note_sane, &t.s, &e);
		assert_true(r == 0 || (r == -EILSEQ && e.text[0]));
		free(b.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(branches_without_relocation_are_listed),
		cmocka_unit_test(the_caller_may_stop),
		cmocka_unit_test(a_branch_out_of_the_section_is_told),
		cmocka_unit_test(the_instruction_of_a_field_is_found),
		cmocka_unit_test(padding_is_passed_over),
		cmocka_unit_test(what_cannot_be_followed_is_told),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
