/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of compare.h: things as a whole (compare.c), their bytes
 * (compare_bytes.c), what their relocations mean (compare_refs.c) and what
 * tables say of them (compare_tables.c).
 */
#ifndef KLPSH_BUILDER_COMPARE_OWN_H
#define KLPSH_BUILDER_COMPARE_OWN_H

#include "builder/compare.h"

/* Some bytes of a section, and the relocations in them. */
struct span {
	const struct side *side;
	uint32_t section;
	uint64_t from, len;
	const struct elf_rela *relocs;
	size_t n;
};

static inline struct span span_of(const struct side *side, uint32_t section, uint64_t from, uint64_t to)
{
	struct span s = { .side = side, .section = section, .from = from, .len = to - from };

	s.relocs = object_relocs(&side->t.o->sections[section], from, to, &s.n);
	return s;
}

/* Bytes that mean nothing in themselves. */
struct mask {
	uint64_t at, len; /* from the span's start */
};

/* Say why they differ, unless something was said or why is NULL. */
void compare_say(struct why *why, const char *fmt, ...) _printf_(2, 3);

/* depth: how many references lie between these two things and what was asked for. */
enum sameness compare_deep(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
			   struct why *why, unsigned depth);
/* Two spans of one length, but for relocated fields and masks, which are in the order of their places. */
bool compare_data(const struct span *x, const struct span *y, const struct mask *m, size_t n_masks,
		  struct why *why);
/* Two functions that share their sections: bytes, with branches to neighbours by where they lead. */
enum sameness compare_shared(const struct span *x, const struct thing *f, const struct span *y,
			     const struct thing *g, struct why *why);
/* Relocations of two spans, by place, type and what they point at. */
bool compare_refs(const struct span *x, const struct span *y, struct why *why, unsigned depth);
/* The elements of special sections that belong to two things. */
bool compare_tables(const struct side *a, uint32_t x, const struct side *b, uint32_t y, struct why *why,
		    unsigned depth);

#endif
