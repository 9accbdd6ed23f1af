// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See insn.h. Reads prefixes and the opcode, asks insn_map.h what follows it,
 * and takes that: ModRM, SIB, displacement, immediate. Every byte is asked for
 * before it is read.
 */
#include <errno.h>

#include "builder/insn.h"
#include "builder/insn_map.h"
#include "builder/le.h"
#include "core/util.h"

struct reader {
	const unsigned char *p;
	size_t at, end;
	uint8_t rex;
	bool opsize, addrsize, rep, repne, lock;
};

/* What to say when bytes are missing: the caller's, or more than 15 are asked for. */
static int cut_off(const struct reader *d)
{
	return d->end < INSN_MAX ? -ENODATA : -EILSEQ;
}

static bool has(const struct reader *d, size_t n)
{
	return n <= d->end - d->at;
}

static void take_prefix(struct reader *d, uint8_t c)
{
	d->at++;
	d->rex = 0; /* counts only right before the opcode */
	switch (c) {
	case 0x40 ... 0x4f:
		d->rex = c;
		break;
	case 0x66:
		d->opsize = true;
		break;
	case 0x67:
		d->addrsize = true;
		break;
	case 0xf0:
		d->lock = true;
		break;
	case 0xf2:
		d->repne = true;
		break;
	case 0xf3:
		d->rep = true;
		break;
	default: /* a segment */
		break;
	}
}

/* VEX (c4, c5) or EVEX (62), whose first byte was read. Gives the letter, or a negative errno. */
static int read_vex(struct reader *d, uint8_t first, struct insn *i)
{
	size_t n = first == 0xc5 ? 1 : first == 0xc4 ? 2 : 3;
	const unsigned char *p = d->p + d->at;
	unsigned map = 1;

	if (d->rex || d->opsize || d->rep || d->repne || d->lock)
		return -EILSEQ;
	if (!has(d, n + 1))
		return cut_off(d);
	if (first == 0xc4)
		map = p[0] & 0x1f;
	else if (first == 0x62)
		map = p[0] & 0x0f;
	if (first == 0x62 && !(p[1] & 0x04)) /* APX, as is bit 3 of the byte before */
		return -EILSEQ;
	i->vex = true;
	i->opcode_map = (uint8_t)(map + 1);
	i->opcode = p[n];
	d->at += n + 1;
	if (map > 3 && first != 0x62)
		return '-';
	return insn_map_vex(map, i->opcode);
}

/* Behind 0f: the same. */
static int read_two_byte(struct reader *d, struct insn *i)
{
	uint8_t map = 2;

	if (!has(d, 1))
		return cut_off(d);
	if (insn_map_letter(2, d->p[d->at]) == 'x') {
		map = d->p[d->at++] == 0x38 ? 3 : 4;
		if (!has(d, 1))
			return cut_off(d);
	}
	i->opcode_map = map;
	i->opcode = d->p[d->at++];
	if (map == 2 && i->opcode == 0x78 && (d->opsize || d->repne)) /* SSE4a */
		return '-';
	return insn_map_letter(map, i->opcode);
}

/* Prefixes and the opcode: gives the letter, or a negative errno. */
static int read_opcode(struct reader *d, struct insn *i)
{
	uint8_t c;
	int form;

	for (;;) {
		if (!has(d, 1))
			return cut_off(d);
		c = d->p[d->at];
		form = insn_map_letter(1, c);
		if (form != 'p')
			break;
		take_prefix(d, c);
	}
	d->at++;
	if (c != 0x0f && form == 'x')
		return read_vex(d, c, i);
	i->rex = d->rex;
	if (c == 0x0f)
		return read_two_byte(d, i);
	i->opcode_map = 1;
	i->opcode = c;
	return form;
}

/* ModRM with SIB: bytes taken, and how long the displacement behind them is. */
static int read_modrm(struct reader *d, int *form, struct insn *i)
{
	unsigned mod, rm;

	if (!has(d, 1))
		return cut_off(d);
	i->modrm = true;
	i->modrm_byte = d->p[d->at++];
	mod = *form == 'R' ? 3 : i->modrm_byte >> 6;
	rm = i->modrm_byte & 7;
	*form = insn_map_by_reg(*form, i->modrm_byte);
	if (mod == 3)
		return 0;
	i->disp_len = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	if (rm == 4) {
		if (!has(d, 1))
			return cut_off(d);
		rm = d->p[d->at++] & 7;
	} else if (mod == 0 && rm == 5) {
		i->rip_relative = true;
	}
	if (mod == 0 && rm == 5)
		i->disp_len = 4;
	return 0;
}

