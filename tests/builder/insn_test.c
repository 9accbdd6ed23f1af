// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions of every form that kernels contain, as the GNU assembler writes
 * them: their length, their fields, their kind; what is none, and what is cut
 * off. In the table a byte 11 is of a displacement, 22 of an immediate.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/insn.h"

static const struct encoding {
	const char *text, *hex;
	enum insn_kind kind;
} encodings[] = {
	{ "nop", "90", INSN_NOP },
	{ "xchg %ax,%ax", "66 90", INSN_NOP },
	{ "nopl 0x11(%rax,%rax,1)", "0f 1f 44 00 11", INSN_NOP },
	{ "cs nopw 0x11111111(%rax,%rax,1)", "2e 66 0f 1f 84 00 11 11 11 11", INSN_NOP },
	{ "pause", "f3 90" },
	{ "xchg %eax,%r8d", "41 90" },
	{ "endbr64", "f3 0f 1e fa" },
	{ "push %rbp", "55" },
	{ "mov %rsp,%rbp", "48 89 e5" },
	{ "mov (%rsp),%rax", "48 8b 04 24" },
	{ "mov 0x11(%rsp,%rcx,8),%rax", "48 8b 44 cc 11" },
	{ "mov 0x11111111(,%rax,8),%rdi", "48 8b 3c c5 11 11 11 11" },
	{ "mov 0x11111111(%r13),%rdi", "49 8b bd 11 11 11 11" },
	{ "mov 0x11(%r13),%rdi", "49 8b 7d 11" },
	{ "mov 0x11111111(%rip),%rax", "48 8b 05 11 11 11 11" },
	{ "movl $0x22222222,0x11111111(%rip)", "c7 05 11 11 11 11 22 22 22 22" },
	{ "movw $0x2222,0x11(%rdi)", "66 c7 47 11 22 22" },
	{ "movb $0x22,%gs:0x11111111", "65 c6 04 25 11 11 11 11 22" },
	{ "cmpw $0x2222,0x11111111(%rip)", "66 81 3d 11 11 11 11 22 22" },
	{ "mov $0x22222222,%edi", "bf 22 22 22 22", INSN_MOV_IMM32_REG },
	{ "mov $0x22222222,%r9d", "41 b9 22 22 22 22", INSN_MOV_IMM32_REG },
	{ "mov $0x22222222,%rsi", "48 c7 c6 22 22 22 22", INSN_MOV_IMM32_REG },
	{ "mov $0x2222222222222222,%rax", "48 b8 22 22 22 22 22 22 22 22" },
	{ "mov $0x2222,%cx", "66 b9 22 22" },
	{ "mov $0x22,%r10b", "41 b2 22" },
	{ "movabs 0x1111111111111111,%al", "a0 11 11 11 11 11 11 11 11" },
	{ "movabs %eax,0x1111111111111111", "a3 11 11 11 11 11 11 11 11" },
	{ "addr32 mov 0x11111111,%al", "67 a0 11 11 11 11" },
	{ "push $0x22222222", "68 22 22 22 22" },
	{ "push $0x22", "6a 22" },
	{ "pushw $0x2222", "66 68 22 22" },
	{ "imul $0x22222222,%rax,%rdx", "48 69 d0 22 22 22 22" },
	{ "imul $0x22,0x11(%rax),%edx", "6b 50 11 22" },
	{ "test $0x22,%bl", "f6 c3 22" },
	{ "test $0x22222222,%eax", "a9 22 22 22 22" },
	{ "testw $0x2222,0x11(%rax)", "66 f7 40 11 22 22" },
	{ "testb $0x22,0x11111111(%rip)", "f6 05 11 11 11 11 22" },
	{ "testq $0x22222222,(%rdi)", "48 f7 07 22 22 22 22" },
	{ "notq 0x11(%rdi)", "48 f7 57 11" },
	{ "divl (%rdi)", "f7 37" },
	{ "enter $0x2222,$0x22", "c8 22 22 22" },
	{ "leave", "c9" },
	{ "ret", "c3", INSN_RET },
	{ "ret $0x2222", "c2 22 22", INSN_RET },
	{ "lret", "cb", INSN_RET },
	{ "lret $0x2222", "ca 22 22", INSN_RET },
	{ "iretq", "48 cf" },
	{ "int3", "cc", INSN_INT3 },
	{ "int $0x22", "cd 22" },
	{ "ud2", "0f 0b", INSN_UD2 },
	{ "ud1 %esp,%ecx", "0f b9 cc" },
	{ "addr32 ud1 0x11(%eax),%eax", "67 0f b9 40 11" },
	{ "call .+5+0x11111111", "e8 11 11 11 11", INSN_CALL_REL },
	{ "jmp .+5+0x11111111", "e9 11 11 11 11", INSN_JMP_REL },
	{ "jmp .+2+0x11", "eb 11", INSN_JMP_REL },
	{ "je .+2+0x11", "74 11", INSN_JCC_REL },
	{ "jne .+6+0x11111111", "0f 85 11 11 11 11", INSN_JCC_REL },
	{ "cs jne .+7+0x11111111", "2e 0f 85 11 11 11 11", INSN_JCC_REL },
	{ "cs call .+6+0x11111111", "2e e8 11 11 11 11", INSN_CALL_REL },
	{ "bnd jmp .+6+0x11111111", "f2 e9 11 11 11 11", INSN_JMP_REL },
	{ "loop .+2+0x11", "e2 11", INSN_LOOP_REL },
	{ "jrcxz .+2+0x11", "e3 11", INSN_LOOP_REL },
	{ "jecxz .+3+0x11", "67 e3 11", INSN_LOOP_REL },
	{ "xbegin .+6+0x11111111", "c7 f8 11 11 11 11", INSN_LOOP_REL },
	{ "xabort $0x22", "c6 f8 22" },
	{ "xend", "0f 01 d5" },
	{ "call *%rax", "ff d0" },
	{ "call *0x11111111(%rip)", "ff 15 11 11 11 11" },
	{ "notrack jmp *%r11", "3e 41 ff e3" },
	{ "notrack jmp *0x11111111(,%rax,8)", "3e ff 24 c5 11 11 11 11" },
	{ "xacquire lock orl $0x22222222,(%rdi)", "f2 f0 81 0f 22 22 22 22" },
	{ "lock cmpxchg16b %gs:0x11(%rdi)", "65 f0 48 0f c7 4f 11" },
	{ "rep movsb", "f3 a4" },
	{ "rep stosq", "f3 48 ab" },
	{ "pop 0x11(%rax)", "8f 40 11" },
	{ "in $0x22,%al", "e4 22" },
	{ "out %al,(%dx)", "ee" },
	{ "hlt", "f4" },
	{ "xlat", "d7" },
	{ "fwait", "9b" },
	{ "fninit", "db e3" },
	{ "fxsave64 (%rdi)", "48 0f ae 07" },
	{ "syscall", "0f 05" },
	{ "swapgs", "0f 01 f8" },
	{ "verw 0x11111111(%rip)", "0f 00 2d 11 11 11 11" },
	{ "mov %cr3,%rax", "0f 20 d8" },
	{ "mov %rax,%dr7", "0f 23 f8" },
	{ "cpuid", "0f a2" },
	{ "bt $0x22,%rax", "48 0f ba e0 22" },
	{ "btsq $0x22,0x11(%rdi)", "48 0f ba 6f 11 22" },
	{ "shld $0x22,%rax,%rdx", "48 0f a4 c2 22" },
	{ "movzbl 0x11(%rdi),%eax", "0f b6 47 11" },
	{ "movslq %edi,%rdi", "48 63 ff" },
	{ "bswap %r12", "49 0f cc" },
	{ "popcnt %rdi,%rax", "f3 48 0f b8 c7" },
	{ "emms", "0f 77" },
	{ "pshufd $0x22,%xmm1,%xmm2", "66 0f 70 d1 22" },
	{ "psrldq $0x22,%xmm1", "66 0f 73 d9 22" },
	{ "pinsrw $0x22,%eax,%xmm0", "66 0f c4 c0 22" },
	{ "shufps $0x22,0x11(%rdi),%xmm0", "0f c6 47 11 22" },
	{ "crc32q %rax,%rbx", "f2 48 0f 38 f1 d8" },
	{ "aesenc 0x11(%rdi),%xmm0", "66 0f 38 dc 47 11" },
	{ "movbe 0x11(%rdi),%rax", "48 0f 38 f0 47 11" },
	{ "pclmulqdq $0x22,0x11(%rdi),%xmm0", "66 0f 3a 44 47 11 22" },
	{ "palignr $0x22,%xmm1,%xmm2", "66 0f 3a 0f d1 22" },
	{ "sha1rnds4 $0x22,%xmm1,%xmm2", "0f 3a cc d1 22" },
	{ "vzeroupper", "c5 f8 77" },
	{ "vpaddd 0x11(%rdi),%ymm1,%ymm2", "c5 f5 fe 57 11" },
	{ "vpsrld $0x22,%ymm1,%ymm2", "c5 ed 72 d1 22" },
	{ "vpshufb 0x11111111(%rip),%ymm8,%ymm9", "c4 62 3d 00 0d 11 11 11 11" },
	{ "vinserti128 $0x22,0x11(%rsi),%ymm1,%ymm2", "c4 e3 75 38 56 11 22" },
	{ "vpgatherdd %ymm1,0x11(%rdi,%ymm2,4),%ymm3", "c4 e2 75 90 5c 97 11" },
	{ "rorx $0x22,%eax,%ebx", "c4 e3 7b f0 d8 22" },
	{ "andn %rax,%rbx,%rcx", "c4 e2 e0 f2 c8" },
	{ "kmovq %rax,%k1", "c4 e1 fb 92 c8" },
	{ "vpxorq 0x440(%rdi),%zmm1,%zmm2", "62 f1 f5 48 ef 57 11" },
	{ "vpternlogd $0x22,0x11111111(%rip),%zmm1,%zmm2", "62 f3 75 48 25 15 11 11 11 11 22" },
	{ "vpsrlq $0x22,%zmm1,%zmm2", "62 f1 ed 48 73 d1 22" },
	{ "vpermi2d %zmm1,%zmm2,%zmm3{%k1}{z}", "62 f2 6d c9 76 d9" },
	{ "vaddph %zmm1,%zmm2,%zmm3", "62 f5 6c 48 58 d9" },
	{ "vfmadd132ph %zmm1,%zmm2,%zmm3", "62 f6 6d 48 98 d9" },
	{ "incl %gs:0x11111111(%rip)", "65 ff 05 11 11 11 11" },
	{ "ljmp *0x11(%rax)", "ff 68 11" },
	{ "sysretq", "48 0f 07" },
	{ "sti", "fb" },
};

