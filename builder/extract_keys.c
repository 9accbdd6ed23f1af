// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracepoints of modules. Their jump labels would be set up before the module
 * with the key is there, so they get a key of the patch's own that nobody
 * turns on. Rests on include/linux/jump_label.h and arch/x86/include/asm/
 * jump_label.h: bit 0 of an entry's key says which way is off, bit 1 that
 * objtool makes a no-op of the jump.
 */
#include <errno.h>

#include "builder/extract_own.h"
#include "builder/jumplabel.h"

static const char tracepoint[] = "__tracepoint_";

#define KEY_SIZE 16u /* struct static_key: a count and a pointer; all zeros: off */
#define KEY_AT 8u /* of struct jump_entry, behind the places of the code and of its other way */

static bool is_tracepoint(const char *name)
{
	return strncmp(name, tracepoint, sizeof(tracepoint) - 1) == 0;
}

/* The no-op that a kernel without objtool's help compiles. */
static bool is_nop(const struct job *j, const struct copy *c, uint64_t entry)
{
	const struct elf_rela *code = object_reloc_at(&j->t->o->sections[c->section], entry);
	const unsigned char *p;
	struct target at;

	if (!code || target_find(j->t, c->section, code, &at) < 0 || at.kind != TARGET_THING || at.offset < 0)
		return false;
	p = elf_bytes(j->t->o->sections[j->t->v[at.index].section].s,
		      j->t->v[at.index].at + (uint64_t)at.offset, NOP5);
	return p && is_nop5(p);
}

bool extract_is_tracepoint(const struct job *j, const struct copy *c, const struct elf_rela *r,
			   const char *name, int64_t addend)
{
	return c->key && is_tracepoint(name) && !(addend & 1) && r->offset >= KEY_AT &&
	       ((addend & 2) || is_nop(j, c, r->offset - KEY_AT));
}

int extract_off_key(struct job *j)
{
	if (j->off < 0)
		j->off = elfout_section(j->out, ".data.klpsh_off", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
					KEY_AT, 0, NULL, KEY_SIZE);
	return j->off < 0 ? j->off : elfout_section_symbol(j->out, j->off);
}

int extref_silence(const struct extref *ref, const char *file, const char *module, struct refusals *to)
{
	const char *name = is_tracepoint(ref->name) ? ref->name + sizeof(tracepoint) - 1 : ref->name;

	(void)refusal_warn(to, REFUSE_KEY, file, ref->user, ref->section,
			   "trace_%.80s() stays silent in the patched function and trace_%.80s_enabled() "
			   "false, as module "
			   "%s has the tracepoint",
			   name, name, module);
	return -EXDEV;
}
