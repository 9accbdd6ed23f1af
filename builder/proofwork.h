/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of builder/proof share and nobody else includes: comparing
 * bytes, following relocations, and where a section may lie.
 */
#ifndef KLPSH_BUILDER_PROOFWORK_H
#define KLPSH_BUILDER_PROOFWORK_H

#include "builder/proof.h"

/* Is it copied into the kernel whole? Merged sections are not, nor what is not loaded. */
bool proof_is_placed(const struct osection *s);

static inline bool proof_is_code(const struct osection *s)
{
	return s->s->flags & SHF_EXECINSTR;
}

/* Place all that can be placed, proving each section as it is; -ESTALE, -ENOMEM, e set. */
int proof_place_all(struct proof *p, struct err *e);

struct proof_difference {
	uint64_t offset;
	unsigned char there, here;
};

/* Collect the object's jump labels, before anything is compared. 0 or -ENOMEM. */
int proof_find_sites(struct proof *p);
/*
 * Compare the bytes [from, to) of a section that would begin at base, but for
 * relocated fields. 0: the same, and patched sites are added to *ret_patched; 1:
 * not, see *ret; -ENOENT: there are not so many bytes.
 */
int proof_compare(const struct proof *p, const struct osection *s, uint64_t base, uint64_t from, uint64_t to,
		  size_t *ret_patched, struct proof_difference *ret);

/*
 * Refusals, each with a sentence and the hint in e, returning -ESTALE: a section
 * has another byte, its code is nowhere, a function has another name, a field
 * leads elsewhere, anything else.
 */
int proof_refuse_bytes(const struct proof *p, const struct osection *s, const struct proof_difference *d,
		       struct err *e);
int proof_refuse_code(const struct proof *p, const struct osection *s, struct err *e);
int proof_refuse_name(const struct proof *p, const struct elf_symbol *f, struct err *e);
int proof_refuse_lead(const struct proof *p, const struct osection *s, const struct elf_rela *r,
		      struct err *e);
int proof_refuse_section(const struct proof *p, const struct osection *s, const char *why, struct err *e);

enum proof_lead { LEAD_SPENT, LEAD_NOWHERE, LEAD_SECTION, LEAD_SYMBOL, LEAD_STRING, LEAD_UNKNOWN };

/* What following one relocation tells: the section or the symbol with this index is at address. */
struct proof_ref {
	enum proof_lead lead;
	size_t index;
	uint64_t address;
};

/* 0, or -ESTALE: in the kernel the field leads elsewhere. */
int proof_follow(const struct proof *p, const struct osection *s, uint64_t base, const struct elf_rela *r,
		 struct proof_ref *ret);
/* Is it the field of a call or jump that the build made a nop? */
bool proof_is_spent(const struct proof *p, const struct osection *s, uint64_t base, const struct elf_rela *r);

struct proof_candidate {
	uint64_t base;
	size_t votes;
};

/*
 * Where a section may lie, by the addresses of its symbols' namesakes, most
 * votes first. Weak symbols vote when nobody else does: *ret_weak. *ret is the
 * caller's to free. 0 or -ENOMEM.
 */
int proof_candidates(const struct proof *p, const struct osection *s, struct proof_candidate **ret,
		     size_t *ret_n, bool *ret_weak);

#endif
