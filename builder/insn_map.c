// SPDX-License-Identifier: GPL-2.0-or-later
/* See insn_map.h. A map is 256 letters, 16 a row. */
#include "builder/insn_map.h"

static const char one_byte[] = "MMMMbz--MMMMbz-x" /* 00 */
			       "MMMMbz--MMMMbz--" /* 10 */
			       "MMMMbzp-MMMMbzp-" /* 20 */
			       "MMMMbzp-MMMMbzp-" /* 30 */
			       "pppppppppppppppp" /* 40 */
			       "................" /* 50 */
			       "--xMppppzZbB...." /* 60 */
			       "jjjjjjjjjjjjjjjj" /* 70 */
			       "BZ-BMMMMMMMMMMMP" /* 80 */
			       "..........-....." /* 90 */
			       "oooo....bz......" /* a0 */
			       "bbbbbbbbvvvvvvvv" /* b0 */
			       "BBw.xxNLe.w..b-." /* c0 */
			       "MMMM---.MMMMMMMM" /* d0 */
			       "jjjjbbbbll-j...." /* e0 */
			       "p.pp..GH......FK" /* f0 */;

static const char two_byte[] = "MMMM-.....-.-M--" /* 00 */
			       "MMMMMMMMMMMMMMMM" /* 10 */
			       "RRRR----MMMMMMMM" /* 20 */
			       "......-.x-x-----" /* 30 */
			       "MMMMMMMMMMMMMMMM" /* 40 */
			       "MMMMMMMMMMMMMMMM" /* 50 */
			       "MMMMMMMMMMMMMMMM" /* 60 */
			       "BBBBMMM.MM--MMMM" /* 70 */
			       "llllllllllllllll" /* 80 */
			       "MMMMMMMMMMMMMMMM" /* 90 */
			       "...MBMMM...MBMMM" /* a0; a6 and a7 are VIA's padlock */
			       "MMMMMMMMMMTMMMMM" /* b0 */
			       "MMBMBBBM........" /* c0 */
			       "MMMMMMMMMMMMMMMM" /* d0 */
			       "MMMMMMMMMMMMMMMM" /* e0 */
			       "MMMMMMMMMMMMMMMM" /* f0 */;

/* Map 1 of VEX and EVEX. In their maps 2, 5 and 6 all is M, in map 3 all is B. */
static const char vex_two_byte[] = "----------------" /* 00 */
				   "MMMMMMMM--------" /* 10 */
				   "--------MMMMMMMM" /* 20 */
				   "----------------" /* 30 */
				   "-MM-MMMM--MM----" /* 40 */
				   "MMMMMMMMMMMMMMMM" /* 50 */
				   "MMMMMMMMMMMMMMMM" /* 60 */
				   "BBBBMMM.MMMMMMMM" /* 70 */
				   "----------------" /* 80 */
				   "MMMM----MM------" /* 90 */
				   "--------------M-" /* a0 */
				   "----------------" /* b0 */
				   "--B-BBB---------" /* c0 */
				   "MMMMMMMMMMMMMMMM" /* d0 */
				   "MMMMMMMMMMMMMMMM" /* e0 */
				   "MMMMMMMMMMMMMMM-" /* f0 */;

/* Opcodes behind 0f 38 (all M) and 0f 3a (all B) that exist: a bit each. */
static const uint16_t known_38[16] = { 0x0fff, 0x70b1, 0x0f3f, 0xffbf, 0x0003, 0,      0, 0,
				       0x0007, 0,      0,      0,      0xbf00, 0xf900, 0, 0x1f63 };
static const uint16_t known_3a[16] = { 0xff00, 0x00f0, 0x0007, 0, 0x0017, 0,	  0x000f, 0,
				       0,      0,      0,      0, 0xd000, 0x8000, 0,	  0x0001 };

static int known(const uint16_t bits[16], uint8_t opcode, int letter)
{
	return bits[opcode >> 4] >> (opcode & 15) & 1 ? letter : '-';
}

int insn_map_letter(unsigned map, uint8_t opcode)
{
	switch (map) {
	case 1:
		return one_byte[opcode];
	case 2:
		return two_byte[opcode];
	case 3:
		return known(known_38, opcode, 'M');
	default:
		return known(known_3a, opcode, 'B');
	}
}

int insn_map_vex(unsigned map, uint8_t opcode)
{
	switch (map) {
	case 1:
		return vex_two_byte[opcode];
	case 2:
	case 5:
	case 6:
		return 'M';
	case 3:
		return 'B';
	default:
		return '-';
	}
}

int insn_map_by_reg(int letter, uint8_t modrm)
{
	unsigned reg = modrm >> 3 & 7;

	switch (letter) {
	case 'P':
		return reg == 0 ? 'M' : '-';
	case 'N':
		return reg == 0 || modrm == 0xf8 ? 'B' : '-';
	case 'L':
		return reg == 0 ? 'Z' : modrm == 0xf8 ? 'X' : '-';
	case 'G':
		return reg < 2 ? 'B' : 'M';
	case 'H':
		return reg < 2 ? 'Z' : 'M';
	case 'F':
		return reg < 2 ? 'M' : '-';
	case 'K':
		return reg < 7 ? 'M' : '-';
	case 'T':
		return reg >= 4 ? 'B' : '-';
	default:
		return letter;
	}
}