static size_t from_hex(const char *hex, unsigned char buf[INSN_MAX + 1])
{
	size_t n = 0;

	for (char *end; *hex && n <= INSN_MAX; hex = end)
		buf[n++] = (unsigned char)strtoul(hex, &end, 16);
	return n;
}

/* Where the bytes of a field are: the longest run of that value. */
static void find_field(const unsigned char *p, size_t n, unsigned char value, uint8_t *at, uint8_t *len)
{
	*at = *len = 0;
	for (size_t i = 0, j; i < n; i = j + 1) {
		for (j = i; j < n && p[j] == value; j++)
			;
		if (j - i <= *len)
			continue;
		*at = (uint8_t)i;
		*len = (uint8_t)(j - i);
	}
}

static void expect(const struct encoding *c)
{
	unsigned char p[INSN_MAX + 1];
	size_t n = from_hex(c->hex, p);
	uint8_t disp_at, disp_len, imm_at, imm_len;
	struct insn i;

	find_field(p, n, 0x11, &disp_at, &disp_len);
	find_field(p, n, 0x22, &imm_at, &imm_len);
	if (insn_decode(p, n, &i) < 0)
		fail_msg("%s (%s) is not decoded", c->text, c->hex);
	if (i.len != n || i.kind != c->kind || i.disp_at != disp_at || i.disp_len != disp_len ||
	    i.imm_at != imm_at || i.imm_len != imm_len || i.rip_relative != !!strstr(c->text, "(%rip)"))
		fail_msg("%s (%s): %u bytes, kind %d, displacement %u+%u, immediate %u+%u%s", c->text, c->hex,
			 i.len, (int)i.kind, i.disp_at, i.disp_len, i.imm_at, i.imm_len,
			 i.rip_relative ? ", rip-relative" : "");
	assert_int_equal(i.rel, !insn_is_branch(&i) ? 0 : disp_len == 1 ? 0x11 : 0x11111111);
}

