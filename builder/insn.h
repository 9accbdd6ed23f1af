/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long an x86-64 instruction is, and which of its bytes are a displacement
 * or an immediate: as much as the differ needs to follow a function, no
 * operands, no names. Rests on the opcode maps of Intel's manual (volume 2,
 * appendix A, and chapter 2 for prefixes, ModRM, VEX and EVEX) in 64-bit mode.
 * Not known: XOP, 3DNow!, SSE4a's extrq and insertq, APX.
 */
#ifndef KLPSH_BUILDER_INSN_H
#define KLPSH_BUILDER_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSN_MAX 15 /* bytes; the processor takes no more */

enum insn_kind {
	INSN_OTHER,
	INSN_CALL_REL,
	INSN_JMP_REL, /* short and near */
	INSN_JCC_REL, /* short and near */
	INSN_LOOP_REL, /* loop, loope, loopne, jrcxz, xbegin */
	INSN_MOV_IMM32_REG, /* b8+r and c7 /0 with a register and four bytes; mov $imm32 to r32 or r64 */
	INSN_NOP, /* 90 and 0f 1f, in all lengths; not pause, not endbr64 */
	INSN_RET, /* near and far; not iret, sysret */
	INSN_UD2,
	INSN_INT3,
};

/*
 * Places are counted from the instruction's first byte; length 0: there is
 * none. The offset of a branch and the address of a mov from or to an absolute
 * place (a0 to a3) count as displacement. Of enter the immediate is 3 bytes.
 */
struct insn {
	uint8_t len;
	uint8_t opcode_map; /* 1, 2 (0f), 3 (0f 38), 4 (0f 3a); 6 and 7: maps 5 and 6 of EVEX */
	uint8_t opcode;
	uint8_t imm_at, imm_len;
	uint8_t disp_at, disp_len;
	uint8_t modrm_byte;
	uint8_t rex; /* 40 to 4f; 0: none, or VEX, EVEX */
	bool modrm;
	bool rip_relative; /* the displacement is from the instruction's end to an operand in memory */
	bool vex; /* VEX or EVEX: the opcode is one of their maps, which are others than without */
	enum insn_kind kind;
	int64_t rel; /* of a _REL: sign-extended, from the instruction's end to its target */
};

/*
 * Decode the instruction at p, of which len bytes may be read. 0; -EILSEQ: it
 * is none in 64-bit mode, or not known here; -ENODATA: cut off. Never reads
 * beyond len or INSN_MAX.
 */
int insn_decode(const unsigned char *p, size_t len, struct insn *ret);

/* Does it lead to a place that it names by a distance? Then rel is that. */
static inline bool insn_is_branch(const struct insn *i)
{
	return i->kind >= INSN_CALL_REL && i->kind <= INSN_LOOP_REL;
}

#endif
