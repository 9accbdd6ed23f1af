/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The opcode maps of Intel's manual (volume 2, appendix A) in 64-bit mode,
 * brought down to what follows an opcode: a letter each, for insn.c only.
 * Where a mandatory prefix makes an opcode valid it passes without it, too,
 * as do unknown opcodes of the maps of VEX and EVEX in which all are alike:
 * the length is the same.
 *
 * -  not an instruction     p  a prefix               x  leads to another map
 * .  nothing                b  imm8                   w  imm16
 * z  imm16, imm32           v  imm16, imm32, imm64    e  imm16 and imm8
 * j  rel8                   l  rel32                  o  the address, 8 bytes or 4
 * M  ModRM                  B  ModRM, imm8            Z  ModRM, imm16 or imm32
 * R  ModRM that always is a register
 * ModRM whose reg field decides (insn_map_by_reg): P pop, N mov imm8, L mov imm32,
 * G and H test and its like, F and K inc and its like, T bt. X: xbegin.
 */
#ifndef KLPSH_BUILDER_INSN_MAP_H
#define KLPSH_BUILDER_INSN_MAP_H

#include <stdint.h>

/* Of map 1, 2 (0f), 3 (0f 38), 4 (0f 3a). */
int insn_map_letter(unsigned map, uint8_t opcode);
/* Of a map of VEX or EVEX by its number there. */
int insn_map_vex(unsigned map, uint8_t opcode);
/* What such a letter (or any other) comes to with this ModRM byte. */
int insn_map_by_reg(int letter, uint8_t modrm);

#endif