static void every_form_has_its_length_fields_and_kind(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++)
		expect(&encodings[i]);
}

static void an_instruction_cut_off_anywhere_is_told(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
		unsigned char p[INSN_MAX + 1];
		size_t n = from_hex(encodings[i].hex, p);

		while (n--) {
			unsigned char *exact = malloc(n + 1);
			struct insn ret = { .len = 99 };

			memcpy(exact + 1, p, n); /* the end is the allocation's */
			assert_int_equal(insn_decode(exact + 1, n, &ret), -ENODATA);
			assert_int_equal(ret.len, 99);
			free(exact);
		}
	}
}

static int decode(const char *hex, struct insn *ret)
{
	unsigned char p[INSN_MAX + 1];

	return insn_decode(p, from_hex(hex, p), ret);
}

static void what_is_no_instruction_in_64_bit_mode_is_told(void **state)
{
	static const char *const none[] = {
		"06", /* push %es */
		"27", /* decimal adjust */
		"60", /* pusha */
		"82 c0 01",
		"9a 00 00 00 00 00 00", /* lcall */
		"ce", /* into */
		"d4 0a", /* aam */
		"ea 00 00 00 00 00 00", /* ljmp */
		"0f 04",
		"0f 0f c1 9e", /* 3DNow! */
		"0f 24 c0",
		"0f 38 0c c0",
		"0f 3a 00 c0 00",
		"0f ba c0 01", /* /0 */
		"8f e8 78 c0 c1 01", /* XOP */
		"c6 c8 01",
		"c7 c8 01 00 00 00",
		"fe d0",
		"ff f8",
		"66 0f 78 c0 01 02", /* SSE4a */
		"66 c5 f8 77", /* VEX behind 66 */
		"48 c5 f8 77", /* and behind REX */
		"f0 62 f1 f5 48 ef d1",
		"c5 f8 85 c0", /* jcc is not in VEX's map */
		"c4 e4 78 c0 c0", /* its map 4 */
		"62 f4 7c 08 c0 c0", /* EVEX's map 4 */
		"62 f9 7c 08 58 c0", /* bit 3 */
		"62 f1 78 08 58 c0", /* without the bit that is always set */
	};
	struct insn i;

	for (size_t k = 0; k < ARRAY_SIZE(none); k++)
		if (decode(none[k], &i) != -EILSEQ)
			fail_msg("%s is decoded", none[k]);
}

