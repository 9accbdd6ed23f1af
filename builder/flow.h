/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function's instructions, one behind the other as they lie in its section,
 * and the direct branches among them that the assembler resolved itself: such
 * a branch has no relocation that would tell where it leads. Rests on kernel
 * text holding no data (jump tables are not compiled into it); zeros up to the
 * end or up to an alignment of 16 are padding and passed over.
 */
#ifndef KLPSH_BUILDER_FLOW_H
#define KLPSH_BUILDER_FLOW_H

#include "builder/insn.h"
#include "builder/object.h"

/* Borrows the section and e, which may be NULL. */
struct flow {
	const struct osection *s;
	uint64_t at, end; /* the next instruction; offsets in the section */
	struct err *e;
};

/*
 * Begin at offset start, an instruction's first byte; stop before end.
 * -EINVAL with e set when the section has no bytes or the range is not in it.
 */
int flow_begin(struct flow *f, const struct osection *s, uint64_t start, uint64_t end, struct err *e);
/* 1: an instruction at *ret_at; 0: the end; -EILSEQ with e set: it cannot be followed. */
int flow_next(struct flow *f, uint64_t *ret_at, struct insn *ret);

/* at: offset of the displacement field, width: 1, 2 or 4 bytes. Not 0: stop, and return that. */
typedef int (*flow_fn)(void *arg, uint64_t at, unsigned width, uint64_t target);
/*
 * Calls fn for each direct branch in [start, end) whose field no relocation
 * covers. target is an offset in the section, in the function or not. 0, what
 * fn gave, -EINVAL, or -EILSEQ when the bytes cannot be followed or a branch
 * leads out of the section; e is set by the last two.
 */
int flow_branches(const struct osection *s, uint64_t start, uint64_t end, flow_fn fn, void *arg,
		  struct err *e);

/*
 * Does an instruction in [start, end) use memory outside of it, at a distance
 * that the assembler resolved? 1: that at *ret_at does; 0; -EINVAL, -EILSEQ
 * with e set.
 */
int flow_reaches_out(const struct osection *s, uint64_t start, uint64_t end, uint64_t *ret_at, struct err *e);

/*
 * The instruction, decoding from start, of which the byte at offset `field` is
 * a part. -ENOENT: none between start and end is. -EINVAL, -EILSEQ. With e set.
 * Walks from start each time: for many questions use flow_next.
 */
int flow_insn_at(const struct osection *s, uint64_t start, uint64_t end, uint64_t field, uint64_t *ret_start,
		 struct insn *ret, struct err *e);

#endif
