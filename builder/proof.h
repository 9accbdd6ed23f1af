/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does an object that was compiled here stand in the kernel that runs, and where
 * is each of its symbols? Every byte of its code and data is compared with the
 * image, except for relocated fields; these are read back, and where they lead
 * must agree with the object's own symbols, with the kernel's symbol table and
 * with each other. Rests on the linker copying input sections whole, and on
 * nothing being changed in the file behind it but what proof_bytes.c names.
 */
#ifndef KLPSH_BUILDER_PROOF_H
#define KLPSH_BUILDER_PROOF_H

#include "builder/ground.h"
#include "builder/kimage.h"
#include "builder/ksyms.h"

/* What was compared and found equal. */
struct proof_counts {
	size_t sections, functions;
	size_t dropped; /* of the functions: weak defaults that lost against another one */
	size_t relocs; /* read back */
	size_t strings; /* of these, by content */
	size_t unknown; /* of these, to names that the kernel's table does not have */
	size_t patched; /* sites that the kernel's build changed as it may */
	uint64_t bytes;
};

struct proof {
	const struct object *object; /* borrowed, as is file */
	const char *file; /* for messages: "net/core/dev.c" */
	struct ground *ground; /* owned */
	uint64_t *base; /* by section: the address of its byte 0 */
	bool *known;
	bool *ambiguous; /* by section: left out, as it could lie at several places */
	uint64_t *at; /* by symbol that the object only refers to */
	bool *seen;
	uint64_t *sites; /* by section, then offset: its jump labels (proof_bytes.c) */
	size_t n_sites;
	uint32_t *queue; /* sections that were placed, in that order */
	size_t n_queue, n_done;
	struct proof_counts counts;
};

/*
 * Prove that the object, as kbuild makes it (no -ffunction-sections), is in the
 * kernel. file names it in messages. All inputs must outlive the result, which is
 * freed with proof_free. Refusals, e set with a hint: -ENOENT no function of it
 * is in the kernel; -ESTALE something of it is not what the kernel has; -ENOTUNIQ
 * it is there several times and nothing tells them apart; else -ENOMEM.
 */
int proof_vmlinux(const struct object *plain, const char *file, const struct kimage *image,
		  const struct ksyms *ksyms, struct proof **ret, struct err *e);
/* The same over any ground, which it takes over, also on failure. */
int proof_make(const struct object *plain, const char *file, struct ground *ground, struct proof **ret,
	       struct err *e);
struct proof *proof_free(struct proof *p);
DEFINE_CLEANUP(struct proof, proof_free)

/*
 * The address of one symbol of the plain object: one that it has, or one that it
 * refers to. -ENOENT when it is not there (a weak default that lost, an object
 * that nothing refers to, a symbol of another file); e is not needed for that.
 */
int proof_address(const struct proof *p, const struct elf_symbol *s, uint64_t *ret);
/*
 * Its sympos: which of its name it is as the kernel counts them, from 1, and of
 * how many. -ENOENT when the kernel's symbol table does not have it, -ENOTUNIQ
 * when the same code is there several times, or the count depends on when it is
 * made (see modproof.h); e set.
 */
int proof_position(const struct proof *p, const struct elf_symbol *s, uint32_t *ret_pos, uint32_t *ret_of,
		   struct err *e);

#endif