static void more_than_15_bytes_are_no_instruction(void **state)
{
	struct insn i;

	assert_int_equal(decode("66 66 66 66 2e 0f 1f 84 00 00 00 00 00", &i), 0);
	assert_int_equal(i.len, 13);
	assert_int_equal(decode("66 66 66 66 66 66 2e 0f 1f 84 00 00 00 00 00", &i), 0);
	assert_int_equal(i.len, 15);
	assert_int_equal(decode("66 66 66 66 66 66 66 2e 0f 1f 84 00 00 00 00 00", &i), -EILSEQ);
	assert_int_equal(decode("66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", &i), -EILSEQ);
}

static void branches_keep_their_sign_and_their_four_bytes(void **state)
{
	struct insn i;

	assert_int_equal(decode("eb fe", &i), 0);
	assert_int_equal(i.rel, -2);
	assert_int_equal(decode("0f 84 fb ff ff ff", &i), 0);
	assert_int_equal(i.rel, -5);
	/* 66 shortens no branch, on Intel's processors */
	assert_int_equal(decode("66 e8 00 00 00 80", &i), 0);
	assert_int_equal(i.len, 6);
	assert_int_equal(i.rel, INT32_MIN);
	/* but the one of xbegin */
	assert_int_equal(decode("66 c7 f8 fe ff", &i), 0);
	assert_int_equal(i.rel, -2);
}