static uint8_t size_z(const struct reader *d)
{
	return d->opsize && !(d->rex & 8) ? 2 : 4;
}

/* What the letter says of displacement and immediate; ModRM's is there already. */
static void set_lengths(const struct reader *d, int form, struct insn *i)
{
	switch (form) {
	case 'b':
	case 'B':
		i->imm_len = 1;
		break;
	case 'w':
		i->imm_len = 2;
		break;
	case 'e':
		i->imm_len = 3;
		break;
	case 'z':
	case 'Z':
		i->imm_len = size_z(d);
		break;
	case 'v':
		i->imm_len = d->rex & 8 ? 8 : size_z(d);
		break;
	case 'j':
		i->disp_len = 1;
		break;
	case 'l':
		i->disp_len = 4;
		break;
	case 'X':
		i->disp_len = size_z(d);
		break;
	case 'o':
		i->disp_len = d->addrsize ? 4 : 8;
		break;
	default:
		break;
	}
}

static int read_fields(struct reader *d, struct insn *i)
{
	if (!has(d, (size_t)i->disp_len + i->imm_len))
		return cut_off(d);
	if (i->disp_len)
		i->disp_at = (uint8_t)d->at;
	d->at += i->disp_len;
	if (i->imm_len)
		i->imm_at = (uint8_t)d->at;
	d->at += i->imm_len;
	i->len = (uint8_t)d->at;
	return 0;
}

static enum insn_kind kind_of_one_byte(const struct reader *d, const struct insn *i)
{
	switch (i->opcode) {
	case 0xe8:
		return INSN_CALL_REL;
	case 0xe9:
	case 0xeb:
		return INSN_JMP_REL;
	case 0x70 ... 0x7f:
		return INSN_JCC_REL;
	case 0xe0 ... 0xe3:
		return INSN_LOOP_REL;
	case 0xc2:
	case 0xc3:
	case 0xca:
	case 0xcb:
		return INSN_RET;
	case 0xcc:
		return INSN_INT3;
	case 0x90: /* else xchg with r8, or pause */
		return d->rex & 1 || d->rep || d->repne ? INSN_OTHER : INSN_NOP;
	case 0xb8 ... 0xbf:
		return i->imm_len == 4 ? INSN_MOV_IMM32_REG : INSN_OTHER;
	case 0xc7:
		if (i->modrm_byte == 0xf8)
			return INSN_LOOP_REL;
		return i->modrm_byte >> 6 == 3 && i->imm_len == 4 ? INSN_MOV_IMM32_REG : INSN_OTHER;
	default:
		return INSN_OTHER;
	}
}

static enum insn_kind kind_of(const struct reader *d, const struct insn *i)
{
	if (i->vex || i->opcode_map > 2)
		return INSN_OTHER;
	if (i->opcode_map == 1)
		return kind_of_one_byte(d, i);
	switch (i->opcode) {
	case 0x0b:
		return INSN_UD2;
	case 0x1f:
		return INSN_NOP;
	case 0x80 ... 0x8f:
		return INSN_JCC_REL;
	default:
		return INSN_OTHER;
	}
}

static int64_t branch_rel(const struct insn *i, const unsigned char *p)
{
	switch (i->disp_len) {
	case 1:
		return (int8_t)p[i->disp_at];
	case 2:
		return (int16_t)get_u16(p + i->disp_at);
	default:
		return (int32_t)get_u32(p + i->disp_at);
	}
}

int insn_decode(const unsigned char *p, size_t len, struct insn *ret)
{
	struct reader d = { .p = p, .end = MIN(len, (size_t)INSN_MAX) };
	struct insn i = { 0 };
	int form = read_opcode(&d, &i), r = 0;

	if (form < 0)
		return form;
	if (form >= 'A' && form <= 'Z')
		r = read_modrm(&d, &form, &i);
	if (r < 0)
		return r;
	if (form == '-')
		return -EILSEQ;
	set_lengths(&d, form, &i);
	r = read_fields(&d, &i);
	if (r < 0)
		return r;
	i.kind = kind_of(&d, &i);
	if (insn_is_branch(&i))
		i.rel = branch_rel(&i, p);
	*ret = i;
	return 0;
}