static void only_the_last_rex_counts_and_only_before_the_opcode(void **state)
{
	struct insn i;

	assert_int_equal(decode("48 b8 00 00 00 00 00 00 00 00", &i), 0);
	assert_int_equal(i.len, 10);
	assert_int_equal(decode("48 2e b8 00 00 00 00", &i), 0);
	assert_int_equal(i.len, 7);
	assert_int_equal(i.rex, 0);
	assert_int_equal(decode("48 41 b8 00 00 00 00", &i), 0);
	assert_int_equal(i.rex, 0x41);
	/* W is stronger than 66 */
	assert_int_equal(decode("66 48 c7 c0 00 00 00 00", &i), 0);
	assert_int_equal(i.imm_len, 4);
}

static void maps_and_opcodes_are_told_apart(void **state)
{
	static const struct {
		const char *hex;
		uint8_t map, opcode;
		bool vex, modrm;
	} v[] = {
		{ "90", 1, 0x90, false, false },
		{ "0f a2", 2, 0xa2, false, false },
		{ "0f 38 f0 00", 3, 0xf0, false, true },
		{ "66 0f 3a 44 c1 00", 4, 0x44, false, true },
		{ "c5 f8 77", 2, 0x77, true, false },
		{ "c4 e2 e0 f2 c8", 3, 0xf2, true, true },
		{ "c4 e3 7b f0 d8 22", 4, 0xf0, true, true },
		{ "62 f6 6d 48 98 d9", 7, 0x98, true, true },
	};
	struct insn i;

	for (size_t k = 0; k < ARRAY_SIZE(v); k++) {
		assert_int_equal(decode(v[k].hex, &i), 0);
		assert_int_equal(i.opcode_map, v[k].map);
		assert_int_equal(i.opcode, v[k].opcode);
		assert_int_equal(i.vex, v[k].vex);
		assert_int_equal(i.modrm, v[k].modrm);
	}
}

/* What holds whatever the bytes are; ASan watches that none behind the end is read. */
static void expect_sane(const unsigned char *p, size_t n)
{
	struct insn i;
	int r = insn_decode(p, n, &i);

	if (r < 0) {
		assert_true(r == -EILSEQ || (r == -ENODATA && n < INSN_MAX));
		return;
	}
	assert_in_range(i.len, 1, MIN(n, (size_t)INSN_MAX));
	assert_true(i.disp_at + i.disp_len <= i.len && i.imm_at + i.imm_len <= i.len);
	assert_true(!i.disp_len == !i.disp_at && !i.imm_len == !i.imm_at);
	assert_true(!i.disp_len || !i.imm_len || i.disp_at + i.disp_len == i.imm_at);
	assert_true(!i.rip_relative || i.disp_len == 4);
}

static void random_bytes_do_no_harm(void **state)
{
	static const unsigned char begins[] = { 0x0f, 0x62, 0x66, 0xc4, 0xc5, 0xf3, 0x48, 0xf2 };
	uint32_t seed = 1;

	for (uint64_t k = 5 * kernel_damages(1); k > 0; k--) {
		unsigned char bytes[20], *exact;
		size_t n = k % sizeof(bytes);

		for (size_t j = 0; j < n; j++) {
			seed = seed * 1664525 + 1013904223;
			bytes[j] = (unsigned char)(seed >> 24);
		}
		for (size_t j = 0; j < n && j < (seed >> 8) % 4; j++)
			bytes[j] = begins[(seed >> (10 + 3 * j)) % sizeof(begins)];
		exact = malloc(n + 1);
		memcpy(exact + 1, bytes, n);
		expect_sane(exact + 1, n);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_has_its_length_fields_and_kind),
		cmocka_unit_test(an_instruction_cut_off_anywhere_is_told),
		cmocka_unit_test(what_is_no_instruction_in_64_bit_mode_is_told),
		cmocka_unit_test(more_than_15_bytes_are_no_instruction),
		cmocka_unit_test(branches_keep_their_sign_and_their_four_bytes),
		cmocka_unit_test(only_the_last_rex_counts_and_only_before_the_opcode),
		cmocka_unit_test(maps_and_opcodes_are_told_apart),
		cmocka_unit_test(random_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
